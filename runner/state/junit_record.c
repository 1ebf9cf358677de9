/* Test results as JSON in the build's folder. A build may record reports in several steps and branches;
 * each adds to what is there. One thread runs all steps, so reading and writing need no lock. */
#include "base/buf.h"
#include "base/fs.h"
#include "runner/state/junit.h"
#include <string.h>

const char *junit_status_name(enum junit_status s)
{
    static const char *const names[] = {"PASSED", "FAILED", "SKIPPED"};
    return names[s];
}

static json_t *case_json(const struct junit_case *c)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:f, s:s*, s:s*}", "class", c->class_name, "name", c->name,
                             "status", junit_status_name(c->status), "seconds", c->seconds, "message",
                             c->message, "details", c->details);
    /* Left out where it is false: most files are read by people, too. */
    if (c->flaky)
        json_object_set_new(json, "flaky", json_true());
    return json;
}

static json_t *suite_json(const struct junit_suite *s)
{
    json_t *cases = json_array();
    double seconds = 0;
    int failed = 0, skipped = 0;
    for (size_t i = 0; i < s->cases.len; i++) {
        const struct junit_case *c = &s->cases.items[i];
        failed += c->status == JUNIT_FAILED;
        skipped += c->status == JUNIT_SKIPPED;
        seconds += c->seconds;
        json_array_append_new(cases, case_json(c));
    }
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:f, s:o}", "name", s->name, "file", s->file, "total",
                     (int)s->cases.len, "failed", failed, "skipped", skipped, "seconds", seconds, "cases",
                     cases);
}

static json_t *totals_json(const struct junit_totals *t, double seconds)
{
    json_t *json =
        json_pack("{s:I, s:I, s:I, s:I, s:f}", "total", (json_int_t)t->total, "passed", (json_int_t)t->passed,
                  "failed", (json_int_t)t->failed, "skipped", (json_int_t)t->skipped, "seconds", seconds);
    if (t->flaky)
        json_object_set_new(json, "flaky", json_integer(t->flaky));
    return json;
}

json_t *junit_to_json(const struct junit_results *r)
{
    json_t *suites = json_array();
    for (size_t i = 0; i < r->suites.len; i++)
        /* A suite without tests has nothing to tell. */
        if (r->suites.items[i].cases.len)
            json_array_append_new(suites, suite_json(&r->suites.items[i]));
    return json_pack("{s:o, s:o}", "totals", totals_json(&r->totals, r->seconds), "suites", suites);
}

static long total_of(const json_t *json, const char *key)
{
    return (long)json_integer_value(json_object_get(json_object_get(json, "totals"), key));
}

/* What is there already is kept; a damaged file is replaced. */
static json_t *merged(json_t *old, json_t *added, struct junit_totals *all)
{
    all->total = total_of(old, "total") + total_of(added, "total");
    all->passed = total_of(old, "passed") + total_of(added, "passed");
    all->failed = total_of(old, "failed") + total_of(added, "failed");
    all->skipped = total_of(old, "skipped") + total_of(added, "skipped");
    all->flaky = total_of(old, "flaky") + total_of(added, "flaky");
    double seconds = json_number_value(json_object_get(json_object_get(old, "totals"), "seconds")) +
                     json_number_value(json_object_get(json_object_get(added, "totals"), "seconds"));
    json_t *suites = json_array();
    if (json_is_array(json_object_get(old, "suites")))
        json_array_extend(suites, json_object_get(old, "suites"));
    json_array_extend(suites, json_object_get(added, "suites"));
    return json_pack("{s:o, s:o}", "totals", totals_json(all, seconds), "suites", suites);
}

int junit_record(const char *dir, const struct junit_results *r, struct junit_totals *all, struct error *err)
{
    _cleanup_free_ char *path = path_join(dir, "junit.json");
    json_t *old = json_load_file(path, 0, NULL), *added = junit_to_json(r), *json = merged(old, added, all);
    _cleanup_free_ char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(old);
    json_decref(added);
    json_decref(json);
    if (!text)
        return error_set(err, ERROR_INVALID, "%s: the results are no JSON", path);
    return fs_write_file_atomic(path, text, strlen(text), 0644, err);
}
