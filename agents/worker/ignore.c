/* Patterns as Go's filepath.Match by part, with `**`; whether a path is left out is decided by the last rule
 * that fits it or a folder above it, in the order of the file. Paths and patterns are cleaned of "./" and
 * slashes at the ends beforehand. */
#include "agents/worker/ignore.h"
#include "base/fs.h"
#include <fnmatch.h>
#include <string.h>

void ignore_add(struct ignore *g, const char *pattern)
{
    bool keep = *pattern == '!';
    pattern += keep;
    while (*pattern == ' ' || *pattern == '\t' || *pattern == '/')
        pattern++;
    struct ignore_rule rule = {path_normalise(pattern), keep};
    if (!*pattern || str_eq(rule.pattern, ".")) {
        free(rule.pattern);
        return;
    }
    g->keeps |= keep;
    vec_push(&g->rules, rule);
}

void ignore_parse(struct ignore *g, const char *text)
{
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (*text) {
        size_t n = strcspn(text, "\r\n"), start = strspn(text, " \t"), len = n;
        while (len > start && strchr(" \t", text[len - 1]))
            len--;
        if (len > start && *text != '#') {
            _cleanup_free_ char *line = xstrndup(text + start, len - start);
            ignore_add(g, line);
        }
        text += n;
        text += strspn(text, "\r\n");
    }
}

/* Whether the pattern's parts match all of the path's parts, or its first ones: a folder takes what is in it
 * along.
 * `**` is any number of parts; the one restart point bounds the time. */
static bool matches(const char *pattern, const char *path)
{
    const char *retry_pattern = NULL, *retry_path = NULL;
    while (*pattern) {
        size_t n = strcspn(pattern, "/"), m = strcspn(path, "/");
        if (n == 2 && strncmp(pattern, "**", 2) == 0) {
            retry_pattern = pattern += n + (pattern[n] == '/');
            retry_path = path;
            if (!*pattern)
                return *path != 0;
            continue;
        }
        _cleanup_free_ char *one = xstrndup(pattern, n), *name = xstrndup(path, m);
        if (*path && fnmatch(one, name, 0) == 0) {
            pattern += n + (pattern[n] == '/');
            path += m + (path[m] == '/');
            continue;
        }
        if (!retry_path || !*retry_path)
            return false;
        retry_path += strcspn(retry_path, "/");
        retry_path += *retry_path == '/';
        pattern = retry_pattern;
        path = retry_path;
    }
    return true;
}

bool ignore_match(const struct ignore *g, const char *path)
{
    bool ignored = false;
    for (size_t i = 0; i < g->rules.len; i++)
        if (ignored == g->rules.items[i].keep && matches(g->rules.items[i].pattern, path))
            ignored = !g->rules.items[i].keep;
    return ignored;
}

void ignore_release(struct ignore *g)
{
    for (size_t i = 0; i < g->rules.len; i++)
        free(g->rules.items[i].pattern);
    vec_release(&g->rules);
}
