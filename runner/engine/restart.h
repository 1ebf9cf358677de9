/* Restart from a stage: where it goes on, what is skipped, and what the new build takes over. In the
 * order of calls: check, take over, then skips for each stage. */
#ifndef RUNNER_ENGINE_RESTART_H
#define RUNNER_ENGINE_RESTART_H

#include "runner/engine/run.h"

/* Whether the pipeline allows it and has the stage, by its path or the end of it; makes restart_from the
 * whole path. Before anything of the build exists. */
int restart_check(struct run *run, struct error *err);
/* Whether a stage that would be entered now is skipped. Notes when the stage is reached. */
bool restart_skips(struct run *run, const struct stage_info *s);
/* Takes over stashes, artifacts and assignments to env of the restarted build (options->replayed). */
int restart_take_over(struct run *run, struct error *err);

#endif
