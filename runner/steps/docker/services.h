/* Services: containers beside an agent's own, in a network made for them, reached there by their names.
 *
 * All of them run and are ready before the block begins; they end with it. On every way out nothing is left.
 */
#ifndef RUNNER_STEPS_DOCKER_SERVICES_H
#define RUNNER_STEPS_DOCKER_SERVICES_H

#include "runner/steps/step.h"

struct services;
typedef void services_done_fn(void *data, const struct error *err);

/* `scope`: of variables, engine and logins (counted). ready() comes once, never from within the start; with
 * an error all is removed already. The list is borrowed. */
struct services *services_start(struct step_call *c, struct scope *scope, const struct service_config *list,
                                size_t n, services_done_fn *ready, void *data);
void services_cancel(struct services *s); /* while they start: ready() comes soon, with an error */
const char *services_network(const struct services *s);
/* Tells what those that ended before their time said last, then removes all; done() with the first error. */
void services_end(struct services *s, services_done_fn *done, void *data);
void services_free(struct services *s); /* after ready() with an error, or done(); NULL is fine */

#endif
