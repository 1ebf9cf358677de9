/* Which build of another job copyArtifacts takes [copyartifact plugin: BuildSelector and its kinds]. */
#ifndef RUNNER_STEPS_REPORT_BUILD_SELECTOR_H
#define RUNNER_STEPS_REPORT_BUILD_SELECTOR_H

#include "runner/steps/step.h"

/* The job that `name` means from this one (relative, ../x, /x, x); owned, NULL: there is none. */
char *selector_job(struct run *run, const char *name);
/* The build that `selector` (a described object, or null: the last successful one) chooses of those whose
 * parameters match `filter` ("A=1,B=2" or NULL); 0: none. *workspace: its workspace is meant. */
int selector_build(struct step_call *c, const char *job, struct value selector, const char *filter,
                   bool *workspace);

#endif
