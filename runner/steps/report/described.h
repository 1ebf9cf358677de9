/* Objects inside arguments, as they reach a step: maps with `$class` (a symbol or a class name) from
 * `checkStyle(pattern: 'x')`, `[$class: 'CheckStyle', pattern: 'x']` or `[parser: 'JACOCO']`. */
#ifndef RUNNER_STEPS_REPORT_DESCRIBED_H
#define RUNNER_STEPS_REPORT_DESCRIBED_H

#include "runner/steps/step.h"

/* The i-th object of a list; of one object that stands alone, the 0th. NULL: no more, or no map. */
struct map *described_at(struct value v, size_t i);
size_t described_count(struct value v);
/* "" when it has none; without package. Lives as the map. */
const char *described_class(struct step_call *c, struct map *m);
/* Missing or null gives the default, as step_str() and its likes. */
const char *described_str(struct step_call *c, struct map *m, const char *key, const char *dflt);
bool described_bool(struct step_call *c, struct map *m, const char *key, bool dflt);
double described_num(struct step_call *c, struct map *m, const char *key, double dflt);
struct value described_arg(const struct map *m, const char *key); /* borrowed */

/* The entries of the map argument `name` become the call's own: publishHTML(target: [...]). */
void described_unwrap(struct step_call *c, const char *name);

#endif
