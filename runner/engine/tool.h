/* Tool installations of the configuration (`tools:`), for the tools directive, `tool`, withMaven, nodejs
 * … A row's pointers live as long as the build. */
#ifndef RUNNER_ENGINE_TOOL_H
#define RUNNER_ENGINE_TOOL_H

#include "runner/engine/run.h"

/* The installation, borrowed. type NULL: any; else a symbol ("maven") or the class of the installation.
 * NULL/err: none of that name, in Jenkins' words. A home that does not exist is a warning with its place. */
const struct tool_config *tool_find(struct run *run, const char *type, const char *name, struct error *err);
/* The configured one without a look at its home, which is another machine's. */
const struct tool_config *tool_configured(struct run *run, const char *type, const char *name,
                                          struct error *err);
/* The same for a block that is of no use without the tool: a missing home is the error. */
const struct tool_config *tool_need(struct run *run, const char *type, const char *name, struct error *err);
/* What the installation sets: its home's variables and PATH+… */
void tool_set_variables(const struct tool_config *t, struct env *vars);
/* envVarsForTool(type, name): the same as a list of NAME=value. `here`: the node's programs are this
 * machine's.
 */
enum call_status tool_variables(struct fiber *f, struct value type, struct value name, bool here,
                                struct value *out);

#endif
