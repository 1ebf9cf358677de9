/* Judging and keeping [warnings-ng: IssuesPublisher; WarningsQualityGate; the reference finder]. The
 * reference is the last build of the job that recorded the same id, did not fail and passed its gates. Two
 * findings are the same when file, type and message are: lines move. */
#include "base/fs.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/gate.h"
#include "runner/steps/report/issue_report.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/workspace.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 10 };

static json_t *entry_of(const json_t *list, const char *id)
{
    size_t i;
    json_t *entry;
    json_array_foreach(list, i,
                       entry) if (str_eq(json_string_value(json_object_get(entry, "id")), id)) return entry;
    return NULL;
}

/* ---- reference build */

/* [warnings-ng: ignoreFailedBuilds, ignoreQualityGate]; what has not ended is no reference. */
static bool build_is_reference(struct issue_report *r, int number, const json_t *entry)
{
    struct step_call *c = r->call;
    struct run *run = c->run;
    enum result result = RESULT_NONE;
    json_t *build = build_load(&run->home, run->record.job, number, NULL);
    const char *name = json_string_value(json_object_get(build, "result"));
    bool ended = name && result_parse(name, &result), good = ended && result <= RESULT_UNSTABLE;
    json_decref(build);
    if (!ended || (!good && step_bool(c, "ignoreFailedBuilds", true)))
        return false;
    return step_bool(c, "ignoreQualityGate", false) ||
           str_eq(json_string_value(json_object_get(entry, "gate")), "SUCCESS");
}

/* Its entry for this id; new reference, NULL: there is none.
 * Newest first; the first that fits is taken, without looking further back. */
static json_t *reference(struct issue_report *r, int *number)
{
    struct run *run = r->call->run;
    json_t *found = NULL;
    int *numbers;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    for (size_t i = 0; i < n && !found; i++) {
        if (numbers[i] >= run->record.number)
            continue;
        _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, numbers[i]);
        _cleanup_free_ char *path = path_join(dir, "issues.json");
        json_t *list = json_load_file(path, 0, NULL), *entry = entry_of(list, r->id);
        if (entry && build_is_reference(r, numbers[i], entry)) {
            found = json_incref(entry);
            *number = numbers[i];
        }
        json_decref(list);
    }
    free(numbers);
    return found;
}

static char *identity(const char *file, const char *type, const char *message)
{
    return xasprintf("%s\n%s\n%s", file, type, message);
}

static void count_up(json_t *counts, const char *key, int by)
{
    json_int_t n = json_integer_value(json_object_get(counts, key));
    json_object_set_new(counts, key, json_integer(n + by));
}

/* Marks what the reference does not have; returns how many of its findings are gone.
 * Counted, not only looked up: of three equal findings two may have been there before. */
static size_t compare(struct issues *now, const json_t *before)
{
    struct issues old = {0};
    json_t *counts = json_object(), *left;
    size_t fixed = 0;
    const char *key;
    issues_from_json(json_object_get(before, "issues"), &old);
    for (size_t i = 0; i < old.list.len; i++) {
        const struct issue *o = &old.list.items[i];
        _cleanup_free_ char *same = identity(o->file, o->type, o->message);
        count_up(counts, same, 1);
    }
    for (size_t i = 0; i < now->list.len; i++) {
        struct issue *o = &now->list.items[i];
        _cleanup_free_ char *same = identity(o->file, o->type, o->message);
        o->is_new = json_integer_value(json_object_get(counts, same)) <= 0;
        if (!o->is_new)
            count_up(counts, same, -1);
    }
    json_object_foreach(counts, key, left) fixed += (size_t)json_integer_value(left);
    json_decref(counts);
    issues_release(&old);
    return fixed;
}

/* ---- gates */

struct figures {
    size_t total[SEVERITIES + 1], added[SEVERITIES + 1]; /* the last: of any severity */
    long before[SEVERITIES + 1];                         /* of the reference build */
    size_t fixed;
    int reference; /* 0: none */
};

static const char *const levels[] = {"ERROR", "HIGH", "NORMAL", "LOW", ""};
static const char *const level_words[] = {"errors only", "severity high only", "severity normal only",
                                          "severity low only", "any severity"};

static void count_figures(struct issue_report *r, const json_t *before, struct figures *f)
{
    const json_t *old = json_object_get(before, "severities");
    for (size_t i = 0; i < r->issues.list.len; i++) {
        const struct issue *o = &r->issues.list.items[i];
        f->total[o->severity]++;
        f->total[SEVERITIES]++;
        f->added[o->severity] += o->is_new;
        f->added[SEVERITIES] += o->is_new;
    }
    for (size_t i = 0; i < SEVERITIES; i++)
        f->before[i] = (long)json_integer_value(json_object_get(old, levels[i]));
    f->before[SEVERITIES] = (long)json_integer_value(json_object_get(before, "total"));
}

