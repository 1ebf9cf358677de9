/* The writer of a sink. Text is gathered to OUT_FULL bytes; what is longer is written from where it lies,
 * in one writev() with what was gathered before it. Writing blocks: a build waits for a slow reader rather
 * than filling the memory. */
#include "runner/sinks/out.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Drops what cannot be written; a full disk must not end a build that has hours behind it. */
static void failed(struct out *o, size_t left)
{
    /* EBADF: standard output was closed before the start. */
    o->gone |= errno == EPIPE || errno == EBADF;
    o->error = errno;
    o->lost += left;
}

/* The descriptor may be set non-blocking by somebody who shares it (a terminal's other end): wait, do not
 * spin. */
static void wait_writable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    poll(&p, 1, -1);
}

static void write_all(struct out *o, struct iovec *v, int n)
{
    while (n) {
        ssize_t done = writev(o->fd, v, n);
        if (done < 0 && errno == EAGAIN)
            wait_writable(o->fd);
        if (done < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (done < 0) {
            failed(o, v[0].iov_len + (n > 1 ? v[1].iov_len : 0));
            return;
        }
        for (; n && (size_t)done >= v->iov_len; v++, n--)
            done -= (ssize_t)v->iov_len;
        if (n) {
            v->iov_base = (char *)v->iov_base + done;
            v->iov_len -= (size_t)done;
        }
    }
}

/* Before the next text that can be written, so that the gap is where it was; if that fails it is tried
 * again. */
static void report_lost(struct out *o)
{
    char text[128];
    if (!o->lost)
        return;
    int n = snprintf(text, sizeof(text), "[gmrun: %llu bytes of output are missing here: %s]\n",
                     (unsigned long long)o->lost, strerror(o->error));
    if (write(o->fd, text, (size_t)n) != n)
        return;
    o->lost = 0;
    o->error = 0;
}

static void write_out(struct out *o, const char *text, size_t len)
{
    struct iovec v[2] = {{o->buf.data, o->buf.len}, {(void *)text, len}};
    report_lost(o);
    if (o->gone)
        ;
    else if (o->buf.len)
        write_all(o, v, len ? 2 : 1);
    else if (len)
        write_all(o, v + 1, 1);
    buf_clear(&o->buf);
}

void out_flush(struct out *o)
{
    if (o->buf.len)
        write_out(o, NULL, 0);
}

void out_add(struct out *o, const char *text, size_t len)
{
    if (o->gone)
        return;
    if (o->buf.len + len >= OUT_FULL)
        write_out(o, text, len);
    else
        buf_add(&o->buf, text, len);
}

void out_addstr(struct out *o, const char *text)
{
    out_add(o, text, strlen(text));
}

void out_printf(struct out *o, const char *fmt, ...)
{
    va_list ap;
    if (o->gone)
        return;
    va_start(ap, fmt);
    buf_vprintf(&o->buf, fmt, ap);
    va_end(ap);
    if (o->buf.len >= OUT_FULL)
        out_flush(o);
}

void out_release(struct out *o)
{
    out_flush(o);
    buf_release(&o->buf);
}
