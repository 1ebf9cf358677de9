/* Owns Ant patterns: compiling and matching. Scanning of folders is in glob_scan.c.
 *
 * Both levels (parts of a path, characters of a part) are the classic wildcard problem: after a second
 * star the first need not be tried again, so one restart point suffices and nothing is recursive.
 *
 * Differences to a shell's patterns, all Ant's: no brackets, no braces, a leading dot is nothing special,
 * and * matches no separator. Letters are folded in ASCII only where case does not count; Ant uses
 * Character.toUpperCase, which matters for no file name that was seen. */
#include "base/glob.h"
#include "base/glob_internal.h"
#include "base/utf8.h"
#include "base/util.h"
#include <string.h>

/* [ant: DirectoryScanner.DEFAULTEXCLUDES of 1.10, .bzr and .DS_Store included]. They hit whatever is
 * archived or stashed unless the step says defaultExcludes: false, which surprises those who want to keep
 * .gitignore. */
static const char *const default_excludes[] = {
    "**/*~",         "**/#*#",         "**/.#*",         "**/%*%",
    "**/._*",        "**/CVS",         "**/CVS/**",      "**/.cvsignore",
    "**/SCCS",       "**/SCCS/**",     "**/vssver.scc",  "**/.svn",
    "**/.svn/**",    "**/.git",        "**/.git/**",     "**/.gitattributes",
    "**/.gitignore", "**/.gitmodules", "**/.hg",         "**/.hg/**",
    "**/.hgignore",  "**/.hgsub",      "**/.hgsubstate", "**/.hgtags",
    "**/.bzr",       "**/.bzr/**",     "**/.bzrignore",  "**/.DS_Store",
};

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* Room for a trailing "**" and the NUL. Empty parts (`a//b`) fall away, as Ant's tokenizer drops them. */
static void pattern_compile(struct glob_pattern *g, const char *text, size_t n)
{
    *g = (struct glob_pattern){.text = xmalloc(n + 4), .absolute = n && is_separator(text[0])};
    memcpy(g->text, text, n);
    /* [DirectoryScanner.normalizePattern]: "target/" means all below target. */
    if (n && is_separator(text[n - 1])) {
        memcpy(g->text + n, "**", 2);
        n += 2;
    }
    g->text[n] = 0;
    for (size_t i = 0; i < n;) {
        size_t len = 0;
        while (i + len < n && !is_separator(g->text[i + len]))
            len++;
        struct glob_part part = {.text = g->text + i, .len = len};
        part.deep = len == 2 && part.text[0] == '*' && part.text[1] == '*';
        part.literal = !memchr(part.text, '*', len) && !memchr(part.text, '?', len);
        if (len)
            vec_push(&g->parts, part);
        i += len + 1;
    }
}

static void pattern_release(struct glob_pattern *g)
{
    vec_release(&g->parts);
    free(g->text);
}

/* The header shows no VEC so that it needs no util.h: the same three members under other names. */
static void add_one(struct glob_list *g, const char *text, size_t n)
{
    if (!n)
        return;
    struct glob_pattern pattern;
    pattern_compile(&pattern, text, n);
    struct {
        struct glob_pattern *items;
        size_t len, cap;
    } list = {g->patterns, g->len, g->cap};
    vec_push(&list, pattern);
    *g = (struct glob_list){list.items, list.len, list.cap};
}

void glob_add(struct glob_list *g, const char *patterns, enum glob_split split)
{
    static const char blanks[] = " \t\r\n";
    /* Commas alone: hudson.Util.createFileSet. Blanks, too: Ant's own FileSet.setIncludes. */
    const char *ends = split == GLOB_BLANKS ? ", \t\r\n" : split == GLOB_COMMA ? "," : "";
    if (!patterns)
        return;
    for (const char *p = patterns; *p;) {
        size_t n = strcspn(p, ends), lead = split == GLOB_ONE ? 0 : strspn(p, blanks);
        size_t end = n;
        if (lead > n)
            lead = n;
        while (split != GLOB_ONE && end > lead && strchr(blanks, p[end - 1]))
            end--;
        add_one(g, p + lead, end - lead);
        p += n + (p[n] != 0);
    }
}

void glob_add_default_excludes(struct glob_list *g)
{
    for (size_t i = 0; i < ARRAY_LEN(default_excludes); i++)
        add_one(g, default_excludes[i], strlen(default_excludes[i]));
}

