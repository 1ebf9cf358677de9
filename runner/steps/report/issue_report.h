/* One tool's findings in one build: how they are gathered, judged and kept (issues.json of the build:
 * [{id, name, total, new, fixed, gate, severities: {ERROR: n, …}, issues: [...]}]). */
#ifndef RUNNER_STEPS_REPORT_ISSUE_REPORT_H
#define RUNNER_STEPS_REPORT_ISSUE_REPORT_H

#include "runner/steps/report/issue.h"
#include "runner/steps/step.h"

struct issue_report { /* zeroed with call filled in: ready */
    struct step_call *call;
    const struct issue_tool *tool;
    const char *id, *name; /* as the call's arguments or the tool have them; live as the call */
    struct issues issues;
    char *errors; /* what went wrong with files, "" or lines; owned, may be NULL */
};
void issue_report_release(struct issue_report *r);
/* With its name in front; of `quiet: true` only errors. */
void issue_say(const struct issue_report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Reads the files of the tool's pattern, or the console so far; `settings` is the map with pattern, id, name
 * and the tool's own parameters, or NULL: the call's own arguments. -1 with err: it cannot be done. */
int issue_report_scan(struct issue_report *r, struct map *settings, struct error *err);
/* Filters, `filters: [includeFile('…'), …]`. */
int issue_report_filter(struct issue_report *r, struct value filters, struct error *err);
/* Compares with the reference build, evaluates the gates, tells and keeps the result. `strict`: thresholds
 * of the old plugins, which a count has to exceed. *out (may be NULL): a map with the figures, owned. */
int issue_report_publish(struct issue_report *r, bool strict, struct value *out, struct error *err);

#endif
