/* The shell of `--on-failure shell` gets the terminal itself, not pipes: gmrun is in the background for
 * its time, and output of other branches goes on around it. The callback frees its data before it lets the
 * step go on, because that may open the next shell. */
#include "runner/steps/rescue.h"
#include "runner/cli/run_options.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct rescue {
    struct step_call *call;
    void (*go_on)(struct step_call *c, void *data);
    void *data;
};

bool rescue_wanted(const struct run *run)
{
    return run->options->on_failure_shell && !run->aborting && isatty(0) && isatty(1);
}

/* See the head: r is a copy. */
static void left(void *data, const struct proc_exit *ended)
{
    struct rescue r = *(struct rescue *)data;
    free(data);
    r.go_on(r.call, r.data);
}

/* foreground: the shell becomes the terminal's process group, and gmrun takes it back when it ends. */
int rescue_open(struct step_call *c, void (*go_on)(struct step_call *c, void *data), void *data)
{
    static const struct proc_callbacks callbacks = {.done = left};
    const char *shell = getenv("SHELL"), *const argv[] = {shell && *shell ? shell : "sh", "-i", NULL};
    struct rescue *r = xcalloc(1, sizeof(*r));
    *r = (struct rescue){c, go_on, data};
    struct env env = {0};
    run_environment(c->run, c->branch->scope, &env);
    char **block = env_block(&env);
    env_release(&env);
    run_notice(c->run, "a shell in %s; leave it to go on with the failed step", step_cwd(c));
    struct proc_options o = {.argv = argv,
                             .env = (const char *const *)block,
                             .cwd = step_cwd(c),
                             .stdio = {PROC_INHERIT, PROC_INHERIT, PROC_INHERIT},
                             .foreground = true};
    struct proc *p = proc_start(&c->run->procs, &o, &callbacks, r, NULL);
    env_block_free(block);
    if (!p)
        free(r);
    return p ? 0 : -1;
}
