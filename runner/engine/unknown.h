/* What a dry run cannot know: an object whose properties and methods are unknown, too. True in
 * conditions, as every object is, and itself where something is added to it: a dry run goes on with what
 * follows. */
#ifndef RUNNER_ENGINE_UNKNOWN_H
#define RUNNER_ENGINE_UNKNOWN_H

#include "runner/engine/run.h"

void unknown_register(struct run *run);
struct value unknown_new(struct run *run, const char *what); /* owned; printed as $what */
bool is_unknown(struct run *run, struct value v);

#endif
