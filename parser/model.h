/* The declarative model: what a `pipeline { }` block says, checked, in source order.
 *
 * The model borrows: every `struct node *` points into the AST it was built from (which must live as
 * long), strings are interned there or lie in the model's own arena. Expressions and closures stay AST
 * nodes; the compiler lowers them. Lists are singly linked through `next`, in source order; an absent
 * section is NULL. After errors the model holds what was understood and must not be run. */
#ifndef PARSER_MODEL_H
#define PARSER_MODEL_H

#include "parser/ast.h"
#include "parser/diagnostics.h"
#include "parser/model_parts.h"

/* What pipeline, stage and matrix have in common. */
struct model_directives {
    struct model_agent *agent;
    struct model_env *environment;
    struct model_item *tools; /* name is the type, args the name of the installation */
    struct model_when *when;  /* not at the root */
    struct model_item *options;
    struct model_input *input; /* not at the root */
    struct model_post *post;
};

struct model_axis {
    const char *name;
    struct node *values; /* literal nodes: the argument list of `values` or `notValues` */
    bool negated;        /* notValues (excludes only) */
    struct span span;
    struct model_axis *next;
};

struct model_exclude {
    struct model_axis *axes; /* a cell is excluded when every axis matches */
    struct span span;
    struct model_exclude *next;
};

struct model_matrix {
    struct model_axis *axes; /* the first varies fastest */
    struct model_exclude *excludes;
    struct model_stage *stages; /* of each cell, in sequence */
    struct model_directives cell;
    struct span span;
};

enum stage_content { STAGE_EMPTY, STAGE_STEPS, STAGE_STAGES, STAGE_PARALLEL, STAGE_MATRIX };

struct model_stage {
    const char *name; /* a literal in Jenkins */
    struct span name_span, span;
    enum stage_content content;
    struct node *steps;           /* STAGE_STEPS: NODE_CLOSURE */
    struct model_stage *children; /* STAGE_STAGES and STAGE_PARALLEL */
    struct model_matrix *matrix;  /* STAGE_MATRIX */
    struct model_directives on;
    bool fail_fast;
    unsigned index;             /* among its siblings, from 0 */
    struct model_stage *parent; /* NULL at the top; for a stage of a matrix: the stage that has the matrix */
    struct model_stage *next;
};

struct model {
    struct arena arena;
    const struct ast *ast;
    struct node *call; /* the NODE_CALL of `pipeline`, NULL: the file has none (not an error of the build) */
    struct node *statement; /* the statement of the script that it stands in */
    struct model_directives root;
    struct model_item *parameters, *triggers, *libraries;
    struct model_stage *stages;
    unsigned stage_count; /* all levels */
    bool loads_library;   /* set by validate_steps(): also without a pipeline block, and by configuration */
};

/* Finds the `pipeline { }` call of the script's top level (or, in a library's vars/ file, of its `call`
 * method) and builds its model, with ALL errors in Jenkins' words added to `d`. Returns 0 when there is no
 * error (also when there is no pipeline: model->call is NULL then), else -1. The model is valid for
 * model_release() in both cases. */
int model_build(const struct ast *ast, struct model *model, struct diagnostics *d);
/* The same for a `pipeline { }` statement found elsewhere, e.g. in a branch of an `if`. `model` must be
 * zeroed. */
int model_build_call(const struct ast *ast, struct node *statement, struct model *model,
                     struct diagnostics *d);
void model_release(struct model *model);

/* Depth-first walk: the stage that follows `stage` in the text, nested ones included; start with
 * model->stages. */
struct model_stage *model_stage_next(const struct model_stage *stage);

#endif
