/* Exceptions that stop a build rather than fail it [workflow-step-api: FlowInterruptedException], and what
 * any exception means for the result. Part of step.h, which includes it. */
#ifndef RUNNER_STEPS_INTERRUPTION_H
#define RUNNER_STEPS_INTERRUPTION_H

#include "runner/engine/run.h"

void interruption_register(struct run *run); /* its getters, once a VM */
/* FlowInterruptedException with a result and the text of its cause ("Timeout has been exceeded"). Owned. */
struct value interruption_new(struct fiber *f, enum result r, const char *cause);
bool is_interruption(struct run *run, struct value exception, enum result *r); /* FlowInterruptedException */
/* Whether it still interrupts: one that a timeout threw is an ordinary error outside its block. */
bool is_real_interruption(struct run *run, struct value exception);
/* The result that an exception means for the build: its own for interruptions, else FAILURE. */
enum result result_of_exception(struct run *run, struct value exception);
/* Prints an error as Jenkins does where it is caught: "ERROR: text" for hudson.AbortException, else class,
 * message, frames. */
void exception_text(struct run *run, struct value exception, struct buf *text); /* appended, not masked */
void log_exception(struct run *run, const struct branch *b, struct value exception);

#endif
