/* Jenkins' rules for step arguments [workflow-cps: DSL.parseArgs, NamedArgsAndClosure]. */
#include "runner/steps/arguments.h"
#include "base/buf.h"
#include <math.h>
#include <string.h>

static const struct catalog_step *row_of(const struct step_impl *impl)
{
    return catalog_step(impl->name, strlen(impl->name));
}

/* A map whose keys are all strings is a list of named arguments, unless it describes an object by $class. */
static bool is_named(const struct step_impl *impl, struct value v)
{
    struct value ignored;
    if (!value_is(v, OBJ_MAP) || (impl->flags & STEP_TAKES_MAP))
        return false;
    if (map_get_str(AS_MAP(v), "$class", &ignored))
        return false;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every unknown name, sorted, in the words of structs' DescribableModel; and what was meant. */
static enum call_status refuse_names(struct fiber *f, const struct step_impl *impl, const char **names,
                                     size_t n)
{
    _cleanup_(buf_release) struct buf text = {0};
    const struct catalog_step *row = row_of(impl);
    qsort(names, n, sizeof(*names), by_text);
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%s", i ? "," : "", names[i]);
    const char *near = row->params ? catalog_nearest_param(row, names[n - 1]) : NULL;
    char initial =
        impl->name[0] >= 'a' && impl->name[0] <= 'z' ? (char)(impl->name[0] - 'a' + 'A') : impl->name[0];
    return vm_throw(f, "IllegalArgumentException",
                    "WARNING: Unknown parameter(s) found for class type "
                    "'org.jenkinsci.plugins.workflow.steps.%c%sStep': %s%s%s",
                    initial, impl->name + 1, text.data, near ? "; nearest name: " : "", near ? near : "");
}

static enum call_status check_names(struct fiber *f, const struct step_impl *impl, struct map *args)
{
    const struct catalog_step *row = row_of(impl);
    struct map_slot *slot;
    VEC(const char *) unknown = {0};
    enum call_status status = CALL_OK;
    if (!row || (row->flags & ENTRY_OPEN))
        return CALL_OK;
    for (size_t i = 0; map_next(args, &i, &slot);) {
        if (!value_is(slot->key, OBJ_STRING))
            continue;
        const char *name = AS_STRING(slot->key)->data;
        if (*name && strcmp(name, "$class") && !catalog_param(row, name))
            vec_push(&unknown, name);
    }
    if (unknown.len)
        status = refuse_names(f, impl, unknown.items, unknown.len);
    vec_release(&unknown);
    return status;
}

static enum call_status put_positional(struct fiber *f, const struct step_impl *impl, struct map *args,
                                       int argc, struct value *argv)
{
    const struct catalog_step *row = row_of(impl);
    const struct catalog_param *sole = row ? catalog_sole_param(row) : NULL;
    if (argc == 1 && sole) {
        map_set_str(args, sole->name, argv[0]);
        return CALL_OK;
    }
    if (argc == 1 && (impl->flags & (STEP_TAKES_MAP | STEP_TAKES_ANY))) {
        map_set_str(args, "", argv[0]);
        return CALL_OK;
    }
    if (argc == 1 && value_is_null(argv[0]))
        return CALL_OK;
    _cleanup_(buf_release) struct buf text = {0};
    for (int i = 0; i < argc; i++) {
        buf_addstr(&text, i ? ", " : "");
        value_print(f, argv[i], &text);
    }
    return vm_throw(f, "IllegalArgumentException", "Expected named arguments but got [%s]", text.data);
}

enum call_status arguments_fold(struct fiber *f, const struct step_impl *impl, int argc, struct value *argv,
                                struct value *args, struct value *body)
{
    enum call_status status = CALL_OK;
    *args = map_new(fiber_vm(f));
    if (argc && value_is(argv[argc - 1], OBJ_CLOSURE) && (impl->flags & STEP_HAS_BODY))
        *body = value_retain(argv[--argc]);
    struct map *map = AS_MAP(*args);
    if (argc && is_named(impl, argv[0])) {
        struct map_slot *slot;
        for (size_t i = 0; map_next(AS_MAP(argv[0]), &i, &slot);)
            map_set(map, slot->key, slot->value);
        argv++;
        argc--;
        status = check_names(f, impl, map);
    }
    if (status == CALL_OK && argc)
        status = put_positional(f, impl, map, argc, argv);
    if (status == CALL_OK && value_is_null(*body) && (impl->flags & STEP_HAS_BODY) &&
        !(impl->flags & STEP_BODY_OPTIONAL))
        status = vm_throw(f, "IllegalStateException", "%s step must be called with a body", impl->name);
    if (status != CALL_OK) {
        value_release(*args);
        value_release(*body);
    }
    return status;
}

/* ---- reading */

bool step_has(const struct step_call *c, const char *name)
{
    return !value_is_null(step_arg(c, name));
}

struct value step_arg(const struct step_call *c, const char *name)
{
    struct value v;
    return map_get_str(AS_MAP(c->args), name, &v) ? v : NULL_VALUE;
}

const char *step_str(struct step_call *c, const char *name, const char *dflt)
{
    struct value v = step_arg(c, name), hold = NULL_VALUE;
    if (value_is_null(v))
        return dflt;
    const char *s = value_text(c->fiber, v, &hold);
    if (value_is_null(hold))
        return s;
    map_set_str(AS_MAP(c->args), name, hold); /* keeps the text as long as the call */
    value_release(hold);
    return s;
}

bool step_bool(struct step_call *c, const char *name, bool dflt)
{
    struct value v = step_arg(c, name);
    if (value_is_null(v))
        return dflt;
    if (v.tag == VAL_BOOL)
        return v.u.b;
    return strcmp(step_str(c, name, ""), "true") == 0;
}

double step_num(struct step_call *c, const char *name, double dflt)
{
    struct value v = step_arg(c, name);
    if (value_is_null(v))
        return dflt;
    switch (v.tag) {
    case VAL_BYTE:
    case VAL_SHORT:
    case VAL_INT:
        return v.u.i;
    case VAL_LONG:
        return (double)v.u.l;
    case VAL_FLOAT:
    case VAL_DOUBLE:
        return v.u.d;
    default:
        break;
    }
    const char *s = step_str(c, name, "");
    char *end;
    double d = strtod(s, &end);
    return *s && !*end ? d : dflt;
}

int64_t step_int(struct step_call *c, const char *name, int64_t dflt)
{
    double d = step_num(c, name, NAN);
    return isnan(d) ? dflt : (int64_t)d;
}

const char *argument_summary(struct step_call *c)
{
    static const char *const telling[] = {
        "script", "message", "path",  "name", "url",  "file",        "artifacts", "id",      "credentialsId",
        "text",   "job",     "label", "time", "glob", "testResults", "includes",  "configs", "image"};
    for (size_t i = 0; i < ARRAY_LEN(telling); i++)
        if (step_has(c, telling[i]) && !value_is(step_arg(c, telling[i]), OBJ_LIST))
            return step_str(c, telling[i], NULL);
    return NULL;
}

struct value argument_dry_value(struct step_call *c)
{
    if (step_bool(c, "returnStdout", false))
        return string_from("");
    if (step_bool(c, "returnStatus", false))
        return value_int(0);
    static const struct {
        const char *step, *text;
    } texts[] = {{"pwd", "/"}, {"readFile", ""}, {"libraryResource", ""}, {"tool", ""}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(c->step->name, texts[i].step) == 0)
            return string_from(texts[i].text);
    static const char *const maps[] = {"readJSON", "readYaml", "readProperties", "checkout", "git"};
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        if (strcmp(c->step->name, maps[i]) == 0)
            return map_new(c->run->vm);
    if (strcmp(c->step->name, "findFiles") == 0)
        return list_new(c->run->vm, 0);
    if (strcmp(c->step->name, "fileExists") == 0 || strcmp(c->step->name, "isUnix") == 0)
        return value_bool(true);
    return NULL_VALUE;
}
