/* A tool installation as a step's node has it. */
#ifndef RUNNER_STEPS_TOOLS_TOOL_PLACE_H
#define RUNNER_STEPS_TOOLS_TOOL_PLACE_H

#include "runner/engine/tool.h"
#include "runner/steps/step.h"

/* As tool_need(): the home has to be there. On a far node it is looked for there (runner/steps/workspace.h:
 * may have to wait). */
const struct tool_config *step_tool_need(struct step_call *c, const char *type, const char *name,
                                         struct error *err);
/* As tool_find(): a home that is not there is a warning. */
const struct tool_config *step_tool_find(struct step_call *c, const char *type, const char *name,
                                         struct error *err);

#endif
