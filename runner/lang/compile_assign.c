/* Assignments: to names, properties, subscripts and lists of them; compound ones, ++ and --. */
#include "runner/lang/compile.h"
#include <string.h>

static void store_ref(struct func *c, const struct name_ref *r, const char *name, unsigned reg)
{
    unsigned saved = c->next_reg, t;
    switch (r->kind) {
    case NAME_LOCAL:
        if (r->index != reg)
            emit(c, OP_MOVE, r->index, reg, 0);
        break;
    case NAME_CELL:
        emit(c, OP_CELL_SET, r->index, reg, 0);
        break;
    case NAME_UP:
        emit_x(c, OP_UP_SET, reg, (int32_t)r->index);
        break;
    case NAME_THIS_CELL:
        emit_x(c, OP_THIS_CELL, t = reg_new(c), (int32_t)r->index);
        emit(c, OP_CELL_SET, t, reg, 0);
        break;
    case NAME_FIELD:
    case NAME_MEMBER:
        t = reg_new_n(c, 2);
        if (r->kind == NAME_FIELD)
            emit(c, OP_THIS, t, 0, 0);
        else
            emit_x(c, OP_CONST, t, (int32_t)const_add(c, value_retain(value_object(r->class))));
        emit(c, OP_MOVE, t + 1, reg, 0);
        emit_x(c, OP_PROP_SET, t, (int32_t)site_add(c, name, 0, r->kind == NAME_FIELD ? SITE_FIELD : 0));
        break;
    default:
        emit_x(c, OP_VAR_SET, reg, (int32_t)site_add(c, name, 0, 0));
    }
    c->next_reg = saved;
}

void store_name(struct func *c, const char *name, unsigned reg, unsigned static_type)
{
    struct name_ref r = resolve_name(c, name);
    if (r.kind <= NAME_UP && r.type) { /* the value of the expression stays as it is */
        unsigned saved = c->next_reg, t = reg_new(c);
        if (!(r.type->primitive && r.type->primitive == static_type)) {
            emit(c, OP_MOVE, t, reg, 0);
            convert(c, r.type, static_type, t);
            reg = t;
        }
        store_ref(c, &r, name, reg);
        c->next_reg = saved;
        return;
    }
    store_ref(c, &r, name, reg);
}

/* The place an assignment goes to, its parts evaluated once, in registers. */
struct target {
    const struct node *node;
    unsigned obj, key;
};

static unsigned property_flags(struct func *c, const struct node *n)
{
    return (own_field(c, n) ? SITE_FIELD : 0) | (n->u.prop.safe ? SITE_SAFE : 0) |
           (n->u.prop.spread ? SITE_SPREAD : 0) | (n->u.prop.field ? SITE_FIELD : 0);
}

/* Registers stand as OP_PROP_SET wants them: object, value, name. `a[f()] += 1` calls f once that way. */
static void target_open(struct func *c, const struct node *n, struct target *t)
{
    t->node = n;
    if (n->kind == NODE_PROPERTY) {
        t->obj = reg_new_n(c, 3); /* object, value, name */
        expr(c, n->u.prop.obj, t->obj);
        if (!constant_name(n->u.prop.name))
            expr(c, n->u.prop.name, t->obj + 2);
    } else if (n->kind == NODE_INDEX) {
        t->obj = reg_new_n(c, 2);
        t->key = t->obj + 1;
        expr(c, n->u.index.obj, t->obj);
        if (n->u.index.args && !n->u.index.args->next) {
            expr(c, n->u.index.args, t->key);
        } else {
            struct node list = {.kind = NODE_LIST, .span = n->span};
            list.u.list.items = n->u.index.args;
            expr(c, &list, t->key);
        }
    }
}

static unsigned target_load(struct func *c, const struct target *t, unsigned dst)
{
    const struct node *n = t->node;
    if (n->kind == NODE_INDEX) {
        emit(c, OP_INDEX, dst, t->obj, t->key);
        return 0;
    }
    if (n->kind != NODE_PROPERTY)
        return expr(c, n, dst);
    unsigned saved = c->next_reg, base = reg_new_n(c, 2);
    const char *name = constant_name(n->u.prop.name);
    emit(c, OP_MOVE, base, t->obj, 0);
    if (!name)
        emit(c, OP_MOVE, base + 1, t->obj + 2, 0);
    emit_x(c, OP_PROP_GET, base,
           (int32_t)site_add(c, name, 0, property_flags(c, n) | (name ? 0 : SITE_DYNAMIC)));
    emit(c, OP_MOVE, dst, base, 0);
    c->next_reg = saved;
    return 0;
}

static void target_store(struct func *c, const struct target *t, unsigned reg, unsigned static_type)
{
    const struct node *n = t->node;
    c->span = n->span;
    if (n->kind == NODE_NAME) {
        store_name(c, n->u.name, reg, static_type);
    } else if (n->kind == NODE_INDEX) {
        emit(c, OP_INDEX_SET, t->obj, t->key, reg);
    } else if (n->kind == NODE_PROPERTY) {
        const char *name = constant_name(n->u.prop.name);
        emit(c, OP_MOVE, t->obj + 1, reg, 0);
        emit_x(c, OP_PROP_SET, t->obj,
               (int32_t)site_add(c, name, 0, property_flags(c, n) | (name ? 0 : SITE_DYNAMIC)));
    } else if (n->kind == NODE_LIST) {
        destructure(c, n->u.list.items, reg);
    } else {
        compile_error(c->unit, &n->span,
                      "the left-hand side of an assignment must be a variable, a property or a subscript");
    }
}

