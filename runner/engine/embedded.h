/* The parts of the engine that are Groovy, embedded in the program: each a script whose functions call steps.

 *
 * Their texts are files beside this one; what they call of the engine are the double-underscore functions
 * of internals.c. */
#ifndef RUNNER_ENGINE_EMBEDDED_H
#define RUNNER_ENGINE_EMBEDDED_H

#include "runner/engine/run.h"

enum embedded_script {
    EMBEDDED_DECLARATIVE, /* walks the model of a `pipeline { }` block */
    EMBEDDED_DOCKER,      /* the `docker` variable */
};

/* The script's object in the scope of run->script, made at the first call; borrowed, null and err on failure.
 */
struct value embedded_object(struct run *run, enum embedded_script which, struct error *err);

#endif
