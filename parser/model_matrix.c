/* The `matrix` section: axes, excludes, the stages of a cell and its directives. */
#include "parser/model_build.h"
#include <string.h>

static bool is_axis_literal(const struct node *n)
{
    return n->kind == NODE_STRING || n->kind == NODE_TRUE || n->kind == NODE_FALSE ||
           (n->kind >= NODE_INT && n->kind <= NODE_FLOAT);
}

static void build_axis_values(struct builder *b, struct model_axis *axis, struct node *s,
                              const struct node *call)
{
    if (axis->values && axis->negated != call_is(call, "notValues"))
        diag_error(b->d, s->span, "Only one of \"values\" or \"notValues\" allowed for an axis");
    axis->values = call->u.call.args;
    axis->negated = call_is(call, "notValues");
    for (const struct node *n = axis->values; n; n = n->next)
        if (!is_axis_literal(n))
            diag_error(b->d, node_place(b->ast, n), "Expected string literal");
}

static void build_axis_entry(struct builder *b, struct model_axis *axis, struct node *s, bool exclude)
{
    struct node *call = match_call(s);
    if (call && call_is(call, "name") && call->u.call.args)
        axis->name = expect_literal(b, call->u.call.args);
    else if (call && (call_is(call, "values") || (exclude && call_is(call, "notValues"))))
        build_axis_values(b, axis, s, call);
    else
        diag_error(b->d, s->span, "Undefined section \"%s\"", call ? call_name(call) : source_text(b, s));
}

static struct model_axis *build_axis(struct builder *b, struct node *s, bool exclude)
{
    struct node *call = match_call(s), *closure = call ? call_block(call) : NULL;
    if (!closure || !call_is(call, "axis")) {
        diag_error(b->d, s->span, "Expected an axis");
        return NULL;
    }
    struct model_axis *axis = arena_new(&b->model->arena, struct model_axis);
    axis->span = s->span;
    struct name_set seen _cleanup_(name_set_release) = {0};
    FOR_STATEMENTS(entry, block_statements(closure))
    {
        refuse_repeated(b, &seen, entry);
        build_axis_entry(b, axis, entry, exclude);
    }
    if (!axis->name)
        diag_error(b->d, s->span, "Missing required section \"name\"");
    if (!axis->values)
        diag_error(b->d, s->span, "Missing required section \"values\"");
    return axis;
}

static void check_axis_names(struct builder *b, const struct model_axis *axes)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    for (const struct model_axis *a = axes; a; a = a->next)
        if (a->name && !name_set_add(&seen, a->name, strlen(a->name)))
            diag_error(b->d, a->span, "Duplicate axis name: \"%s\"", a->name);
}

static struct model_axis *build_axes(struct builder *b, struct node *s, const char *section, bool exclude)
{
    struct node *closure = expect_block(b, s, section);
    struct model_axis *first = NULL, **tail = &first;
    FOR_STATEMENTS(entry, closure ? block_statements(closure) : NULL)
    {
        *tail = build_axis(b, entry, exclude);
        if (*tail)
            tail = &(*tail)->next;
    }
    if (closure && !statement_first(block_statements(closure)))
        diag_error(b->d, s->span, "No axis directives specified");
    check_axis_names(b, first);
    return first;
}

static void check_exclude_names(struct builder *b, const struct model_matrix *matrix)
{
    struct name_set axes _cleanup_(name_set_release) = {0};
    for (const struct model_axis *a = matrix->axes; a; a = a->next)
        if (a->name)
            name_set_add(&axes, a->name, strlen(a->name));
    for (const struct model_exclude *e = matrix->excludes; e; e = e->next)
        for (const struct model_axis *a = e->axes; a; a = a->next)
            if (a->name && !name_set_has(&axes, a->name, strlen(a->name)))
                diag_warning(b->d, a->span, "the matrix has no axis \"%s\": this exclude matches no cell",
                             a->name);
}

static struct model_exclude *build_excludes(struct builder *b, struct node *s)
{
    struct node *closure = expect_block(b, s, "excludes");
    struct model_exclude *first = NULL, **tail = &first;
    FOR_STATEMENTS(entry, closure ? block_statements(closure) : NULL)
    {
        struct node *call = match_call(entry);
        if (!call || !call_is(call, "exclude") || !call_block(call)) {
            diag_error(b->d, entry->span, "Expected an exclude");
            continue;
        }
        *tail = arena_new(&b->model->arena, struct model_exclude);
        (*tail)->span = entry->span;
        (*tail)->axes = build_axes(b, entry, "exclude", true);
        tail = &(*tail)->next;
    }
    if (closure && !statement_first(block_statements(closure)))
        diag_error(b->d, s->span, "No exclude directives specified");
    return first;
}

static void build_matrix_section(struct builder *b, struct model_matrix *matrix, struct node *s,
                                 const char *name, struct model_stage *owner)
{
    if (build_directive(b, &matrix->cell, name, s, true))
        return;
    if (strcmp(name, "axes") == 0)
        matrix->axes = build_axes(b, s, "axes", false);
    else if (strcmp(name, "excludes") == 0)
        matrix->excludes = build_excludes(b, s);
    else if (strcmp(name, "stages") == 0)
        matrix->stages = build_stages(b, s, "stages", owner, true);
    else
        diag_error(b->d, s->span, "Undefined section \"%s\"", name);
}

struct model_matrix *build_matrix(struct builder *b, struct node *statement, struct model_stage *owner)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    struct node *closure = expect_block(b, statement, "matrix");
    struct model_matrix *matrix = arena_new(&b->model->arena, struct model_matrix);
    matrix->span = statement->span;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        const char *name = call_name(match_call(s));
        if (!name) {
            diag_error(b->d, s->span,
                       "Not a valid stage section definition: \"%s\". Some extra configuration is required.",
                       source_text(b, s));
            continue;
        }
        refuse_repeated(b, &seen, s);
        build_matrix_section(b, matrix, s, name, owner);
    }
    if (closure && !name_set_has(&seen, "axes", 4))
        diag_error(b->d, statement->span, "Missing required section \"axes\"");
    if (closure && !name_set_has(&seen, "stages", 6))
        diag_error(b->d, statement->span, "Missing required section \"stages\"");
    check_exclude_names(b, matrix);
    return matrix;
}
