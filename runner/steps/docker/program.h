/* The docker steps on a node whose files and engine are elsewhere: its own docker program does them, as in
 * Jenkins [docker-workflow: Docker.groovy]. */
#ifndef RUNNER_STEPS_DOCKER_PROGRAM_H
#define RUNNER_STEPS_DOCKER_PROGRAM_H

#include "runner/steps/step.h"

/* The whole of the step, by its name; for its start. */
enum call_status docker_program(struct step_call *c);
/* dockerInspect, whose command is not shown. */
enum call_status docker_program_inspect(struct step_call *c, struct value *out);

#endif
