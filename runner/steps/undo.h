/* What a block has to undo at its end: secrets that it made known to the masks, files that it wrote. Goes
 * with the block's scope: scope->data = undo, scope->release = undo_release. */
#ifndef RUNNER_STEPS_UNDO_H
#define RUNNER_STEPS_UNDO_H

#include "runner/steps/step.h"

struct undo;
struct undo *undo_new(struct run *run);
/* Paths are those of the step's node from now on, not this machine's. */
void undo_on(struct undo *u, struct step_call *c);
/* Masked until the end; wiped then. NULL and "" are ignored. */
void undo_secret(struct undo *u, const char *secret);
/* A file or folder that is removed at the end; the path is copied. */
void undo_path(struct undo *u, const char *path);
void undo_release(void *undo);

#endif
