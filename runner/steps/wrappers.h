/* Builders and publishers that step([$class: …]) alone can name: they are no steps of their own. Each gets
 * the members of the map as its arguments. */
#ifndef RUNNER_STEPS_WRAPPERS_H
#define RUNNER_STEPS_WRAPPERS_H

#include "runner/steps/step.h"

enum call_status step_result_mail(struct step_call *c, struct value *out); /* Mailer: notify/result_mail.c */

#endif
