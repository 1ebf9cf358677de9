/* A step's block on a node whose files are not this machine's. */
#ifndef RUNNER_STEPS_FAR_H
#define RUNNER_STEPS_FAR_H

#include "runner/engine/node.h"
#include "runner/steps/step.h"

/* Connects the node of `outer` (taken; kind ssh), makes its workspace there and runs the block in it.
 * Replaces the call's state. For a step's start and its continuations. */
enum call_status far_enter(struct step_call *c, struct lease *outer);
/* For a step that is told a lease of its own (a pod's): the workspace is made, then the block runs; with its
 * outcome `after` goes on. */
enum call_status far_block(struct step_call *c, struct lease *lease,
                           enum call_status (*after)(struct step_call *, struct outcome, struct value *));

#endif
