/* Declarations are read from the tree, not run: they must be known before anything runs. A default that is an
 * expression stays open until the engine evaluates it.
 *
 * In Jenkins a build's parameters are those that the build before declared; here a file is read as a
 * whole first, so its own count at once, also on the first build. */
#include "runner/engine/params.h"
#include "runner/cli/run_options.h"
#include "parser/model.h"
#include "runner/engine/params_value.h"
#include <string.h>

/* ---- finding declarations */

static const char *literal_text(const struct node *n, struct arena *arena)
{
    switch (n ? n->kind : NODE_EMPTY) {
    case NODE_STRING:
        return arena_strndup(arena, n->u.str.bytes, n->u.str.len);
    case NODE_TRUE:
        return "true";
    case NODE_FALSE:
        return "false";
    case NODE_INT:
    case NODE_LONG:
        return arena_printf(arena, "%lld", (long long)n->u.num);
    default:
        return NULL;
    }
}

static const struct node *argument(const struct node *args, const char *name)
{
    for (const struct node *a = args; a; a = a->next)
        if (a->kind == NODE_ENTRY && a->u.entry.key->kind == NODE_STRING &&
            strcmp(a->u.entry.key->u.str.bytes, name) == 0)
            return a->u.entry.value;
    return NULL;
}

struct declared {           /* a declaration and what it needs until the values are known */
    struct param_decl decl; /* borrowed texts: of the tree's arena */
    VEC(const char *) choices;
    bool computed; /* its default is an expression: params_declare() */
};
struct declarations {
    struct declared *items;
    size_t len, cap;
};

/* choices: a list of literals, or one text with a choice on each line; others are not known before the run.
 */
static void read_choices(const struct node *n, struct declared *d, struct arena *arena)
{
    const char *text = n->kind == NODE_STRING ? literal_text(n, arena) : "";
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len)
            vec_push(&d->choices, arena_strndup(arena, text, len));
        text += len + (text[len] == '\n');
    }
    for (const struct node *i = n->kind == NODE_LIST ? n->u.list.items : NULL; i; i = i->next)
        if ((text = literal_text(i, arena)))
            vec_push(&d->choices, text);
}

static void declare(struct declarations *list, struct arena *arena, const char *kind, const struct node *args)
{
    struct declared d = {0};
    const struct node *choices = argument(args, "choices");
    d.decl.name = literal_text(argument(args, "name"), arena);
    if (!d.decl.name) /* a computed name: not known before the run */
        return;
    if (!param_kind_parse(kind, &d.decl.kind))
        d.decl.kind = PARAM_STRING;
    const struct node *dflt = argument(args, "defaultValue");
    d.decl.default_value = literal_text(dflt, arena);
    d.computed = dflt && !d.decl.default_value && dflt->kind != NODE_NULL;
    d.decl.description = literal_text(argument(args, "description"), arena);
    const struct node *trim = argument(args, "trim");
    d.decl.trim = trim && trim->kind == NODE_TRUE;
    if (choices)
        read_choices(choices, &d, arena);
    if (d.decl.kind == PARAM_CHOICE && !d.choices.len) {
        d.decl.kind = PARAM_STRING; /* computed choices are checked when they are known */
        d.computed = true;
    }
    vec_push(list, d);
}

static const struct node *call_named(const struct node *n, const char *name)
{
    if (n && n->kind == NODE_CALL && !n->u.call.obj && n->u.call.method &&
        n->u.call.method->kind == NODE_STRING && strcmp(n->u.call.method->u.str.bytes, name) == 0)
        return n;
    return NULL;
}

