/* Builds the stage graph: from the checked model of a declarative pipeline, or by reading the calls of a
 * scripted one, where only what is written down literally can be known.
 *
 * A scripted pipeline is read, not run: stages in a loop are drawn once, branches that are put together
 * at run time (parallel branches) not at all. */
#include "parser/model_cells.h"
#include "runner/cli/graph.h"
#include <string.h>

static struct graph_node *new_node(struct graph *g, enum graph_kind kind, const char *name)
{
    struct graph_node *n = arena_new(&g->arena, struct graph_node);
    n->kind = kind;
    n->name = name;
    n->id = g->count++;
    return n;
}

/* A literal's value, or the expression as it is written. */
static const char *node_text(struct graph *g, const struct node *n)
{
    if (n->kind == NODE_STRING)
        return arena_strndup(&g->arena, n->u.str.bytes, n->u.str.len);
    size_t len;
    const char *text = ast_text(g->ast, n, &len);
    return arena_strndup(&g->arena, text, len);
}

/* What tells one agent from another at a glance. */
static const struct node *agent_subject(const struct model_agent *agent)
{
    static const char *const names[] = {"label", "image", "filename", "yamlFile", "inheritFrom"};
    if (agent->value)
        return agent->value;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        for (const struct model_item *f = agent->fields; f; f = f->next)
            if (f->args && strcmp(f->name, names[i]) == 0)
                return f->args;
    return NULL;
}

static const char *agent_text(struct graph *g, const struct model_agent *agent)
{
    const struct node *subject = agent_subject(agent);
    const char *kind = agent_kind_name(agent->kind);
    return subject ? arena_printf(&g->arena, "%s %s", kind, node_text(g, subject)) : kind;
}

static const char *one_line(struct graph *g, const struct span *span)
{
    /* Blanks and line ends are drawn together into one blank. */
    size_t len = span->end - span->start;
    char *text = arena_strndup(&g->arena, g->ast->source.text + span->start, len);
    size_t to = 0;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] > ' ' || (to && text[to - 1] != ' '))
            text[to++] = (unsigned char)text[i] > ' ' ? text[i] : ' ';
    text[to] = 0;
    return text;
}

/* As written, in one line. */
static const char *when_text(struct graph *g, const struct model_when *when)
{
    struct buf text _cleanup_(buf_release) = {0};
    for (const struct model_condition *c = when->conditions; c; c = c->next)
        buf_printf(&text, "%s%s", text.len ? " && " : "", one_line(g, &c->span));
    return arena_strdup(&g->arena, text.data ? text.data : "");
}

static void describe(struct graph *g, struct graph_node *n, const struct model_directives *on)
{
    if (on->agent)
        n->agent = agent_text(g, on->agent);
    if (on->when)
        n->when = when_text(g, on->when);
    n->input = on->input;
}

static struct graph_node *from_stages(struct graph *g, const struct model_stage *stages);

static struct graph_node *from_matrix(struct graph *g, const struct model_matrix *matrix)
{
    struct matrix_cells cells;
    struct graph_node *first = NULL, **tail = &first;
    if (matrix_cells(&g->arena, g->ast, matrix, &cells) < 0)
        return new_node(g, GRAPH_CELL, "more than a million cells");
    for (size_t i = 0; i < cells.len; i++, tail = &(*tail)->next) {
        *tail = new_node(g, GRAPH_CELL, cells.items[i].name);
        describe(g, *tail, &matrix->cell);
        (*tail)->children = from_stages(g, matrix->stages);
    }
    return first;
}

static struct graph_node *from_stages(struct graph *g, const struct model_stage *stages)
{
    struct graph_node *first = NULL, **tail = &first;
    for (const struct model_stage *s = stages; s; s = s->next, tail = &(*tail)->next) {
        *tail = new_node(g, GRAPH_STAGE, s->name);
        describe(g, *tail, &s->on);
        if (s->content == STAGE_MATRIX && s->matrix) {
            /* The stage itself is the fork: it has no node of its own in between. */
            (*tail)->kind = GRAPH_MATRIX;
            (*tail)->children = from_matrix(g, s->matrix);
            continue;
        }
        if (s->content == STAGE_PARALLEL)
            (*tail)->kind = GRAPH_PARALLEL;
        (*tail)->children = from_stages(g, s->children);
    }
    return first;
}