void destructure(struct func *c, const struct node *targets, unsigned reg)
{
    int32_t i = 0;
    for (const struct node *n = targets; n; n = n->next, i++) {
        unsigned saved = c->next_reg, item = reg_new(c), key = reg_new(c);
        struct target t = {0};
        target_open(c, n, &t);
        emit_x(c, OP_INT, key, i);
        emit(c, OP_INDEX, item, reg, key);
        target_store(c, &t, item, 0);
        c->next_reg = saved;
    }
}

/* `x += y` on a local: in its register, if that is sure to hold the variable's type behind it. Otherwise the
 * result is converted first, as a cast that fails must leave the variable as it was. */
static bool add_in_place(struct func *c, const struct node *n, unsigned dst)
{
    op_t op = n->u.binary.op;
    if (n->u.binary.left->kind != NODE_NAME || op == TOK_ASSIGN)
        return false;
    struct name_ref r = resolve_name(c, n->u.binary.left->u.name);
    if (r.kind != NAME_LOCAL || (r.type && r.type->primitive != VAL_INT && r.type->primitive != VAL_LONG))
        return false;
    unsigned saved = c->next_reg, b;
    unsigned t = expr_any(c, n->u.binary.right, &b), to = r.index;
    op_t arith = token_arithmetic((enum token_kind)op);
    bool keeps = arith == TOK_PLUS || arith == TOK_MINUS || arith == TOK_STAR;
    if (r.type && !(keeps && (t == VAL_INT || t == r.type->primitive)))
        to = reg_new(c);
    c->span = n->span;
    emit(c, (enum opcode)(OP_ADD + (arith - TOK_PLUS)), to, r.index, b);
    if (to != r.index) {
        emit(c, OP_CAST, to, to, type_add(c, r.type));
        emit(c, OP_MOVE, r.index, to, 0);
    }
    c->next_reg = saved;
    if (dst != r.index)
        emit(c, OP_MOVE, dst, r.index, 0);
    return true;
}

static bool is_local_target(struct func *c, const struct node *n, unsigned reg)
{
    if (n->kind != NODE_NAME)
        return false;
    struct name_ref r = resolve_name(c, n->u.name);
    return r.kind == NAME_LOCAL && r.index == reg;
}

/* `x = value` on an untyped local: computed right where it goes. */
static bool assign_in_place(struct func *c, const struct node *n, unsigned dst, unsigned *type)
{
    if (n->u.binary.left->kind != NODE_NAME || n->u.binary.op != TOK_ASSIGN)
        return false;
    struct name_ref r = resolve_name(c, n->u.binary.left->u.name);
    if (r.kind != NAME_LOCAL || r.type || n->u.binary.right->kind == NODE_CAST)
        return false;
    *type = expr(c, n->u.binary.right, r.index);
    if (dst != r.index)
        emit(c, OP_MOVE, dst, r.index, 0);
    return true;
}

unsigned expr_assign(struct func *c, const struct node *n, unsigned dst)
{
    unsigned static_type;
    if (add_in_place(c, n, dst))
        return 0;
    if (assign_in_place(c, n, dst, &static_type))
        return static_type;
    unsigned saved = c->next_reg, value, type;
    struct target t = {0};
    target_open(c, n->u.binary.left, &t);
    if (n->u.binary.op == TOK_ASSIGN) {
        value = reg_new(c);
        type = expr(c, n->u.binary.right, value);
    } else {
        unsigned right;
        value = reg_new(c);
        target_load(c, &t, value);
        type = expr_any(c, n->u.binary.right, &right);
        c->span = n->span;
        emit(c, (enum opcode)(OP_ADD + (token_arithmetic((enum token_kind)n->u.binary.op) - TOK_PLUS)), value,
             value, right);
        type = 0;
    }
    target_store(c, &t, value, type);
    if (!is_local_target(c, n->u.binary.left, dst)) /* a typed local has the converted value */
        emit(c, OP_MOVE, dst, value, 0);
    c->next_reg = saved;
    return type;
}

/* next() of a byte, short or float is an Integer or Double, which the variable takes back. */
static bool steps_out(const struct type *t)
{
    return t->primitive == VAL_BYTE || t->primitive == VAL_SHORT || t->primitive == VAL_FLOAT ||
           (!t->primitive && t->class && !(t->class->flags & CLASSF_SOURCE));
}

unsigned expr_step(struct func *c, const struct node *n, unsigned dst)
{
    enum opcode op = n->u.unary.op == TOK_INC ? OP_NEXT : OP_PREVIOUS;
    const struct node *operand = n->u.unary.operand;
    if (operand->kind == NODE_NAME) {
        struct name_ref r = resolve_name(c, operand->u.name);
        if (r.kind == NAME_LOCAL) {
            if (n->kind == NODE_POSTFIX)
                emit(c, OP_MOVE, dst, r.index, 0);
            emit(c, op, r.index, r.index, 0);
            if (r.type && steps_out(r.type))
                convert(c, r.type, 0, r.index);
            if (n->kind != NODE_POSTFIX)
                emit(c, OP_MOVE, dst, r.index, 0);
            return r.type ? r.type->primitive : 0;
        }
    }
    unsigned saved = c->next_reg;
    struct target t = {0};
    target_open(c, operand, &t);
    unsigned old = reg_new(c), value = reg_new(c), type = target_load(c, &t, old);
    c->span = n->span;
    emit(c, op, value, old, 0);
    target_store(c, &t, value, type);
    emit(c, OP_MOVE, dst, n->kind == NODE_POSTFIX ? old : value, 0);
    c->next_reg = saved;
    return type;
}
