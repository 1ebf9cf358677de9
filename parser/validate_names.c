/* Names that only an installation knows: tools, labels, libraries. */
#include "parser/model_build.h"
#include "parser/refusals.h"
#include "parser/validate.h"
#include "parser/walk.h"
#include <limits.h>
#include <string.h>

struct names_check {
    struct builder b;
    const struct model_environment *env;
};

static bool has_tool(const struct model_environment *env, const char *type, const char *name)
{
    for (size_t i = 0; i < env->tool_count; i++)
        if (strcmp(env->tools[i].type, type) == 0 && strcmp(env->tools[i].name, name) == 0)
            return true;
    return false;
}

static const char *nearest_tool(const struct model_environment *env, const char *type, const char *name)
{
    const char *nearest = NULL;
    int best = INT_MAX;
    for (size_t i = 0; i < env->tool_count; i++) {
        int distance =
            strcmp(env->tools[i].type, type) == 0 ? edit_distance(name, env->tools[i].name) : INT_MAX;
        if (distance < best) {
            best = distance;
            nearest = env->tools[i].name;
        }
    }
    return nearest;
}

static void check_tools(struct names_check *c, const struct model_item *tools)
{
    for (const struct model_item *tool = tools; tool && c->env->check_tools; tool = tool->next) {
        const char *name = literal_text(&c->b, tool->args);
        if (!name || has_tool(c->env, tool->name, name))
            continue;
        const char *near = nearest_tool(c->env, tool->name, name);
        diag_error(c->b.d, tool->args->span,
                   "Tool type \"%s\" does not have an install of \"%s\" configured - did you mean \"%s\"?",
                   tool->name, name, near ? near : "null");
    }
}

static bool is_listed(const char *const *list, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(list[i], name, len) == 0 && !list[i][len])
            return true;
    return false;
}

static void add_list(struct buf *out, const char *const *list, size_t count)
{
    buf_addch(out, '[');
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s%s", i ? ", " : "", list[i]);
    buf_addch(out, ']');
}

/* Only a single name: whether an expression of labels can be met is decided when a node is chosen. */
static void check_label(struct names_check *c, const struct node *n)
{
    const char *label = n ? literal_text(&c->b, n) : NULL;
    if (!label || !*label || strpbrk(label, "!&|<>()\" "))
        return;
    if (is_listed(c->env->labels, c->env->label_count, label, strlen(label)))
        return;
    struct buf known _cleanup_(buf_release) = {0};
    add_list(&known, c->env->labels, c->env->label_count);
    diag_error(c->b.d, n->span, "No agent has the label \"%s\". Known labels: %s", label, known.data);
}

static void check_agent(struct names_check *c, const struct model_agent *agent)
{
    if (!agent || !c->env->check_labels || agent->kind == AGENT_KUBERNETES)
        return;
    if (agent->kind == AGENT_LABEL || agent->kind == AGENT_NODE)
        check_label(c, agent->value);
    for (const struct model_item *f = agent->fields; f; f = f->next)
        if (strcmp(f->name, "label") == 0)
            check_label(c, f->args);
}

static void check_directives(struct names_check *c, const struct model_directives *on)
{
    check_tools(c, on->tools);
    check_agent(c, on->agent);
}

static bool has_library(const struct model_environment *env, const char *name, size_t len)
{
    for (size_t i = 0; i < env->library_count; i++)
        if (strncmp(env->libraries[i].name, name, len) == 0 && !env->libraries[i].name[len])
            return true;
    return false;
}

/* The text of a library's name that gmrun.yaml does not know; NULL. */
static const char *unknown_library(struct names_check *c, const struct node *n)
{
    const char *text = n ? literal_text(&c->b, n) : NULL;
    if (!text || str_has_prefix(text, "github.com/") || has_library(c->env, text, strcspn(text, "@")))
        return NULL;
    return text;
}

static void check_library(struct names_check *c, const struct node *n, struct span at)
{
    const char *text = unknown_library(c, n);
    if (text)
        diag_error(c->b.d, at, "Could not find any definition of libraries [%s]", text);
}

/* A step fails when it runs, and a script may catch that. */
static void check_library_step(struct names_check *c, const struct node *n)
{
    const char *text = unknown_library(c, n->u.call.args);
    if (text)
        diag_warning(c->b.d, n->span, "No library named %.*s found", (int)strcspn(text, "@"), text);
}

static void check_annotation(struct names_check *c, const struct annotation *a)
{
    for (; a; a = a->next) {
        const struct node *value = a->args && str_eq(a->name, "Library") ? a->args->u.entry.value : NULL;
        if (value && value->kind == NODE_LIST)
            for (const struct node *n = value->u.list.items; n; n = n->next)
                check_library(c, n, n->span);
        else if (value)
            check_library(c, value, value->span);
    }
}

static bool check_library_use(void *data, struct node *n)
{
    struct names_check *c = data;
    if (n->kind == NODE_VAR)
        check_annotation(c, n->u.var.annotations);
    else if (n->kind == NODE_IMPORT)
        check_annotation(c, n->u.import.annotations);
    else if (n->kind == NODE_CLASS)
        check_annotation(c, n->u.class_.annotations);
    else if (n->kind == NODE_CALL && !n->u.call.obj && match_call(n) && call_is(n, "library"))
        check_library_step(c, n);
    return true;
}

void validate_names(const struct ast *ast, struct model *model, const struct model_environment *env,
                    struct diagnostics *d)
{
    struct names_check c = {.b = {.ast = ast, .model = model, .d = d}, .env = env};
    check_directives(&c, &model->root);
    for (struct model_stage *s = model->stages; s; s = model_stage_next(s)) {
        check_directives(&c, &s->on);
        if (s->matrix)
            check_directives(&c, &s->matrix->cell);
    }
    if (!env->check_libraries)
        return;
    walk_list(ast->body, check_library_use, &c);
    for (const struct model_item *lib = model->libraries; lib; lib = lib->next)
        check_library(&c, lib->args, lib->span);
}

/* All passes run even if the model has errors, so that one run of lint shows everything. The sort comes
 * last and drops what two passes have both found. */
int validate_file(const struct ast *ast, struct model *model, const struct model_environment *env,
                  unsigned flags, struct diagnostics *d)
{
    int result = model_build(ast, model, d);
    refusals_find(ast, d);
    validate_steps(ast, model, env, flags, d);
    if (env)
        validate_names(ast, model, env, d);
    diag_sort(d);
    return result || d->errors ? -1 : 0;
}
