/* `--on-failure shell`: a shell on the user's terminal where a step failed. */
#ifndef RUNNER_STEPS_RESCUE_H
#define RUNNER_STEPS_RESCUE_H

#include "runner/steps/step.h"

/* Whether the option is given and there is a terminal to talk to. */
bool rescue_wanted(const struct run *run);
/* Opens the shell in the step's folder with its environment; `go_on` is called when the user leaves it. -1:
 * none could be started. */
int rescue_open(struct step_call *c, void (*go_on)(struct step_call *c, void *data), void *data);

#endif
