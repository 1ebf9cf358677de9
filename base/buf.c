/* A growable byte buffer. Capacity doubles, so that appending is linear over all; the NUL behind the
 * content is kept by every function here, and owners that write into `data` themselves (reads from
 * descriptors) keep it too.
 *
 * Secrets: a buffer that grows is moved by realloc(), which leaves the old bytes in freed memory. Who
 * fills one with a secret reserves enough first and overwrites it before the release (explicit_bzero). */
#include "base/buf.h"
#include "base/util.h"
#include <stdio.h>
#include <string.h>

void buf_reserve(struct buf *b, size_t more)
{
    /* One more than asked for: the NUL. */
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    b->data = xrealloc(b->data, cap);
    b->cap = cap;
    b->data[b->len] = 0;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
    buf_reserve(b, n);
    if (n)
        memcpy(b->data + b->len, data, n);
    b->len += n;
    b->data[b->len] = 0;
}

void buf_addstr(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_addch(struct buf *b, char c)
{
    buf_reserve(b, 1);
    b->data[b->len++] = c;
    b->data[b->len] = 0;
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    /* Twice over the arguments: once for the length, once for the text. */
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n > 0) {
        buf_reserve(b, (size_t)n);
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void buf_addrune(struct buf *b, unsigned rune)
{
    /* UTF-8 has no surrogates; Java's strings may hold half a pair, which it writes as ? or U+FFFD. */
    if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        rune = 0xfffd;
    if (rune < 0x80) {
        buf_addch(b, (char)rune);
        return;
    }
    int tail = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    buf_addch(b, (char)(lead[tail] | rune >> (6 * tail)));
    while (tail--)
        buf_addch(b, (char)(0x80 | (rune >> (6 * tail) & 0x3f)));
}

void buf_add_quoted(struct buf *b, const char *s)
{
    buf_addch(b, '\'');
    for (; *s; s++)
        if (*s == '\'')
            buf_addstr(b, "'\\''");
        else
            buf_addch(b, *s);
    buf_addch(b, '\'');
}

/* Never NULL: an empty buffer gets its NUL first. */
char *buf_steal(struct buf *b)
{
    buf_reserve(b, 0);
    char *s = b->data;
    s[b->len] = 0;
    memset(b, 0, sizeof(*b));
    return s;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = 0;
}

void buf_release(struct buf *b)
{
    free(b->data);
    memset(b, 0, sizeof(*b));
}
