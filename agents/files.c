/* Operations on files of this machine: of the local agent, and of the helper program that stands beside the
 * files of a far one. Every one is done at once.
 *
 * The reply lives until done() returns, its texts are freed by files_do(): an entry that is wanted longer
 * is copied. Errors name the path, since they end up in the step's message. */
#include "agents/files.h"
#include "base/fs.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an operation answers: the reply and the memory behind its entries. */
struct answer {
    struct agent_reply reply;
    VEC(struct agent_entry) entries;
};

static void add_entry(struct answer *a, const char *path, const struct stat *st)
{
    struct agent_entry e = {
        .path = xstrdup(path),
        .is_dir = S_ISDIR(st->st_mode),
        .size = st->st_size,
        .mtime_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000,
    };
    vec_push(&a->entries, e);
}

static int op_read(const struct agent_file *op, struct answer *a, struct error *err)
{
    a->reply.found = true;
    return fs_read_file(op->path, op->limit, &a->reply.data, err);
}

static int append(const struct agent_file *op, struct error *err)
{
    /* O_APPEND: two steps that append at once do not overwrite each other. */
    _cleanup_(close_fd) int fd = open(op->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_errno(err, "cannot write %s", op->path);
    for (size_t done = 0; done < op->len;) {
        ssize_t n = write(fd, (const char *)op->data + done, op->len - done);
        if (n < 0 && errno != EINTR)
            return error_errno(err, "cannot write %s", op->path);
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* Without a mode as Jenkins' writeFile: in place, so that links and an existing file's mode stay. */
static int op_write(const struct agent_file *op, struct answer *a, struct error *err)
{
    _cleanup_free_ char *up = path_dirname(op->path);
    /* [hudson.FilePath.write]: parents are made. */
    if (!fs_is_dir(up) && fs_mkdir_p(up, 0777, err) < 0)
        return -1;
    if (op->append)
        return append(op, err);
    if (!op->mode)
        return fs_write_file(op->path, op->data, op->len, 0666, err);
    return fs_write_file_atomic(op->path, op->data, op->len, op->mode, err);
}

static int op_stat(const struct agent_file *op, struct answer *a, struct error *err)
{
    struct stat st;
    if (stat(op->path, &st) == 0) {
        a->reply.found = true;
        add_entry(a, op->path, &st);
        return 0;
    }
    /* fileExists of something below a file is false, not an error. */
    return errno == ENOENT || errno == ENOTDIR ? 0 : error_errno(err, "cannot look at %s", op->path);
}

static int op_mkdir(const struct agent_file *op, struct answer *a, struct error *err)
{
    return fs_mkdir_p(op->path, op->mode ? op->mode : 0777, err);
}

static int op_delete(const struct agent_file *op, struct answer *a, struct error *err)
{
    return fs_rm_rf(op->path, err);
}

static int op_empty(const struct agent_file *op, struct answer *a, struct error *err)
{
    return fs_empty_dir(op->path, err);
}

/* A link counts as what it leads to; a dangling one as a file. */
static int list_entry(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct answer *a = data;
    add_entry(a, path, st);
    return FS_SKIP;
}

static int op_list(const struct agent_file *op, struct answer *a, struct error *err)
{
    if (fs_walk(op->path, list_entry, a, err) < 0)
        return -1;
    for (size_t i = 0; i < a->entries.len; i++) {
        _cleanup_free_ char *path = path_join(op->path, a->entries.items[i].path);
        a->entries.items[i].is_dir = fs_is_dir(path);
    }
    return 0;
}

static int glob_entry(void *data, const char *path, const struct stat *st, struct error *err)
{
    add_entry(data, path, st);
    return 0;
}

static int op_glob(const struct agent_file *op, struct answer *a, struct error *err)
{
    struct ant_scan scan = {
        .root = op->path,
        .includes = op->includes,
        .excludes = op->excludes,
        .split = op->split,
        .no_default_excludes = op->no_default_excludes,
        .ignore_case = op->ignore_case,
        .no_follow_symlinks = op->no_follow_symlinks,
    };
    return ant_scan(&scan, glob_entry, a, err) < 0 ? -1 : 0;
}

static int op_temp(const struct agent_file *op, struct answer *a, struct error *err)
{
    _cleanup_free_ char *dir = fs_tempdir(op->path, op->includes ? op->includes : "", err);
    if (!dir)
        return -1;
    buf_addstr(&a->reply.data, dir);
    return 0;
}

static int op_touch(const struct agent_file *op, struct answer *a, struct error *err)
{
    struct stat st;
    struct timespec now = {.tv_nsec = UTIME_NOW}, at = {op->mtime_ms / 1000, op->mtime_ms % 1000 * 1000000},
                    times[2] = {op->mtime_ms < 0 ? now : at, op->mtime_ms < 0 ? now : at};
    _cleanup_free_ char *up = path_dirname(op->path);
    if (fs_mkdir_p(up, 0777, err) < 0)
        return -1;
    _cleanup_(close_fd) int fd = open(op->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || futimens(fd, times) < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "touch %s", op->path);
    add_entry(a, op->path, &st);
    return 0;
}

struct pruning {
    const struct agent_file *op;
    struct glob_list includes, excludes;
    VEC(char *) chosen; /* relative paths, parents first */
};

static int choose(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct pruning *p = data;
    bool dir = S_ISDIR(st->st_mode);
    /* Chosen in a first walk, removed in a second: a pattern must not depend on what is gone already. */
    if ((dir && !p->op->dirs) || !glob_match(&p->includes, path, true) ||
        glob_match(&p->excludes, path, true))
        return 0;
    vec_push(&p->chosen, xstrdup(path));
    return dir ? FS_SKIP : 0;
}

static int op_prune(const struct agent_file *op, struct answer *a, struct error *err)
{
    struct pruning p = {.op = op};
    glob_add(&p.includes, op->includes, op->split);
    glob_add(&p.excludes, op->excludes, op->split);
    int rc = fs_walk(op->path, choose, &p, err);
    for (size_t i = 0; i < p.chosen.len; i++) {
        _cleanup_free_ char *path = path_join(op->path, p.chosen.items[i]);
        if (rc == 0)
            rc = fs_rm_rf(path, err);
        free(p.chosen.items[i]);
    }
    vec_release(&p.chosen);
    glob_release(&p.includes);
    glob_release(&p.excludes);
    return rc;
}

static int op_digest(const struct agent_file *op, struct answer *a, struct error *err)
{
    char hex[HASH_HEX_MAX];
    if (hash_file(op->digest, op->path, hex, err) < 0)
        return -1;
    buf_addstr(&a->reply.data, hex);
    return 0;
}

static int (*const operations[])(const struct agent_file *op, struct answer *a, struct error *err) = {
    [AGENT_READ] = op_read,   [AGENT_WRITE] = op_write,   [AGENT_STAT] = op_stat,
    [AGENT_MKDIR] = op_mkdir, [AGENT_DELETE] = op_delete, [AGENT_EMPTY] = op_empty,
    [AGENT_LIST] = op_list,   [AGENT_GLOB] = op_glob,     [AGENT_TEMP] = op_temp,
    [AGENT_TOUCH] = op_touch, [AGENT_DIGEST] = op_digest, [AGENT_PRUNE] = op_prune,
};

int files_do(const struct agent_file *op, agent_file_fn *done, void *arg, struct error *err)
{
    /* Only a request of a foreign program can be wrong here. */
    if ((size_t)op->kind >= ARRAY_LEN(operations))
        return error_set(err, ERROR_INVALID, "unknown file operation %d", (int)op->kind);
    _cleanup_(error_release) struct error failed = {0};
    struct answer a = {0};
    int r = operations[op->kind](op, &a, &failed);
    a.reply.entries = a.entries.items;
    a.reply.count = a.entries.len;
    done(arg, &a.reply, r < 0 ? &failed : NULL);
    for (size_t i = 0; i < a.entries.len; i++)
        free((char *)(uintptr_t)a.entries.items[i].path);
    vec_release(&a.entries);
    buf_release(&a.reply.data);
    return 0;
}
