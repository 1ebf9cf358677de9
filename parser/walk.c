#include "parser/walk.h"

static void walk_params(struct param *p, walk_fn *fn, void *data)
{
    for (; p; p = p->next)
        walk_node(p->init, fn, data);
}

static void walk_function(struct function *f, walk_fn *fn, void *data)
{
    walk_params(f->params, fn, data);
    walk_node(f->body, fn, data);
}

static void walk_new(struct node *n, walk_fn *fn, void *data)
{
    walk_list(n->u.new_.args, fn, data);
    walk_list(n->u.new_.dims, fn, data);
    walk_node(n->u.new_.init, fn, data);
    walk_list(n->u.new_.body, fn, data);
}

static void walk_statement(struct node *n, walk_fn *fn, void *data)
{
    switch (n->kind) {
    case NODE_IF:
        walk_node(n->u.cond.test, fn, data);
        walk_node(n->u.cond.then, fn, data);
        walk_node(n->u.cond.other, fn, data);
        break;
    case NODE_WHILE:
    case NODE_DO:
    case NODE_FOR:
    case NODE_FOR_IN:
        walk_list(n->u.loop.init, fn, data);
        walk_node(n->u.loop.cond, fn, data);
        walk_list(n->u.loop.step, fn, data);
        walk_node(n->u.loop.body, fn, data);
        break;
    case NODE_SWITCH:
        walk_node(n->u.switch_.value, fn, data);
        walk_list(n->u.switch_.cases, fn, data);
        break;
    case NODE_CASE:
        walk_node(n->u.case_.value, fn, data);
        walk_list(n->u.case_.body, fn, data);
        break;
    case NODE_TRY:
        walk_list(n->u.try_.resources, fn, data);
        walk_node(n->u.try_.body, fn, data);
        walk_list(n->u.try_.catches, fn, data);
        walk_node(n->u.try_.finally, fn, data);
        break;
    case NODE_CATCH:
        walk_node(n->u.catch_.body, fn, data);
        break;
    case NODE_ASSERT:
        walk_node(n->u.assert_.test, fn, data);
        walk_node(n->u.assert_.message, fn, data);
        break;
    case NODE_LABELED:
        walk_node(n->u.labeled.body, fn, data);
        break;
    case NODE_CLASS:
        walk_list(n->u.class_.constants, fn, data);
        walk_list(n->u.class_.members, fn, data);
        break;
    default:
        break;
    }
}

static void walk_expression(struct node *n, walk_fn *fn, void *data)
{
    switch (n->kind) {
    case NODE_PROPERTY:
    case NODE_POINTER:
        walk_node(n->u.prop.obj, fn, data);
        walk_node(n->u.prop.name, fn, data);
        break;
    case NODE_INDEX:
        walk_node(n->u.index.obj, fn, data);
        walk_list(n->u.index.args, fn, data);
        break;
    case NODE_CALL:
        walk_node(n->u.call.obj, fn, data);
        walk_node(n->u.call.method, fn, data);
        walk_list(n->u.call.args, fn, data);
        break;
    case NODE_NEW:
        walk_new(n, fn, data);
        break;
    case NODE_UNARY:
    case NODE_POSTFIX:
    case NODE_SPREAD:
    case NODE_SPREAD_MAP:
    case NODE_EXPR:
    case NODE_THROW:
    case NODE_RETURN:
        walk_node(n->u.unary.operand, fn, data);
        break;
    case NODE_TERNARY:
        walk_node(n->u.cond.test, fn, data);
        walk_node(n->u.cond.then, fn, data);
        walk_node(n->u.cond.other, fn, data);
        break;
    case NODE_CAST:
    case NODE_INSTANCEOF:
        walk_node(n->u.cast.operand, fn, data);
        break;
    case NODE_VAR:
        walk_node(n->u.var.init, fn, data);
        break;
    default:
        walk_statement(n, fn, data);
        break;
    }
}

void walk_children(struct node *n, walk_fn *fn, void *data)
{
    switch (n->kind) {
    case NODE_GSTRING:
        walk_list(n->u.gstr.parts, fn, data);
        break;
    case NODE_LIST:
    case NODE_VARS:
    case NODE_BLOCK:
        walk_list(n->u.list.items, fn, data);
        walk_node(n->u.list.destructure, fn, data);
        break;
    case NODE_MAP:
        walk_list(n->u.map.entries, fn, data);
        break;
    case NODE_ENTRY:
        walk_node(n->u.entry.key, fn, data);
        walk_node(n->u.entry.value, fn, data);
        break;
    case NODE_RANGE:
    case NODE_BINARY:
    case NODE_ASSIGN:
        walk_node(n->u.binary.left, fn, data);
        walk_node(n->u.binary.right, fn, data);
        break;
    case NODE_CLOSURE:
    case NODE_METHOD:
        walk_function(n->u.fn, fn, data);
        break;
    default:
        walk_expression(n, fn, data);
        break;
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
