/* Restart from a stage: what the new build takes over from the one it restarts. */
#ifndef RUNNER_ENGINE_RESTART_H
#define RUNNER_ENGINE_RESTART_H

#include "runner/engine/run.h"

/* Copies the stashes of the restarted build (options->replayed) and checks that the stage exists at the top level. */
int restart_take_over(struct run *run, struct error *err);

#endif
