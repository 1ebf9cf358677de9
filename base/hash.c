/* Owns digests (by libmd), base64 and random names.
 *
 * libmd and not libcrypto: loading the latter costs more than most builds hash. */
#include "base/hash.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <md5.h>
#include <sha1.h>
#include <sha2.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

union state {
    MD5_CTX md5;
    SHA1_CTX sha1;
    SHA2_CTX sha2;
};

/* SHA-512's. */
enum { DIGEST_MAX = 64, CHUNK = 64 * 1024 };

static void start(enum hash_kind kind, union state *s)
{
    if (kind == HASH_MD5)
        MD5Init(&s->md5);
    else if (kind == HASH_SHA1)
        SHA1Init(&s->sha1);
    else if (kind == HASH_SHA256)
        SHA256Init(&s->sha2);
    else
        SHA512Init(&s->sha2);
}

static void more(enum hash_kind kind, union state *s, const void *data, size_t n)
{
    if (kind == HASH_MD5)
        MD5Update(&s->md5, data, n);
    else if (kind == HASH_SHA1)
        SHA1Update(&s->sha1, data, n);
    else if (kind == HASH_SHA256)
        SHA256Update(&s->sha2, data, n);
    else
        SHA512Update(&s->sha2, data, n);
}

/* RFC 2104. `out` is both the inner digest and the result, which the two rounds of the loop rely on. */
void hmac_sha256(const void *key, size_t key_len, const void *data, size_t n, unsigned char out[HMAC_SIZE])
{
    /* A key longer than a block is replaced by its digest. */
    uint8_t block[SHA256_BLOCK_LENGTH] = {0}, pad[SHA256_BLOCK_LENGTH];
    SHA2_CTX c;
    if (key_len > sizeof(block)) {
        SHA256Init(&c);
        SHA256Update(&c, key, key_len);
        SHA256Final(block, &c);
    } else {
        memcpy(block, key, key_len);
    }
    for (int outer = 0; outer < 2; outer++) {
        for (size_t i = 0; i < sizeof(pad); i++)
            pad[i] = block[i] ^ (outer ? 0x5c : 0x36);
        SHA256Init(&c);
        SHA256Update(&c, pad, sizeof(pad));
        SHA256Update(&c, outer ? out : data, outer ? HMAC_SIZE : n);
        SHA256Final(out, &c);
    }
    explicit_bzero(block, sizeof(block));
    explicit_bzero(pad, sizeof(pad));
}

static const char digits[] = "0123456789abcdef";

static void finish(enum hash_kind kind, union state *s, char hex[HASH_HEX_MAX])
{
    static const size_t size[] = {[HASH_MD5] = 16, [HASH_SHA1] = 20, [HASH_SHA256] = 32, [HASH_SHA512] = 64};
    uint8_t digest[DIGEST_MAX];
    if (kind == HASH_MD5)
        MD5Final(digest, &s->md5);
    else if (kind == HASH_SHA1)
        SHA1Final(digest, &s->sha1);
    else if (kind == HASH_SHA256)
        SHA256Final(digest, &s->sha2);
    else
        SHA512Final(digest, &s->sha2);
    for (size_t i = 0; i < size[kind]; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * size[kind]] = 0;
}

int hash_by_name(const char *name)
{
    static const struct {
        const char *name;
        enum hash_kind kind;
    } names[] = {{"md5", HASH_MD5},       {"sha1", HASH_SHA1},     {"sha-1", HASH_SHA1},
                 {"sha", HASH_SHA1},      {"sha256", HASH_SHA256}, {"sha-256", HASH_SHA256},
                 {"sha512", HASH_SHA512}, {"sha-512", HASH_SHA512}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcasecmp(name, names[i].name) == 0)
            return names[i].kind;
    }
    return -1;
}

void hash_hex(enum hash_kind kind, const void *data, size_t n, char hex[HASH_HEX_MAX])
{
    union state s;
    start(kind, &s);
    more(kind, &s, data, n);
    finish(kind, &s, hex);
}

int hash_file(enum hash_kind kind, const char *path, char hex[HASH_HEX_MAX], struct error *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_errno(err, "cannot read %s", path);
    _cleanup_free_ char *buffer = xmalloc(CHUNK);
    union state s;
    start(kind, &s);
    for (;;) {
        ssize_t n = read(fd, buffer, CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot read %s", path);
        if (n == 0)
            break;
        more(kind, &s, buffer, (size_t)n);
    }
    finish(kind, &s, hex);
    return 0;
}

void hex_encode(struct buf *out, const void *data, size_t n)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < n; i++) {
        buf_addch(out, digits[p[i] >> 4]);
        buf_addch(out, digits[p[i] & 15]);
    }
}

uint64_t random_word(void)
{
    uint64_t word;
    /* Up to 256 bytes come whole once the pool is ready. */
    while (getrandom(&word, sizeof(word), 0) != (ssize_t)sizeof(word))
        continue; /* interrupted: it cannot fail in another way */
    return word;
}

void random_hex(char *out, size_t n)
{
    uint8_t bytes[64];
    for (size_t done = 0; done < n;) {
        size_t want = n - done < sizeof(bytes) ? n - done : sizeof(bytes);
        if (getrandom(bytes, want, 0) != (ssize_t)want)
            continue;
        for (size_t i = 0; i < want; i++, done++) {
            out[2 * done] = digits[bytes[i] >> 4];
            out[2 * done + 1] = digits[bytes[i] & 15];
        }
    }
    out[2 * n] = 0;
}

void base64_encode(struct buf *out, const void *data, size_t n, unsigned flags)
{
    static const char std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *alphabet = flags & BASE64_URL ? url : std;
    const uint8_t *p = data;
    buf_reserve(out, (n + 2) / 3 * 4);
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i < 3 ? n - i : 3;
        uint32_t v =
            (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
        for (size_t k = 0; k < 4; k++) {
            if (k <= left)
                buf_addch(out, alphabet[v >> (18 - 6 * k) & 63]);
            else if (!(flags & BASE64_NO_PAD))
                buf_addch(out, '=');
        }
    }
}

static int base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Both alphabets, blanks anywhere, padding optional, as the texts of credentials and tokens come in all
 * these forms. On an error `out` holds what was decoded so far. */
int base64_decode(struct buf *out, const char *text, size_t n, struct error *err)
{
    uint32_t bits = 0;
    int have = 0, digits_seen = 0, pads = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
            continue;
        int v = base64_value(c);
        pads += c == '=';
        /* Nothing may follow the padding. */
        if ((v < 0 && c != '=') || (v >= 0 && pads) || pads > 2)
            return error_set(err, ERROR_INVALID, "no base64 at byte %zu", i + 1);
        if (v < 0)
            continue;
        digits_seen++;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_addch(out, (char)(bits >> have & 0xff));
        }
    }
    if (digits_seen % 4 == 1 || (pads && (digits_seen + pads) % 4))
        return error_set(err, ERROR_INVALID, "base64 text is cut off");
    return 0;
}
