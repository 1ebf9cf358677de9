/* currentBuild: the build as its scripts see it [workflow-support: RunWrapper]. */
#ifndef RUNNER_ENGINE_RUN_WRAPPER_H
#define RUNNER_ENGINE_RUN_WRAPPER_H

#include "runner/engine/run.h"

void run_wrapper_register(struct run *run);
/* `past`: the build.json of an older build, or of another job's (taken): what `build` returns; NULL: the
 * current one. Owned. */
struct value run_wrapper_new(struct run *run, json_t *past);
/* What scripts assigned to env, for build.json: `buildVariables` of a build that has ended. Owned; masked. */
json_t *run_wrapper_env(struct run *run);
/* Sets displayName or description of the running build, masked; NULL takes it away. */
void run_wrapper_label(struct run *run, const char *name, const char *text);

#endif
