/* xunit [xunit plugin: XUnitPublisher, XUnitProcessor, XUnitThreshold]. What goes wrong with a report makes
 * the build FAILURE and ends the step, without an exception. Tests that failed change the result by the
 * thresholds alone. */
#include "base/fs.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/tests.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <math.h>
#include <string.h>

#define INFO "[xUnit] [INFO] - "
#define WARNING "[xUnit] [WARNING] - "
#define ERROR "[xUnit] [ERROR] - "

/* ---- one tool. -1: the processing stops */

static int refuse(struct step_call *c, struct map *tool)
{
    if (!described_bool(c, tool, "stopProcessingIfError", true))
        return 0;
    step_log(c, INFO "Failing BUILD.");
    return -1;
}

/* In the order of XUnitProcessor: nothing found, old files, broken ones. */
static int judge_files(struct tests *t, struct map *tool, const char *pattern)
{
    struct step_call *c = t->call;
    const char *label = test_format_label(t->format);
    if (!t->files) {
        bool skip = described_bool(c, tool, "skipNoTestFiles", false);
        step_log(c, "%sNo test reports found for the metric '%s' with the resolved pattern '%s'.%s",
                 skip ? INFO : ERROR, label, pattern, skip ? "" : " Configuration error?.");
        return skip ? 0 : refuse(c, tool);
    }
    step_log(c,
             INFO "[%s] - %zu test report file(s) were found with the pattern '%s' relative to '%s' for the "
                  "testing framework '%s'.",
             label, t->files, pattern, step_cwd(c), label);
    if (t->old && described_bool(c, tool, "failIfNotNew", true)) {
        step_log(c, ERROR "Test reports were found but not all of them are new. Did all the tests run?");
        step_log(c, ERROR "  * %s is older than this build", t->first_old);
        return refuse(c, tool);
    }
    return t->broken ? refuse(c, tool) : 0;
}

static void take_results(struct junit_results *all, struct tests *t)
{
    const struct junit_totals *from = &t->results.totals;
    all->totals.total += from->total;
    all->totals.failed += from->failed;
    all->totals.skipped += from->skipped;
    all->totals.passed += from->passed;
}

/* What was read is recorded even when the tool then stops the processing. */
static int read_tool(struct step_call *c, struct map *tool, struct junit_results *all, struct error *err)
{
    const char *kind = described_class(c, tool);
    struct tests t = {.call = c, .format = test_format_find(kind)};
    _cleanup_free_ char *pattern =
        run_expand(c->run, c->branch->scope, described_str(c, tool, "pattern", ""));
    const char *excludes = described_str(c, tool, "excludesPattern", NULL);
    if (!t.format)
        return error_set(err, ERROR_INVALID, "xunit: '%s' is no kind of test report that is known here",
                         kind);
    t.margin_ms = step_int(c, "testTimeMargin", 3000);
    t.leave_old = described_bool(c, tool, "failIfNotNew", true);
    step_log(c, INFO "Processing %s", test_format_label(t.format));
    int rc = tests_read(&t, pattern, excludes, WARNING, err);
    if (ws_waits(c))
        rc = -1;
    if (!rc)
        rc = judge_files(&t, tool, pattern);
    if (t.results.totals.total && tests_record(c, &t.results, err) < 0)
        rc = -1;
    take_results(all, &t);
    tests_release(&t);
    return rc;
}

/* ---- thresholds */

static const struct {
    const char *key, *word;
    bool added;
    enum result result;
} limits[] = {{"failureThreshold", "failed", false, RESULT_FAILURE},
              {"failureNewThreshold", "new failed", true, RESULT_FAILURE},
              {"unstableThreshold", "unstable", false, RESULT_UNSTABLE},
              {"unstableNewThreshold", "new unstable", true, RESULT_UNSTABLE}};

/* Of the build before, from its test record.
 * The build before, whether or not it recorded tests. */
static long count_before(struct step_call *c, const char *key)
{
    int *numbers, before = 0;
    struct run *run = c->run;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    for (size_t i = 0; i < n && !before; i++)
        before = numbers[i] < run->record.number ? numbers[i] : 0;
    free(numbers);
    if (!before)
        return 0;
    _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, before);
    _cleanup_free_ char *path = path_join(dir, "junit.json");
    json_t *json = json_load_file(path, 0, NULL);
    long count = (long)json_integer_value(json_object_get(json_object_get(json, "totals"), key));
    json_decref(json);
    return count;
}

/* The four limits in the plugin's order; the first exceeded one decides. */
static enum result check_threshold(struct step_call *c, struct map *threshold, const struct junit_totals *t)
{
    bool skipped = strncasecmp(described_class(c, threshold), "skipped", 7) == 0,
         percent = step_int(c, "thresholdMode", 1) == 2;
    long count = skipped ? t->skipped : t->failed;
    long added = count - count_before(c, skipped ? "skipped" : "failed");
    double scale = percent && t->total ? 100.0 / (double)t->total : 1;
    step_log(c, INFO "Check '%s Tests' threshold.", skipped ? "Skipped" : "Failed");
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        double limit = described_num(c, threshold, limits[i].key, NAN);
        double is = (double)(limits[i].added ? added : count) * scale;
        if (isnan(limit) || limit < 0 || is <= limit)
            continue;
        step_log(c, INFO "The %s %s of tests for this category exceeds the specified '%s' threshold value.",
                 limits[i].added ? "new" : "total", percent ? "percentage" : "number", limits[i].word);
        return limits[i].result;
    }
    return RESULT_SUCCESS;
}

static enum result check_thresholds(struct step_call *c, const struct junit_totals *t)
{
    struct value list = step_arg(c, "thresholds");
    enum result worst = RESULT_SUCCESS;
    for (size_t i = 0; i < described_count(list); i++) {
        struct map *threshold = described_at(list, i);
        enum result r = threshold ? check_threshold(c, threshold, t) : RESULT_SUCCESS;
        worst = r > worst ? r : worst;
    }
    return worst;
}

enum call_status step_xunit(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct junit_results all = {0};
    struct value tools = step_arg(c, "tools");
    step_log(c, INFO "Starting to record.");
    for (size_t i = 0; i < described_count(tools); i++) {
        struct map *tool = described_at(tools, i);
        if (!tool || read_tool(c, tool, &all, &err) == 0)
            continue;
        if (err.message || ws_waits(c))
            return step_abort(c, "%s", err.message);
        step_log(c, INFO "There are errors when processing test results.");
        step_log(c, INFO "Skipping tests recording.");
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
        return CALL_OK;
    }
    enum result r = check_thresholds(c, &all.totals);
    step_log(c, INFO "Setting the build status to %s", result_name(r));
    if (r != RESULT_SUCCESS)
        build_mark(c->run, c->branch->scope, r);
    step_log(c, INFO "Stopping recording.");
    return CALL_OK;
}
