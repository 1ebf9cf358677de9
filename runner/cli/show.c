/* gmrun show: one build for people, or its record as JSON.
 *
 * Everything is taken from build.json and the files beside it, as `list` does. What a build put there
 * (descriptions, badges, findings) goes through add_clean_line(): it may hold what moves a cursor. */
#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "runner/cli/cli.h"
#include "runner/sinks/lines.h"
#include "runner/sinks/event.h"
#include "runner/state/reports.h"
#include <string.h>

static void print_stage(const json_t *stage, int depth)
{
    char took[DURATION_MAX];
    const char *name = json_text(stage, "name"), *result = json_text(stage, "result"),
               *skipped = json_text(stage, "skipped");
    int indent = 2 + 2 * depth;
    /* Results stand in one column for names of up to 40. */
    int pad = 40 - indent - (int)utf8_width(name ? name : "", name ? strlen(name) : 0);
    printf("%*s%s%*s", indent, "", name ? name : "?", pad > 0 ? pad + 2 : 2, "");
    if (skipped)
        printf("skipped: %s\n", skipped);
    else
        printf("%-10s%s\n", result ? result : "running",
               result ? duration_text(json_integer_value(json_object_get(stage, "duration_ms")), took) : "");
}

/* Children of each stage as linked lists by index (0: the root): linear, however many stages there are. A
 * parent's number is always the smaller one, which also keeps a damaged record from making a cycle. */
static void print_tree(const json_t *stages, const int *first, const int *next, int parent, int depth)
{
    for (int id = first[parent]; id && depth < 100; id = next[id]) {
        print_stage(json_array_get(stages, (size_t)id - 1), depth);
        print_tree(stages, first, next, id, depth + 1);
    }
}

static void print_stages(const json_t *stages)
{
    int n = (int)json_array_size(stages);
    _cleanup_free_ int *first = xcalloc((size_t)n + 1, sizeof(int)),
                       *next = xcalloc((size_t)n + 1, sizeof(int));
    for (int id = n; id > 0; id--) {
        const json_t *stage = json_array_get(stages, (size_t)id - 1);
        json_int_t parent = json_integer_value(json_object_get(stage, "parent"));
        /* A gap in the numbers: a stage that had not begun when the record was written. */
        if (!json_object_size(stage) || parent < 0 || parent >= id)
            continue;
        next[id] = first[parent];
        first[parent] = id;
    }
    print_tree(stages, first, next, 0, 0);
}

/* What the pipeline or `properties` declared, whether it acts here or is only kept. */
static void print_options(const json_t *options)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)options, name, value)
    {
        /* An option with one unnamed argument is shown as that. */
        const json_t *sole = json_object_size(value) == 1 ? json_object_get(value, "") : NULL;
        _cleanup_free_ char *text =
            json_dumps(sole ? sole : value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
        bool empty = json_is_null(value) ||
                     (!json_is_boolean(value) && !json_is_string(value) && !json_is_number(value) &&
                      !json_object_size(value) && !json_array_size(value));
        printf("  %s%s%s\n", name, empty ? "" : " ", empty || !text ? "" : text);
    }
}

static void print_params(const json_t *params)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)params, name, value)
    {
        _cleanup_free_ char *other = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
        printf("  %s = %s\n", name, other ? other : json_string_value(value));
    }
}

static void print_head(struct run_options *o, const char *job, int number, const json_t *record)
{
    char stamp[STAMP_MAX], took[DURATION_MAX];
    pid_t pid;
    const char *result = json_text(record, "result"), *display = json_text(record, "displayName");
    printf("%s/%d  %s\n", job, number, display ? display : "");
    if (build_running(&o->home, job, number, &pid))
        printf("State      %s, process %ld\n",
               json_is_true(json_object_get(record, "waiting")) ? "waiting for its turn" : "running",
               (long)pid);
    else
        printf("State      %s\n",
               result ? result : "killed: its runner died; `gmrun restart` begins it again");
    printf("Started    %s\n", stamp_iso(json_integer_value(json_object_get(record, "started_ms")), stamp));
    if (json_object_get(record, "duration_ms"))
        printf("Took       %s\n",
               duration_text(json_integer_value(json_object_get(record, "duration_ms")), took));
}