static struct graph_node **read_list(struct graph *g, struct node *list, struct graph_node **tail);
static struct graph_node **read_call(struct graph *g, struct node *n, struct graph_node **tail);

/* `tail` is where the next node of this level goes; each reader returns where the one behind it goes.
 * Branches of an `if` come one after the other: which of them runs is not known. */
static struct graph_node **read_node(struct graph *g, struct node *n, struct graph_node **tail)
{
    switch (n->kind) {
    case NODE_CALL:
        return read_call(g, n, tail);
    case NODE_EXPR:
    case NODE_RETURN:
        return n->u.unary.operand ? read_node(g, n->u.unary.operand, tail) : tail;
    case NODE_BLOCK:
        return read_list(g, n->u.list.items, tail);
    case NODE_CLOSURE:
        return n->u.fn->body ? read_node(g, n->u.fn->body, tail) : tail;
    case NODE_IF:
        tail = read_node(g, n->u.cond.then, tail);
        return n->u.cond.other ? read_node(g, n->u.cond.other, tail) : tail;
    case NODE_TRY:
        tail = read_node(g, n->u.try_.body, tail);
        return n->u.try_.finally ? read_node(g, n->u.try_.finally, tail) : tail;
    case NODE_FOR:
    case NODE_FOR_IN:
    case NODE_WHILE:
        return n->u.loop.body ? read_node(g, n->u.loop.body, tail) : tail;
    default:
        return tail;
    }
}

static struct graph_node **read_list(struct graph *g, struct node *list, struct graph_node **tail)
{
    for (; list; list = list->next)
        tail = read_node(g, list, tail);
    return tail;
}

static struct graph_node **read_branches(struct graph *g, struct node *args, struct graph_node **tail)
{
    if (args && args->kind == NODE_MAP)
        args = args->u.map.entries;
    struct graph_node *fork = new_node(g, GRAPH_PARALLEL, "parallel"), **branch = &fork->children;
    for (; args; args = args->next) {
        if (args->kind != NODE_ENTRY || args->u.entry.value->kind != NODE_CLOSURE)
            continue;
        *branch = new_node(g, GRAPH_BRANCH, node_text(g, args->u.entry.key));
        read_node(g, args->u.entry.value, &(*branch)->children);
        branch = &(*branch)->next;
    }
    *tail = fork;
    return &fork->next;
}

static struct graph_node **read_call(struct graph *g, struct node *n, struct graph_node **tail)
{
    const struct node *method = n->u.call.method;
    struct node *args = n->u.call.args;
    const char *name = method && method->kind == NODE_STRING && !n->u.call.obj ? method->u.str.bytes : "";
    if (strcmp(name, "parallel") == 0)
        return read_branches(g, args, tail);
    /* Any other call: what stands in its closures (node, timeout, dir …) is drawn in its place. */
    if (strcmp(name, "stage") != 0 || !args || args->kind == NODE_CLOSURE)
        return read_list(g, args, tail);
    *tail = new_node(g, GRAPH_STAGE, node_text(g, args->kind == NODE_ENTRY ? args->u.entry.value : args));
    read_list(g, args->next, &(*tail)->children);
    return &(*tail)->next;
}

void graph_build(struct graph *g, const struct ast *ast, const struct model *model, const char *title)
{
    g->ast = ast;
    g->root = new_node(g, GRAPH_PIPELINE, arena_strdup(&g->arena, title));
    if (model->call) {
        describe(g, g->root, &model->root);
        g->root->children = from_stages(g, model->stages);
    } else {
        read_list(g, ast->body, &g->root->children);
    }
}

void graph_release(struct graph *g)
{
    arena_release(&g->arena);
    memset(g, 0, sizeof(*g));
}

const char *graph_kind_name(enum graph_kind kind)
{
    static const char *const names[] = {"pipeline", "stage", "parallel", "matrix", "cell", "branch"};
    return names[kind];
}