/* parameters([string(…), …]) */
static void declared_in_list(struct declarations *list, struct arena *arena, const struct node *call)
{
    const struct node *items = call && call->u.call.args && call->u.call.args->kind == NODE_LIST
                                   ? call->u.call.args->u.list.items
                                   : NULL;
    for (const struct node *d = items; d; d = d->next)
        if (d->kind == NODE_CALL && d->u.call.method && d->u.call.method->kind == NODE_STRING)
            declare(list, arena, d->u.call.method->u.str.bytes, d->u.call.args);
        else if (d->kind == NODE_MAP && literal_text(argument(d->u.map.entries, "$class"), arena))
            declare(list, arena,
                    params_kind_of_class(literal_text(argument(d->u.map.entries, "$class"), arena)),
                    d->u.map.entries);
}

/* properties([… parameters([…]) …]) as a statement of the script itself. */
static void declared_by_properties(struct run *run, struct declarations *list)
{
    for (const struct node *s = run->ast->body; s; s = s->next) {
        const struct node *call = s->kind == NODE_EXPR ? call_named(s->u.unary.operand, "properties") : NULL;
        const struct node *items = call ? call->u.call.args : NULL;
        if (!items || items->kind != NODE_LIST)
            continue;
        for (const struct node *i = items->u.list.items; i; i = i->next)
            declared_in_list(list, &run->ast->arena, call_named(i, "parameters"));
    }
}

/* ---- values */

static bool is_declared(const struct declarations *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].decl.name, name) == 0)
            return true;
    return !list->len; /* a pipeline that declares nothing takes all */
}

/* What `build` passes beyond the declarations is dropped, as Jenkins does [core: ParametersAction,
 * SECURITY-170]; on a command line it is an error. */
static size_t drop_undeclared(const struct declarations *list, struct name_value *given, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (is_declared(list, given[i].name)) {
            given[kept++] = given[i];
        } else {
            free(given[i].name);
            free(given[i].value);
        }
    return kept;
}

static int resolve(struct run *run, const struct declarations *list, struct param_values *values,
                   struct error *err)
{
    const struct run_options *o = run->options;
    struct name_value *given = NULL;
    size_t n_given = 0;
    struct param_decl *decls = xcalloc(list->len + 1, sizeof(*decls));
    for (size_t i = 0; i < list->len; i++) {
        decls[i] = list->items[i].decl;
        decls[i].choices = list->items[i].choices.items;
        decls[i].n_choices = list->items[i].choices.len;
    }
    int status = params_given(o->params_file, o->params.items, o->params.len, &given, &n_given, err);
    if (getenv("GMRUN_UPSTREAM") && o->cause == CAUSE_UPSTREAM)
        n_given = drop_undeclared(list, given, n_given);
    if (status == 0)
        status = params_resolve(decls, list->len, given, n_given, values, err);
    for (size_t i = 0; i < n_given; i++) {
        free(given[i].name);
        free(given[i].value);
    }
    free(given);
    free(decls);
    return status;
}

static void release(struct declarations *list)
{
    for (size_t i = 0; i < list->len; i++)
        vec_release(&list->items[i].choices);
    vec_release(list);
}

json_t *params_prepare(struct run *run, struct error *err)
{
    struct declarations list = {0};
    struct param_values values = {0};
    json_t *record = NULL;
    for (const struct model_item *i = run->model ? run->model->parameters : NULL; i; i = i->next)
        declare(&list, &run->ast->arena, i->name, i->args);
    declared_by_properties(run, &list);
    int status = resolve(run, &list, &values, err);
    run->given = json_object();
    for (size_t i = 0; status == 0 && i < values.len; i++) {
        status = params_set(run, &values.items[i], err);
        if (values.items[i].given)
            json_object_set_new(run->given, values.items[i].name, json_true());
    }
    if (status == 0) {
        record = json_object();
        for (size_t i = 0; i < values.len; i++)
            json_object_set_new(record, values.items[i].name, params_recorded(&values.items[i]));
    }
    for (size_t i = 0; i < list.len; i++)
        if (list.items[i].computed)
            json_object_del(record, list.items[i].decl.name); /* told once it is evaluated */
    if (status < 0) {
        json_decref(run->given);
        json_decref(run->files);
        run->given = run->files = NULL;
    }
    param_values_release(&values);
    release(&list);
    return record;
}
