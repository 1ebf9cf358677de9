/* Failures for want of the node, and the conditions of retry that tell them from a script's. */
#ifndef RUNNER_STEPS_POD_CONDITION_H
#define RUNNER_STEPS_POD_CONDITION_H

#include "runner/steps/step.h"

/* The exception of a step that failed; where the pod is gone, of that. Owned. */
struct value step_failure(struct step_call *c, const char *text);
/* Of a node that was not given: lost, when it was gone before it could be. Owned. */
struct value node_failure(struct step_call *c, const char *text, bool lost);
/* `condition`: agent() or kubernetesAgent(…) as a value; others never hold. */
bool agent_condition_holds(struct step_call *c, struct value exception, struct value condition);

#endif
