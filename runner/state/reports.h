/* What steps left with a build, in a line each: tests, pages, coverage, findings, badges. For `gmrun show`
 * and the summary at a build's end.
 *
 * Files of the build's folder: junit.json, coverage.json, issues.json; members of its record: html,
 * badges, summaries. */
#ifndef RUNNER_STATE_REPORTS_H
#define RUNNER_STATE_REPORTS_H

#include <jansson.h>

/* what: a word of at most ten columns; more may be NULL. All borrowed. */
typedef void report_line_fn(void *data, const char *what, const char *text, const char *more);
/* DIR: the build's folder; record: its build.json, borrowed. */
void reports_list(const char *dir, const json_t *record, report_line_fn *line, void *data);

#endif
