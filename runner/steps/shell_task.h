/* A script that a step runs on its node to do its work: as `sh` would, with the output masked and shown, but
 * with an end of the step's own. A script that begins with #! is not traced. */
#ifndef RUNNER_STEPS_SHELL_TASK_H
#define RUNNER_STEPS_SHELL_TASK_H

#include "agents/job.h"
#include "runner/steps/step.h"

struct shell_task {
    struct env vars; /* beside the scope's; borrowed until the start returns */
    const char
        *here; /* a folder of this machine, in which the script runs although the node is elsewhere; NULL */
    /* Ends the call by step_done() or step_fail…(); NULL: as `sh` ends. */
    void (*ended)(struct step_call *c, void *data, const struct shell_result *r);
    void *data;
    void (*release)(void *data); /* of data, at the call's end; also when the start fails */
};

/* The environment of scripts at this place, and `vars` over it (NULL: none); for env_block_free().
 * `programs`: gmrun's own stand first on the path. */
char **shell_task_env(struct step_call *c, const struct env *vars, bool programs);

enum call_status shell_task_start(struct step_call *c, const char *script, const struct shell_task *task);

#endif
