/* Java's .properties format: java.util.Properties.load() and store(). */
#include "runner/lib/properties.h"
#include "base/utf8.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

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

/* Blanks and line ends before a logical line. */
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

/* Behind a backslash: an escape, or a line that goes on. */
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

static void write_escaped(struct buf *out, const char *s, bool key)
{
    static const char from[] = "\t\n\r\f\\=:#!", to[] = "tnrf\\=:#!";
    size_t n = strlen(s), step;
    for (size_t i = 0; i < n; i += step) {
        uint32_t rune;
        step = utf8_decode(s + i, n - i, &rune);
        const char *at = rune < 0x80 ? strchr(from, (int)rune) : NULL;
        if (at)
            buf_printf(out, "\\%c", to[at - from]);
        else if (rune == ' ' && (key || i == 0))
            buf_addstr(out, "\\ ");
        else if (rune >= 0x20 && rune < 0x7f)
            buf_addch(out, (char)rune);
        else if (rune < 0x10000)
            buf_printf(out, "\\u%04X", rune);
        else
            buf_printf(out, "\\u%04X\\u%04X", 0xd800 + ((rune - 0x10000) >> 10),
                       0xdc00 + ((rune - 0x10000) & 0x3ff));
    }
}

void properties_write_pair(struct buf *out, const char *key, const char *value)
{
    write_escaped(out, key, true);
    buf_addch(out, '=');
    write_escaped(out, value, false);
}
