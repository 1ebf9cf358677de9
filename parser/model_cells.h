/* The cells of a matrix: every combination of its axes that no exclude matches. */
#ifndef PARSER_MODEL_CELLS_H
#define PARSER_MODEL_CELLS_H

#include "parser/model.h"

struct matrix_cell {
    const char *name;    /* "Matrix - OS = 'linux', BROWSER = 'firefox'", as Jenkins names the branch */
    const char **values; /* one for each axis, in the order of matrix->axes */
};

struct matrix_cells {
    struct matrix_cell *items;
    size_t len;
    size_t axes;
};

enum { MATRIX_CELLS_MAX = 1 << 20 };

/* The text of a literal axis value. */
const char *axis_value_text(struct arena *arena, const struct ast *ast, const struct node *value);
/* In Jenkins' order: the first axis varies fastest. Texts and lists are in the arena. Returns 0, or -1 when
 * there are more than MATRIX_CELLS_MAX combinations. */
int matrix_cells(struct arena *arena, const struct ast *ast, const struct model_matrix *matrix,
                 struct matrix_cells *cells);

#endif
