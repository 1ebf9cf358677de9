/* The variables that Jenkins provides (JENKINS-FACTS 4.9). */
#ifndef RUNNER_ENGINE_BUILD_ENV_H
#define RUNNER_ENGINE_BUILD_ENV_H

#include "runner/engine/run.h"

/* Fills base_env (this process, configuration, --env) and build_env (BUILD_NUMBER, JOB_NAME, BRANCH_NAME …).
 */
void build_env_fill(struct run *run);
char *build_env_started_by(const struct run *run); /* "Started by user alice"; owned */

#endif
