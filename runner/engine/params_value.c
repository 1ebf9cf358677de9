/* What a value means to the build. Declarations that hold expressions are completed here, at run time. */
#include "runner/engine/params_value.h"
#include "base/fs.h"
#include "runner/cli/run_options.h"
#include <string.h>

const char *params_kind_of_class(const char *class)
{
    static const struct {
        const char *class, *kind;
    } classes[] = {
        {"StringParameterDefinition", "string"},
        {"TextParameterDefinition", "text"},
        {"BooleanParameterDefinition", "booleanParam"},
        {"ChoiceParameterDefinition", "choice"},
        {"PasswordParameterDefinition", "password"},
        {"FileParameterDefinition", "file"},
        {"RunParameterDefinition", "run"},
        {"CredentialsParameterDefinition", "credentials"},
    };
    const char *dot = strrchr(class, '.'), *simple = dot ? dot + 1 : class;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (strcmp(classes[i].class, simple) == 0)
            return classes[i].kind;
    return class;
}

static void set_suffixed(struct run *run, const char *name, const char *suffix, const char *value)
{
    _cleanup_free_ char *variable = xasprintf("%s_%s", name, suffix);
    env_set(&run->build_env, variable, value);
}

/* NAME_JOBNAME, NAME_NUMBER, NAME_NAME, NAME_RESULT [core: RunParameterValue.buildEnvironment]. */
static int set_run(struct run *run, const char *name, const char *text, struct error *err)
{
    const char *hash = strrchr(text, '#');
    char *end = NULL;
    long number = hash ? strtol(hash + 1, &end, 10) : 0;
    /* [core: Run.fromExternalizableId]: JOB#NUMBER. */
    if (number < 1 || *end)
        return error_set(err, ERROR_USAGE, "parameter '%s' is a build: JOB#NUMBER, not '%.100s'", name, text);
    _cleanup_free_ char *job = xstrndup(text, (size_t)(hash - text));
    struct home home = run->options->home;
    json_t *build = build_load(&home, job, (int)number, NULL);
    if (!build)
        return error_set(err, ERROR_USAGE, "parameter '%s': there is no build %s", name, text);
    const char *display = json_string_value(json_object_get(build, "displayName"));
    const char *result = json_string_value(json_object_get(build, "result"));
    set_suffixed(run, name, "JOBNAME", job);
    set_suffixed(run, name, "NUMBER", hash + 1);
    set_suffixed(run, name, "NAME", display ? display : hash);
    if (result)
        set_suffixed(run, name, "RESULT", result);
    json_decref(build);
    return 0;
}

static void set_file(struct run *run, const char *name, const char *path)
{
    if (!run->files)
        run->files = json_object();
    json_object_set_new(run->files, name, json_string(path));
}

int params_set(struct run *run, const struct param_value *p, struct error *err)
{
    bool truth = p->kind == PARAM_BOOLEAN;
    const char *text = truth ? p->truth ? "true" : "false" : p->text ? p->text : "";
    if (p->kind == PARAM_RUN && *text && set_run(run, p->name, text, err) < 0)
        return -1;
    if (p->kind == PARAM_FILE && *text) {
        set_file(run, p->name, text);
        /* [core: FileParameterValue]: its value is the name of the file. */
        text = path_basename(text);
    }
    /* `params` has types, the environment only texts. */
    struct value v = truth ? value_bool(p->truth) : string_from(text);
    map_set_str(AS_MAP(run->params), p->name, v);
    value_release(v);
    env_set(&run->build_env, p->name, text);
    if (p->kind == PARAM_PASSWORD && p->given && *text) /* a default stands in the file for all to read */
        mask_set_add(run->masks, text, strlen(text));
    return 0;
}

json_t *params_recorded(const struct param_value *p)
{
    if (p->kind == PARAM_PASSWORD)
        return json_string("****");
    return p->kind == PARAM_BOOLEAN ? json_boolean(p->truth) : json_string(p->text ? p->text : "");
}

/* Once: the first workspace of the build gets them. A parameter's name is the path in the workspace. */
int params_place_files(struct run *run, const char *workspace, struct error *err)
{
    const char *name;
    json_t *path;
    json_t *files = run->files;
    /* First of all: a failure must not try again at the next node. */
    run->files = NULL;
    int status = 0;
    json_object_foreach(files, name, path)
    {
        _cleanup_free_ char *to = path_join(workspace, name), *dir = path_dirname(to);
        if (status == 0 && !path_inside(workspace, to))
            status = error_set(err, ERROR_INVALID, "file parameter '%s' points out of the workspace", name);
        else if (status == 0)
            status = fs_mkdir_p(dir, 0755, err) < 0 ? -1 : fs_copy_file(json_string_value(path), to, 0, err);
    }
    json_decref(files);
    return status;
}

