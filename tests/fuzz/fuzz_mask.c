/* Masking: a stream fed in pieces gives what the whole text gives, and no secret is left in it. The input is
 * up to three secrets and a text, separated by NUL; the first byte sets the lengths of the pieces. */
#include "base/mask.h"
#include "base/util.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SECRETS = 3, SECRET_MAX = 200, TEXT_MAX = 4096 };

struct piece {
    const char *text;
    size_t len;
};

static void collect(void *data, const char *bytes, size_t n)
{
    if (!n)
        abort();
    buf_add(data, bytes, n);
}

static void stream(struct mask_set *m, struct piece text, size_t seed, struct buf *out)
{
    struct mask_stream s = {.set = m, .emit = collect, .data = out};
    for (size_t i = 0, n; i < text.len; i += n) {
        n = 1 + (seed = seed * 1103515245 + 12345) / 65536 % 7;
        if (n > text.len - i)
            n = text.len - i;
        mask_stream_feed(&s, text.text + i, n);
    }
    mask_stream_flush(&s);
    mask_stream_release(&s);
}

/* A star in the secret may be one of ours; a line end makes each line a secret of its own. */
static void check_hidden(const struct buf *out, struct piece secret)
{
    if (memchr(secret.text, '*', secret.len) || memchr(secret.text, '\n', secret.len) ||
        memchr(secret.text, '\r', secret.len))
        return;
    if (out->len && memmem(out->data, out->len, secret.text, secret.len))
        abort();
}

static struct piece next_piece(const char **p, const char *end)
{
    const char *stop = memchr(*p, 0, (size_t)(end - *p));
    struct piece piece = {*p, (size_t)((stop ? stop : end) - *p)};
    *p = stop ? stop + 1 : end;
    return piece;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct mask_set *m = mask_set_new();
    struct buf whole = {0}, pieces = {0};
    struct piece secrets[SECRETS] = {0};
    const char *p = (const char *)data + 1, *end = (const char *)data + size;
    for (size_t i = 0; i < SECRETS && p < end; i++) {
        secrets[i] = next_piece(&p, end);
        if (secrets[i].len > SECRET_MAX)
            secrets[i].len = SECRET_MAX;
        mask_set_add(m, secrets[i].text, secrets[i].len);
    }
    struct piece text = {p, (size_t)(end - p) < TEXT_MAX ? (size_t)(end - p) : TEXT_MAX};
    mask_text(m, text.text, text.len, &whole);
    stream(m, text, data[0], &pieces);
    if (whole.len != pieces.len || (whole.len && memcmp(whole.data, pieces.data, whole.len)))
        abort();
    for (size_t i = 0; i < SECRETS; i++)
        if (secrets[i].len)
            check_hidden(&whole, secrets[i]);
    buf_release(&whole);
    buf_release(&pieces);
    mask_set_unref(m);
    return 0;
}
