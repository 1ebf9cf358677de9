/* jacoco, cobertura, clover [plugins of the same names: JacocoPublisher, CoberturaPublisher,
 * CloverPublisher]: one tool each, with thresholds of its own.
 *
 * JaCoCo's .exec files only hold which probes of which class ran; the plugin reads the classes, too. Here
 * the XML report that jacoco:report or jacocoTestReport writes is read instead. */
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/report/coverage_report.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <stdio.h>
#include <string.h>

/* Reads all files of the pattern and keeps what they say. *found: some were read. */
static enum call_status gather(struct coverage_report *r, const char *pattern, bool *found)
{
    _cleanup_(error_release) struct error err = {0};
    if (coverage_report_read(r, coverage_parser_find(r->id), pattern, &err) < 0)
        return step_abort(r->call, "%s", err.message);
    *found = r->files > r->broken;
    if (*found && coverage_report_keep(r, &err) < 0)
        return step_abort(r->call, "%s", err.message);
    return CALL_OK;
}

/* ---- jacoco */

static const struct {
    enum metric metric;
    const char *key;
} jacoco_metrics[] = {
    {METRIC_CLASS, "Class"},   {METRIC_METHOD, "Method"},           {METRIC_LINE, "Line"},
    {METRIC_BRANCH, "Branch"}, {METRIC_INSTRUCTION, "Instruction"}, {METRIC_COMPLEXITY, "Complexity"}};

/* Below a minimum the build fails, below a maximum it is unstable; the first that misses decides. What was
 * not counted counts as 0. */
static enum result jacoco_limits(struct coverage_report *r)
{
    static const struct {
        const char *kind;
        enum result result;
    } kinds[] = {{"minimum", RESULT_FAILURE}, {"maximum", RESULT_UNSTABLE}};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (size_t i = 0; i < ARRAY_LEN(jacoco_metrics); i++) {
            char key[48];
            snprintf(key, sizeof(key), "%s%sCoverage", kinds[k].kind, jacoco_metrics[i].key);
            double is = counter_percent(&r->data.of[jacoco_metrics[i].metric]);
            if ((is < 0 ? 0 : is) < step_num(r->call, key, 0))
                return kinds[k].result;
        }
    return RESULT_SUCCESS;
}

/* buildOverBuild: coverage may not have fallen by more than the delta. */
static enum result jacoco_deltas(struct coverage_report *r)
{
    for (size_t i = 0; i < ARRAY_LEN(jacoco_metrics); i++) {
        char key[48];
        snprintf(key, sizeof(key), "delta%sCoverage", jacoco_metrics[i].key);
        double before = coverage_report_before(r, jacoco_metrics[i].metric);
        double is = counter_percent(&r->data.of[jacoco_metrics[i].metric]);
        if (before >= 0 && before - (is < 0 ? 0 : is) > step_num(r->call, key, 0))
            return RESULT_FAILURE;
    }
    return RESULT_SUCCESS;
}

static void jacoco_result(struct coverage_report *r)
{
    struct step_call *c = r->call;
    bool change = step_bool(c, "changeBuildStatus", false), compare = step_bool(c, "buildOverBuild", false);
    enum result limits = jacoco_limits(r), deltas = compare ? jacoco_deltas(r) : RESULT_SUCCESS;
    if (change)
        step_log(c, "[JaCoCo plugin] Apply Min/Max thresholds result: %s", result_name(limits));
    if (compare)
        step_log(c, "[JaCoCo plugin] Results of delta thresholds check: %s", result_name(deltas));
    enum result worst = change && limits > deltas ? limits : deltas;
    if (worst != RESULT_SUCCESS)
        build_mark(c->run, c->branch->scope, worst);
}

static void jacoco_overall(struct coverage_report *r)
{
    _cleanup_(buf_release) struct buf text = {0};
    static const char *const words[] = {"class", "method", "line", "branch", "instruction", "complexity"};
    for (size_t i = 0; i < ARRAY_LEN(jacoco_metrics); i++) {
        double is = counter_percent(&r->data.of[jacoco_metrics[i].metric]);
        buf_printf(&text, "%s%s: %.2f", i ? ", " : "", words[i], is < 0 ? 0 : is);
    }
    step_log(r->call, "[JaCoCo plugin] Overall coverage: %s", text.data);
}

