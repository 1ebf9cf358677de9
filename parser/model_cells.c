/* The cells of a matrix, counted up like an odometer whose first axis turns fastest: Jenkins' Matrix makes
 * the product in that order, and the names and the console order of the branches follow from it. The
 * number of combinations is bounded before any is made, so that twenty axes of ten values are an error and
 * not an exhausted memory. Only for models without errors: axes have names and values then. */
#include "parser/model_cells.h"
#include "base/buf.h"
#include <string.h>

struct expansion {
    struct arena *arena;
    const struct ast *ast;
    const struct model_matrix *matrix;
    const char ***values; /* of each axis */
    size_t *counts;
    size_t axes;
};

const char *axis_value_text(struct arena *arena, const struct ast *ast, const struct node *n)
{
    if (n->kind == NODE_STRING)
        return arena_strndup(arena, n->u.str.bytes, n->u.str.len);
    size_t len;
    const char *text = ast_text(ast, n, &len);
    return arena_strndup(arena, text, len);
}

static void read_axes(struct expansion *x)
{
    for (const struct model_axis *a = x->matrix->axes; a; a = a->next)
        x->axes++;
    x->values = arena_alloc(x->arena, x->axes * sizeof(*x->values));
    x->counts = arena_alloc(x->arena, x->axes * sizeof(*x->counts));
    size_t i = 0;
    for (const struct model_axis *a = x->matrix->axes; a; a = a->next, i++) {
        for (const struct node *n = a->values; n; n = n->next)
            x->counts[i]++;
        x->values[i] = arena_alloc(x->arena, x->counts[i] * sizeof(**x->values));
        size_t j = 0;
        for (const struct node *n = a->values; n; n = n->next)
            x->values[i][j++] = axis_value_text(x->arena, x->ast, n);
    }
}

static size_t combinations(const struct expansion *x)
{
    size_t total = x->axes ? 1 : 0;
    for (size_t i = 0; i < x->axes && total <= MATRIX_CELLS_MAX; i++)
        total *= x->counts[i];
    return total;
}

/* Values are compared as text: `1` and '1' are the same, as they are in the environment of the cell. */
static bool lists(struct expansion *x, const struct model_axis *axis, const char *value)
{
    for (const struct node *n = axis->values; n; n = n->next)
        if (strcmp(axis_value_text(x->arena, x->ast, n), value) == 0)
            return true;
    return false;
}

static const char *value_of(const struct expansion *x, const struct matrix_cell *cell, const char *name)
{
    size_t i = 0;
    for (const struct model_axis *a = x->matrix->axes; a; a = a->next, i++)
        if (strcmp(a->name, name) == 0)
            return cell->values[i];
    return NULL;
}

static bool is_excluded(struct expansion *x, const struct matrix_cell *cell)
{
    for (const struct model_exclude *e = x->matrix->excludes; e; e = e->next) {
        bool all = e->axes;
        for (const struct model_axis *a = e->axes; a && all; a = a->next) {
            const char *value = value_of(x, cell, a->name);
            all = value && lists(x, a, value) != a->negated;
        }
        if (all)
            return true;
    }
    return false;
}

static const char *cell_name(const struct expansion *x, const struct matrix_cell *cell)
{
    struct buf name _cleanup_(buf_release) = {0};
    size_t i = 0;
    for (const struct model_axis *a = x->matrix->axes; a; a = a->next, i++)
        buf_printf(&name, "%s%s = '%s'", i ? ", " : "Matrix - ", a->name, cell->values[i]);
    return arena_strdup(x->arena, name.data ? name.data : "");
}

int matrix_cells(struct arena *arena, const struct ast *ast, const struct model_matrix *matrix,
                 struct matrix_cells *cells)
{
    struct expansion x = {.arena = arena, .ast = ast, .matrix = matrix};
    read_axes(&x);
    size_t total = combinations(&x);
    *cells = (struct matrix_cells){.axes = x.axes};
    if (total > MATRIX_CELLS_MAX)
        return -1;
    cells->items = arena_alloc(arena, total * sizeof(*cells->items));
    for (size_t number = 0; number < total; number++) {
        struct matrix_cell *cell = &cells->items[cells->len];
        cell->values = arena_alloc(arena, x.axes * sizeof(*cell->values));
        for (size_t i = 0, rest = number; i < x.axes; rest /= x.counts[i], i++)
            cell->values[i] = x.values[i][rest % x.counts[i]];
        if (is_excluded(&x, cell))
            continue;
        cell->name = cell_name(&x, cell);
        cells->len++;
    }
    return 0;
}
