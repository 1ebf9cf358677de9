/* What mavenBuild needs of withMaven. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_H
#define RUNNER_STEPS_TOOLS_MAVEN_H

#include "runner/steps/step.h"

/* Whether a withMaven block is around. */
bool maven_block_around(const struct scope *scope);

#endif
