/* A sink's writer: gathers small texts, passes big ones through, and never lets a broken output stop the
 * build.
 *
 * EPIPE (the reader is gone): everything later is dropped. EAGAIN: waits. ENOSPC and other errors: the text
 * is dropped and counted; when writing works again a line says how much is missing. The program ignores
 * SIGPIPE (main). */
#ifndef RUNNER_SINKS_OUT_H
#define RUNNER_SINKS_OUT_H

#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

enum { OUT_FULL = 64 * 1024 };

struct out {
    /* blocking or not */
    int fd; /* borrowed */
    struct buf buf;
    bool gone;     /* EPIPE, EBADF */
    int error;     /* errno of the last failed write, 0 since it works again */
    uint64_t lost; /* bytes dropped since then */
};

/* Nothing of these fails: see above what becomes of errors. */
void out_add(struct out *o, const char *text, size_t len);
void out_addstr(struct out *o, const char *text);
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void out_flush(struct out *o);
void out_release(struct out *o); /* flushes */

#endif
