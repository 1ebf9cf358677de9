/* The table of a node's parts: the walk, the dump and the order of the environment go by it, so that a new
 * kind of node needs a row here and no case in three switches. Each part is the offset of a pointer in
 * struct node. */
#include "parser/node_parts.h"

#define ONE(name, member)                                                                                    \
    {                                                                                                        \
        name, offsetof(struct node, u.member), false                                                         \
    }
#define LIST(name, member)                                                                                   \
    {                                                                                                        \
        name, offsetof(struct node, u.member), true                                                          \
    }
#define OPERAND                                                                                              \
    {                                                                                                        \
        ONE(NULL, unary.operand)                                                                             \
    }
#define ITEMS                                                                                                \
    {                                                                                                        \
        LIST(NULL, list.items)                                                                               \
    }
#define TWO_SIDES                                                                                            \
    {                                                                                                        \
        ONE(NULL, binary.left), ONE(NULL, binary.right)                                                      \
    }
#define CONDITION                                                                                            \
    {                                                                                                        \
        ONE(NULL, cond.test), ONE("then", cond.then), ONE("else", cond.other)                                \
    }
#define LOOP                                                                                                 \
    {                                                                                                        \
        LIST("init", loop.init), ONE("cond", loop.cond), LIST("step", loop.step), ONE("body", loop.body)     \
    }

/* One place more than the longest needs ends each. */
const struct node_part node_part_table[NODE_EMPTY + 1][NODE_PARTS_MAX + 1] = {
    [NODE_GSTRING] = {LIST(NULL, gstr.parts)},
    [NODE_LIST] = ITEMS,
    [NODE_MAP] = {LIST(NULL, map.entries)},
    [NODE_BLOCK] = ITEMS,
    [NODE_VARS] = {LIST(NULL, list.items), ONE("from", list.destructure)},
    [NODE_ENTRY] = {ONE(NULL, entry.key), ONE(NULL, entry.value)},
    [NODE_RANGE] = TWO_SIDES,
    [NODE_BINARY] = TWO_SIDES,
    [NODE_ASSIGN] = TWO_SIDES,
    [NODE_PROPERTY] = {ONE(NULL, prop.obj), ONE(NULL, prop.name)},
    [NODE_POINTER] = {ONE(NULL, prop.obj), ONE(NULL, prop.name)},
    [NODE_INDEX] = {ONE(NULL, index.obj), LIST(NULL, index.args)},
    [NODE_CALL] = {ONE("on", call.obj), ONE("method", call.method), LIST(NULL, call.args)},
    [NODE_NEW] = {LIST(NULL, new_.args), LIST("size", new_.dims), ONE("init", new_.init),
                  ONE(NULL, new_.body)},
    [NODE_UNARY] = OPERAND,
    [NODE_POSTFIX] = OPERAND,
    [NODE_SPREAD] = OPERAND,
    [NODE_SPREAD_MAP] = OPERAND,
    [NODE_EXPR] = OPERAND,
    [NODE_THROW] = OPERAND,
    [NODE_RETURN] = OPERAND,
    [NODE_TERNARY] = CONDITION,
    [NODE_IF] = CONDITION,
    [NODE_CAST] = {ONE(NULL, cast.operand)},
    [NODE_INSTANCEOF] = {ONE(NULL, cast.operand)},
    [NODE_VAR] = {ONE(NULL, var.init)},
    [NODE_WHILE] = LOOP,
    [NODE_DO] = LOOP,
    [NODE_FOR] = LOOP,
    [NODE_FOR_IN] = LOOP,
    [NODE_SWITCH] = {ONE(NULL, switch_.value), LIST(NULL, switch_.cases)},
    [NODE_CASE] = {ONE("value", case_.value), LIST(NULL, case_.body)},
    [NODE_TRY] = {LIST("resource", try_.resources), ONE(NULL, try_.body), LIST(NULL, try_.catches),
                  ONE("finally", try_.finally)},
    [NODE_CATCH] = {ONE(NULL, catch_.body)},
    [NODE_ASSERT] = {ONE(NULL, assert_.test), ONE("message", assert_.message)},
    [NODE_LABELED] = {ONE(NULL, labeled.body)},
    [NODE_CLASS] = {LIST("constant", class_.constants), LIST(NULL, class_.members)},
};
