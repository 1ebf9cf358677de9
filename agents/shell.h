/* `sh`, wherever its interpreter runs [durable-task, workflow-durable-task-step; JENKINS-FACTS 4.1]. */
#ifndef AGENTS_SHELL_H
#define AGENTS_SHELL_H

#include "agents/job.h"
#include "agents/launcher.h"

struct scratch;

/* Everything in o is copied or used before the return, but slots. scratch: agents/scratch.h, or NULL. NULL
 * and err only for wrong use (unknown encoding, a script with NUL bytes cannot be expressed); all that fails
 * later comes by done(). */
struct shell_job *shell_start(struct launcher *l, struct scratch *scratch, const struct shell_options *o,
                              const struct shell_callbacks *cb, void *data, struct error *err);
/* Interrupts: TERM to all of the job's processes, KILL after the grace, then done(). Still queued: done()
 * comes in the next turn. */
void shell_cancel(struct shell_job *j);

#endif
