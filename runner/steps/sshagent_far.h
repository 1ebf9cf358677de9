/* The agent of sshagent on a node whose programs are elsewhere. */
#ifndef RUNNER_STEPS_SSHAGENT_FAR_H
#define RUNNER_STEPS_SSHAGENT_FAR_H

#include "runner/state/credentials.h"
#include "runner/steps/step.h"

/* Starts it there, adds the keys (borrowed, as long as the configuration), and enters the block. */
enum call_status sshagent_far(struct step_call *c, const struct credential *const *keys, size_t n);

#endif
