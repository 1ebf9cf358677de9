/* The linter's forms for machines: JSON and SARIF 2.1.0. The shapes are documented in docs/lint.md and
 * stable. */
#ifndef RUNNER_CLI_LINT_REPORT_H
#define RUNNER_CLI_LINT_REPORT_H

#include "runner/cli/pipeline_file.h"
#include <jansson.h>

/* Appends the findings of one file to `files`, an array. */
void lint_report_add(json_t *files, const struct pipeline_file *f);
/* The SARIF log of such an array; owned by the caller. */
json_t *lint_report_sarif(const json_t *files);

#endif
