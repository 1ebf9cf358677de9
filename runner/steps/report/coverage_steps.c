/* recordCoverage [coverage plugin: CoverageRecorder] and publishCoverage [code-coverage-api plugin:
 * CoveragePublisher, CoverageProcessor]. */
#include "base/glob.h"
#include "runner/steps/report/coverage_report.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/gate.h"
#include "runner/steps/rows.h"
#include <stdio.h>
#include <string.h>

static bool build_failed(struct step_call *c)
{
    return c->run->result != RESULT_NONE && c->run->result >= RESULT_FAILURE;
}

/* ---- recordCoverage */

/* The pattern of the step, else the parser's own; nothing found is an error of the recording. */
static int read_tool(struct coverage_report *r, struct map *m, struct error *err)
{
    struct step_call *c = r->call;
    const char *name = described_str(c, m, "parser", "");
    const struct coverage_parser *parser = coverage_parser_find(name);
    if (!parser)
        return error_set(err, ERROR_INVALID, "coverage parser '%s' is not read here", name);
    _cleanup_free_ char *pattern = run_expand(c->run, c->branch->scope, described_str(c, m, "pattern", ""));
    const char *files = *pattern ? pattern : parser->pattern;
    size_t before = r->files;
    step_log(c, "[Coverage] Creating parser for %s", parser->label);
    step_log(c, "[Coverage] Searching for all files in '%s' that match the pattern '%s'", step_cwd(c), files);
    if (coverage_report_read(r, parser, files, err) < 0)
        return -1;
    if (r->files > before) {
        step_log(c, "[Coverage] -> found %zu file%s", r->files - before, r->files - before == 1 ? "" : "s");
    } else {
        step_log(c, "[Coverage] [ERROR] No files found for pattern '%s'. Configuration error?", files);
        r->broken++;
    }
    return 0;
}

/* PROJECT and PROJECT_DELTA; what concerns changed lines is not counted here: such a gate does not judge. */
static void add_gate(struct coverage_report *r, struct gates *g, struct map *m)
{
    struct step_call *c = r->call;
    const char *baseline = described_str(c, m, "baseline", "PROJECT"),
               *name = described_str(c, m, "metric", "LINE");
    enum metric metric = metric_find(name);
    double threshold = described_num(c, m, "threshold", 0);
    double now = metric == METRICS ? -1 : counter_percent(&r->data.of[metric]);
    double before = now < 0 ? -1 : coverage_report_before(r, metric);
    bool delta = strcmp(baseline, "PROJECT_DELTA") == 0, known = delta || strcmp(baseline, "PROJECT") == 0;
    char actual[48] = "n/a", label[96];
    snprintf(label, sizeof(label), "%s - %s Coverage",
             delta   ? "Overall project (difference to reference job)"
             : known ? "Overall project"
                     : baseline,
             metric == METRICS ? name : metric_label(metric));
    known &= now >= 0 && (!delta || before >= 0);
    if (known)
        snprintf(actual, sizeof(actual), delta ? "%+.2f%%" : "%.2f%%", delta ? now - before : now);
    gates_add(g, m, label, actual, threshold, known && (delta ? now - before : now) < threshold);
}

/* Gates first, then errors: both may mark the build, the worse one stays. */
static void record_result(struct coverage_report *r)
{
    struct step_call *c = r->call;
    struct value gates = step_arg(c, "qualityGates");
    struct gates g = {.call = c, .prefix = "[Coverage]"};
    for (size_t i = 0; i < described_count(gates); i++)
        if (described_at(gates, i))
            add_gate(r, &g, described_at(gates, i));
    gates_finish(&g);
    if (r->broken && step_bool(c, "failOnError", false)) {
        step_log(c, "[Coverage] Failing build due to some errors during recording of the coverage");
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
    }
}

enum call_status step_record_coverage(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(coverage_report_release) struct coverage_report r = {.call = c, .prefix = "[Coverage] "};
    struct value tools = step_arg(c, "tools");
    if (build_failed(c) && !step_bool(c, "enabledForFailure", false)) {
        step_log(c, "[Coverage] Skipping execution of coverage recorder since overall result is '%s'",
                 result_name(c->run->result));
        return CALL_OK;
    }
    if (!described_count(tools))
        return step_abort(c, "recordCoverage needs tools: tools: [[parser: 'JACOCO']]");
    r.id = step_str(c, "id", "coverage");
    r.name = step_str(c, "name", "Coverage");
    for (size_t i = 0; i < described_count(tools); i++)
        if (described_at(tools, i) && read_tool(&r, described_at(tools, i), &err) < 0)
            return step_abort(c, "%s", err.message);
    step_log(c, "[Coverage] Recording coverage results");
    if (coverage_report_keep(&r, &err) < 0)
        return step_abort(c, "%s", err.message);
    record_result(&r);
    return CALL_OK;
}