/* The first line of a text, as a terminal may get it. */
static void print_clean(const char *indent, const char *text)
{
    _cleanup_(buf_release) struct buf line = {0};
    add_clean_line(&line, text, strcspn(text, "\n"), false);
    printf("%s%s\n", indent, line.data ? line.data : "");
}

/* Further lines stand below the first. */
static void print_text(const char *title, const char *text)
{
    const char *end = text + strlen(text), *line;
    size_t len;
    for (const char *left = title; next_line(&text, end, &line, &len); left = "") {
        _cleanup_(buf_release) struct buf clean = {0};
        add_clean_line(&clean, line, len, false);
        printf("%-10s %s\n", left, clean.len ? clean.data : "");
    }
}

static void print_report(void *data, const char *what, const char *text, const char *more)
{
    printf("%-10s ", what);
    for (const char *parts[] = {text, more}, **p = parts; p < parts + 2 && *p; p++) {
        _cleanup_(buf_release) struct buf line = {0};
        add_clean_line(&line, *p, strcspn(*p, "\n"), false);
        printf(p == parts ? "%s" : "  (%s)", line.data ? line.data : "");
    }
    printf("\n");
}

static void print_failure(const json_t *failure)
{
    size_t i;
    json_t *line;
    const char *at = json_text(failure, "at"),
               *parts[] = {json_text(failure, "detail"), json_text(failure, "error")};
    printf("  %s", json_text(failure, "step"));
    if (at)
        printf("  %s:%lld:%lld", at, (long long)json_integer_value(json_object_get(failure, "line")),
               (long long)json_integer_value(json_object_get(failure, "column")));
    printf("\n");
    for (i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i] && *parts[i])
            print_clean("    ", parts[i]);
    json_array_foreach(json_object_get(failure, "findings"), i, line)
        print_clean("    ", json_string_value(line));
}

/* Every part only if the record has it: records of older versions and of killed builds lack some. */
static void print_rest(const json_t *record, const char *dir)
{
    static const struct {
        const char *title, *key;
    } texts[] = {{"File", "file"},
                 {"Branch", "branch"},
                 {"Commit", "commit"},
                 {"Workspace", "workspace"},
                 {"About", "description"}};
    static const char *const files[][2] = {{"Artifacts", "archive"}, {"Log", "log"}};
    size_t i;
    json_t *cause;
    json_array_foreach(json_object_get(record, "causes"), i, cause) if (json_text(cause, "shortDescription"))
        printf("Cause      %s\n", json_text(cause, "shortDescription"));
    for (i = 0; i < ARRAY_LEN(texts); i++)
        if (json_text(record, texts[i].key))
            print_text(texts[i].title, json_text(record, texts[i].key));
    for (i = 0; i < ARRAY_LEN(files); i++) {
        _cleanup_free_ char *path = path_join(dir, files[i][1]);
        if (fs_exists(path))
            printf("%-10s %s\n", files[i][0], path);
    }
    reports_list(dir, record, print_report, NULL);
    if (json_object_size(json_object_get(record, "params"))) {
        printf("\nParameters\n");
        print_params(json_object_get(record, "params"));
    }
    if (json_object_size(json_object_get(record, "jobOptions"))) {
        printf("\nOptions\n");
        print_options(json_object_get(record, "jobOptions"));
    }
    if (json_array_size(json_object_get(record, "stages"))) {
        printf("\nStages\n");
        print_stages(json_object_get(record, "stages"));
    }
    if (json_array_size(json_object_get(record, "failures")))
        printf("\nFailed\n");
    json_array_foreach(json_object_get(record, "failures"), i, cause) print_failure(cause);
}

int cmd_show(struct run_options *o)
{
    char *job;
    int number;
    struct error err = {0};
    json_t *record = NULL;
    if (build_operand(o, o->args.items[0], &job, &number, &err) ||
        !(record = build_load(&o->home, job, number, &err)))
        return cli_refuse(&err);
    _cleanup_free_ char *dir = build_dir(&o->home, job, number);
    if (o->json) {
        json_object_set_new(record, "running", json_boolean(build_running(&o->home, job, number, NULL)));
        json_dumpf(record, stdout, JSON_INDENT(1));
        printf("\n");
    } else {
        print_head(o, job, number, record);
        print_rest(record, dir);
    }
    json_decref(record);
    return EXIT_OK;
}
