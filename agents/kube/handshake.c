/* See handshake.h. */
#include "agents/kube/handshake.h"
#include "agents/kube/status.h"
#include "base/hash.h"
#include "base/util.h"
#include <string.h>
#include <strings.h>
#include <sys/random.h>

enum { ANSWER_MAX = 256 << 10, KEY_BYTES = 16, SHA1_BYTES = 20 };
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static bool has_host(const char *const *headers)
{
    for (; *headers; headers++)
        if (strncasecmp(*headers, "Host:", 5) == 0)
            return true;
    return false;
}

void kube_handshake_start(struct kube_handshake *h, struct buf *out, const char *base, const char *path,
                          const char *const *headers)
{
    unsigned char random[KEY_BYTES];
    struct buf key = {0};
    const char *host = strstr(base, "://") + 3, *prefix = host + strcspn(host, "/");
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        abort();
    base64_encode(&key, random, sizeof(random), 0);
    h->key = buf_steal(&key);
    buf_printf(out, "GET %s%s HTTP/1.1\r\n", prefix, path);
    if (!has_host(headers))
        buf_printf(out, "Host: %.*s\r\n", (int)(prefix - host), host);
    for (; *headers; headers++)
        buf_printf(out, "%s\r\n", *headers);
    buf_printf(out,
               "User-Agent: gmrun/" GMRUN_VERSION "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n"
               "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n\r\n",
               h->key);
}

/* The value of a header in the answer's head, owned; NULL: not there. */
static char *header_of(const struct kube_handshake *h, const char *name)
{
    const char *line = h->answer.data, *end;
    for (; (end = strstr(line, "\r\n")) && end != line; line = end + 2) {
        size_t n = strlen(name);
        if (strncasecmp(line, name, n) != 0 || line[n] != ':')
            continue;
        line += n + 1;
        line += strspn(line, " \t");
        return xstrndup(line, (size_t)(end - line));
    }
    return NULL;
}

/* [RFC 6455, 4.1]: that it is an answer to this very request. */
static bool is_accepted(const struct kube_handshake *h)
{
    char hex[HASH_HEX_MAX];
    unsigned char digest[SHA1_BYTES];
    struct buf want = {0};
    _cleanup_free_ char *text = xasprintf("%s" GUID, h->key), *seen = header_of(h, "Sec-WebSocket-Accept");
    hash_hex(HASH_SHA1, text, strlen(text), hex);
    for (size_t i = 0; i < SHA1_BYTES; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        digest[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    base64_encode(&want, digest, sizeof(digest), 0);
    bool same = str_eq(seen, want.data);
    buf_release(&want);
    return same;
}

static int granted(struct kube_handshake *h, struct error *err)
{
    _cleanup_free_ char *protocol = header_of(h, "Sec-WebSocket-Protocol");
    if (!is_accepted(h))
        return error_set(err, ERROR_REMOTE, "the server's answer to the WebSocket request is not valid");
    h->version = str_eq(protocol, "v5.channel.k8s.io") ? 5 : str_eq(protocol, "v4.channel.k8s.io") ? 4 : 0;
    if (!h->version)
        return error_set(err, ERROR_REMOTE,
                         "the server speaks none of v5.channel.k8s.io and v4.channel.k8s.io");
    return 1;
}

/* The body may come in chunks; a Status stands in one of them. */
static json_t *find_object(const char *body)
{
    const char *brace = strchr(body, '{');
    return brace ? json_loads(brace, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
}

static int status_of(const struct kube_handshake *h)
{
    const char *text = h->answer.data;
    return text && str_has_prefix(text, "HTTP/1.") && strlen(text) > 12 ? (int)strtol(text + 9, NULL, 10) : 0;
}

static bool is_whole(const struct kube_handshake *h, const char *body)
{
    _cleanup_free_ char *length = header_of(h, "Content-Length");
    return length && strlen(body) >= strtoul(length, NULL, 10);
}

/* 0: more of the reason may come. */
static int refused(struct kube_handshake *h, const char *body, bool over, struct error *err)
{
    json_t *status = find_object(body);
    int rc = 0;
    if (status || over || is_whole(h, body)) {
        kube_status_error(err, status_of(h), status, body);
        rc = -1;
    }
    json_decref(status);
    return rc;
}

int kube_handshake_feed(struct kube_handshake *h, const char *bytes, size_t n, size_t *rest,
                        struct error *err)
{
    buf_add(&h->answer, bytes, n);
    if (h->answer.len > ANSWER_MAX)
        return error_set(err, ERROR_REMOTE, "the server's answer to the WebSocket request is too long");
    const char *end = h->answer.data ? strstr(h->answer.data, "\r\n\r\n") : NULL;
    if (!end)
        return 0;
    end += 4;
    if (status_of(h) != 101)
        return status_of(h) ? refused(h, end, false, err) : kube_handshake_end(h, err);
    *rest = h->answer.len - (size_t)(end - h->answer.data);
    return granted(h, err);
}

int kube_handshake_end(struct kube_handshake *h, struct error *err)
{
    const char *end = h->answer.data ? strstr(h->answer.data, "\r\n\r\n") : NULL;
    if (end && status_of(h))
        return refused(h, end + 4, true, err);
    return error_set(err, ERROR_REMOTE, "the server gave no answer to the WebSocket request");
}

void kube_handshake_release(struct kube_handshake *h)
{
    free(h->key);
    buf_release(&h->answer);
    h->key = NULL;
}