static int count_exec(void *data, const struct agent_entry *e, struct error *err)
{
    ++*(size_t *)data;
    return 0;
}

/* Where nothing was measured at all, thresholds see a coverage of 0, as in Jenkins.
 * Thresholds that cannot be judged must not pass in silence. */
static enum call_status jacoco_without(struct coverage_report *r, size_t execs)
{
    struct step_call *c = r->call;
    bool gated = step_bool(c, "changeBuildStatus", false) || step_bool(c, "buildOverBuild", false);
    const char *why = execs ? "there are .exec files, but no XML report of them (jacoco:report, or "
                              "jacocoTestReport with xml.required): gmrun reads that"
                            : "there is no XML report (**/jacoco.xml, **/jacocoTestReport.xml)";
    if (gated && execs)
        return step_abort(c, "jacoco: coverage cannot be compared with the thresholds: %s", why);
    step_log(c, "[JaCoCo plugin] WARNING: %s", why);
    if (gated)
        jacoco_result(r);
    return CALL_OK;
}

/* classPattern and sourcePattern are only told: the XML report holds what the plugin reads from them. */
enum call_status step_jacoco(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(coverage_report_release) struct coverage_report r = {
        .call = c, .id = "jacoco", .name = "JaCoCo", .prefix = "[JaCoCo plugin] "};
    const char *pattern = step_str(c, "execPattern", "**/**.exec");
    enum result before = c->run->result;
    size_t execs = 0;
    bool found = false;
    if (before != RESULT_NONE && before >= RESULT_FAILURE && !step_bool(c, "runAlways", false))
        return CALL_OK;
    struct ant_scan scan = {.root = step_cwd(c), .includes = pattern, .split = GLOB_COMMA};
    step_log(c, "[JaCoCo plugin] Collecting JaCoCo coverage data...");
    step_log(c, "[JaCoCo plugin] %s;%s;%s; locations are configured", pattern,
             step_str(c, "classPattern", "**/classes"), step_str(c, "sourcePattern", "**/src/main/java"));
    if (ws_glob(c, &scan, count_exec, &execs, &err) < 0)
        return step_abort(c, "%s", err.message);
    step_log(c, "[JaCoCo plugin] Number of found exec files for pattern %s: %zu", pattern, execs);
    enum call_status status = gather(&r, coverage_parser_find("jacoco")->pattern, &found);
    if (status != CALL_OK || !found)
        return status != CALL_OK ? status : jacoco_without(&r, execs);
    step_log(c, "[JaCoCo plugin] Publishing the results..");
    jacoco_overall(&r);
    jacoco_result(&r);
    return CALL_OK;
}

/* ---- cobertura: "healthy, unhealthy, unstable" a metric */

static const struct {
    enum metric metric;
    const char *key, *word;
} cobertura_metrics[] = {{METRIC_PACKAGE, "packageCoverageTargets", "Packages"},
                         {METRIC_FILE, "fileCoverageTargets", "Files"},
                         {METRIC_CLASS, "classCoverageTargets", "Classes"},
                         {METRIC_METHOD, "methodCoverageTargets", "Methods"},
                         {METRIC_LINE, "lineCoverageTargets", "Lines"},
                         {METRIC_BRANCH, "conditionalCoverageTargets", "Conditionals"}};

/* "healthy, unhealthy, unstable": the number at that place; 0 when it is not there, which nothing misses. */
static double target_number(const char *text, int at)
{
    for (; text && *text && at; at--) {
        text += strcspn(text, ",");
        text += *text == ',';
    }
    return text ? strtod(text, NULL) : 0;
}

/* Whether some metric is below the `at`th number of its targets; each is told. */
static bool cobertura_misses(struct coverage_report *r, int at, const char *title, const char *what,
                             const char *limit)
{
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(cobertura_metrics); i++) {
        double target = target_number(step_str(r->call, cobertura_metrics[i].key, NULL), at);
        double is = counter_percent(&r->data.of[cobertura_metrics[i].metric]);
        if (is < 0 || is >= target)
            continue;
        if (!any)
            step_log(r->call, "[Cobertura] %s", title);
        step_log(r->call, "[Cobertura]     %s's %s is %.2f and set %s %s is %.2f.", cobertura_metrics[i].word,
                 what, is, limit, what, target);
        any = true;
    }
    return any;
}

