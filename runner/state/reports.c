/* One list of what a build left behind, for the summary and for `gmrun show`: a line each of what the
 * report steps wrote into the build's folder and record. A file that cannot be read is left out: it is
 * only a list. */
#include "runner/state/reports.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/util.h"

struct listing {
    const char *dir;
    report_line_fn *line;
    void *data;
};

static long long number_of(const json_t *o, const char *key)
{
    return (long long)json_integer_value(json_object_get(o, key));
}

static void list_tests(const struct listing *l, const json_t *tests, const char *path)
{
    const json_t *totals = json_object_get(tests, "totals");
    _cleanup_(buf_release) struct buf more = {0};
    buf_printf(&more, "%lld tests, %lld failed, %lld skipped", number_of(totals, "total"),
               number_of(totals, "failed"), number_of(totals, "skipped"));
    if (number_of(totals, "flaky"))
        buf_printf(&more, ", %lld flaky", number_of(totals, "flaky"));
    if (totals)
        l->line(l->data, "Tests", path, more.data);
}

/* "line 80.00%, branch 50.00%"; of several with their names. */
static void add_coverage(const json_t *entry, bool named, struct buf *text)
{
    static const char *const metrics[][2] = {
        {"LINE", "line"}, {"BRANCH", "branch"}, {"INSTRUCTION", "instruction"}};
    const char *name = json_text(entry, "name");
    if (named && name)
        buf_printf(text, "%s%s", text->len ? "; " : "", name);
    for (size_t k = 0; k < ARRAY_LEN(metrics); k++) {
        const json_t *of = json_object_get(json_object_get(entry, "totals"), metrics[k][0]);
        if (of)
            buf_printf(text, "%s%s %.2f%%", text->len ? k ? ", " : " " : "", metrics[k][1],
                       json_number_value(json_object_get(of, "percent")));
    }
}

static void list_coverage(const struct listing *l, const json_t *list, const char *path)
{
    _cleanup_(buf_release) struct buf text = {0};
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry) add_coverage(entry, json_array_size(list) > 1, &text);
    l->line(l->data, "Coverage", path, text.data);
}

static void list_issues(const struct listing *l, const json_t *list, const char *path)
{
    _cleanup_(buf_release) struct buf text = {0};
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry)
    {
        const char *name = json_text(entry, "name");
        buf_printf(&text, "%s%s: %lld", text.len ? ", " : "", name ? name : "?", number_of(entry, "total"));
    }
    l->line(l->data, "Issues", path, text.data);
}

static void list_file(const struct listing *l, const char *name,
                      void (*list)(const struct listing *, const json_t *, const char *))
{
    _cleanup_free_ char *path = path_join(l->dir, name);
    json_t *json = fs_exists(path) ? json_load_file(path, 0, NULL) : NULL;
    if (json)
        list(l, json, path);
    json_decref(json);
}

static void list_record(const struct listing *l, const json_t *record)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(record, "html"), i, item) if (json_text(item, "dir"))
        l->line(l->data, "HTML", json_text(item, "dir"), json_text(item, "name"));
    json_array_foreach(json_object_get(record, "badges"), i, item) if (json_text(item, "text"))
        l->line(l->data, "Badge", json_text(item, "text"), json_text(item, "link"));
    json_array_foreach(json_object_get(record, "summaries"), i, item) if (json_text(item, "text"))
        l->line(l->data, "Note", json_text(item, "text"), NULL);
}

void reports_list(const char *dir, const json_t *record, report_line_fn *line, void *data)
{
    const struct listing l = {dir, line, data};
    list_file(&l, "junit.json", list_tests);
    list_file(&l, "coverage.json", list_coverage);
    list_file(&l, "issues.json", list_issues);
    list_record(&l, record);
}
