/* Owns iconv and the bytes of a character that is not complete yet.
 *
 * A pipe is read in pieces of any size, so the bytes of a character may arrive apart: what iconv calls
 * incomplete (EINVAL) waits for the next piece. A charset with states (ISO-2022-JP) keeps them in cd
 * between the pieces. */
#include "agents/decode.h"
#include "base/util.h"
#include <errno.h>
#include <iconv.h>
#include <string.h>

struct decoder {
    iconv_t cd;
    struct buf in, out; /* in: bytes that are not decoded yet; out: what feed() gives, made anew each time */
};

struct decoder *decoder_new(const char *charset, struct error *err)
{
    iconv_t cd = iconv_open("UTF-8", charset);
    if (cd == (iconv_t)-1) {
        error_set(err, ERROR_INVALID, "unknown encoding %s", charset);
        return NULL;
    }
    struct decoder *d = xcalloc(1, sizeof(*d));
    d->cd = cd;
    return d;
}

void decoder_free(struct decoder *d)
{
    if (!d)
        return;
    iconv_close(d->cd);
    buf_release(&d->in);
    buf_release(&d->out);
    free(d);
}

static void decode(struct decoder *d, bool last)
{
    char *in = d->in.data;
    size_t left = d->in.len;
    while (left) {
        /* Most charsets need no more; E2BIG goes round again with a larger buffer. */
        buf_reserve(&d->out, 2 * left + 16);
        char *out = d->out.data + d->out.len;
        size_t room = d->out.cap - d->out.len - 1, all = room;
        size_t r = iconv(d->cd, &in, &left, &out, &room);
        int code = errno;
        d->out.len += all - room;
        if (r != (size_t)-1 || code == E2BIG)
            continue;
        if (code == EINVAL && !last)
            break;
        /* As Java's decoder replaces what is malformed [durable-task: FileMonitoringTask,
         * CodingErrorAction.REPLACE]. */
        buf_addrune(&d->out, 0xfffd);
        in++;
        left--;
    }
    memmove(d->in.data, in, left);
    d->in.len = left;
    d->out.data[d->out.len] = 0;
}

struct buf *decoder_feed(struct decoder *d, const char *bytes, size_t n)
{
    buf_clear(&d->out);
    buf_add(&d->in, bytes, n);
    buf_reserve(&d->out, 1);
    decode(d, false);
    return &d->out;
}

struct buf *decoder_end(struct decoder *d)
{
    buf_clear(&d->out);
    buf_reserve(&d->in, 1);
    buf_reserve(&d->out, 1);
    decode(d, true);
    return &d->out;
}