/* ---- declarations at run time */

struct value params_choices(struct fiber *f, struct map *args)
{
    struct value given, hold = NULL_VALUE, list = list_new(fiber_vm(f), 4);
    if (!map_get_str(args, "choices", &given) || value_is_null(given))
        return list;
    if (value_is(given, OBJ_LIST)) {
        for (uint32_t i = 0; i < AS_LIST(given)->len; i++) {
            struct value text = string_from(value_text(f, AS_LIST(given)->items[i], &hold));
            list_push(AS_LIST(list), text);
            value_release(text);
            value_release(hold);
            hold = NULL_VALUE;
        }
        return list;
    }
    const char *text = value_text(f, given, &hold);
    while (*text) {
        size_t n = strcspn(text, "\n");
        struct value line = string_new(text, n);
        if (n)
            list_push(AS_LIST(list), line);
        value_release(line);
        text += n + (text[n] == '\n');
    }
    value_release(hold);
    return list;
}

static bool is_choice(struct list *choices, const char *text)
{
    for (uint32_t i = 0; i < choices->len; i++)
        if (strcmp(AS_STRING(choices->items[i])->data, text) == 0)
            return true;
    return false;
}

static enum call_status check_given(struct fiber *f, const char *name, struct list *choices)
{
    struct value v, hold = NULL_VALUE;
    if (!choices->len || !map_get_str(AS_MAP(run_of(f)->params), name, &v))
        return CALL_OK;
    enum call_status status = CALL_OK;
    const char *text = value_text(f, v, &hold);
    if (!is_choice(choices, text)) {
        _cleanup_(buf_release) struct buf known = {0};
        for (uint32_t i = 0; i < choices->len; i++)
            buf_printf(&known, "%s%s", i ? ", " : "", AS_STRING(choices->items[i])->data);
        status = vm_throw(f, "AbortException",
                          "Value for choice parameter '%s' is '%.100s', but valid choices are [%s]", name,
                          text, known.data);
    }
    value_release(hold);
    return status;
}

static enum call_status set_default(struct fiber *f, enum param_kind kind, const char *name, const char *text)
{
    _cleanup_(error_release) struct error err = {0};
    struct run *run = run_of(f);
    struct param_value p = {.name = (char *)name, .kind = kind, .text = (char *)text};
    p.truth = kind == PARAM_BOOLEAN && strcasecmp(text, "true") == 0;
    p.given = kind == PARAM_PASSWORD; /* computed: not in the file, so a secret */
    if (params_set(run, &p, &err) < 0)
        return vm_throw(f, "AbortException", "%s", err.message);
    json_t *record = json_object_get(run->record.json, "params");
    _cleanup_free_ char *shown = run_masked(run, text);
    p.kind = str_eq(shown, text) ? kind : PARAM_PASSWORD; /* a secret is in it: recorded as one */
    if (record)
        json_object_set_new(record, name, params_recorded(&p));
    return CALL_OK;
}

/* Three cases: given for this build (only checked), a literal that was known before the run, or an
 * expression whose value is the default. */
static enum call_status declare_named(struct fiber *f, enum param_kind kind, const char *name,
                                      struct map *args)
{
    struct run *run = run_of(f);
    struct value choices = params_choices(f, args), dflt = NULL_VALUE, hold = NULL_VALUE, known;
    struct list *list = AS_LIST(choices);
    enum call_status status;
    bool has = map_get_str(args, "defaultValue", &dflt) && !value_is_null(dflt);
    if (json_object_get(run->given, name)) {
        status = check_given(f, name, list);
    } else if (json_object_get(json_object_get(run->record.json, "params"), name) &&
               map_get_str(AS_MAP(run->params), name, &known)) {
        status = CALL_OK; /* a literal: known from the file */
    } else {
        const char *text = has         ? value_text(f, dflt, &hold)
                           : list->len ? AS_STRING(list->items[0])->data
                                       : "";
        status = set_default(f, kind, name, text);
    }
    value_release(hold);
    value_release(choices);
    return status;
}

enum call_status params_declare(struct fiber *f, const char *word, struct map *args)
{
    struct value name, hold = NULL_VALUE;
    enum param_kind kind = PARAM_STRING;
    if (!param_kind_parse(params_kind_of_class(word), &kind))
        kind = PARAM_STRING;
    if (!map_get_str(args, "name", &name) || value_is_null(name))
        return CALL_OK;
    enum call_status status = declare_named(f, kind, value_text(f, name, &hold), args);
    value_release(hold);
    return status;
}
