/* What all steps that record tests share: reading the files of a pattern, and the record of the build. */
#ifndef RUNNER_STEPS_REPORT_TESTS_H
#define RUNNER_STEPS_REPORT_TESTS_H

#include "runner/state/junit.h"
#include "runner/steps/report/test_format.h"
#include "runner/steps/step.h"

struct tests { /* zeroed with call and format filled in: ready */
    struct step_call *call;
    const struct test_format *format;
    int64_t margin_ms; /* a file is old when it changed before the build's start less this; < 0: none is */
    bool leave_old;    /* old files are counted, not read */
    struct junit_results results;
    size_t files, old, broken, empty;
    char *first_old; /* name of one; owned */
};

/* Reads the files that match below the current folder. Malformed ones are counted, each with a line of the
 * log that begins with `prefix`; -1: the folder cannot be searched. */
int tests_read(struct tests *t, const char *pattern, const char *excludes, const char *prefix,
               struct error *err);
void tests_release(struct tests *t);

/* Who keeps the results of a report: withMaven keeps what its block wrote, and the junit of a post section,
 * which users of both have, finds the same files. Jenkins counts their tests twice. */
enum tests_keeper { KEPT_BY_STEP, KEPT_BY_BLOCK };
/* Whether the report, in its state of that time, is still to be recorded: a block leaves what anybody
 * recorded, a step what a block did (steps add up, as in Jenkins). Notes it as recorded. */
struct stat;
bool tests_are_new(struct run *run, const char *path, const struct stat *st, enum tests_keeper keeper);

/* Adds them to the build's junit.json and names the failed ones. */
int tests_record(struct step_call *c, const struct junit_results *r, struct error *err);
/* TestResultSummary: [totalCount: …]; owned. */
struct value tests_counts(struct step_call *c, const struct junit_totals *t);

#endif
