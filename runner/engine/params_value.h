/* Values of parameters: how each kind stands in `params`, in the environment and in build.json. */
#ifndef RUNNER_ENGINE_PARAMS_VALUE_H
#define RUNNER_ENGINE_PARAMS_VALUE_H

#include "runner/engine/run.h"
#include "runner/state/params.h"

/* "StringParameterDefinition" or "hudson.model.…" -> "string"; other words are given back. */
const char *params_kind_of_class(const char *class);
/* A `run` parameter must be JOB#NUMBER of a build that exists, "" or absent. */
int params_set(struct run *run, const struct param_value *p, struct error *err);
json_t *params_recorded(const struct param_value *p); /* for build.json: passwords as **** */

/* The argument `choices` of a declaration, a list or one text with a choice on each line, as a list of texts.
 * Owned. */
struct value params_choices(struct fiber *f, struct map *args);
/* A declaration whose arguments are known now: sets the value of a parameter that was not given and has none
 * yet; checks one that was given against choices that had to be computed. args: Map. */
enum call_status params_declare(struct fiber *f, const char *kind, struct map *args);
/* Copies the files of `file` parameters into a workspace, once a build. */
int params_place_files(struct run *run, const char *workspace, struct error *err);

#endif
