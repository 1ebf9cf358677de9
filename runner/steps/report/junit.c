/* junit [junit plugin: JUnitResultsStep, JUnitResultArchiver]. */
#include "runner/state/junit.h"
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/report/tests.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>
#include <sys/stat.h>

enum { CLOCK_TOLERANCE_MS = 3000 };

struct reading {
    struct step_call *call;
    struct junit_results results; /* to be recorded */
    struct junit_results known;   /* of files that withMaven recorded: they count for this step's outcome */
    size_t files, stale;
    struct ant_scan scan;
};

/* Three seconds of tolerance: file times of network file systems differ from this machine's clock. */
static int read_report(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct reading *r = data;
    int64_t changed = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
    r->files++;
    if (step_bool(r->call, "skipOldReports", false) &&
        changed < r->call->run->started_ms - CLOCK_TOLERANCE_MS) {
        r->stale++;
        return 0;
    }
    _cleanup_free_ char *whole = step_path(r->call, path), *here = path_join(r->scan.root, path);
    bool is_new = tests_are_new(r->call->run, whole, st, KEPT_BY_STEP);
    return junit_parse_file(here, path, is_new ? &r->results : &r->known, err);
}

static struct junit_totals totals_of(const struct reading *r)
{
    const struct junit_totals *a = &r->results.totals, *b = &r->known.totals;
    return (struct junit_totals){a->total + b->total, a->passed + b->passed, a->failed + b->failed,
                                 a->skipped + b->skipped, a->flaky + b->flaky};
}

static enum call_status nothing_found(struct step_call *c, const struct reading *r, struct value *out)
{
    const char *text = r->files ? "None of the test reports contained any result"
                                : "No test report files were found. Configuration error?";
    bool failing = c->run->result != RESULT_NONE && c->run->result >= RESULT_FAILURE;
    *out = tests_counts(c, &r->results.totals);
    if (step_bool(c, "allowEmptyResults", false)) {
        step_log(c, "%s", text);
        return CALL_OK;
    }
    if (failing)
        return CALL_OK;
    value_release(*out);
    *out = NULL_VALUE;
    return step_abort(c, "%s", text);
}

/* Failed tests make stage and build UNSTABLE, unless told otherwise.
 * The build is marked by the stage's rule: skipMarkingStageUnstable spares both. */
static void mark(struct step_call *c)
{
    bool spare_stage = step_bool(c, "skipMarkingStageUnstable", false);
    if (!spare_stage)
        stage_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    if (!spare_stage && !step_bool(c, "skipMarkingBuildUnstable", false))
        run_set_result(c->run, RESULT_UNSTABLE);
}

/* Files that a withMaven block has recorded are counted for the outcome, not recorded again. */
static enum call_status record(struct step_call *c, struct reading *r, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct junit_totals totals = totals_of(r);
    if (!totals.total)
        return nothing_found(c, r, out);
    if (r->results.totals.total && tests_record(c, &r->results, &err) < 0)
        return step_abort(c, "%s", err.message);
    *out = tests_counts(c, &totals);
    if (totals.failed)
        mark(c);
    return CALL_OK;
}

enum call_status step_junit(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *patterns = run_expand(c->run, c->branch->scope, step_str(c, "testResults", ""));
    struct reading r = {.call = c, .scan = {.root = step_cwd(c), .includes = patterns, .split = GLOB_BLANKS}};
    step_log(c, "Recording test results");
    enum call_status status = ws_scan(c, &r.scan, read_report, &r, &err) < 0
                                  ? step_abort(c, "%s", err.message)
                                  : record(c, &r, out);
    junit_results_release(&r.results);
    junit_results_release(&r.known);
    return status;
}
