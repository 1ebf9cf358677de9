/* junit [junit plugin: JUnitResultsStep, JUnitResultArchiver]. */
#include "runner/state/junit.h"
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/rows.h"
#include <string.h>
#include <sys/stat.h>

enum { CLOCK_TOLERANCE_MS = 3000 };

struct reading {
    struct step_call *call;
    struct junit_results results;
    size_t files, stale;
};

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
    _cleanup_free_ char *whole = step_path(r->call, path);
    return junit_parse_file(whole, path, &r->results, err);
}

static struct value counts(struct step_call *c, const struct junit_totals *t)
{
    const struct {
        const char *name;
        long n;
    } fields[] = {{"totalCount", t->total},
                  {"passCount", t->passed},
                  {"failCount", t->failed},
                  {"skipCount", t->skipped}};
    struct value map = map_new(c->run->vm);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        map_set_str(AS_MAP(map), fields[i].name, value_int((int32_t)fields[i].n));
    return map;
}

static void list_failures(struct step_call *c, const struct junit_results *r)
{
    for (size_t i = 0; i < r->suites.len; i++)
        for (size_t k = 0; k < r->suites.items[i].cases.len; k++) {
            const struct junit_case *t = &r->suites.items[i].cases.items[k];
            if (t->status == JUNIT_FAILED)
                run_notice(c->run, "test failed: %s.%s%s%s", t->class_name, t->name, t->message ? ": " : "",
                           t->message ? t->message : "");
        }
}

static enum call_status nothing_found(struct step_call *c, const struct reading *r, struct value *out)
{
    const char *text = r->files ? "None of the test reports contained any result"
                                : "No test report files were found. Configuration error?";
    bool failing = c->run->result != RESULT_NONE && c->run->result >= RESULT_FAILURE;
    *out = counts(c, &r->results.totals);
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

/* Failed tests make stage and build UNSTABLE, unless told otherwise. */
static void mark(struct step_call *c)
{
    bool spare_stage = step_bool(c, "skipMarkingStageUnstable", false);
    if (!spare_stage)
        stage_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    if (!spare_stage && !step_bool(c, "skipMarkingBuildUnstable", false))
        run_set_result(c->run, RESULT_UNSTABLE);
}

static enum call_status record(struct step_call *c, struct reading *r, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct junit_totals all;
    if (!r->results.totals.total)
        return nothing_found(c, r, out);
    if (junit_record(c->run->record.dir, &r->results, &all, &err) < 0)
        return step_abort(c, "%s", err.message);
    *out = counts(c, &r->results.totals);
    if (r->results.totals.failed) {
        list_failures(c, &r->results);
        mark(c);
    }
    return CALL_OK;
}

enum call_status step_junit(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct reading r = {.call = c};
    _cleanup_free_ char *patterns = run_expand(c->run, c->branch->scope, step_str(c, "testResults", ""));
    struct ant_scan scan = {.root = step_cwd(c), .includes = patterns, .split = GLOB_BLANKS};
    step_log(c, "Recording test results");
    enum call_status status =
        ant_scan(&scan, read_report, &r, &err) < 0 ? step_abort(c, "%s", err.message) : record(c, &r, out);
    junit_results_release(&r.results);
    return status;
}
