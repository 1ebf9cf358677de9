/* Walks by the table of parts (parser/node_parts.h). Recursive: the parser has bounded depth and height,
 * and that bounds the walk. Default values of parameters come before the body, annotations are left out. */
#include "parser/walk.h"
#include "parser/node_parts.h"

static void walk_function(struct function *f, walk_fn *fn, void *data)
{
    for (struct param *p = f->params; p; p = p->next)
        walk_node(p->init, fn, data);
    walk_node(f->body, fn, data);
}

void walk_children(struct node *n, walk_fn *fn, void *data)
{
    if (n->kind == NODE_CLOSURE || n->kind == NODE_METHOD)
        walk_function(n->u.fn, fn, data);
    for (const struct node_part *part = node_parts(n->kind); part->offset; part++) {
        struct node *child = node_part_get(n, part);
        if (part->list)
            walk_list(child, fn, data);
        else
            walk_node(child, fn, data);
    }
}

void walk_node(struct node *n, walk_fn *fn, void *data)
{
    if (n && fn(data, n))
        walk_children(n, fn, data);
}

void walk_list(struct node *list, walk_fn *fn, void *data)
{
    for (; list; list = list->next)
        walk_node(list, fn, data);
}
