/* Agents that are containers of a Docker or Podman engine on this machine. The workspace and its @tmp twin
 * are mounted at their own paths, so files are reached here; only scripts run inside [docker-workflow:
 * WithContainerStep].
 *
 * A container is begun (image looked at, pulled when missing, made, started, checked) and ended; both
 * take time. A remote engine (DOCKER_HOST=tcp://…) works only where it sees the workspace at the same
 * path. */
#ifndef AGENTS_DOCKER_H
#define AGENTS_DOCKER_H

#include "agents/agent.h"
#include "agents/engine.h"

struct docker_options {
    const char *image;
    const char *args;              /* options of `docker run`; NULL: none */
    const struct words_env *words; /* what $NAME in args and command stands for; used before the return */
    const char *network;           /* that it is in unless args name one; NULL: the engine's default */
    const char *const *aliases;    /* its names there, NULL-terminated; NULL: none */
    const char *const *mounts;     /* folders, NULL-terminated: read and written at the same path */
    const char *workdir;           /* in which processes begin; files named in args are relative to it */
    const char *const *env;        /* NAME=value, NULL-terminated */
    const char *labels[3][2];      /* name and value; a NULL name ends it */
    const char *auth;              /* X-Registry-Auth of the image's registry; NULL: none */
    bool always_pull;
    char *const *mirrors; /* as in docker_pull_options */
    size_t n_mirrors;
    /* Not for steps: the image's own user, folder and command (or `command`, split as a shell does), as
     * `docker run -d`. The agent is only good for its id. */
    bool service;
    const char *command;
};

struct docker_callbacks {
    void (*log)(void *data, const char *text); /* a line for the build's log, without its end */
    /* Once, never from within the start. The agent's reference is the callee's; NULL: err says why, and
     * nothing is left. */
    void (*ready)(void *data, struct agent *agent, const struct error *err);
};

struct docker_start;
/* Everything in o is copied. `host` is the agent of the machine; engine and host outlive the new agent. */
struct docker_start *docker_agent_start(struct engine *engine, struct loop *loop, struct agent *host,
                                        const struct docker_options *o, const struct docker_callbacks *cb,
                                        void *data);
/* ready() comes soon, with an error; what was made is removed. */
void docker_agent_cancel(struct docker_start *s);

const char *docker_agent_id(const struct agent *a); /* of the container */
/* The image's own environment, NULL-terminated; borrowed. */
const char *const *docker_agent_env(const struct agent *a);

/* Removes the container with its volumes; done() comes once, with NULL or the error. The agent is
 * freed by ops->free afterwards. */
void docker_agent_end(struct agent *a, void (*done)(void *data, const struct error *err), void *data);

#endif