/* ---- publishCoverage */

struct verdict {
    bool unstable, unhealthy, fail_unhealthy;
};

/* Unknown targets and what was not measured judge nothing, but are told. */
static void check_threshold(struct coverage_report *r, struct map *m, struct verdict *v)
{
    struct step_call *c = r->call;
    const char *target = described_str(c, m, "thresholdTarget", "");
    enum metric metric = metric_find(target);
    double is = metric == METRICS ? -1 : counter_percent(&r->data.of[metric]);
    double unstable = described_num(c, m, "unstableThreshold", 0),
           unhealthy = described_num(c, m, "unhealthyThreshold", 0);
    if (is < 0) {
        step_log(c, "No coverage of '%s' was found to compare with its threshold", target);
        return;
    }
    if (is < unstable) {
        step_log(c, "Unstable: %s coverage is %.2f%%, the threshold is %.2f%%", target, is, unstable);
        v->unstable = true;
    }
    if (is < unhealthy) {
        step_log(c, "Unhealthy: %s coverage is %.2f%%, the threshold is %.2f%%", target, is, unhealthy);
        v->unhealthy = true;
        v->fail_unhealthy |= described_bool(c, m, "failUnhealthy", false);
    }
}

static void check_thresholds(struct coverage_report *r, struct value list, struct verdict *v)
{
    for (size_t i = 0; i < described_count(list); i++)
        if (described_at(list, i))
            check_threshold(r, described_at(list, i), v);
}

/* Each adapter's own thresholds judge its own reports. */
static int read_adapter(struct coverage_report *all, struct map *m, struct verdict *v, struct error *err)
{
    struct step_call *c = all->call;
    const char *name = described_class(c, m), *path = described_str(c, m, "path", NULL);
    const struct coverage_parser *parser = coverage_parser_find(name);
    struct coverage_report own = {.call = c, .prefix = all->prefix};
    if (!parser)
        return error_set(err, ERROR_INVALID, "publishCoverage: reports of '%s' are not read here", name);
    if (!path)
        path = described_str(c, m, "", parser->pattern);
    _cleanup_free_ char *pattern = run_expand(c->run, c->branch->scope, path);
    int rc = coverage_report_read(all, parser, pattern, err);
    if (!rc && described_count(described_arg(m, "thresholds"))) {
        rc = coverage_report_read(&own, parser, pattern, err);
        check_thresholds(&own, described_arg(m, "thresholds"), v);
    }
    coverage_report_release(&own);
    return rc;
}

/* Unhealthy before unstable, as CoverageProcessor throws them. */
static enum call_status apply_verdict(struct step_call *c, const struct verdict *v)
{
    if (v->unhealthy && (v->fail_unhealthy || step_bool(c, "failUnhealthy", false)))
        return step_abort(c, "Publish Coverage Failed (Unhealthy)");
    if (v->unstable && step_bool(c, "failUnstable", false))
        return step_abort(c, "Publish Coverage Failed (Unstable)");
    if (v->unstable)
        build_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    return CALL_OK;
}

enum call_status step_publish_coverage(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(coverage_report_release) struct coverage_report r = {
        .call = c, .id = "coverage", .name = "Coverage Report", .prefix = ""};
    struct verdict v = {0};
    struct value adapters = step_arg(c, "adapters");
    step_log(c, "Publishing Coverage report....");
    for (size_t i = 0; i < described_count(adapters); i++)
        if (described_at(adapters, i) && read_adapter(&r, described_at(adapters, i), &v, &err) < 0)
            return step_abort(c, "%s", err.message);
    if (r.files > r.broken)
        step_log(c, "A total of %zu reports were found", r.files - r.broken);
    else
        step_log(c, "No reports were found");
    if (r.files <= r.broken && step_bool(c, "failNoReports", false))
        return step_abort(c, "Publish Coverage Failed : No Reports were found");
    if (r.files <= r.broken)
        return CALL_OK;
    if (coverage_report_keep(&r, &err) < 0)
        return step_abort(c, "%s", err.message);
    check_thresholds(&r, step_arg(c, "globalThresholds"), &v);
    return apply_verdict(c, &v);
}
