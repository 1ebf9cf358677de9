/* A step whose work is one request to the helper program: log lines go to the build, errors become the
 * step's. */
#ifndef RUNNER_STEPS_HELPER_H
#define RUNNER_STEPS_HELPER_H

#include "runner/steps/step.h"
#include "executors/worker.h"
#include <jansson.h>

/* Starts the request (taken) and parks the step. `finish` (NULL: value null) ends the call: step_done() or
 * step_fail…(); it gets the answer, whose result is NULL when the helper failed; return false to have the
 * failure reported as usual. */
enum call_status helper_start(struct step_call *c, json_t *request,
                              bool (*finish)(struct step_call *c, const struct worker_end *end));
void json_put_text(json_t *o, const char *key, const char *text); /* nothing when text is NULL or empty */

#endif