static void cobertura_result(struct coverage_report *r)
{
    struct step_call *c = r->call;
    if (cobertura_misses(r, 2, "Code coverage enforcement failed for the following metrics:", "stability",
                         "mininum")) {
        bool fail = step_bool(c, "failUnstable", false);
        step_log(c, fail ? "[Cobertura] Failing build due to unstability."
                         : "[Cobertura] Setting Build to unstable.");
        build_mark(c->run, c->branch->scope, fail ? RESULT_FAILURE : RESULT_UNSTABLE);
    }
    if (step_bool(c, "failUnhealthy", false) &&
        cobertura_misses(r, 1, "Unhealthy for the following metrics:", "health", "minimum")) {
        step_log(c, "[Cobertura] Failing build because it is unhealthy.");
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
    }
}

/* Messages are CoberturaPublisher's, its "mininum" included: people look for them. */
enum call_status step_cobertura(struct step_call *c, struct value *out)
{
    _cleanup_(coverage_report_release) struct coverage_report r = {
        .call = c, .id = "cobertura", .name = "Cobertura", .prefix = "[Cobertura] "};
    enum result threshold = step_bool(c, "onlyStable", false) ? RESULT_SUCCESS : RESULT_UNSTABLE;
    bool found = false;
    _cleanup_free_ char *pattern =
        run_expand(c->run, c->branch->scope, step_str(c, "coberturaReportFile", "**/coverage.xml"));
    if (c->run->result != RESULT_NONE && c->run->result > threshold) {
        step_log(c, "[Cobertura] Skipping Cobertura coverage report as build was not %s or better ...",
                 result_name(threshold));
        return CALL_OK;
    }
    step_log(c, "[Cobertura] Publishing Cobertura coverage report...");
    enum call_status status = gather(&r, pattern, &found);
    if (status != CALL_OK)
        return status;
    if (found) {
        step_log(c, "[Cobertura] Cobertura coverage report found.");
        cobertura_result(&r);
        return CALL_OK;
    }
    step_log(c,
             "[Cobertura] No coverage results were found using the pattern '%s' relative to '%s'.  Did you "
             "enter a pattern relative to the correct directory?  Did you generate the XML report(s) for "
             "Cobertura?",
             pattern, step_cwd(c));
    if (r.broken || step_bool(c, "failNoReports", true))
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
    return CALL_OK;
}

/* ---- clover: failingTarget: [methodCoverage: 0, conditionalCoverage: 0, statementCoverage: 0] */

static bool clover_misses(struct coverage_report *r, struct map *target)
{
    static const struct {
        enum metric metric;
        const char *key, *word;
    } kinds[] = {{METRIC_METHOD, "methodCoverage", "Methods"},
                 {METRIC_BRANCH, "conditionalCoverage", "Conditionals"},
                 {METRIC_LINE, "statementCoverage", "Statements"}};
    bool any = false;
    for (size_t i = 0; target && i < ARRAY_LEN(kinds); i++) {
        double is = counter_percent(&r->data.of[kinds[i].metric]);
        if (is < 0 || is >= described_num(r->call, target, kinds[i].key, 0))
            continue;
        if (!any)
            step_log(r->call, "Code coverage enforcement failed for the following metrics:");
        step_log(r->call, "    %s", kinds[i].word);
        any = true;
    }
    return any;
}

enum call_status step_clover(struct step_call *c, struct value *out)
{
    _cleanup_(coverage_report_release) struct coverage_report r = {
        .call = c, .id = "clover", .name = "Clover", .prefix = ""};
    bool found = false;
    const char *dir = step_str(c, "cloverReportDir", ""),
               *file = step_str(c, "cloverReportFileName", "clover.xml");
    _cleanup_free_ char *given = run_expand(c->run, c->branch->scope, dir);
    _cleanup_free_ char *pattern = *given ? xasprintf("%s/%s", given, file) : xstrdup(file);
    step_log(c, "Publishing Clover coverage report...");
    enum call_status status = gather(&r, pattern, &found);
    if (status != CALL_OK)
        return status;
    if (!found) {
        step_log(c, "Could not find '%s'.  Did you generate the XML report for Clover?", pattern);
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
    } else if (clover_misses(&r, described_at(step_arg(c, "failingTarget"), 0))) {
        step_log(c, "Setting Build to unstable.");
        build_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    }
    return CALL_OK;
}