/* "TOTAL_HIGH": the kind before, the level behind the underscore. false: no such type.
 * TOTAL, NEW and DELTA, alone or with a level; DELTA is 0 without a reference. */
static bool gate_value(const struct figures *f, const char *type, long *value, char *label, size_t size)
{
    static const char *const kinds[] = {"Total", "New", "Delta"};
    size_t n = strcspn(type, "_");
    const char *level = type[n] ? type + n + 1 : "";
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
            if (strlen(kinds[k]) != n || strncasecmp(kinds[k], type, n) || strcasecmp(levels[i], level))
                continue;
            *value = k == 1 ? (long)f->added[i] : (long)f->total[i];
            if (k == 2)
                *value = f->reference ? *value - f->before[i] : 0;
            snprintf(label, size, "%s (%s)", kinds[k], level_words[i]);
            return true;
        }
    return false;
}

/* A gate without a threshold above 0 is none, as in the plugin's form. */
static int add_gate(struct issue_report *r, struct gates *g, const struct figures *f, struct map *m,
                    struct error *err)
{
    struct step_call *c = r->call;
    const char *type = described_str(c, m, "type", "TOTAL");
    double threshold = described_num(c, m, "threshold", 0);
    char label[64], actual[24];
    long value;
    if (strstr(type, "MODIFIED")) {
        issue_say(r, "[ERROR] Quality gate %s is not evaluated: findings are not compared with changed lines",
                  type);
        return 0;
    }
    if (!gate_value(f, type, &value, label, sizeof(label)))
        return error_set(err, ERROR_INVALID, "quality gate type '%s' is not known here", type);
    snprintf(actual, sizeof(actual), "%ld", value);
    if (threshold > 0)
        gates_add(g, m, label, actual, threshold, (double)value >= threshold);
    return 0;
}

/* unstableTotalAll, failedNewHigh … of the old plugins and of early versions of the new one.
 * Bits of n: which result, which kind; the rest is the level. Without `strict` a threshold of 0 is the
 * form's empty field. */
static void add_old_gates(struct issue_report *r, struct gates *g, const struct figures *f, bool strict)
{
    static const char *const results[] = {"unstable", "failed"}, *const kinds[] = {"Total", "New"},
                             *const names[] = {"Error", "High", "Normal", "Low", "All"};
    struct map *args = AS_MAP(r->call->args);
    for (size_t n = 0; n < 2 * 2 * ARRAY_LEN(names); n++) {
        size_t result = n & 1, kind = n >> 1 & 1, level = n >> 2;
        char key[32], label[64], actual[24];
        snprintf(key, sizeof(key), "%s%s%s", results[result], kinds[kind], names[level]);
        double limit = described_num(r->call, args, key, NAN);
        size_t value = kind ? f->added[level] : f->total[level];
        if (isnan(limit) || limit < 0 || (!strict && limit == 0))
            continue;
        snprintf(label, sizeof(label), "%s (%s)", kinds[kind], level_words[level]);
        snprintf(actual, sizeof(actual), "%zu", value);
        gates_add_result(g, label, actual, limit, strict ? (double)value > limit : (double)value >= limit,
                         result ? RESULT_FAILURE : RESULT_UNSTABLE, false);
    }
}

static int evaluate(struct issue_report *r, const struct figures *f, bool strict, enum result *worst,
                    struct error *err)
{
    _cleanup_free_ char *prefix = xasprintf("[%s]", r->name);
    struct value list = step_arg(r->call, "qualityGates");
    struct gates g = {.call = r->call, .prefix = prefix};
    for (size_t i = 0; i < described_count(list); i++) {
        struct map *m = described_at(list, i);
        if (m && add_gate(r, &g, f, m, err) < 0) {
            buf_release(&g.details);
            return -1;
        }
    }
    add_old_gates(r, &g, f, strict);
    *worst = gates_finish(&g);
    return 0;
}

/* ---- telling and keeping */

/* Ten of them: a log is no report. Only the first line of each message. */
static void show_findings(struct issue_report *r, const struct figures *f)
{
    static const char *const words[] = {"error", "high", "normal", "low"};
    _cleanup_(buf_release) struct buf text = {0};
    size_t n = r->issues.list.len;
    for (size_t i = 0; i < SEVERITIES; i++)
        if (f->total[i])
            buf_printf(&text, "%s%s: %zu", text.len ? ", " : "", words[i], f->total[i]);
    if (n)
        issue_say(r, "Severities: %s", text.data);
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        const struct issue *o = &r->issues.list.items[i];
        buf_clear(&text);
        buf_addstr(&text, o->file);
        if (o->line)
            buf_printf(&text, ":%d", o->line);
        buf_printf(&text, "%s[%s] %.*s", text.len ? " " : "", words[o->severity],
                   (int)strcspn(o->message, "\r\n"), o->message);
        if (*o->type)
            buf_printf(&text, " (%s)", o->type);
        issue_say(r, "  %s", text.data);
    }
    if (n > SHOWN)
        issue_say(r, "  and %zu more, in issues.json of the build", n - SHOWN);
}

