/* Owns whole-file operations: read, write, copy, temporary folders. Trees are in fs_tree.c.
 *
 * Writing aside and renaming is atomic for other processes, and for a crash of this one. Against a loss
 * of power it is not: nothing is fsync()ed, since a build is some hundred small files and a disk that has
 * to confirm each would cost more than the build. What may be half-written then is found by its reader
 * (build.json by its JSON, the index by SQLite's journal). */
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The limit guards against a device or a log that somebody named by mistake. */
enum { CHUNK = 64 * 1024, DEFAULT_LIMIT = 256 * 1024 * 1024, TEMP_TRIES = 100 };

bool fs_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool fs_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int read_all(int fd, const char *path, size_t limit, struct buf *out, struct error *err)
{
    size_t start = out->len;
    for (;;) {
        buf_reserve(out, CHUNK);
        ssize_t n = read(fd, out->data + out->len, CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot read %s", path);
        if (n == 0)
            return 0;
        out->len += (size_t)n;
        out->data[out->len] = 0;
        if (out->len - start > limit)
            return error_set(err, ERROR_INVALID, "%s is larger than %zu bytes", path, limit);
    }
}

int fs_read_file(const char *path, size_t limit, struct buf *out, struct error *err)
{
    if (!limit)
        limit = DEFAULT_LIMIT;
    /* O_NOCTTY: a path that turns out to be a terminal must not become ours. */
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "cannot read %s", path);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return error_errno(err, "cannot read %s", path);
    }
    if (S_ISREG(st.st_mode) && (size_t)st.st_size > limit)
        return error_set(err, ERROR_INVALID, "%s is larger than %zu bytes", path, limit);
    if (S_ISREG(st.st_mode))
        buf_reserve(out, (size_t)st.st_size + CHUNK); /* or the doubling would copy the content */
    return read_all(fd, path, limit, out, err);
}

static int write_all(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t done = write(fd, data, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        data += done;
        n -= (size_t)done;
    }
    return 0;
}

int fs_write_file(const char *path, const void *data, size_t n, mode_t mode, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode);
    if (fd < 0)
        return error_errno(err, "cannot write %s", path);
    int bad = write_all(fd, data, n);
    int saved = errno;
    if (close(fd) < 0 && !bad) { /* network file systems tell a full disk only here */
        bad = -1;
        saved = errno;
    }
    if (!bad)
        return 0;
    errno = saved;
    return error_errno(err, "cannot write %s", path);
}

/* The temporary file lies beside its target: rename() needs the same file system. */
int fs_write_file_atomic(const char *path, const void *data, size_t n, mode_t mode, struct error *err)
{
    char tail[17];
    /* 64 random bits: two writers of the same file never share one, and a killed one's is never taken for
     * ours. */
    random_hex(tail, 8);
    _cleanup_free_ char *temp = xasprintf("%s.%s.tmp", path, tail);
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_errno(err, "cannot write %s", path);
    /* 0600 until the content is there: a secret is never readable for the moment between. fchmod() rather
     * than the mode of open(): the umask must not change it. */
    int bad = write_all(fd, data, n) < 0 || fchmod(fd, mode) < 0;
    int saved = errno;
    if (close(fd) < 0 && !bad) {
        saved = errno;
        bad = 1;
    }
    if (!bad && rename(temp, path) == 0)
        return 0;
    if (!bad)
        saved = errno;
    unlink(temp);
    errno = saved;
    return error_errno(err, "cannot write %s", path);
}

/* copy_file_range() lets the kernel copy (or share) blocks; it moves both offsets, so the loop by hand
 * continues where it gave up. Files of /proc and the like have a size of 0, which some kernels take for the
 * end (5.3 to 5.18): only read() tells theirs. */
static int copy_data(int in, int out, const char *from, const char *to, struct error *err)
{
    for (;;) {
        ssize_t n = copy_file_range(in, NULL, out, NULL, (size_t)1 << 30, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break; /* the end, another file system or kind of file: by hand, from where it stopped */
    }
    _cleanup_free_ char *buffer = xmalloc(CHUNK);
    for (;;) {
        ssize_t n = read(in, buffer, CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot read %s", from);
        if (n == 0)
            return 0;
        if (write_all(out, buffer, (size_t)n) < 0)
            return error_errno(err, "cannot write %s", to);
    }
}

/* Cutting a file to nothing before it is read from would lose it: a copy onto itself, also by another name
 * or a link, is none. */
static bool is_same(const struct stat *a, const char *path)
{
    struct stat b;
    return stat(path, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

/* Made writable first and given its mode last: a mode without write permission must not stop the copy
 * itself. */
int fs_copy_file(const char *from, const char *to, mode_t mode, struct error *err)
{
    _cleanup_(close_fd) int in = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (in < 0 || fstat(in, &st) < 0)
        return error_errno(err, "cannot read %s", from);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return error_errno(err, "cannot copy %s", from);
    }
    if (is_same(&st, to))
        return 0;
    if (!mode)
        mode = st.st_mode & 07777;
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode | 0200);
    if (out < 0)
        return error_errno(err, "cannot write %s", to);
    int r = copy_data(in, out, from, to, err);
    if (!r && fchmod(out, mode) < 0)
        r = error_errno(err, "cannot set the mode of %s", to);
    if (close(out) < 0 && !r)
        r = error_errno(err, "cannot write %s", to);
    return r;
}

/* mkdir() decides which name is free, so that two processes cannot take the same. */
char *fs_tempdir(const char *parent, const char *prefix, struct error *err)
{
    for (int i = 0; i < TEMP_TRIES; i++) {
        char tail[9];
        random_hex(tail, 4);
        char *path = xasprintf("%s/%s%s", parent, prefix, tail);
        if (mkdir(path, 0700) == 0)
            return path;
        /* free() may change errno, and fs_mkdir_p() does. */
        int code = errno;
        free(path);
        if (code == ENOENT && i == 0 && fs_mkdir_p(parent, 0755, err) == 0)
            continue;
        if (code != EEXIST) {
            errno = code;
            break;
        }
    }
    error_errno(err, "cannot make a temporary folder in %s", parent);
    return NULL;
}
