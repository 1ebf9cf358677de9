/* Owns finding the files of a folder that Ant patterns select. Folders in which nothing can match, or all
 * is excluded, are not entered.
 *
 * Links are followed as Ant follows them: a folder by a link is entered, also when it leads out of the
 * root. Who may not leave it (unpacking, publishing) checks the paths itself by path_inside(). */
#include "base/glob.h"
#include "base/glob_internal.h"
#include "base/buf.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Each level holds a descriptor open; deeper trees are cut, not refused: a bind mount onto itself has no
 * other end. */
enum { MAX_DEPTH = 512 };

struct found {
    char *path;
    struct stat st;
};

/* The folders between the root and here: a link to one of them is a loop. */
struct ancestor {
    const struct ancestor *up;
    dev_t dev;
    ino_t ino;
};

struct scan {
    const struct ant_scan *s;
    struct glob_list includes, excludes;
    struct buf path;
    VEC(struct found) found;
    struct error *err;
};

static int scan_dir(struct scan *c, int fd, const struct ancestor *up, int depth);

/* A folder is skipped only by a pattern that ends in ** and so covers all below it: one that names `tmp`
 * excludes a file of that name and must not hide what a folder `tmp` holds. */
static bool all_excluded(const struct scan *c, const char *dir)
{
    for (size_t i = 0; i < c->excludes.len; i++) {
        const struct glob_pattern *g = &c->excludes.patterns[i];
        if (g->parts.len && g->parts.items[g->parts.len - 1].deep &&
            glob_pattern_matches(g, dir, !c->s->ignore_case, false))
            return true;
    }
    return false;
}

static bool is_loop(const struct ancestor *up, const struct stat *st)
{
    for (; up; up = up->up) {
        if (up->dev == st->st_dev && up->ino == st->st_ino)
            return true;
    }
    return false;
}

static int scan_folder(struct scan *c, int at, const char *name, const struct stat *st,
                       const struct ancestor *up, int depth)
{
    bool sensitive = !c->s->ignore_case;
    if (!glob_match_start(&c->includes, c->path.data, sensitive) || all_excluded(c, c->path.data))
        return 0;
    /* Ant enters a loop a few times before it gives up (maxLevelsOfSymlinks); once is enough for every
     * file in it. */
    if (is_loop(up, st) || depth >= MAX_DEPTH)
        return 0;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (c->s->no_follow_symlinks ? O_NOFOLLOW : 0);
    int fd = openat(at, name, flags);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return 0; /* gone or exchanged while we looked */
    if (fd < 0)
        return error_errno(c->err, "cannot read folder %s/%s", c->s->root, c->path.data);
    struct ancestor here = {up, st->st_dev, st->st_ino};
    return scan_dir(c, fd, &here, depth + 1);
}

static int scan_entry(struct scan *c, int at, const char *name, const struct ancestor *up, int depth)
{
    struct stat st;
    bool sensitive = !c->s->ignore_case;
    if (fstatat(at, name, &st, c->s->no_follow_symlinks ? AT_SYMLINK_NOFOLLOW : 0) < 0 || S_ISLNK(st.st_mode))
        return 0; /* gone, a link into nothing, or a link that is not followed */
    if (S_ISDIR(st.st_mode))
        return scan_folder(c, at, name, &st, up, depth);
    if (!glob_match(&c->includes, c->path.data, sensitive) ||
        glob_match(&c->excludes, c->path.data, sensitive))
        return 0;
    vec_push(&c->found, ((struct found){xstrdup(c->path.data), st}));
    return 0;
}

/* Takes fd. Files are gathered and sorted at the end: readdir() has no order, and the byte order of whole
 * paths is not that of the names level by level (`a-b` and `a/b`). */
static int scan_dir(struct scan *c, int fd, const struct ancestor *up, int depth)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return error_errno(c->err, "cannot read folder %s", c->s->root);
    }
    int r = 0;
    size_t len = c->path.len;
    for (struct dirent *e; r == 0 && (e = readdir(dir));) {
        if (str_eq(e->d_name, ".") || str_eq(e->d_name, ".."))
            continue;
        buf_addstr(&c->path, len ? "/" : "");
        buf_addstr(&c->path, e->d_name);
        r = scan_entry(c, dirfd(dir), e->d_name, up, depth);
        c->path.len = len;
        c->path.data[len] = 0;
    }
    closedir(dir);
    return r;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct found *)a)->path, ((const struct found *)b)->path);
}

static int scan_root(struct scan *c)
{
    int fd = open(c->s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        error_errno(c->err, "cannot read folder %s", c->s->root);
        close_fd(&fd);
        return -1;
    }
    struct ancestor here = {NULL, st.st_dev, st.st_ino};
    return scan_dir(c, fd, &here, 0);
}

long ant_scan(const struct ant_scan *s, ant_scan_fn *fn, void *data, struct error *err)
{
    struct scan c = {.s = s, .err = err};
    buf_addstr(&c.path, "");
    glob_add(&c.includes, s->includes, s->split);
    if (!c.includes.len)
        glob_add(&c.includes, "**", GLOB_ONE);
    glob_add(&c.excludes, s->excludes, s->split);
    if (!s->no_default_excludes)
        glob_add_default_excludes(&c.excludes);
    long r = scan_root(&c);
    if (r == 0 && c.found.len) {
        /* Jenkins' order is the file system's; a stable one makes archives and logs comparable. */
        qsort(c.found.items, c.found.len, sizeof(c.found.items[0]), by_path);
        r = (long)c.found.len;
    }
    for (size_t i = 0; i < c.found.len; i++) {
        if (r >= 0 && fn(data, c.found.items[i].path, &c.found.items[i].st, err) < 0)
            r = -1;
        free(c.found.items[i].path);
    }
    vec_release(&c.found);
    buf_release(&c.path);
    glob_release(&c.includes);
    glob_release(&c.excludes);
    return r;
}
