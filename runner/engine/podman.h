/* Where Podman is installed and its service does not run, one is started for whoever needs an engine. */
#ifndef RUNNER_ENGINE_PODMAN_H
#define RUNNER_ENGINE_PODMAN_H

#include "base/proc.h"
#include "runner/engine/env.h"

#define PODMAN_MARK                                                                                          \
    "GMRUN_PODMAN"          /* variable of the service: its folder, by which this one is found and ended */
enum { PODMAN_MS = 15000 }; /* so long may it take to answer */

/* The address of the new service as DOCKER_HOST has it, owned; NULL: there is no Podman. `*folder` (owned)
 * holds its socket, to be removed when it has ended. It lives until something ends the processes that carry
 * `cookie`. */
char *podman_start(struct procs *ps, const struct env *env, const char *cookie, char **folder);

#endif
