/* Coverage of one build: gathered from files, told as a table, kept in its coverage.json (a list of what
 * coverage_to_json() makes). */
#ifndef RUNNER_STEPS_REPORT_COVERAGE_REPORT_H
#define RUNNER_STEPS_REPORT_COVERAGE_REPORT_H

#include "runner/steps/report/coverage.h"
#include "runner/steps/step.h"

struct coverage_report { /* zeroed with call, id, name and prefix filled in: ready */
    struct step_call *call;
    const char *id, *name;
    const char *prefix; /* of log lines: "[Coverage] " */
    struct coverage data;
    size_t files, broken;
};
void coverage_report_release(struct coverage_report *r);

/* Reads the files that match below the current folder; malformed ones are told and counted. -1: the folder
 * cannot be searched. */
int coverage_report_read(struct coverage_report *r, const struct coverage_parser *parser, const char *pattern,
                         struct error *err);
/* Tells the figures and keeps them. */
int coverage_report_keep(struct coverage_report *r, struct error *err);
/* Of the last older build that recorded this id: percent of a metric; negative: unknown. */
double coverage_report_before(const struct coverage_report *r, enum metric m);

#endif
