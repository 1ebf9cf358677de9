/* Owns work on whole trees: making, removing, walking. All by descriptors relative to an opened parent,
 * so that no component can be exchanged for a link between a check and its use.
 *
 * A build may leave anything: folders without permissions, trees deeper than PATH_MAX (npm did), links
 * into the rest of the machine, names that are no UTF-8. Removal has to cope with all of it, since
 * cleanWs and the end of a build depend on it. */
#include "base/fs.h"
#include "base/util.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* 128 levels are 128 open descriptors, far below the limit of 1,024 that many systems begin with. */
enum { MAX_DEPTH = 128, OPEN_DIR = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* The whole path is tried first, as it mostly exists up to its last part. EEXIST on the way is left to the
 * next mkdir(), which fails if that is no folder; another process may make the same folders meanwhile. */
int fs_mkdir_p(const char *path, mode_t mode, struct error *err)
{
    if (mkdir(path, mode) == 0)
        return 0;
    if (errno == EEXIST && fs_is_dir(path))
        return 0;
    if (errno != ENOENT)
        return error_errno(err, "cannot make folder %s", path);
    _cleanup_free_ char *copy = xstrdup(path);
    for (char *p = copy + (copy[0] == '/'); *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        if (mkdir(copy, mode) < 0 && errno != EEXIST)
            return error_errno(err, "cannot make folder %s", copy);
        *p = '/';
    }
    if (mkdir(path, mode) == 0 || (errno == EEXIST && fs_is_dir(path)))
        return 0;
    return error_errno(err, "cannot make folder %s", path);
}

/* ---- removal ---- */

/* One removal: `top` is the directory into which folders that lie too deep are moved, so that neither the
 * stack nor the table of descriptors grows with the depth of a tree. */
struct removal {
    int top;
    unsigned moved;
    /* something was moved up: the top has to be looked through once more */
    bool again;
    struct error *err;
    const char *path;
};

static int remove_entry(struct removal *r, int parent, const char *name, int depth);

/* Takes fd. Goes on after an error, so that as much as can be is removed; the error kept is the first. */
static int remove_content(struct removal *r, int fd, int depth)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return error_errno(r->err, "cannot remove %s", r->path);
    }
    int bad = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, ".."))
            bad |= remove_entry(r, dirfd(dir), e->d_name, depth);
    }
    closedir(dir);
    return bad;
}

static int open_writable(int parent, const char *name)
{
    int fd = openat(parent, name, OPEN_DIR);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) < 0 &&
        errno == EOPNOTSUPP) {
        /* Older kernels cannot change a mode without following; O_PATH pins what we change. */
        _cleanup_(close_fd) int pin = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        char proc[64];
        snprintf(proc, sizeof(proc), "/proc/self/fd/%d", pin);
        if (pin >= 0)
            chmod(proc, 0700);
        errno = EACCES;
    }
    return fd >= 0 || errno == ELOOP || errno == ENOTDIR ? fd : openat(parent, name, OPEN_DIR);
}

static int remove_dir(struct removal *r, int parent, const char *name, int depth)
{
    if (depth >= MAX_DEPTH) {
        char moved[32];
        /* Should the process die now, the name says whose it was; the next removal takes it with the
         * rest. */
        snprintf(moved, sizeof(moved), ".gmrun-rm-%d-%u", (int)getpid(), r->moved++);
        r->again = true;
        if (renameat(parent, name, r->top, moved) == 0)
            return 0;
    }
    int fd = open_writable(parent, name);
    if (fd < 0)
        return errno == ENOENT ? 0 : error_errno(r->err, "cannot remove %s below %s", name, r->path);
    struct stat st;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700)
        fchmod(fd, 0700);
    /* Its result is of no interest: whether all went is what unlinkat() says. */
    remove_content(r, fd, depth + 1);
    /* Somebody else may be removing the same tree: what is gone is gone. */
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return 0;
    return error_errno(r->err, "cannot remove %s below %s", name, r->path);
}

/* unlink() first: most entries are files, and the answer of the kernel tells a folder without a stat.
 * Linux says EISDIR for one, POSIX EPERM. */
