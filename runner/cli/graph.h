/* The stage graph of a pipeline, as drawn by `gmrun graph`: a tree whose nodes run their children in order
 * or side by side. */
#ifndef RUNNER_CLI_GRAPH_H
#define RUNNER_CLI_GRAPH_H

#include "base/arena.h"
#include "base/buf.h"
#include "parser/model.h"
#include <jansson.h>

enum graph_kind { GRAPH_PIPELINE, GRAPH_STAGE, GRAPH_PARALLEL, GRAPH_MATRIX, GRAPH_CELL, GRAPH_BRANCH };

struct graph_node {
    enum graph_kind kind; /* PARALLEL and MATRIX: the children run side by side */
    const char *name;
    const char *agent, *when; /* as text, or NULL */
    bool input;
    unsigned id;       /* unique, from 0, in the order of the text */
    int width, height; /* of the picture, set while it is drawn */
    /* children in the order of the text, linked by next */
    struct graph_node *children, *next;
};

struct graph {
    struct arena arena;
    const struct ast *ast;
    struct graph_node *root;
    unsigned count;
};

/* From the model, or, without one, from the stage, parallel and node calls of a scripted pipeline. */
void graph_build(struct graph *g, const struct ast *ast, const struct model *model, const char *title);
void graph_release(struct graph *g);

static inline bool graph_is_fork(const struct graph_node *n)
{
    return n->kind == GRAPH_PARALLEL || n->kind == GRAPH_MATRIX;
}
const char *graph_kind_name(enum graph_kind kind);

/* They append, and end with a line end. */
void graph_write_text(struct graph *g, struct buf *out);
void graph_write_dot(struct graph *g, struct buf *out);
void graph_write_mermaid(struct graph *g, struct buf *out);
void graph_write_json(struct graph *g, struct buf *out);
void graph_write_svg(struct graph *g, struct buf *out);

#endif
