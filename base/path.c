/* Owns names of files: joining, normalising, and the question whether one lies below another. */
#include "base/fs.h"
#include "base/util.h"
#include <errno.h>
#include <limits.h>
#include <string.h>

char *path_join(const char *dir, const char *path)
{
    if (path[0] == '/' || !dir || !dir[0])
        return xstrdup(path);
    size_t n = strlen(dir);
    if (!path[0])
        return xstrdup(dir);
    return xasprintf("%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", path);
}

static void pop_part(struct buf *out, bool absolute)
{
    size_t floor = absolute ? 1 : 0;
    const char *slash = out->len > floor ? memrchr(out->data + floor, '/', out->len - floor) : NULL;
    out->len = slash ? (size_t)(slash - out->data) : floor;
    out->data[out->len] = 0;
}

static bool ends_in_parent(const struct buf *out)
{
    return out->len == 0 || str_eq(out->data, "..") || str_has_suffix(out->data, "/..");
}

static void push_part(struct buf *out, const char *part, size_t n)
{
    if (out->len && out->data[out->len - 1] != '/')
        buf_addch(out, '/');
    buf_add(out, part, n);
}

/* ".." above the beginning of a relative path stays; above / it vanishes, as the kernel has it. */
char *path_normalise(const char *path)
{
    struct buf out = {0};
    bool absolute = path[0] == '/';
    buf_addstr(&out, absolute ? "/" : "");
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        bool parent = n == 2 && p[0] == '.' && p[1] == '.';
        if (parent && (absolute || !ends_in_parent(&out)))
            pop_part(&out, absolute);
        else if (n && !(n == 1 && p[0] == '.'))
            push_part(&out, p, n);
        p += n + (p[n] == '/');
    }
    if (!out.len)
        buf_addch(&out, '.');
    return buf_steal(&out);
}

const char *path_basename(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_dirname(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    const char *slash = memrchr(path, '/', n);
    if (!slash)
        return xstrdup(".");
    while (slash > path && slash[-1] == '/')
        slash--;
    return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* The path with links of its existing part resolved, the rest taken lexically. NULL: cannot be told. */
static char *resolve(const char *path)
{
    _cleanup_free_ char *head = xstrdup(path);
    _cleanup_free_ char *rest = xstrdup("");
    for (;;) {
        _cleanup_free_ char *real = realpath(head, NULL);
        if (real) {
            _cleanup_free_ char *whole = path_join(real, rest);
            return path_normalise(whole);
        }
        struct stat st;
        if ((errno != ENOENT && errno != ENOTDIR) || str_eq(head, "/") || str_eq(head, ".") ||
            lstat(head, &st) == 0)
            return NULL; /* the last: a link into nothing, which may be made anywhere */
        char *more = rest[0] ? xasprintf("%s/%s", path_basename(head), rest) : xstrdup(path_basename(head));
        free(rest);
        rest = more;
        char *up = path_dirname(head);
        free(head);
        head = up;
    }
}

/* An answer for now: who opens the path later by name races with whoever may put links there. Used where
 * the workspace belongs to the build itself. */
bool path_inside(const char *root, const char *path)
{
    _cleanup_free_ char *real_root = realpath(root, NULL);
    _cleanup_free_ char *joined = path_join(root, path);
    for (size_t n = strlen(joined); n > 1 && joined[n - 1] == '/';)
        joined[--n] = 0;
    _cleanup_free_ char *real = resolve(joined);
    if (!real_root || !real)
        return false;
    size_t n = strlen(real_root);
    return strncmp(real, real_root, n) == 0 && (real[n] == 0 || real[n] == '/' || str_eq(real_root, "/"));
}
