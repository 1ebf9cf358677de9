/* The global objects of a pipeline script: env, params, currentBuild, scm; and bare names that mean
 * environment variables or parameters. */
#ifndef RUNNER_ENGINE_OBJECTS_H
#define RUNNER_ENGINE_OBJECTS_H

#include "runner/engine/causes.h"

void objects_register(struct run *run);
/* The VM's get hook. Order: global object, environment, parameter [workflow-cps: CpsScript.getProperty]. */
enum call_status objects_get(struct fiber *f, const char *name, struct value *out);
/* A jansson tree as Groovy maps, lists and numbers. Owned. */
struct value json_value(struct run *run, const json_t *json);

#endif
