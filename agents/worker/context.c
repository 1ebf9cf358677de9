/* See context.h. libarchive pushes, libcurl pulls: the headers go through a small buffer; the content of a
 * file is read straight to where libcurl wants it, shown to libarchive, which hands it on as it is, and so is
 * copied nowhere. A context of any size needs the memory of its list of paths.
 *
 * Owners are 0:0, as the docker program writes them; modes, times and links are kept. */
#include "agents/worker/context.h"
#include "agents/worker/ignore.h"
#include "agents/worker/pack.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IGNORE_MAX = 1 << 20 };

struct context {
    struct job *job;
    char *dir, *dockerfile; /* the second as in the stream */
    char *outside;          /* path of a Dockerfile that lies elsewhere; NULL */
    struct ignore ignore;
    VEC(char *) paths;
    size_t next; /* of paths */
    int fd;      /* of the file whose content is being packed; -1 */
    int64_t left;
    struct archive *out;
    struct buf ready; /* headers and padding; [taken, len) is not yet read */
    size_t taken;
    const char *lent; /* the reader's buffer while it is filled with content; NULL */
    uint64_t total;
    bool closed;
};

/* ---- what is in it */

/* A folder that is left out is entered all the same when some rule takes back: `!` may name a file in it. */
static int note(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct context *c = data;
    if (ignore_match(&c->ignore, path))
        return S_ISDIR(st->st_mode) && !c->ignore.keeps ? FS_SKIP : 0;
    if (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode) || S_ISLNK(st->st_mode))
        vec_push(&c->paths, xstrdup(path));
    return 0;
}

/* Like BuildKit's frontend: Dockerfile.dockerignore before .dockerignore. */
static int read_ignore(struct context *c, const char *dockerfile, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *own = xasprintf("%s.dockerignore", dockerfile);
    _cleanup_free_ char *of_dir = path_join(c->dir, ".dockerignore");
    const char *file = access(own, R_OK) == 0 ? own : of_dir;
    if (access(file, F_OK) == 0 && fs_read_file(file, IGNORE_MAX, &text, err) < 0)
        return -1;
    if (text.len)
        ignore_parse(&c->ignore, text.data);
    if (!c->ignore.rules.len)
        return 0;
    /* The engine reads both; it applies the second once more, to copies of these files. */
    const char *const always[] = {c->dockerfile, ".dockerignore"};
    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        _cleanup_free_ char *rule = xasprintf("!%s", always[i]);
        bool keeps = c->ignore.keeps;
        ignore_add(&c->ignore, rule);
        c->ignore.keeps = keeps || strchr(always[i], '/');
    }
    return 0;
}

/* The engine reads it from the stream only. The name is random so that a file of the context cannot be it. */
static void place_dockerfile(struct context *c, const char *dockerfile)
{
    size_t n = strlen(c->dir);
    if (strncmp(dockerfile, c->dir, n) == 0 && dockerfile[n] == '/') {
        c->dockerfile = xstrdup(dockerfile + n + 1);
        return;
    }
    char hex[21];
    random_hex(hex, 10);
    c->dockerfile = xasprintf(".dockerfile.%s", hex);
    c->outside = xstrdup(dockerfile);
    vec_push(&c->paths, xstrdup(c->dockerfile));
}

/* ---- the stream */

/* Unbuffered, libarchive hands over the very bytes that it was given: content stands in its place already. */
static la_ssize_t keep(struct archive *a, void *data, const void *bytes, size_t n)
{
    struct context *c = data;
    if (bytes != c->lent)
        buf_add(&c->ready, bytes, n);
    return (la_ssize_t)n;
}

static int tar_fail(struct context *c, struct error *err)
{
    const char *text = archive_error_string(c->out);
    return fail_set(err, FAIL_OTHER, "cannot pack the build context: %s", text ? text : "unknown error");
}

static int open_archive(struct context *c, struct error *err)
{
    pack_locale();
    c->out = archive_write_new();
    archive_write_set_format_pax_restricted(c->out);
    archive_write_set_bytes_per_block(c->out, 0);
    return archive_write_open(c->out, c, NULL, keep, NULL) < ARCHIVE_WARN ? tar_fail(c, err) : 0;
}

/* Whole seconds, as the docker program sends them: the engine's cache does not look at times. */
static int write_header(struct context *c, const char *path, const char *whole, const struct stat *st,
                        struct error *err)
{
    char target[PATH_MAX];
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, path);
    archive_entry_set_mode(e, st->st_mode);
    archive_entry_set_mtime(e, st->st_mtim.tv_sec, 0);
    archive_entry_set_size(e, S_ISREG(st->st_mode) ? st->st_size : 0);
    if (S_ISLNK(st->st_mode)) {
        ssize_t n = readlink(whole, target, sizeof(target) - 1);
        target[n > 0 ? n : 0] = 0;
        archive_entry_set_symlink(e, target);
    }
    int rc = archive_write_header(c->out, e) < ARCHIVE_WARN ? tar_fail(c, err) : 0;
    archive_entry_free(e);
    return rc;
}

