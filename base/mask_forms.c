/* Owns the list of shapes in which a secret shows up in output [credentials-binding: the SecretPatternFactory
 * classes for literal, bash, Almquist shells, dollar, batch and base64], plus two that Jenkins lacks: printf
 * %q and percent-encoding, as in URLs that git prints.
 *
 * A multi-line secret is hidden line by line; lines without a letter or digit, or under 3 bytes, are not,
 * as they would blank out every brace of a log.
 *
 * More forms cost next to nothing in the search, which looks at every 16th byte or so; they do cost false
 * hits when they are short, hence the least lengths below. Order is of no account: the index drops
 * duplicates. */
#include "base/mask.h"
#include "base/hash.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

/* Of encoded forms under three characters every second line of a log would hold one by chance; of pieces
 * of wrapped base64 the last may be short. */
enum { ENCODED_MIN = 3, LINE_MIN = 3, PIECE_MIN = 8 };

struct forms {
    mask_emit_fn *fn;
    void *data;
};

static void give(const struct forms *f, const char *bytes, size_t n)
{
    if (n)
        f->fn(f->data, bytes, n);
}

static void give_encoded(const struct forms *f, struct buf *b)
{
    if (b->len >= ENCODED_MIN)
        give(f, b->data, b->len);
    buf_clear(b);
}

/* ---- quoting ---- */

typedef void quote_fn(struct buf *out, const char *s, size_t n);

/* Closing quote, escaped quote, reopening. */
static void quote_bash(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\'')
            buf_addstr(out, "'\\''");
        else
            buf_addch(out, s[i]);
    }
}

/* dash: a run of single quotes stands between double ones. */
static void quote_dash(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t run = 0;
        while (i + run < n && s[i + run] == '\'')
            run++;
        if (!run) {
            buf_addch(out, s[i++]);
            continue;
        }
        buf_addstr(out, "'\"");
        buf_add(out, s + i, run);
        buf_addstr(out, "\"'");
        i += run;
    }
}

/* busybox ash: every single quote by itself. */
static void quote_ash(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\'')
            buf_addstr(out, "'\"'\"'");
        else
            buf_addch(out, s[i]);
    }
}

/* What a shell makes of a secret that a script gives unquoted. */
static void strip_backslashes(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\' && i + 1 < n)
            i++;
        buf_addch(out, s[i]);
    }
}

static void escape_with(struct buf *out, const char *s, size_t n, const char *special, char escape)
{
    for (size_t i = 0; i < n; i++) {
        if (strchr(special, s[i]) && s[i])
            buf_addch(out, escape);
        buf_addch(out, s[i]);
    }
}

static void double_dollars(struct buf *out, const char *s, size_t n)
{
    escape_with(out, s, n, "$", '$');
}

static void escape_double_quoted(struct buf *out, const char *s, size_t n)
{
    escape_with(out, s, n, "\"\\$`", '\\');
}

/* As in requests that curl -v shows, and in our own build.json. */
static void escape_json(struct buf *out, const char *s, size_t n)
{
    escape_with(out, s, n, "\"\\", '\\');
}

static void escape_words(struct buf *out, const char *s, size_t n)
{
    escape_with(out, s, n, " \t!\"#$&'()*,;<>?[\\]^`{|}~", '\\');
}

static void escape_batch(struct buf *out, const char *s, size_t n)
{
    escape_with(out, s, n, "&<>|^", '^');
}

static void double_percents(struct buf *out, const char *s, size_t n)
{
    escape_with(out, s, n, "%", '%');
}

/* RFC 3986's unreserved characters stay; %2F and %2f are both common. */
static void percent(struct buf *out, const char *s, size_t n, const char *format)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (isascii(c) && (isalnum(c) || strchr("-_.~", c)))
            buf_addch(out, s[i]);
        else
            buf_printf(out, format[1] == 'X' ? "%%%02X" : "%%%02x", c);
    }
}

static void percent_upper(struct buf *out, const char *s, size_t n)
{
    percent(out, s, n, "%X");
}

static void percent_lower(struct buf *out, const char *s, size_t n)
{
    percent(out, s, n, "%x");
}

