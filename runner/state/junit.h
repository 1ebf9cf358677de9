/* JUnit XML reports (surefire, ant, gradle, pytest, jest, gtest …) and the build's junit.json.
 *
 * As the junit plugin reads them (hudson.tasks.junit.TestResult, SuiteResult): <error> counts as failed; a
 * suite that only holds an <error> is one failed test "<init>"; an empty file is one failed test "[empty]"; a
 * malformed *.xml is one failed test "[failed-to-read]", any other malformed file an error; a suite seen
 * before with the same timestamp is skipped. */
#ifndef RUNNER_STATE_JUNIT_H
#define RUNNER_STATE_JUNIT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/util.h"
#include <jansson.h>
#include <stdbool.h>

enum junit_status { JUNIT_PASSED, JUNIT_FAILED, JUNIT_SKIPPED };
enum { JUNIT_MAX_DEPTH = 64, JUNIT_MAX_TEXT = 64 * 1024, JUNIT_MAX_CASES = 1000000 };

struct junit_case { /* texts are the arena's, never NULL but for message and details */
    const char *class_name, *name;
    enum junit_status status;
    bool flaky; /* passed when surefire ran it again */
    double seconds;
    const char *message, *details; /* of a failure or a skip; details are cut at JUNIT_MAX_TEXT bytes */
};
struct junit_suite {
    const char *name, *file, *id, *timestamp;
    VEC(struct junit_case) cases;
};
struct junit_totals {
    long total, passed, failed, skipped;
    long flaky; /* of the passed ones */
};
struct junit_results { /* zeroed is empty */
    struct arena arena;
    VEC(struct junit_suite) suites;
    void *moments; /* the suites that have a timestamp: a tree of tsearch() */
    struct junit_totals totals;
    double seconds;
};

/* Adds the report's suites. -1: not readable, or not XML and not called *.xml; results are as before then.
 * `show` is the file's name in messages and in junit.json. No entity declarations, limits on depth and text.
 */
int junit_parse_file(const char *path, const char *show, struct junit_results *r, struct error *err);
void junit_results_release(struct junit_results *r);

/* junit.json: {"totals": {total, passed, failed, skipped, seconds, flaky}, "suites": [{name, file, total,
 * failed, skipped, seconds, "cases": [{class, name, status, seconds, message, details, flaky}]}]}; status
 * PASSED, FAILED, SKIPPED; flaky only where something is. */
json_t *junit_to_json(const struct junit_results *r);
/* Adds the results to DIR/junit.json (DIR: the build's folder), which is made when missing. *all: the totals
 * then. */
int junit_record(const char *dir, const struct junit_results *r, struct junit_totals *all, struct error *err);
const char *junit_status_name(enum junit_status s);

#endif
