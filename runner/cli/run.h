/* gmrun run. cmd_run_with() is declared in run_options.h. */
#ifndef RUNNER_CLI_RUN_H
#define RUNNER_CLI_RUN_H

#include "runner/cli/run_options.h"

#endif
