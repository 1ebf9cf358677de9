/* The warning about secrets in Groovy strings: "${PASSWORD}" in a step's argument shows it to the shell's
 * argument list and to whoever reads the script's text [workflow-cps: DSL.logInterpolationWarnings]. */
#ifndef RUNNER_STEPS_LEAK_H
#define RUNNER_STEPS_LEAK_H

#include "runner/steps/step.h"
#include "base/buf.h"

/* Appends the names of secret variables in scope whose values stand in GStrings of the arguments, each once,
 * separated by
 * ", ", in the order in which the values appear. To be called before arguments become plain text. */
void leak_find(struct step_call *c, struct buf *names);
void leak_warn(struct step_call *c, const char *names);

#endif
