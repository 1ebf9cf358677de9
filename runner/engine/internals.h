/* Natives that declarative.groovy calls; their names begin with two underscores. And the host's call hook,
 * which finds them, the steps, and the symbols of objects inside arguments (`string(name: …)`,
 * `logRotator(…)`). */
#ifndef RUNNER_ENGINE_INTERNALS_H
#define RUNNER_ENGINE_INTERNALS_H

#include "runner/engine/run.h"

enum call_status internals_call(struct fiber *f, const char *name, int argc, struct value *argv,
                                struct value *out);
/* The same without libraries' variables: `steps.name(…)`. */
enum call_status internals_step(struct fiber *f, const char *name, int argc, struct value *argv,
                                struct value *out);

/* when.c: one condition of `when`, by its name, with its arguments as a map (the sole one under ''). */
enum call_status when_evaluate(struct fiber *f, const char *kind, struct map *args, bool *holds);
/* post conditions [pipeline-model-definition: BuildCondition]. own: the stage's result, which counts alone
 * there: what parallel branches did is not its concern; RESULT_NONE at the root, where the build's counts. */
bool post_matches(struct run *run, const char *kind, enum result own);

#endif
