/* What an input step asks for, and what an answer makes of it. */
#ifndef RUNNER_STEPS_INPUT_VALUE_H
#define RUNNER_STEPS_INPUT_VALUE_H

#include "runner/steps/step.h"

/* The value of the input step when it is answered with "NAME=VALUE,…" (may be empty: the defaults). Owned.
 * -1: a name that it does not ask for, a text that is no choice or no boolean. */
int input_value(struct step_call *c, const char *pairs, struct value *out, struct error *err);
/* Appends "A, B (x|y), C (true|false)": what it asks for. */
void input_describe(struct step_call *c, struct buf *out);

#endif
