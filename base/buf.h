/* Growable byte buffer. data is NUL-terminated whenever it is not NULL; a zeroed struct is empty and
 * valid. Memory exhaustion ends the process (a build runner cannot do anything better). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t len, cap; /* bytes; cap counts the NUL */
};

/* Room for `more` bytes and the NUL behind them; data is not NULL afterwards. The one function to call
 * before writing into data by hand. */
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *data, size_t n);
void buf_addstr(struct buf *b, const char *s);
void buf_addch(struct buf *b, char c);
/* These append; a format that fails (an invalid wide character) appends nothing. */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/* Appends one code point as UTF-8 (lone surrogates become U+FFFD). */
void buf_addrune(struct buf *b, unsigned rune);
/* Appends s in single quotes, for a shell. */
void buf_add_quoted(struct buf *b, const char *s);
/* The string, owned by the caller (never NULL); the buffer is empty afterwards. */
char *buf_steal(struct buf *b);
void buf_clear(struct buf *b); /* length 0, memory kept */
void buf_release(struct buf *b);

#endif