static const struct {
    quote_fn *fn;
    bool around; /* also with single quotes around it */
} quotes[] = {
    {quote_bash, true},         {quote_dash, true},      {quote_ash, true},
    {strip_backslashes, false}, {double_dollars, false}, {escape_double_quoted, false},
    {escape_json, false},       {escape_words, false},   {escape_batch, false},
    {double_percents, false},   {percent_upper, false},  {percent_lower, false},
};

static void give_quoted(const struct forms *f, const char *s, size_t n)
{
    _cleanup_(buf_release) struct buf b = {0};
    for (size_t i = 0; i < ARRAY_LEN(quotes); i++) {
        buf_addch(&b, '\'');
        quotes[i].fn(&b, s, n);
        buf_addch(&b, '\'');
        if (quotes[i].around)
            give(f, b.data, b.len);
        if (b.len - 2 != n || memcmp(b.data + 1, s, n) != 0)
            give(f, b.data + 1, b.len - 2);
        buf_clear(&b);
    }
}

/* ---- base64 ---- */

/* The secret behind `shift` bytes that we do not know. Only characters made of the secret's own bits are
 * certain; the last one, when half filled, is certain only where the data ends. */
static void give_shifted(const struct forms *f, const char *s, size_t n, size_t shift, unsigned flags)
{
    _cleanup_(buf_release) struct buf padded = {0}, text = {0}, form = {0};
    buf_add(&padded, "\0\0", shift);
    buf_add(&padded, s, n);
    base64_encode(&text, padded.data, padded.len, flags);
    size_t first = (8 * shift + 5) / 6, whole = 8 * padded.len / 6, all = (8 * padded.len + 5) / 6;
    /* With something behind it, at the end without padding, and with it. */
    size_t ends[] = {whole, all, text.len};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (ends[i] > first && (i == 0 || ends[i] != ends[i - 1])) {
            buf_add(&form, text.data + first, ends[i] - first);
            give_encoded(f, &form);
        }
    }
}

/* As the base64 and openssl programs break long output. */
static void give_wrapped(const struct forms *f, const char *s, size_t n, size_t columns)
{
    _cleanup_(buf_release) struct buf text = {0};
    base64_encode(&text, s, n, 0);
    for (size_t i = 0; text.len > columns && i < text.len; i += columns) {
        size_t piece = text.len - i < columns ? text.len - i : columns;
        if (piece >= PIECE_MIN)
            give(f, text.data + i, piece);
    }
}

static void give_base64(const struct forms *f, const char *s, size_t n)
{
    for (size_t shift = 0; shift < 3; shift++) {
        give_shifted(f, s, n, shift, 0);
        give_shifted(f, s, n, shift, BASE64_URL);
    }
    give_wrapped(f, s, n, 76);
    give_wrapped(f, s, n, 64);
}

/* ---- the whole ---- */

static void give_line(const struct forms *f, const char *s, size_t n)
{
    give(f, s, n);
    give_quoted(f, s, n);
    give_base64(f, s, n);
}

static bool worth_hiding(const char *s, size_t n)
{
    for (size_t i = 0; n >= LINE_MIN && i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x80 || isalnum(c))
            return true;
    }
    return false;
}

static void give_lines(const struct forms *f, const char *s, size_t n)
{
    for (const char *end = s + n; s < end;) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        const char *last = stop ? stop : end, *next = stop ? stop + 1 : end;
        while (s < last && isspace((unsigned char)*s))
            s++;
        while (last > s && isspace((unsigned char)last[-1]))
            last--;
        if (worth_hiding(s, (size_t)(last - s)))
            give_line(f, s, (size_t)(last - s));
        s = next;
    }
}

void mask_forms(const char *secret, size_t n, mask_emit_fn *fn, void *data)
{
    struct forms f = {fn, data};
    const char *s = secret;
    size_t len = n;
    while (len &&
           (s[len - 1] == '\n' || s[len - 1] == '\r')) /* the line end of a file is no part of the secret */
        len--;
    if (!len)
        return;
    if (!memchr(s, '\n', len)) {
        give_line(&f, s, len);
        return;
    }
    give_base64(&f, secret, n);
    give_lines(&f, s, len);
}
