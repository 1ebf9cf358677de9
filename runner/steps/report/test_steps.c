/* nunit, mstest, testNG, robot [plugins of the same names]: tests of one tool each, with its own rules for
 * the result. */
#include "base/fs.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/report/tests.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

static enum call_status none_found(struct step_call *c, const char *what, bool failing)
{
    if (failing)
        return step_abort(c, "No %s test report files were found. Configuration error?", what);
    step_log(c, "No %s test report files were found. Configuration error?", what);
    return CALL_OK;
}

/* Reads and records. *t is to be released also after an error. */
static int gather(struct tests *t, const char *pattern_as_given, struct error *err)
{
    struct step_call *c = t->call;
    _cleanup_free_ char *pattern = run_expand(c->run, c->branch->scope, pattern_as_given);
    t->margin_ms = -1;
    if (tests_read(t, pattern, NULL, "WARNING: ", err) < 0)
        return -1;
    return t->results.totals.total ? tests_record(c, &t->results, err) : 0;
}

/* ---- nunit [NUnitPublisher], mstest [MSTestPublisher] */

/* Some broken files beside good ones: the good ones are recorded, the result is that of failures. */
static enum call_status record_plain(struct step_call *c, const char *format, const char *what,
                                     const char *pattern, bool needed, enum result on_failure)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(tests_release) struct tests t = {.call = c, .format = test_format_find(format)};
    if (gather(&t, pattern, &err) < 0)
        return step_abort(c, "%s", err.message);
    if (t.broken && !t.results.totals.total)
        return step_abort(c, "none of the %s reports could be read", what);
    if (!t.files)
        return none_found(c, what, needed);
    if (t.results.totals.failed || t.broken)
        build_mark(c->run, c->branch->scope, on_failure);
    return CALL_OK;
}

enum call_status step_nunit(struct step_call *c, struct value *out)
{
    step_log(c, "Recording NUnit tests results");
    return record_plain(c, "nunit", "NUnit", step_str(c, "testResultsPattern", ""),
                        step_bool(c, "failIfNoResults", true),
                        step_bool(c, "failedTestsFailBuild", false) ? RESULT_FAILURE : RESULT_UNSTABLE);
}

enum call_status step_mstest(struct step_call *c, struct value *out)
{
    const char *pattern = step_str(c, "testResultsFile", "**/*.trx");
    step_log(c, "[MSTEST-INFO] Processing test results in file(s) %s", pattern);
    return record_plain(c, "mstest", "MSTest TRX", pattern, step_bool(c, "failOnError", true),
                        RESULT_UNSTABLE);
}

/* ---- testNG [testng-plugin: Publisher] */

/* Failing limits before unstable ones; the mode 2 means percents. */
static enum result testng_result(struct step_call *c, const struct junit_totals *t)
{
    static const struct {
        const char *key, *word;
        int dflt;
        bool skips;
        enum result result;
    } limits[] = {{"failedFails", "failed", 100, false, RESULT_FAILURE},
                  {"failedSkips", "skipped", 100, true, RESULT_FAILURE},
                  {"unstableFails", "failed", 0, false, RESULT_UNSTABLE},
                  {"unstableSkips", "skipped", 100, true, RESULT_UNSTABLE}};
    bool percent = step_int(c, "thresholdMode", 2) == 2;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        long n = limits[i].skips ? t->skipped : t->failed, limit = step_int(c, limits[i].key, limits[i].dflt);
        double is = percent && t->total ? 100.0 * (double)n / (double)t->total : (double)n;
        if (is <= (double)limit)
            continue;
        step_log(c,
                 percent ? "%g%% of tests %s, which exceeded threshold of %ld%%. Marking build as %s"
                         : "%g tests %s, which exceeded threshold of %ld. Marking build as %s",
                 is, limits[i].word, limit, result_name(limits[i].result));
        return limits[i].result;
    }
    return RESULT_SUCCESS;
}

