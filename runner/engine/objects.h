/* The global objects of a pipeline script: env, params, currentBuild, scm; and bare names that mean
 * environment variables or parameters. */
#ifndef RUNNER_ENGINE_OBJECTS_H
#define RUNNER_ENGINE_OBJECTS_H

#include "runner/engine/run.h"

void objects_register(struct run *run);
/* The VM's get hook. Order: global object, environment, parameter [workflow-cps: CpsScript.getProperty]. */
enum call_status objects_get(struct fiber *f, const char *name, struct value *out);
/* A jansson tree as Groovy maps, lists and numbers. Owned. */
struct value json_value(struct run *run, const json_t *json);

const char *run_cause_class(const struct run *run); /* "hudson.model.Cause$UserIdCause" */
/* The build whose `build` step started this one, as runner/steps/build.c tells it: "JOB#NUMBER"; NULL: none
 * did. */
const char *run_upstream(const struct run *run, int *number);
char *run_cause_text(const struct run *run); /* "Started by user alice"; owned */

#endif
