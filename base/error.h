/* Errors: what failed, where, and in which words.
 *
 * Functions that can fail return 0/-1 (or a pointer/NULL) and take `struct error *err` last. The
 * callee fills it once; callers add context on the way up with error_wrap(). `err` may be NULL when
 * the caller does not care. A zeroed struct is a valid empty error; error_release() empties it.
 *
 * Whether there is an error is the return value's business; `message` being set says the same to those
 * who get a struct only.  */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>

enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,   /* command line, configuration: exit status 2 */
    ERROR_SYNTAX,  /* malformed input; line and col are set */
    ERROR_INVALID, /* well-formed but not acceptable */
    ERROR_SYSTEM,  /* a system call failed; errno is in `code` */
    ERROR_REMOTE,  /* another program or server answered with an error */
    ERROR_LOST,    /* where it was to run is gone; another place may do */
};

struct error {
    enum error_kind kind;
    int code;      /* errno or protocol status, 0 if none */
    char *message; /* owned, one line, no final newline */
    char *file;    /* owned, NULL if unknown */
    int line, col; /* from 1; 0 if unknown */
};

/* Sets the error; always returns -1, so that `return error_set(...)` reads well. A second call on a
 * set error is ignored: the first cause is the one to report. */
int error_set(struct error *err, enum error_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int error_at(struct error *err, enum error_kind kind, const char *file, int line, int col, const char *fmt,
             ...) __attribute__((format(printf, 6, 7)));
/* Message plus ": " and strerror(errno). */
int error_errno(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Puts "context: " before the message; returns -1. */
int error_wrap(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void error_release(struct error *err);

#endif
