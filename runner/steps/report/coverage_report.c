/* From a pattern to coverage.json in the build's folder. Several steps of a build append to that file,
 * each by its id, and later builds find what they compare with by the same id. */
#include "runner/steps/report/coverage_report.h"
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct scan {
    struct coverage_report *report;
    const struct coverage_parser *parser;
    struct ant_scan scan;
};

void coverage_report_release(struct coverage_report *r)
{
    coverage_release(&r->data);
}

/* `whole` is the node's name of the file, for the log; `here` what is read. */
static int read_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct scan *s = data;
    struct coverage_report *r = s->report;
    _cleanup_(error_release) struct error why = {0};
    _cleanup_free_ char *whole = step_path(r->call, path), *here = path_join(s->scan.root, path);
    r->files++;
    if (s->parser->read(here, path, &r->data, &why) == 0) {
        step_log(r->call, "%sSuccessfully parsed file '%s'", r->prefix, whole);
        return 0;
    }
    r->broken++;
    if (why.line)
        step_log(r->call, "%s[ERROR] Parsing of file '%s' failed: line %d, column %d: %s", r->prefix, whole,
                 why.line, why.col, why.message);
    else
        step_log(r->call, "%s[ERROR] Parsing of file '%s' failed: %s", r->prefix, whole, why.message);
    return 0;
}

int coverage_report_read(struct coverage_report *r, const struct coverage_parser *parser, const char *pattern,
                         struct error *err)
{
    struct scan s = {.report = r,
                     .parser = parser,
                     .scan = {.root = step_cwd(r->call), .includes = pattern, .split = GLOB_COMMA}};
    return ws_scan(r->call, &s.scan, read_one, &s, err);
}

/* An unreadable file counts as none: an older or damaged record must not stop a build. */
static json_t *load_list(const char *dir)
{
    _cleanup_free_ char *path = path_join(dir, "coverage.json");
    json_t *list = json_load_file(path, 0, NULL);
    if (json_is_array(list))
        return list;
    json_decref(list);
    return json_array();
}

/* ws_first(): a step on a far node runs more than once, and must not add twice. */
int coverage_report_keep(struct coverage_report *r, struct error *err)
{
    struct run *run = r->call->run;
    if (!ws_first(r->call))
        return 0;
    json_t *list = load_list(run->record.dir);
    for (size_t i = 0; i < METRICS; i++) {
        const struct counter *n = &r->data.of[i];
        if (n->covered + n->missed > 0)
            step_log(r->call, "%s  %-12s %6.2f%%  (%lld/%lld)", r->prefix, metric_label((enum metric)i),
                     counter_percent(n), n->covered, n->covered + n->missed);
    }
    json_array_append_new(list, coverage_to_json(&r->data, r->id, r->name, r->files));
    int rc = kept_file(run, "coverage.json", list, err);
    json_decref(list);
    return rc;
}

static double percent_in(const json_t *list, const char *id, enum metric m)
{
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry)
    {
        const json_t *of = json_object_get(json_object_get(entry, "totals"), metric_name(m));
        if (of && str_eq(json_string_value(json_object_get(entry, "id")), id))
            return json_number_value(json_object_get(of, "percent"));
    }
    return -1;
}

/* Builds without the id are passed over, also those that failed before they measured. */
double coverage_report_before(const struct coverage_report *r, enum metric m)
{
    struct run *run = r->call->run;
    double percent = -1;
    int *numbers;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    for (size_t i = 0; i < n && percent < 0; i++) {
        if (numbers[i] >= run->record.number)
            continue;
        _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, numbers[i]);
        json_t *list = load_list(dir);
        percent = percent_in(list, r->id, m);
        json_decref(list);
    }
    free(numbers);
    return percent;
}
