/* The Docker engines of a build: each opened when the first step needs it, shared by all.
 *
 * Whoever makes something in an engine asks for the labels first (run_engine_labels): that also notes,
 * for later starts, that there is something to remove. */
#ifndef RUNNER_ENGINE_DOCKER_H
#define RUNNER_ENGINE_DOCKER_H

#include "agents/docker.h"
#include "base/words.h"
#include "runner/engine/run.h"

/* The engine that DOCKER_HOST (DOCKER_TLS_VERIFY, DOCKER_CERT_PATH) means in this scope, else the machine's
 * own. Borrowed. */
struct engine *run_engine(struct run *run, const struct scope *scope);
/* What $NAME in options of docker's commands stands for: the variables of a scope, of this process's own too
 * where that is a container. Embedded in its owner; release it. */
struct scope_words {
    struct words_env env;
    struct run *run;
    const struct scope *scope;
    char *last;
};
void scope_words_init(struct scope_words *w, struct run *run, const struct scope *scope, bool shell);
void scope_words_release(struct scope_words *w);

/* The labels that every object of this build carries: `gmrun gc` finds it by them. Borrowed from the run. */
void run_engine_labels(struct run *run, const char *labels[3][2]);
/* Removes what the build left in the engines that it used: runs the loop until that is done, half a minute at
 * most. */
void run_engine_sweep(struct run *run);
/* Removes, beside the build's own work, what killed builds of this home left. */
void run_engine_collect(struct run *run);
void run_engine_free(struct run *run);

#endif
