/* Owns work on this machine: every operation is done at once, its callback comes before the return. The
 * built-in node and agents of kind local; containers use its file operations, too, since their workspace
 * is mounted. */
#include "agents/agent.h"
#include "base/util.h"
#include "agents/files.h"
#include "agents/launch_local.h"
#include "agents/scratch.h"
#include "agents/shell.h"

struct local {
    struct agent agent;
    struct local_launcher launcher;
    struct scratch scratch;
};

static int local_file(struct agent *agent, const struct agent_file *op, agent_file_fn *done, void *arg,
                      struct error *err)
{
    return files_do(op, done, arg, err);
}

static struct shell_job *local_shell(struct agent *agent, const struct shell_options *o,
                                     const struct shell_callbacks *cb, void *data, struct error *err)
{
    struct local *l = CONTAINER_OF(agent, struct local, agent);
    return shell_start(&l->launcher.launcher, &l->scratch, o, cb, data, err);
}

static void local_cancel(struct agent *agent, struct shell_job *job)
{
    shell_cancel(job);
}

static void local_sweep(struct agent *agent, const char *cookie, int grace_ms, void (*done)(void *arg),
                        void *arg)
{
    /* Waits: at a build's end there is nothing else to do. */
    proc_sweep(cookie, grace_ms);
    done(arg);
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
    local_launcher_init(&l->launcher, ps);
    return &l->agent;
}
