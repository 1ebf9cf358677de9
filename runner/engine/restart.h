/* Restart from a stage: what the new build takes over from the one it restarts. */
#ifndef RUNNER_ENGINE_RESTART_H
#define RUNNER_ENGINE_RESTART_H

#include "runner/engine/run.h"

/* Whether the pipeline allows it and has the stage at its top level; before anything of the build exists. */
int restart_check(const struct run *run, struct error *err);
/* Copies the stashes of the restarted build (options->replayed). */
int restart_take_over(struct run *run, struct error *err);

#endif