/* Masked here: findings of the console may hold secrets, and the record outlives their block. */
static json_t *entry_json(struct issue_report *r, const struct figures *f, enum result gate)
{
    json_t *severities = json_object(), *list = json_array();
    for (size_t i = 0; i < SEVERITIES; i++)
        json_object_set_new(severities, levels[i], json_integer((json_int_t)f->total[i]));
    for (size_t i = 0; i < r->issues.list.len; i++) {
        struct issue o = r->issues.list.items[i];
        _cleanup_free_ char *message = run_masked(r->call->run, o.message);
        o.message = message;
        json_array_append_new(list, issue_to_json(&o));
    }
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:s, s:o, s:o}", "id", r->id, "name", r->name, "total",
                     (json_int_t)f->total[SEVERITIES], "new", (json_int_t)f->added[SEVERITIES], "fixed",
                     (json_int_t)f->fixed, "gate", result_name(gate), "severities", severities, "issues",
                     list);
}

static struct value result_map(struct issue_report *r, const struct figures *f)
{
    struct value map = map_new(r->call->run->vm), id = string_from(r->id), name = string_from(r->name);
    map_set_str(AS_MAP(map), "id", id);
    map_set_str(AS_MAP(map), "name", name);
    map_set_str(AS_MAP(map), "totalSize", value_int((int)f->total[SEVERITIES]));
    map_set_str(AS_MAP(map), "newSize", value_int((int)f->added[SEVERITIES]));
    map_set_str(AS_MAP(map), "fixedSize", value_int((int)f->fixed));
    value_release(id);
    value_release(name);
    return map;
}

static void tell_reference(struct issue_report *r, const struct figures *f)
{
    struct run *run = r->call->run;
    _cleanup_free_ char *job = job_display(run->record.job);
    if (f->reference) {
        issue_say(r, "Using reference build '%s #%d' to compute new, fixed, and outstanding issues", job,
                  f->reference);
        issue_say(r, "Issues delta (vs. reference build): outstanding: %zu, new: %zu, fixed: %zu",
                  f->total[SEVERITIES] - f->added[SEVERITIES], f->added[SEVERITIES], f->fixed);
    } else {
        issue_say(r, "No valid reference build found");
        issue_say(r, "All reported issues will be considered outstanding");
    }
    issue_say(r, "Created analysis result for %zu issues (found %zu new issues, fixed %zu issues)",
              f->total[SEVERITIES], f->added[SEVERITIES], f->fixed);
}

/* A report that could not be read makes the build FAILURE where failOnError says so. */
static enum result errors_result(struct issue_report *r, enum result gate)
{
    if (!r->errors || !step_bool(r->call, "failOnError", false))
        return gate;
    issue_say(r, "Failing build because analysis result contains errors");
    stage_mark(r->call->run, r->call->branch->scope, RESULT_FAILURE);
    build_mark(r->call->run, r->call->branch->scope, RESULT_FAILURE);
    return RESULT_FAILURE;
}

/* Order: duplicates go before anything is counted or compared; the record is written when the gates have
 * decided. */
int issue_report_publish(struct issue_report *r, bool strict, struct value *out, struct error *err)
{
    struct run *run = r->call->run;
    struct figures f = {0};
    enum result gate = RESULT_SUCCESS;
    _cleanup_free_ char *path = path_join(run->record.dir, "issues.json");
    json_t *list = json_load_file(path, 0, NULL);
    if (!json_is_array(list)) {
        json_decref(list);
        list = json_array();
    }
    if (!strict && ws_first(r->call) &&
        entry_of(list, r->id)) { /* the old plugins took any number of reports */
        json_decref(list);
        return error_set(err, ERROR_INVALID, "ID %s is already used by another action: give the tool an id",
                         r->id);
    }
    issues_unique(&r->issues);
    issue_say(r, "-> found %zu issues (skipped %zu duplicates)", r->issues.list.len, r->issues.duplicates);
    if (r->issues.beyond)
        issue_say(r, "[ERROR] %zu more issues were left out", r->issues.beyond);
    json_t *before = reference(r, &f.reference);
    if (before)
        f.fixed = compare(&r->issues, before);
    count_figures(r, before, &f);
    json_decref(before);
    tell_reference(r, &f);
    show_findings(r, &f);
    int rc = evaluate(r, &f, strict, &gate, err);
    if (!rc)
        json_array_append_new(list, entry_json(r, &f, errors_result(r, gate)));
    if (!rc && ws_first(r->call))
        rc = kept_file(run, "issues.json", list, err);
    json_decref(list);
    if (!rc && out)
        *out = result_map(r, &f);
    return rc;
}
