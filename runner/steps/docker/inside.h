/* A step's block inside a container: of withDockerContainer, and of `node` where the node is of kind docker.
 */
#ifndef RUNNER_STEPS_DOCKER_INSIDE_H
#define RUNNER_STEPS_DOCKER_INSIDE_H

#include "runner/engine/node.h"
#include "runner/steps/step.h"

struct agent_config;
struct container_options { /* borrowed, used before the return */
    const char *image, *args;
    bool always_pull;
    struct scope *around; /* of variables, engine and logins, and around the block; NULL: the call's */
    const struct agent_config *agent; /* whose services go with it; NULL: none. As long as the run */
};

/* Starts the container on the workspace of `outer` (taken), runs the block in it, waits until it is gone; the
 * block's outcome is the step's. Replaces the call's state. For a step's start and its continuations. */
enum call_status inside_enter(struct step_call *c, struct lease *outer, const struct container_options *o);
/* The same for a node of kind docker: its image, engine, login and services. `lease` is taken. */
enum call_status inside_node(struct step_call *c, struct lease *lease, const struct agent_config *agent);

#endif