/* A file that vanished since the list was made is left out, as the docker program does. */
static int begin_entry(struct context *c, struct error *err)
{
    const char *path = c->paths.items[c->next++];
    bool foreign = c->outside && str_eq(path, c->dockerfile);
    _cleanup_free_ char *whole = foreign ? xstrdup(c->outside) : path_join(c->dir, path);
    struct stat st;
    if ((foreign ? stat : lstat)(whole, &st) < 0)
        return errno == ENOENT ? 0 : error_errno(err, "cannot read '%s'", whole);
    if (S_ISREG(st.st_mode) && st.st_size > 0) {
        c->fd = open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (foreign ? 0 : O_NOFOLLOW));
        if (c->fd < 0)
            return error_errno(err, "cannot read '%s'", whole);
        c->left = st.st_size;
        posix_fadvise(c->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return write_header(c, path, whole, &st, err);
}

/* Ends the content of an entry: libarchive fills up a file that shrank to the size in its header. One that
 * grew is cut by never being asked for more. */
static int end_content(struct context *c, struct error *err)
{
    close_fd(&c->fd);
    return archive_write_finish_entry(c->out) < ARCHIVE_WARN ? tar_fail(c, err) : 0;
}

static ssize_t read_content(struct context *c, char *bytes, size_t n, struct error *err)
{
    ssize_t got = read(c->fd, bytes, c->left < (int64_t)n ? (size_t)c->left : n);
    if (got < 0)
        return errno == EINTR ? 0 : error_errno(err, "cannot read '%s'", c->paths.items[c->next - 1]);
    c->lent = bytes;
    int rc = got > 0 && archive_write_data(c->out, bytes, (size_t)got) < 0 ? tar_fail(c, err) : 0;
    c->lent = NULL;
    c->left -= got;
    if (rc == 0 && (got == 0 || c->left == 0))
        rc = end_content(c, err);
    return rc < 0 ? -1 : got;
}

static int refill(struct context *c, struct error *err)
{
    buf_clear(&c->ready);
    c->taken = 0;
    if (c->next < c->paths.len)
        return begin_entry(c, err);
    c->closed = true;
    return archive_write_close(c->out) < ARCHIVE_WARN ? tar_fail(c, err) : 0;
}

/* What stands ready goes before the content: an entry's header, or the padding of the one before. */
static ssize_t read_piece(struct context *c, char *bytes, size_t n, struct error *err)
{
    if (c->taken < c->ready.len) {
        size_t have = c->ready.len - c->taken, take = have < n ? have : n;
        memcpy(bytes, c->ready.data + c->taken, take);
        c->taken += take;
        return (ssize_t)take;
    }
    return c->fd >= 0 ? read_content(c, bytes, n, err) : refill(c, err);
}

ssize_t context_read(struct context *c, char *bytes, size_t n, struct error *err)
{
    size_t got = 0;
    while (got < n && !(c->closed && c->taken == c->ready.len)) {
        ssize_t piece = read_piece(c, bytes + got, n - got, err);
        if (piece < 0)
            return -1;
        got += (size_t)piece;
    }
    c->total += got;
    return (ssize_t)got;
}

const char *context_dockerfile(const struct context *c)
{
    return c->dockerfile;
}

uint64_t context_size(const struct context *c)
{
    return c->total;
}

/* The list of files is made beforehand, since .dockerignore may be wrong and the engine's connection is not
 * to be opened for that. */
struct context *context_open(struct job *j, const char *dir, const char *dockerfile, struct error *err)
{
    struct context *c = xcalloc(1, sizeof(*c));
    c->job = j;
    c->fd = -1;
    c->dir = path_normalise(dir);
    _cleanup_free_ char *joined = path_join(c->dir, dockerfile);
    _cleanup_free_ char *file = path_normalise(joined);
    buf_addstr(&c->ready, "");
    if (!fs_is_dir(c->dir))
        fail_set(err, FAIL_OTHER, "unable to prepare context: path \"%s\" not found", dir);
    else if (access(file, R_OK) < 0)
        fail_set(err, FAIL_OTHER, "unable to prepare context: cannot read the Dockerfile %s: %s", file,
                 strerror(errno));
    else {
        place_dockerfile(c, file);
        if (read_ignore(c, file, err) == 0 && fs_walk(c->dir, note, c, err) == 0 && open_archive(c, err) == 0)
            return c;
    }
    context_close(c);
    return NULL;
}

void context_close(struct context *c)
{
    if (c->out)
        archive_write_free(c->out);
    close_fd(&c->fd);
    for (size_t i = 0; i < c->paths.len; i++)
        free(c->paths.items[i]);
    vec_release(&c->paths);
    ignore_release(&c->ignore);
    buf_release(&c->ready);
    free(c->outside);
    free(c->dockerfile);
    free(c->dir);
    free(c);
}
