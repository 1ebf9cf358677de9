/* Owns work on this machine: every operation is done at once, its callback comes before the return. */
#include "agents/agent.h"
#include "base/fs.h"
#include "base/glob.h"
#include "base/util.h"
#include "agents/scratch.h"
#include "agents/shell.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct local {
    struct agent agent;
    struct procs *ps;
    struct scratch scratch;
};

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

/* Without a mode as Jenkins' writeFile: in place, so that links and an existing file's mode stay. */
static int op_write(const struct agent_file *op, struct answer *a, struct error *err)
{
    _cleanup_free_ char *up = path_dirname(op->path);
    if (!fs_is_dir(up) && fs_mkdir_p(up, 0755, err) < 0)
        return -1;
    if (!op->mode)
        return fs_write_file(op->path, op->data, op->len, 0644, err);
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
    return errno == ENOENT || errno == ENOTDIR ? 0 : error_errno(err, "cannot look at %s", op->path);
}

static int op_mkdir(const struct agent_file *op, struct answer *a, struct error *err)
{
    return fs_mkdir_p(op->path, op->mode ? op->mode : 0755, err);
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
    _cleanup_free_ char *dir = fs_tempdir(op->path, "", err);
    if (!dir)
        return -1;
    buf_addstr(&a->reply.data, dir);
    return 0;
}

static int (*const operations[])(const struct agent_file *op, struct answer *a, struct error *err) = {
    [AGENT_READ] = op_read,   [AGENT_WRITE] = op_write,   [AGENT_STAT] = op_stat,
    [AGENT_MKDIR] = op_mkdir, [AGENT_DELETE] = op_delete, [AGENT_EMPTY] = op_empty,
    [AGENT_LIST] = op_list,   [AGENT_GLOB] = op_glob,     [AGENT_TEMP] = op_temp,
};

static int local_file(struct agent *agent, const struct agent_file *op, agent_file_fn *done, void *arg,
                      struct error *err)
{
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

static struct shell_job *local_shell(struct agent *agent, const struct shell_options *o,
                                     const struct shell_callbacks *cb, void *data, struct error *err)
{
    struct local *l = CONTAINER_OF(agent, struct local, agent);
    return shell_start(l->ps, &l->scratch, o, cb, data, err);
}

static void local_cancel(struct agent *agent, struct shell_job *job)
{
    shell_cancel(job);
}

static int local_sweep(struct agent *agent, const char *cookie, int grace_ms)
{
    return proc_sweep(cookie, grace_ms);
}

static void local_free(struct agent *agent)
{
    struct local *l = CONTAINER_OF(agent, struct local, agent);
    scratch_release(&l->scratch);
    free(l);
}

struct agent *agent_local_new(struct procs *ps, const char *name)
{
    static const struct agent_ops ops = {
        .kind = "local",
        .shell = local_shell,
        .cancel = local_cancel,
        .file = local_file,
        .sweep = local_sweep,
        .free = local_free,
    };
    struct local *l = xcalloc(1, sizeof(*l));
    l->agent.ops = &ops;
    l->agent.name = name;
    l->ps = ps;
    return &l->agent;
}
