/* dockerLogin and dockerLogout by the docker program of a node that is elsewhere. */
#ifndef RUNNER_STEPS_DOCKER_LOGIN_FAR_H
#define RUNNER_STEPS_DOCKER_LOGIN_FAR_H

#include "runner/engine/registry.h"
#include "runner/steps/step.h"

/* The whole of the step, for its start. The login holds in the scope `node`, if not in a block around. */
enum call_status login_far(struct step_call *c, struct scope *node, const char *host,
                           const struct registry_login *l);
enum call_status logout_far(struct step_call *c, const char *host); /* NULL: Docker Hub */

#endif
