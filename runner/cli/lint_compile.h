/* What only the compiler sees: classes that nobody knows. */
#ifndef RUNNER_CLI_LINT_COMPILE_H
#define RUNNER_CLI_LINT_COMPILE_H

#include "runner/cli/pipeline_file.h"
#include "runner/cli/run_options.h"

/* Of a valid file: compiles it as `run` would and adds what is refused, an unknown class as a warning. Files
 * that load a library are left alone, since its classes are not known before it is there; files that name no
 * class are, since the virtual machine costs more than all other checks. */
void lint_compile(struct pipeline_file *f, struct run_options *o);

#endif
