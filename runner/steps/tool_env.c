/* envVarsForTool [pipeline-model-definition: EnvVarsForToolStep]: the step by which the tools directive gets
 * the variables of an installation. */
#include "runner/engine/tool.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"

enum call_status step_env_vars_for_tool(struct step_call *c, struct value *out)
{
    return tool_variables(c->fiber, step_arg(c, "toolId"), step_arg(c, "toolVersion"), !ws_far(c), out);
}
