/* withDockerContainer on a node whose files and engine are elsewhere [docker-workflow: WithContainerStep]. */
#ifndef RUNNER_STEPS_DOCKER_INSIDE_FAR_H
#define RUNNER_STEPS_DOCKER_INSIDE_FAR_H

#include "runner/steps/step.h"

/* The whole of the step, for its start. */
enum call_status inside_far(struct step_call *c, const char *image, const char *args);

#endif
