/* The variables that Jenkins provides (JENKINS-FACTS 4.9). */
#ifndef RUNNER_ENGINE_BUILD_ENV_H
#define RUNNER_ENGINE_BUILD_ENV_H

#include "runner/engine/run.h"

/* Fills host_env (this process), base_env (configuration) and build_env (BUILD_NUMBER, JOB_NAME, BRANCH_NAME
 * …).
 */
void build_env_fill(struct run *run);
void build_env_of_process(struct env *e); /* adds what steps inherit from this process */

#endif
