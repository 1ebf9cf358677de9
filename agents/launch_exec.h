/* Launches scripts inside a running container by the engine's exec API [docker-workflow: WithContainerStep].

 *
 * Takes no input; the environment goes with the request, the folder has to be mounted. */
#ifndef AGENTS_LAUNCH_EXEC_H
#define AGENTS_LAUNCH_EXEC_H

#include "agents/engine.h"
#include "agents/launcher.h"

/* Embedded in its agent. The engine outlives it; `container` is the id, borrowed. */
struct exec_launcher {
    struct launcher launcher;
    struct engine *engine;
    const char *container;
    unsigned running;
};
void exec_launcher_init(struct exec_launcher *l, struct loop *loop, struct engine *engine,
                        const char *container);

#endif
