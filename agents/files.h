/* Operations on files of this machine. -1 and err only where done() was not called: an operation that
 * nobody knows. */
#ifndef AGENTS_FILES_H
#define AGENTS_FILES_H

#include "agents/agent.h"

/* As agent_ops.file; done is called before the return. */
int files_do(const struct agent_file *op, agent_file_fn *done, void *arg, struct error *err);

#endif
