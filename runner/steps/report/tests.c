/* Reading goes on behind a broken file: what that means for the build is the step's to decide, by the
 * counters. */
#include "runner/steps/report/tests.h"
#include "runner/steps/workspace.h"
#include "base/fs.h"
#include "base/glob.h"
#include <sys/stat.h>

struct scan {
    struct tests *tests;
    const char *prefix;
    struct ant_scan scan;
};

/* margin < 0: age does not matter. */
static bool is_old(const struct tests *t, const struct stat *st)
{
    int64_t changed = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
    return t->margin_ms >= 0 && changed < t->call->run->started_ms - t->margin_ms;
}

static int read_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct scan *s = data;
    struct tests *t = s->tests;
    _cleanup_(error_release) struct error why = {0};
    _cleanup_free_ char *whole = path_join(s->scan.root, path);
    t->files++;
    if (is_old(t, st)) {
        t->old++;
        if (!t->first_old)
            t->first_old = xstrdup(path);
        if (t->leave_old)
            return 0;
    }
    if (st->st_size == 0) {
        t->empty++;
        step_log(t->call, "%sThe file '%s' is empty. This file has been ignored.", s->prefix, path);
    } else if (test_format_read(t->format, whole, path, &t->results, &why) < 0) {
        t->broken++;
        step_log(t->call, "%sThe file '%s' is an invalid file: %d:%d: %s", s->prefix, path, why.line, why.col,
                 why.message);
    }
    return 0;
}

int tests_read(struct tests *t, const char *pattern, const char *excludes, const char *prefix,
               struct error *err)
{
    struct scan s = {
        .tests = t,
        .prefix = prefix,
        .scan = {.root = step_cwd(t->call), .includes = pattern, .excludes = excludes, .split = GLOB_COMMA}};
    return ws_scan(t->call, &s.scan, read_one, &s, err);
}

void tests_release(struct tests *t)
{
    junit_results_release(&t->results);
    free(t->first_old);
}

struct value tests_counts(struct step_call *c, const struct junit_totals *t)
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

/* By modification time in nanoseconds: a report that was written again is another. */
bool tests_are_new(struct run *run, const char *path, const struct stat *st, enum tests_keeper keeper)
{
    json_int_t changed = (json_int_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    json_t *kept = run->extra[EXTRA_REPORTS];
    if (!kept)
        kept = run->extra[EXTRA_REPORTS] = json_object();
    const json_t *before = json_object_get(kept, path);
    bool same = json_integer_value(json_array_get(before, 0)) == changed;
    bool by_block = json_is_true(json_array_get(before, 1));
    if (same && (keeper == KEPT_BY_BLOCK || by_block))
        return false;
    json_object_set_new(kept, path, json_pack("[I,b]", changed, keeper == KEPT_BY_BLOCK));
    return true;
}

/* Failed tests are named at once, beside the log's other notices. */
int tests_record(struct step_call *c, const struct junit_results *r, struct error *err)
{
    struct junit_totals all;
    if (!ws_first(c))
        return 0;
    if (junit_record(c->run->record.dir, r, &all, err) < 0)
        return -1;
    for (size_t i = 0; i < r->suites.len; i++)
        for (size_t k = 0; k < r->suites.items[i].cases.len; k++) {
            const struct junit_case *t = &r->suites.items[i].cases.items[k];
            if (t->status == JUNIT_FAILED)
                run_notice(c->run, "test failed: %s.%s%s%s", t->class_name, t->name, t->message ? ": " : "",
                           t->message ? t->message : "");
        }
    return 0;
}
