/* Steps in Groovy code. Nothing is known about types here, so the check goes by names: a bare call is a step
 * unless the file declares the name somewhere (method, variable, parameter, class, import). */
#include "parser/library_names.h"
#include "parser/model_build.h"
#include "parser/validate.h"
#include "parser/walk.h"
#include <string.h>

struct script_check {
    struct builder b;
    struct name_set declared, noted;
    struct library_names libraries; /* an unknown name may be theirs */
    bool strict;                    /* unknown arguments are errors */
    bool objects;                   /* inside arguments that hold objects of plugins, `tools: [java()]` */
};

static void declare(struct script_check *c, const char *name)
{
    if (name)
        name_set_add(&c->declared, name, strlen(name));
}

static void declare_function(struct script_check *c, const struct function *f)
{
    declare(c, f->name);
    for (const struct param *p = f->params; p; p = p->next)
        declare(c, p->name);
}

static void declare_import(struct script_check *c, const struct node *n)
{
    const char *dot = strrchr(n->u.import.name, '.');
    declare(c, n->u.import.alias ? n->u.import.alias : dot ? dot + 1 : n->u.import.name);
}

/* `x = …`, `this.x = …`, `binding.x = …` */
static void declare_target(struct script_check *c, const struct node *left)
{
    if (left->kind == NODE_NAME)
        declare(c, left->u.name);
    else if (left->kind == NODE_PROPERTY && left->u.prop.obj->kind == NODE_NAME &&
             left->u.prop.name->kind == NODE_STRING)
        declare(c, left->u.prop.name->u.str.bytes);
}

static void collect_call(struct script_check *c, struct node *n)
{
    if (match_call(n) && call_is(n, "setVariable") && n->u.call.args && n->u.call.args->kind == NODE_STRING)
        declare(c, n->u.call.args->u.str.bytes);
}

static bool calls(const struct node *call, const char *name)
{
    const struct node *method = call->u.call.method;
    return method && method->kind == NODE_STRING && strcmp(method->u.str.bytes, name) == 0;
}

/* Declared anywhere is declared everywhere: scopes are not looked at, since a wrong "unknown step" is
 * worse than a missed one. */
static bool collect(void *data, struct node *n)
{
    struct script_check *c = data;
    switch (n->kind) {
    case NODE_METHOD:
    case NODE_CLOSURE:
        declare_function(c, n->u.fn);
        break;
    case NODE_VAR:
        declare(c, n->u.var.name);
        library_names_collect(&c->libraries, n);
        break;
    case NODE_ASSIGN:
        declare_target(c, n->u.binary.left);
        break;
    case NODE_CLASS:
        declare(c, n->u.class_.name);
        library_names_collect(&c->libraries, n);
        break;
    case NODE_IMPORT:
        declare_import(c, n);
        library_names_collect(&c->libraries, n);
        break;
    case NODE_CALL:
        if (calls(n, "setVariable"))
            collect_call(c, n);
        else if (!n->u.call.obj && calls(n, "library"))
            library_names_collect(&c->libraries, n);
        break;
    default:
        break;
    }
    return true;
}

/* Whether collect() can find anything. Parameters are among what `declares` tells. */
static bool names_anything(const struct ast *ast)
{
    return ast->names_more || ast->declares || ast_has_name(ast, "setVariable") ||
           ast_has_name(ast, "library");
}

