/* Java's .properties format: java.util.Properties.load().
 *
 * One pass over the bytes; keys and values are handed out as they come, later ones of the same key again.
 * Escapes are resolved to UTF-8 here, so that nobody behind sees a backslash that was not meant. */
#include "runner/lib/properties.h"
#include "base/utf8.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

/* Files are Latin-1 by definition, and UTF-8 in practice: what is not valid UTF-8 is read as Latin-1. */
struct scanner {
    const char *p, *end;
    bool latin1;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static void skip_line(struct scanner *s)
{
    while (s->p < s->end && *s->p != '\n' && *s->p != '\r')
        s->p++;
}

/* Blanks and line ends before a logical line.
 * Also the blanks in front of the first key: they do not count. */
static void skip_blank_lines(struct scanner *s)
{
    while (s->p < s->end && (is_blank(*s->p) || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

static void skip_blanks(struct scanner *s)
{
    while (s->p < s->end && is_blank(*s->p))
        s->p++;
}

/* Java's chars are UTF-16 units: a pair of escapes is one code point. Fewer than four digits are taken as
 * far as they go. */
static void unicode_escape(struct scanner *s, struct buf *out)
{
    unsigned unit = 0;
    int digits = 0;
    for (; digits < 4 && s->p < s->end && isxdigit((unsigned char)*s->p); digits++, s->p++)
        unit = unit * 16 + (unsigned)(isdigit((unsigned char)*s->p) ? *s->p - '0' : (*s->p | 32) - 'a' + 10);
    const char *low = s->p;
    if (unit >= 0xd800 && unit < 0xdc00 && s->end - s->p >= 6 && low[0] == '\\' && low[1] == 'u') {
        unsigned second = (unsigned)strtoul((char[]){low[2], low[3], low[4], low[5], 0}, NULL, 16);
        if (second >= 0xdc00 && second < 0xe000) {
            unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
            s->p += 6;
        }
    }
    buf_addrune(out, unit);
}

/* Behind a backslash: an escape, or a line that goes on.
 * What is no known escape is the character itself: "\:" and "\=" in keys. */
static void escape(struct scanner *s, struct buf *out)
{
    static const char from[] = "tnrf", to[] = "\t\n\r\f";
    char c = *s->p++;
    if (c == '\r' || c == '\n') {
        if (c == '\r' && s->p < s->end && *s->p == '\n')
            s->p++;
        skip_blanks(s);
        return;
    }
    const char *at = c ? strchr(from, c) : NULL;
    if (c == 'u')
        unicode_escape(s, out);
    else
        buf_addch(out, at ? to[at - from] : c);
}

/* A key ends at the first blank, = or : that is not escaped; a backslash at the very end of the text is
 * dropped. */
static void read_text(struct scanner *s, bool key, struct buf *out)
{
    while (s->p < s->end && *s->p != '\n' && *s->p != '\r') {
        if (key && (is_blank(*s->p) || *s->p == '=' || *s->p == ':'))
            return;
        if (*s->p == '\\' && s->p + 1 < s->end) {
            s->p++;
            escape(s, out);
        } else if (*s->p == '\\') {
            s->p++;
        } else if (s->latin1) {
            buf_addrune(out, (unsigned char)*s->p++);
        } else {
            buf_addch(out, *s->p++);
        }
    }
}

void properties_parse(const char *text, size_t len,
                      void (*fn)(void *data, const char *key, const char *value), void *data)
{
    struct scanner s = {.p = text, .end = text + len, .latin1 = utf8_valid(text, len) != len};
    struct buf key = {0}, value = {0};
    for (skip_blank_lines(&s); s.p < s.end; skip_blank_lines(&s)) {
        if (*s.p == '#' || *s.p == '!') {
            skip_line(&s);
            continue;
        }
        buf_clear(&key);
        buf_clear(&value);
        read_text(&s, true, &key);
        skip_blanks(&s);
        if (s.p < s.end && (*s.p == '=' || *s.p == ':'))
            s.p++;
        skip_blanks(&s);
        read_text(&s, false, &value);
        fn(data, key.data ? key.data : "", value.data ? value.data : "");
    }
    buf_release(&key);
    buf_release(&value);
}
