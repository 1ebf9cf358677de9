/* Ant patterns: a list matches when one of its patterns does, what matches lies in folders that could match,
 * and a path is matched by itself. The input is patterns and a path, separated by NUL. */
#include "base/glob.h"
#include "base/util.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_folders(const struct glob_list *g, const char *path)
{
    _cleanup_free_ char *dir = xstrdup(path);
    for (char *slash; (slash = strrchr(dir, '/'));) {
        *slash = 0;
        if (*dir && !glob_match_start(g, dir, true))
            abort();
    }
}

/* Relative, without empty parts, as a scan gives them. */
static bool is_plain(const char *path)
{
    size_t n = strlen(path);
    return n && path[0] != '/' && path[n - 1] != '/' && !strstr(path, "//") && !strchr(path, '\\');
}

static void check(const char *pattern, const char *path)
{
    struct glob_list one = {0}, many = {0};
    glob_add(&one, pattern, GLOB_ONE);
    glob_add(&many, pattern, GLOB_COMMA);
    bool hit = glob_match(&one, path, true);
    glob_match(&many, path, false);
    if (hit != glob_match_one(pattern, path, true))
        abort();
    if (hit && !glob_match(&one, path, false))
        abort();
    if (hit && is_plain(path))
        check_folders(&one, path);
    glob_release(&one);
    glob_release(&many);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *pattern = xstrndup((const char *)data, size);
    size_t n = strlen(pattern);
    if (!n || n + 1 >= size) /* a list has no empty pattern */
        return 0;
    _cleanup_free_ char *path = xstrndup((const char *)data + n + 1, size - n - 1);
    check(pattern, path);
    if (is_plain(path) && !strpbrk(path, "*?") && !glob_match_one(path, path, true))
        abort();
    return 0;
}
