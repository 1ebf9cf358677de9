/* Registries for the docker program of a far node: the logins of `registries:` and the mirrors of gmrun.yaml,
 * which that program does not know. */
#ifndef RUNNER_STEPS_DOCKER_FAR_REGISTRY_H
#define RUNNER_STEPS_DOCKER_FAR_REGISTRY_H

#include "runner/steps/step.h"

/* What a script there begins with, behind its first line. It has then $d, a folder of its own that goes with
 * it, and `pull IMAGE` and `have IMAGE` (which pulls what is missing), the mirrors first. Logins stand in $d
 * (0600). */
extern const char far_registry_script[];
/* Sets what that reads: `image`, whose registry and mirrors are meant; NULL: every registry. Asks the node.
 * -1: err. */
int far_registry_vars(struct step_call *c, const char *image, struct env *vars, struct error *err);
void far_registry_release(struct env *vars); /* wipes */

#endif
