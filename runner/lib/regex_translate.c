/* Java's regular expression syntax in pcre2's: only what differs is touched.
 *
 * POSIX and java classes \p{Alpha}, unions and intersections of character classes, \uXXXX, \0 octal,
 * the flags d, u and U. Everything else means the same in both.
 *
 * A single pass with one byte of look-ahead; what is malformed goes over as it is, so that pcre2 names the
 * place. Classes are rewritten as alternatives and lookaheads where pcre2's have no such operators; each
 * such group matches exactly one character, as the class did. */
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

/* Names that are no row are Unicode scripts, blocks and categories: pcre2 knows most of them without
 * Java's prefix and refuses the others with an exception of its own. */
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

/* \Q…\E goes over as it stands; a \E that lacks is no error in either. */
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

enum { DEPTH_MAX = 32 };

/* The end of the class that begins at p, or the end of the text. */
static const char *class_end(const char *p)
{
    int depth = 0;
    for (bool first = false; *p; p++) {
        if (*p == '\\' && p[1] == 'Q') {
            const char *end = strstr(p, "\\E");
            p = end ? end + 1 : p + strlen(p) - 1;
        } else if (*p == '\\' && p[1]) {
            p++;
        } else if (*p == '[') {
            depth++;
            p += p[1] == '^';
            first = true;
            continue;
        } else if (*p == ']' && !first && --depth == 0) {
            return p;
        }
        first = false;
    }
    return p;
}

/* Whether the nested class at p adds nothing but members: then its brackets can go. */
static bool is_plain_union(const char *p)
{
    const char *end = class_end(p);
    if (p[1] == '^')
        return false;
    for (p++; p < end; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (strncmp(p, "&&", 2) == 0)
            return false;
    }
    return true;
}

/* What stands in a class up to its ] or &&. A nested class is a union: one of plain members is told without
 * its brackets; others (negated, an intersection) go to `others` as alternatives "|[^b]". pcre2 would take
 * "[:" for a name of its own. */
static void translate_members(struct translator *t, int depth, struct buf *others)
{
    for (bool first = true; *t->p && (first || *t->p != ']') && strncmp(t->p, "&&", 2) != 0; first = false) {
        if (*t->p == '\\') {
            translate_escape(t, true);
        } else if (*t->p == '[' && depth < DEPTH_MAX && is_plain_union(t->p)) {
            t->p++;
            translate_members(t, depth + 1, others);
            t->p += *t->p == ']';
        } else if (*t->p == '[' && depth < DEPTH_MAX) {
            struct buf *whole = t->out;
            t->out = others;
            buf_addch(others, '|');
            translate_class(t);
            t->out = whole;
        } else if (*t->p == '[') {
            buf_addstr(t->out, "\\[");
            t->p++;
        } else {
            buf_addstr(t->out, *t->p == ':' ? "\\" : "");
            buf_addch(t->out, *t->p++);
        }
    }
}

/* Members as a class, with the alternatives that are none. Takes what is in `members` and `others`. */
static void emit_class(struct buf *out, bool negated, const struct buf *members, const struct buf *others)
{
    const char *alternatives = others->len ? others->data : "";
    if (!others->len) {
        buf_printf(out, "[%s%s]", negated ? "^" : "", members->data ? members->data : "");
        return;
    }
    buf_addstr(out, negated ? "(?:(?!" : "(?:");
    if (members->len)
        buf_printf(out, "[%s]%s", members->data, alternatives);
    else
        buf_addstr(out, alternatives + 1);         /* no members before the first | */
    buf_addstr(out, negated ? ")[\\s\\S])" : ")"); /* any one character, line ends too */
}

static void translate_part(struct translator *t, bool negated, struct buf *out)
{
    struct buf *whole = t->out, members = {0}, others = {0};
    t->out = &members;
    translate_members(t, 1, &others);
    t->out = whole;
    emit_class(out, negated, &members, &others);
    buf_release(&members);
    buf_release(&others);
}

/* [A&&[^B]&&C]: lookaheads for all but the first, which follows. A negation is that of the whole. */
static void translate_intersection(struct translator *t, bool negated, const struct buf *first)
{
    struct buf *whole = t->out, part = {0};
    buf_addstr(whole, negated ? "(?:(?!" : "(?:");
    while (strncmp(t->p, "&&", 2) == 0) {
        t->p += 2;
        translate_part(t, false, &part);
        buf_printf(whole, "(?=%s)", part.data ? part.data : "");
        buf_clear(&part);
    }
    buf_addstr(whole, first->data);
    buf_addstr(whole, negated ? ")[\\s\\S])" : ")");
    buf_release(&part);
}

static void translate_class(struct translator *t)
{
    struct buf first = {0};
    bool negated = t->p[1] == '^', crossed;
    t->p += 1 + negated;
    const char *start = t->p;
    translate_part(t, negated, &first);
    crossed = strncmp(t->p, "&&", 2) == 0;
    if (crossed && negated) { /* once more, without the negation */
        t->p = start;
        buf_clear(&first);
        translate_part(t, false, &first);
    }
    if (crossed)
        translate_intersection(t, negated, &first);
    else
        buf_addstr(t->out, first.data);
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