/* What every script can call besides steps: methods of groovy.lang.Script and of Object. */
static bool is_builtin(const char *name)
{
    static const char *const names[] = {
        "any",         "asBoolean",   "call",     "collect",  "credentials",  "dump",        "each",
        "equals",      "every",       "find",     "findAll",  "getBinding",   "getClass",    "getMetaClass",
        "getProperty", "hasProperty", "hashCode", "inspect",  "invokeMethod", "it",          "pipeline",
        "print",       "printf",      "println",  "run",      "setBinding",   "setProperty", "sprintf",
        "super",       "tap",         "this",     "toString", "use",          "with",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_symbol(const char *name)
{
    size_t len = strlen(name);
    return catalog_find(&catalog_symbols, name, len) || catalog_find(&catalog_parameters, name, len) ||
           catalog_find(&catalog_triggers, name, len) || catalog_find(&catalog_options, name, len);
}

static void note_library_step(struct script_check *c, struct span at, const char *name)
{
    const struct buf *libraries = &c->libraries.text;
    const char *which = !libraries->len                ? "a shared library"
                        : strchr(libraries->data, ',') ? "one of the shared libraries "
                                                       : "the shared library ";
    diag_note(c->b.d, at, "unknown step \"%s\": it may come from %s%s", name, which,
              libraries->len ? libraries->data : "");
}

static void report_unknown(struct script_check *c, const struct node *call, const char *name)
{
    if (c->objects || is_builtin(name) || is_symbol(name))
        return;
    struct span at = call->u.call.method->span;
    const char *near = catalog_nearest_step(name);
    if (c->libraries.any) {
        if (name_set_add(&c->noted, name, strlen(name)))
            note_library_step(c, at, name);
    } else if (near) {
        diag_warning(c->b.d, at, "unknown step \"%s\", did you mean \"%s\"?", name, near);
    } else {
        diag_warning(c->b.d, at, "unknown step \"%s\"", name);
    }
}

static void check_argument_names(struct script_check *c, const struct catalog_step *row,
                                 const struct node *args)
{
    if (row->flags & ENTRY_OPEN)
        return;
    for (const struct node *n = args; n; n = n->next) {
        const struct node *key = n->kind == NODE_ENTRY ? n->u.entry.key : NULL;
        if (!key || key->kind != NODE_STRING || strcmp(key->u.str.bytes, "$class") == 0)
            continue;
        if (catalog_param(row, key->u.str.bytes))
            continue;
        const char *near = catalog_nearest_param(row, key->u.str.bytes);
        (c->strict ? diag_error : diag_warning)(c->b.d, key->span,
                                                "Invalid parameter \"%s\", did you mean \"%s\"?",
                                                key->u.str.bytes, near ? near : "");
    }
}

static bool takes_objects(const struct catalog_step *row)
{
    if (row->flags & ENTRY_OPEN)
        return true;
    for (const struct catalog_param *p = row->params; p && p->name; p++)
        if (p->type == TYPE_ANY || p->type == TYPE_LIST || p->type == TYPE_SCM)
            return true;
    return false;
}

static void check_row(struct script_check *c, const struct catalog_step *row, const struct node *call)
{
    if (row->unsupported && !(row->flags & ENTRY_NOTE))
        diag_warning(c->b.d, call->u.call.method->span, "step \"%s\" is not supported: %s", row->name,
                     row->unsupported);
    bool has_class = false;
    for (const struct node *n = call->u.call.args; n; n = n->next)
        has_class |= n->kind == NODE_ENTRY && n->u.entry.key->kind == NODE_STRING &&
                     strcmp(n->u.entry.key->u.str.bytes, "$class") == 0;
    if (!has_class)
        check_argument_names(c, row, call->u.call.args);
}

static bool check_node(void *data, struct node *n);

/* Arguments may hold objects, the block holds steps again. */
static void check_arguments(struct script_check *c, const struct catalog_step *row, struct node *args)
{
    bool outer = c->objects;
    for (struct node *n = args; n; n = n->next) {
        c->objects = n->kind != NODE_CLOSURE && (outer || (row && takes_objects(row)));
        walk_node(n, check_node, c);
    }
    c->objects = outer;
}

static bool is_step_call(const struct node *n)
{
    const struct node *obj = n->u.call.obj;
    if (!n->u.call.method || n->u.call.method->kind != NODE_STRING)
        return false;
    return !obj || (obj->kind == NODE_NAME &&
                    (strcmp(obj->u.name, "steps") == 0 || strcmp(obj->u.name, "this") == 0));
}

/* A call is walked here by hand (false is returned), because its arguments are read in another mode than
 * itself. */
static bool check_node(void *data, struct node *n)
{
    struct script_check *c = data;
    if (n->kind == NODE_CLASS)
        return false; /* bare calls there are methods of the class */
    if (n->kind == NODE_CLOSURE && c->objects) {
        c->objects = false;
        walk_children(n, check_node, c);
        c->objects = true;
        return false;
    }
    if (n->kind != NODE_CALL || !is_step_call(n))
        return true;
    const char *name = call_name(n);
    if (name_set_has(&c->declared, name, strlen(name)))
        return true;
    const struct catalog_step *row = c->objects ? NULL : catalog_step(name, strlen(name));
    if (row)
        check_row(c, row, n);
    else
        report_unknown(c, n, name);
    check_arguments(c, row, n->u.call.args);
    return false;
}

/* A block of an agent, such as `containerTemplate { name 'x' }`, holds fields, not steps. */
static void check_items(struct script_check *c, const struct model_item *items)
{
    for (; items; items = items->next) {
        c->objects = true;
        if (!items->block)
            walk_list(items->args, check_node, c);
        c->objects = false;
        check_items(c, items->block);
    }
}

static void check_conditions(struct script_check *c, const struct model_condition *condition)
{
    for (; condition; condition = condition->next) {
        walk_node(condition->closure, check_node, c);
        walk_list(condition->args, check_node, c);
        check_conditions(c, condition->children);
    }
}

static void check_directives(struct script_check *c, const struct model_directives *on)
{
    for (const struct model_env *e = on->environment; e; e = e->next)
        walk_node(e->value, check_node, c);
    check_items(c, on->options);
    if (on->agent)
        check_items(c, on->agent->fields);
    if (on->when)
        check_conditions(c, on->when->conditions);
    for (int kind = 0; on->post && kind < POST_KINDS; kind++)
        walk_node(on->post->body[kind], check_node, c);
}

static void check_model(struct script_check *c)
{
    const struct model *m = c->b.model;
    check_directives(c, &m->root);
    for (struct model_stage *s = m->stages; s; s = model_stage_next(s)) {
        check_directives(c, &s->on);
        if (s->matrix)
            check_directives(c, &s->matrix->cell);
        walk_node(s->steps, check_node, c);
    }
}

/* Two passes over the file: names may be declared behind their use. Inside of the pipeline block it goes
 * by the model, so that section names such as `agent` are not taken for steps. */
void validate_steps(const struct ast *ast, struct model *model, const struct model_environment *env,
                    unsigned flags, struct diagnostics *d)
{
    struct script_check c = {.b = {.ast = ast, .model = model, .d = d}};
    c.strict = flags & VALIDATE_ARGUMENTS;
    library_names_add_implicit(&c.libraries, env);
    library_names_add_model(&c.libraries, model);
    if (names_anything(ast))
        walk_list(ast->body, collect, &c);
    model->loads_library = c.libraries.any;
    for (struct node *n = ast->body; n; n = n->next)
        if (n != model->statement)
            walk_node(n, check_node, &c);
    if (model->call)
        check_model(&c);
    name_set_release(&c.declared);
    name_set_release(&c.noted);
    library_names_release(&c.libraries);
}
