/* Visits every node of a tree, parents first, in source order. */
#ifndef PARSER_WALK_H
#define PARSER_WALK_H

#include "parser/ast.h"

/* Whether to go on into the node's parts. */
typedef bool walk_fn(void *data, struct node *n);

void walk_node(struct node *n, walk_fn *fn, void *data); /* this node and what is below it; NULL is ignored */
void walk_list(struct node *list, walk_fn *fn, void *data);  /* the node and its followers */
void walk_children(struct node *n, walk_fn *fn, void *data); /* only what is below it */

#endif
