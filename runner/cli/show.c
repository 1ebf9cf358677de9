/* gmrun show: one build for people, or its record as JSON. */
#include "base/fs.h"
#include "base/utf8.h"
#include "runner/cli/cli.h"
#include "runner/sinks/lines.h"
#include "runner/sinks/event.h"
#include <string.h>

static const char *text_of(const json_t *record, const char *key)
{
    return json_string_value(json_object_get(record, key));
}

static void print_stage(const json_t *stage, int depth)
{
    char took[DURATION_MAX];
    const char *name = text_of(stage, "name"), *result = text_of(stage, "result"),
               *skipped = text_of(stage, "skipped");
    int indent = 2 + 2 * depth;
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
        if (!json_object_size(stage) || parent < 0 || parent >= id)
            continue;
        next[id] = first[parent];
        first[parent] = id;
    }
    print_tree(stages, first, next, 0, 0);
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
    const char *result = text_of(record, "result"), *display = text_of(record, "displayName");
    printf("%s/%d  %s\n", job, number, display ? display : "");
    if (build_running(&o->home, job, number, &pid))
        printf("State      running, process %ld\n", (long)pid);
    else
        printf("State      %s\n",
               result ? result : "killed: its runner died; `gmrun resume` goes on with it");
    printf("Started    %s\n", stamp_iso(json_integer_value(json_object_get(record, "started_ms")), stamp));
    if (json_object_get(record, "duration_ms"))
        printf("Took       %s\n",
               duration_text(json_integer_value(json_object_get(record, "duration_ms")), took));
}

static void print_rest(const json_t *record, const char *dir)
{
    static const struct {
        const char *title, *key;
    } texts[] = {{"File", "file"},
                 {"Branch", "branch"},
                 {"Commit", "commit"},
                 {"Workspace", "workspace"},
                 {"About", "description"}};
    static const char *const files[][2] = {{"Artifacts", "archive"}, {"Tests", "junit.json"}, {"Log", "log"}};
    size_t i;
    json_t *cause;
    json_array_foreach(json_object_get(record, "causes"), i, cause) if (text_of(cause, "shortDescription"))
        printf("Cause      %s\n", text_of(cause, "shortDescription"));
    for (i = 0; i < ARRAY_LEN(texts); i++)
        if (text_of(record, texts[i].key))
            printf("%-10s %s\n", texts[i].title, text_of(record, texts[i].key));
    for (i = 0; i < ARRAY_LEN(files); i++) {
        _cleanup_free_ char *path = path_join(dir, files[i][1]);
        if (fs_exists(path))
            printf("%-10s %s\n", files[i][0], path);
    }
    if (json_object_size(json_object_get(record, "params"))) {
        printf("\nParameters\n");
        print_params(json_object_get(record, "params"));
    }
    if (json_array_size(json_object_get(record, "stages"))) {
        printf("\nStages\n");
        print_stages(json_object_get(record, "stages"));
    }
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