enum call_status step_testng(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(tests_release) struct tests t = {.call = c, .format = test_format_find("testNG")};
    const char *pattern = step_str(c, "reportFilenamePattern", "**/testng-results.xml");
    step_log(c, "TestNG Reports Processing: START");
    step_log(c, "Looking for TestNG results report in workspace using pattern: %s", pattern);
    if (gather(&t, pattern, &err) < 0)
        return step_abort(c, "%s", err.message);
    if (!t.files) {
        step_log(c, "Did not find any matching files.");
        return CALL_OK;
    }
    enum result r = t.broken ? RESULT_UNSTABLE : testng_result(c, &t.results.totals);
    if (r != RESULT_SUCCESS)
        build_mark(c->run, c->branch->scope, r);
    step_log(c, "TestNG Reports Processing: FINISH");
    return CALL_OK;
}

/* ---- robot [robot plugin: RobotPublisher]: results, and the tool's own pages beside the build */

/* Percent of passed tests; skipped ones do not count unless asked for. */
static void robot_result(struct step_call *c, const struct junit_totals *t)
{
    long counted = step_bool(c, "countSkippedTests", false) ? t->total : t->total - t->skipped;
    double passed = counted ? 100.0 * (double)t->passed / (double)counted : 100;
    step_log(c, "-Checking thresholds:");
    if (passed < step_num(c, "unstableThreshold", 0))
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
    else if (passed < step_num(c, "passThreshold", 0))
        build_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    step_log(c, "Done!");
}

static bool robot_copied(struct step_call *c, const struct worker_end *end)
{
    if (!end->result)
        return false;
    step_log(c, "Done!");
    step_log(c, "Done publishing Robot results.");
    step_done(c, NULL_VALUE);
    return true;
}

static enum call_status robot_copy(struct step_call *c, const char *dir, const char *output)
{
    const char *name = step_str(c, "archiveDirName", "robot-plugin");
    _cleanup_free_ char *to = path_join(c->run->record.dir, name), *plain = path_normalise(to);
    const char *others = step_str(c, "otherFiles", "");
    if (!path_inside(c->run->record.dir, plain))
        return step_abort(c, "robot: archiveDirName '%s' leads out of the build's folder", name);
    _cleanup_free_ char *includes =
        xasprintf("%s,%s,%s%s%s", output, step_str(c, "reportFileName", "report.html"),
                  step_str(c, "logFileName", "log.html"), *others ? "," : "", others);
    _cleanup_(error_release) struct error err = {0};
    step_log(c, "-Copying log files to build dir:");
    struct ant_scan scan = {.root = dir, .includes = includes, .split = GLOB_COMMA};
    const char *here = ws_view(c, &scan, &err);
    if (!here)
        return step_abort(c, "%s", err.message);
    json_t *html = json_pack("{s:s, s:s, s:s}", "name", "Robot Framework", "dir", plain, "files",
                             step_str(c, "reportFileName", "report.html"));
    kept_add(c->run, "html", html);
    return helper_start(c,
                        json_pack("{s:s,s:s,s:s,s:s,s:b}", "op", "archive-artifacts", "dir", here, "dest",
                                  plain, "includes", includes, "allowEmpty", 1),
                        robot_copied);
}

enum call_status step_robot(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(tests_release) struct tests t = {.call = c, .format = test_format_find("robot")};
    _cleanup_free_ char *given = run_expand(c->run, c->branch->scope, step_str(c, "outputPath", "."));
    _cleanup_free_ char *joined = step_path(c, *given ? given : "."), *dir = path_normalise(joined);
    const char *output = step_str(c, "outputFileName", "output.xml");
    _cleanup_free_ char *pattern =
        *given && *given != '/' ? xasprintf("%s/%s", given, output) : xstrdup(output);
    step_log(c, "Robot results publisher started...");
    step_log(c, "-Parsing output xml:");
    if (gather(&t, pattern, &err) < 0)
        return step_abort(c, "%s", err.message);
    if (!t.files || t.broken) {
        step_log(c, "Failed!");
        step_log(c, t.files ? "%s could not be read" : "%s: no such file in the workspace", pattern);
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
        return CALL_OK;
    }
    step_log(c, "Done!");
    robot_result(c, &t.results.totals);
    return robot_copy(c, dir, output);
}
