/* Reads, parses and validates the pipeline before anything is set up. */
#ifndef RUNNER_CLI_RUN_CHECK_H
#define RUNNER_CLI_RUN_CHECK_H

#include "runner/cli/pipeline_file.h"
#include "runner/engine/run.h"

/* Fills run->source, run->ast and run->model (NULL: scripted). 0: it may run; 1: errors were printed in the
 * console's form; -1: err says why not. */
int run_check(struct run *run, struct error *err);
/* Tells the warnings of the validation to the sinks, before the first stage. */
void run_check_warn(struct run *run);

#endif
