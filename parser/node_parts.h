/* Which nodes hang below a node, by its kind: one table for whoever goes through a tree. */
#ifndef PARSER_NODE_PARTS_H
#define PARSER_NODE_PARTS_H

#include "parser/node.h"

struct node_part {
    const char *name; /* in dumps; NULL: plain from its order */
    uint16_t offset;  /* of the pointer, in struct node */
    bool list;        /* the followers (`next`) belong to it too */
};

enum { NODE_PARTS_MAX = 4 };

/* In source order, ended by a part with offset 0. Functions (NODE_CLOSURE, NODE_METHOD) have none here:
 * theirs stand in struct function. */
extern const struct node_part node_part_table[NODE_EMPTY + 1][NODE_PARTS_MAX + 1];
static inline const struct node_part *node_parts(enum node_kind kind)
{
    return node_part_table[kind];
}

static inline struct node *node_part_get(const struct node *n, const struct node_part *part)
{
    return *(struct node *const *)((const char *)n + part->offset);
}

#endif
