/* Tool installations of the configuration (`tools:`), for the tools directive, `tool` and withMaven. */
#ifndef RUNNER_ENGINE_TOOL_H
#define RUNNER_ENGINE_TOOL_H

#include "runner/engine/run.h"

/* The installation's home, or NULL with err in Jenkins' words. type NULL: any type. Borrowed. */
const char *tool_home(struct run *run, const char *type, const char *name, struct error *err);
/* __tool(type, name): list of NAME=value: the type's home variables and PATH+… */
enum call_status tool_variables(struct fiber *f, struct value type, struct value name, struct value *out);

#endif