void glob_release(struct glob_list *g)
{
    for (size_t i = 0; i < g->len; i++)
        pattern_release(&g->patterns[i]);
    free(g->patterns);
    *g = (struct glob_list){0};
}

/* ---- one part ---- */

static unsigned char fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool same(char a, char b, bool case_sensitive)
{
    return a == b || (!case_sensitive && fold((unsigned char)a) == fold((unsigned char)b));
}

static bool same_text(const char *a, const char *b, size_t n, bool case_sensitive)
{
    if (case_sensitive)
        return memcmp(a, b, n) == 0;
    for (size_t i = 0; i < n; i++) {
        if (!same(a[i], b[i], false))
            return false;
    }
    return true;
}

static size_t rune_len(const char *s, size_t n)
{
    uint32_t rune;
    return utf8_decode(s, n, &rune);
}

static bool part_matches(const struct glob_part *part, const char *s, size_t n, bool case_sensitive)
{
    const char *p = part->text, *p_end = p + part->len, *end = s + n;
    const char *star = NULL, *restart = NULL;
    if (part->literal)
        return n == part->len && same_text(p, s, n, case_sensitive);
    while (s < end) {
        if (p < p_end && *p == '*') {
            star = ++p;
            restart = s;
        } else if (p < p_end && *p == '?') {
            /* ? is one character, as for Java, not one byte. */
            s += rune_len(s, (size_t)(end - s));
            p++;
        } else if (p < p_end && same(*p, *s, case_sensitive)) {
            p++;
            s++;
        } else if (star) {
            restart += rune_len(restart, (size_t)(end - restart));
            s = restart;
            p = star;
        } else {
            return false;
        }
    }
    while (p < p_end && *p == '*')
        p++;
    return p == p_end;
}

/* ---- whole paths ---- */

struct path_part {
    const char *s; /* NULL: the path is at its end */
    size_t len;
    const char *rest;
};

static struct path_part next_part(const char *p)
{
    while (is_separator(*p))
        p++;
    if (!*p)
        return (struct path_part){.rest = p};
    const char *start = p;
    while (*p && !is_separator(*p))
        p++;
    return (struct path_part){start, (size_t)(p - start), p};
}

/* Parts against parts, with the last ** as the restart point. `prefix` asks the other question: whether
 * the path can be continued to a match, which is so as soon as the path is used up before the pattern is. */
bool glob_pattern_matches(const struct glob_pattern *g, const char *path, bool case_sensitive, bool prefix)
{
    size_t i = 0, deep = SIZE_MAX;
    const char *restart = NULL;
    /* [SelectorUtils.matchPath]: a pattern with a leading separator never matches a relative path. */
    if (g->absolute != is_separator(path[0]))
        return false;
    for (struct path_part part = next_part(path); part.s;) {
        if (i < g->parts.len && g->parts.items[i].deep) {
            deep = ++i;
            restart = part.s;
        } else if (i < g->parts.len && part_matches(&g->parts.items[i], part.s, part.len, case_sensitive)) {
            i++;
            part = next_part(part.rest);
        } else if (deep != SIZE_MAX && !prefix) {
            part = next_part(restart);
            part = next_part(part.rest);
            restart = part.s ? part.s : part.rest;
            i = deep;
        } else {
            /* A folder below a ** can always lead to a match. */
            return prefix && deep != SIZE_MAX;
        }
    }
    if (prefix)
        return i < g->parts.len || deep != SIZE_MAX;
    while (i < g->parts.len && g->parts.items[i].deep)
        i++;
    return i == g->parts.len;
}

bool glob_match(const struct glob_list *g, const char *path, bool case_sensitive)
{
    for (size_t i = 0; i < g->len; i++) {
        if (glob_pattern_matches(&g->patterns[i], path, case_sensitive, false))
            return true;
    }
    return false;
}

bool glob_match_start(const struct glob_list *g, const char *dir, bool case_sensitive)
{
    for (size_t i = 0; i < g->len; i++) {
        if (glob_pattern_matches(&g->patterns[i], dir, case_sensitive, true))
            return true;
    }
    return false;
}

bool glob_match_one(const char *pattern, const char *path, bool case_sensitive)
{
    struct glob_pattern g;
    pattern_compile(&g, pattern, strlen(pattern));
    bool hit = glob_pattern_matches(&g, path, case_sensitive, false);
    pattern_release(&g);
    return hit;
}
