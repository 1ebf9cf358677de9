/* Java's regular expression syntax in pcre2's: only what differs is touched.
 *
 * POSIX and java classes \p{Alpha}, unions and intersections of character classes, \uXXXX, \0 octal,
 * the flags d, u and U. Everything else means the same in both. */
#include "runner/lib/regex_impl.h"
#include <ctype.h>
#include <string.h>

struct translator {
    const char *p; /* next byte of the source */
    struct buf *out;
};

static const struct {
    const char *java, *posix; /* posix: name in [: :], or a property if it begins with a capital */
} properties[] = {
    {"Lower", "lower"},    {"Upper", "upper"},      {"ASCII", "ascii"},       {"Alpha", "alpha"},
    {"Digit", "digit"},    {"Alnum", "alnum"},      {"Punct", "punct"},       {"Graph", "graph"},
    {"Print", "print"},    {"Blank", "blank"},      {"Cntrl", "cntrl"},       {"XDigit", "xdigit"},
    {"Space", "space"},    {"javaLowerCase", "Ll"}, {"javaUpperCase", "Lu"},  {"javaWhitespace", "space"},
    {"IsAlphabetic", "L"}, {"IsLetter", "L"},       {"IsDigit", "Nd"},        {"IsUppercase", "Lu"},
    {"IsLowercase", "Ll"}, {"IsPunctuation", "P"},  {"IsWhite_Space", "Xsp"}, {"javaLetter", "L"},
    {"javaDigit", "Nd"},
};

static void emit_property(struct translator *t, const char *name, bool negated, bool in_class)
{
    for (size_t i = 0; i < ARRAY_LEN(properties); i++) {
        if (strcmp(properties[i].java, name) != 0)
            continue;
        const char *posix = properties[i].posix;
        if (isupper((unsigned char)*posix))
            buf_printf(t->out, "\\%c{%s}", negated ? 'P' : 'p', posix);
        else
            buf_printf(t->out, in_class ? "[:%s%s:]" : "[[:%s%s:]]", negated ? "^" : "", posix);
        return;
    }
    if (str_has_prefix(name, "Is") || str_has_prefix(name, "In"))
        name += 2;
    buf_printf(t->out, "\\%c{%s}", negated ? 'P' : 'p', name);
}

static void translate_property(struct translator *t, bool in_class)
{
    bool negated = *t->p++ == 'P';
    char name[64];
    size_t n = 0;
    if (*t->p != '{') {
        buf_printf(t->out, "\\%c", negated ? 'P' : 'p');
        return;
    }
    for (t->p++; *t->p && *t->p != '}' && n < sizeof(name) - 1; t->p++)
        name[n++] = *t->p;
    name[n] = 0;
    t->p += *t->p == '}';
    emit_property(t, name, negated, in_class);
}

/* \uD83D\uDE00 is one character. */
static void translate_unicode(struct translator *t)
{
    unsigned rune = (unsigned)strtoul((char[]){t->p[1], t->p[2], t->p[3], t->p[4], 0}, NULL, 16);
    t->p += 5;
    if (rune >= 0xd800 && rune < 0xdc00 && t->p[0] == '\\' && t->p[1] == 'u' && strlen(t->p) >= 6) {
        unsigned low = (unsigned)strtoul((char[]){t->p[2], t->p[3], t->p[4], t->p[5], 0}, NULL, 16);
        rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
        t->p += 6;
    }
    buf_printf(t->out, "\\x{%x}", rune);
}

static void translate_escape(struct translator *t, bool in_class)
{
    t->p++;
    if (*t->p == 'p' || *t->p == 'P') {
        translate_property(t, in_class);
    } else if (*t->p == 'u' && strlen(t->p) >= 5) {
        translate_unicode(t);
    } else if (*t->p == '0' && t->p[1] >= '0' && t->p[1] <= '7') {
        buf_addstr(t->out, "\\o{");
        for (t->p++; *t->p >= '0' && *t->p <= '7'; t->p++)
            buf_addch(t->out, *t->p);
        buf_addch(t->out, '}');
    } else if (*t->p == 'Q') {
        const char *end = strstr(t->p, "\\E");
        size_t n = end ? (size_t)(end + 2 - t->p) : strlen(t->p);
        buf_addch(t->out, '\\');
        buf_add(t->out, t->p, n);
        t->p += n;
    } else {
        buf_addch(t->out, '\\');
        if (*t->p)
            buf_addch(t->out, *t->p++);
    }
}

static void translate_class(struct translator *t);

/* What stands in a class up to its ] or &&. A nested class is a union: its brackets go, unless it is negated.
 */
static void translate_members(struct translator *t, int depth)
{
    for (bool first = true; *t->p && (first || *t->p != ']') && strncmp(t->p, "&&", 2) != 0; first = false) {
        if (*t->p == '\\') {
            translate_escape(t, true);
        } else if (*t->p == '[' && t->p[1] != ':' && t->p[1] != '^' && depth < 32) {
            t->p++;
            translate_members(t, depth + 1);
            t->p += *t->p == ']';
        } else if (*t->p == '[') {
            buf_addstr(t->out, "\\[");
            t->p++;
        } else {
            buf_addch(t->out, *t->p++);
        }
    }
}

/* [A&&[^B]&&C]: lookaheads for all but the first, which follows. */
static void translate_intersection(struct translator *t, struct buf *first)
{
    struct buf *whole = t->out, part = {0};
    buf_addstr(whole, "(?:");
    while (strncmp(t->p, "&&", 2) == 0) {
        t->p += 2;
        t->out = &part;
        if (*t->p == '[') {
            translate_class(t);
        } else {
            buf_addch(&part, '[');
            translate_members(t, 1);
            buf_addch(&part, ']');
        }
        buf_printf(whole, "(?=%s)", part.data ? part.data : "");
        buf_clear(&part);
    }
    t->out = whole;
    buf_printf(whole, "%s])", first->data);
    buf_release(&part);
}

static void translate_class(struct translator *t)
{
    struct buf *whole = t->out, first = {0};
    t->out = &first;
    buf_addch(&first, *t->p++);
    if (*t->p == '^')
        buf_addch(&first, *t->p++);
    translate_members(t, 1);
    t->out = whole;
    if (strncmp(t->p, "&&", 2) == 0)
        translate_intersection(t, &first);
    else
        buf_printf(whole, "%s]", first.data);
    t->p += *t->p == ']';
    buf_release(&first);
}

/* (?idmsux-U): pcre2 knows neither d nor u, and U is another thing to it. */
static void translate_group(struct translator *t)
{
    const char *p = t->p + 2;
    size_t n = strspn(p, "idmsuxU-");
    if (n == 0 || (p[n] != ')' && p[n] != ':')) {
        buf_addch(t->out, *t->p++);
        return;
    }
    buf_addstr(t->out, "(?");
    for (size_t i = 0; i < n; i++) {
        if (!strchr("duU", p[i]))
            buf_addch(t->out, p[i]);
    }
    t->p = p + n;
}

void regex_translate(const char *source, struct buf *out)
{
    struct translator t = {.p = source, .out = out};
    buf_reserve(out, strlen(source) + 8);
    while (*t.p) {
        if (*t.p == '\\')
            translate_escape(&t, false);
        else if (*t.p == '[')
            translate_class(&t);
        else if (t.p[0] == '(' && t.p[1] == '?')
            translate_group(&t);
        else
            buf_addch(out, *t.p++);
    }
}
