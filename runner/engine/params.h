/* Parameters of a build: found in the file before it runs (a declarative `parameters { }`, or a top-level
 * `properties([parameters([…])])`), checked against what was given, completed when declarations hold
 * expressions. The words of kinds are those of a declaration: string, booleanParam, choice … */
#ifndef RUNNER_ENGINE_PARAMS_H
#define RUNNER_ENGINE_PARAMS_H

#include "runner/engine/run.h"

/* Checks --param and --params-file against the declarations, fills run->params, run->build_env and the masks
 * (passwords), and returns the map for build.json (owned; passwords as ****). NULL: usage error. */
json_t *params_prepare(struct run *run, struct error *err);

#endif
