/* The functions behind the rows of runner/steps/table.c. Each is documented by its row in the catalogue
 * (parser/catalog_steps.c: parameters, help) and by Jenkins' own reference of the step. */
#ifndef RUNNER_STEPS_ROWS_H
#define RUNNER_STEPS_ROWS_H

#include "runner/steps/step.h"

#define STEP_ROW(name, fn, flags) enum call_status fn(struct step_call *c, struct value *out);
#include "runner/steps/rows.inc"
#undef STEP_ROW

#endif
