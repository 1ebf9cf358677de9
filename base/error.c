/* Errors that are values. The first cause stays and callers only put context before it; a NULL `err` makes
 * every function a plain -1. errno is read before anything else is called, since xasprintf() and free()
 * may change it. */
#include "base/error.h"
#include "base/util.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Memory exhaustion leaves a message of NULL; readers of `message` that may meet one say "failed". */
static void fill(struct error *err, enum error_kind kind, const char *fmt, va_list ap)
{
    err->kind = kind;
    if (vasprintf(&err->message, fmt, ap) < 0)
        err->message = NULL;
}

int error_set(struct error *err, enum error_kind kind, const char *fmt, ...)
{
    if (!err || err->kind)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    fill(err, kind, fmt, ap);
    va_end(ap);
    return -1;
}

int error_at(struct error *err, enum error_kind kind, const char *file, int line, int col, const char *fmt,
             ...)
{
    if (!err || err->kind)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    fill(err, kind, fmt, ap);
    va_end(ap);
    err->file = xstrdup(file);
    err->line = line;
    err->col = col;
    return -1;
}

int error_errno(struct error *err, const char *fmt, ...)
{
    int code = errno;
    if (!err || err->kind)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    fill(err, ERROR_SYSTEM, fmt, ap);
    va_end(ap);
    err->code = code;
    /* strerror() is not thread-safe; threads are not. */
    char *whole = xasprintf("%s: %s", err->message, strerror(code));
    free(err->message);
    err->message = whole;
    return -1;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
    if (!err || !err->kind)
        return -1;
    char *context = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&context, fmt, ap) < 0)
        context = NULL;
    va_end(ap);
    char *whole = xasprintf("%s: %s", context ? context : "", err->message);
    free(context);
    free(err->message);
    err->message = whole;
    return -1;
}

void error_release(struct error *err)
{
    free(err->message);
    free(err->file);
    memset(err, 0, sizeof(*err));
}
