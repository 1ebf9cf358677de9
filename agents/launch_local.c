/* Launches as children of this process; see launcher.h. */
#include "agents/launch_local.h"
#include "base/fs.h"
#include "base/util.h"
#include <errno.h>

/* A child with the callbacks of whoever launched it. */
struct launched {
    struct launch_callbacks cb;
    void *data;
    struct proc *proc;
};

static void child_output(void *data, int stream, const char *bytes, size_t n)
{
    struct launched *p = data;
    p->cb.output(p->data, stream, bytes, n);
}

static void child_done(void *data, const struct proc_exit *ended)
{
    struct launched *p = data;
    p->cb.done(p->data, &(struct launch_end){.status = ended->status, .signal = ended->signal});
    free(p);
}

static void child_stubborn(void *data)
{
    struct launched *p = data;
    if (p->cb.stubborn)
        p->cb.stubborn(p->data);
}

static struct launched *start(struct launcher *l, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err)
{
    static const struct proc_callbacks callbacks = {child_output, child_done, child_stubborn};
    struct procs *ps = CONTAINER_OF(l, struct local_launcher, launcher)->procs;
    struct launched *p = xcalloc(1, sizeof(*p));
    *p = (struct launched){.cb = *cb, .data = data};
    struct proc_options o = {
        .argv = what->argv,
        /* No look through PATH for the one program that every step needs; argv[0] stays "sh", as traces
         * show it. */
        .program = str_eq(what->argv[0], "sh") ? "/bin/sh" : NULL,
        .env = what->env,
        .cwd = what->cwd,
        .stdio = {what->input || what->feed ? PROC_PIPE : PROC_NULL, PROC_PIPE,
                  what->split ? PROC_PIPE : PROC_MERGE},
        .cookie = what->cookie,
    };
    p->proc = proc_start(ps, &o, &callbacks, p, err);
    /* posix_spawn reports a failed chdir and a missing program by the same errno. */
    if (!p->proc && err->code == ENOENT && what->cwd &&
        !fs_is_dir(what->cwd)) { /* looked at only now: it nearly always is there */
        error_release(err);
        if (fs_mkdir_p(what->cwd, 0755, err) == 0)
            p->proc = proc_start(ps, &o, &callbacks, p, err);
    }
    if (!p->proc) {
        free(p);
        return NULL;
    }
    if (what->input)
        proc_write(p->proc, what->input, what->input_len, !what->feed);
    return p;
}

static void stop(struct launcher *l, struct launched *p, int grace_ms)
{
    proc_kill(p->proc, grace_ms);
}

static void feed(struct launcher *l, struct launched *p, const void *bytes, size_t n, bool end)
{
    proc_write(p->proc, bytes, n, end);
}

static bool busy(struct launcher *l)
{
    return CONTAINER_OF(l, struct local_launcher, launcher)->procs->count > 0;
}

void local_launcher_init(struct local_launcher *l, struct procs *ps)
{
    static const struct launcher_ops ops = {.start = start, .kill = stop, .busy = busy, .write = feed};
    *l = (struct local_launcher){.launcher = {.ops = &ops, .loop = ps->loop}, .procs = ps};
}