static int remove_entry(struct removal *r, int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return error_errno(r->err, "cannot remove %s below %s", name, r->path);
    return remove_dir(r, parent, name, depth);
}

int fs_empty_dir(const char *path, struct error *err)
{
    _cleanup_(close_fd) int top = open(path, OPEN_DIR);
    if (top < 0)
        return errno == ENOENT ? 0 : error_errno(err, "cannot remove %s", path);
    struct stat st;
    if (fstat(top, &st) == 0 && (st.st_mode & 0700) != 0700)
        fchmod(top, st.st_mode | 0700);
    struct removal r = {.top = top, .err = err, .path = path};
    int bad;
    do {
        r.again = false;
        int fd = openat(top, ".", OPEN_DIR);
        bad = fd < 0 ? error_errno(err, "cannot remove %s", path) : remove_content(&r, fd, 0);
        /* readdir() need not tell entries that came after it began: hence another round rather than a longer
         * one. */
    } while (r.again && !bad);
    return bad;
}

int fs_rm_rf(const char *path, struct error *err)
{
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return error_errno(err, "cannot remove %s", path);
    _cleanup_(error_release) struct error first = {0};
    int bad = fs_empty_dir(path, &first);
    if (rmdir(path) == 0 || (errno == ENOENT && !bad))
        return 0;
    if (bad)
        return error_set(err, first.kind, "%s", first.message);
    return error_errno(err, "cannot remove %s", path);
}

/* ---- walk ---- */

struct walk {
    fs_walk_fn *fn;
    void *data;
    struct buf path;
    struct error *err;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef VEC(char *) names_t;

static void names_release(names_t *names)
{
    for (size_t i = 0; i < names->len; i++)
        free(names->items[i]);
    vec_release(names);
}

static int read_names(int fd, names_t *names)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return -1;
    }
    for (struct dirent *e; (e = readdir(dir));) {
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, ".."))
            vec_push(names, xstrdup(e->d_name));
    }
    closedir(dir);
    if (names->len)
        qsort(names->items, names->len, sizeof(names->items[0]), by_name);
    return 0;
}

static int walk_dir(struct walk *w, int at, const char *name);

static int walk_entry(struct walk *w, int dir, const char *name)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        /* Gone between readdir() and now. */
        return errno == ENOENT ? 0 : error_errno(w->err, "cannot look at %s", w->path.data);
    int r = w->fn(w->data, w->path.data, &st, w->err);
    if (r != 0 || !S_ISDIR(st.st_mode))
        return r < 0 ? -1 : 0;
    return walk_dir(w, dir, name);
}

/* Names are read whole before the first callback: it may remove or make files in the folder, and the order
 * is sorted. Two descriptors a level for a moment, since fdopendir() takes the one it is given. */
static int walk_dir(struct walk *w, int at, const char *name)
{
    _cleanup_(close_fd) int dir = openat(at, name, OPEN_DIR);
    _cleanup_(names_release) names_t names = {0};
    int copy = dir < 0 ? -1 : fcntl(dir, F_DUPFD_CLOEXEC, 0);
    if (copy < 0 || read_names(copy, &names) < 0)
        return errno == ENOENT
                   ? 0
                   : error_errno(w->err, "cannot read folder %s", w->path.len ? w->path.data : name);
    size_t len = w->path.len;
    for (size_t i = 0; i < names.len; i++) {
        buf_addstr(&w->path, len ? "/" : "");
        buf_addstr(&w->path, names.items[i]);
        int r = walk_entry(w, dir, names.items[i]);
        w->path.len = len;
        w->path.data[len] = 0;
        if (r < 0)
            return -1;
    }
    return 0;
}

int fs_walk(const char *root, fs_walk_fn *fn, void *data, struct error *err)
{
    struct walk w = {.fn = fn, .data = data, .err = err};
    buf_addstr(&w.path, "");
    struct stat st;
    int r = stat(root, &st) < 0 ? error_errno(err, "cannot read folder %s", root) : 0;
    if (!r) {
        _cleanup_(close_fd) int at = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        r = at < 0 ? error_errno(err, "cannot read folder %s", root) : walk_dir(&w, at, ".");
    }
    buf_release(&w.path);
    return r;
}
