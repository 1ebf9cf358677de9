/* Statements. With `tail` set, the value of the statement is the function's result, as Groovy returns
 * the last expression: also from within if, switch, try and blocks. */
#include "runner/lang/compile.h"
#include <string.h>

/* ---- simple ones */

static void stmt_expr(struct func *c, const struct node *n, bool tail)
{
    const struct node *e = n->kind == NODE_EXPR ? n->u.unary.operand : n;
    if (tail) {
        emit_return(c, e);
        return;
    }
    unsigned saved = c->next_reg;
    if (e->kind == NODE_POSTFIX) { /* nobody sees the old value */
        struct node prefix = *e;
        prefix.kind = NODE_UNARY;
        struct name_ref r = {.kind = NAME_DYNAMIC};
        if (e->u.unary.operand->kind == NODE_NAME)
            r = resolve_name(c, e->u.unary.operand->u.name);
        expr(c, &prefix, r.kind == NAME_LOCAL ? r.index : reg_new(c));
    } else if (e->kind == NODE_ASSIGN && e->u.binary.left->kind == NODE_NAME) {
        struct name_ref r = resolve_name(c, e->u.binary.left->u.name);
        expr(c, e, r.kind == NAME_LOCAL ? r.index : reg_new(c));
    } else {
        expr(c, e, reg_new(c));
    }
    c->next_reg = saved;
}

bool has_field_annotation(const struct node *var)
{
    for (const struct annotation *a = var->u.var.annotations; a; a = a->next)
        if (strcmp(a->name, "Field") == 0 || strcmp(a->name, "groovy.transform.Field") == 0)
            return true;
    return false;
}

static void default_value(struct func *c, const struct type *type, unsigned reg)
{
    switch (type ? type->primitive : 0) {
    case VAL_INT:
        emit_x(c, OP_INT, reg, 0);
        break;
    case VAL_BOOL:
        emit(c, OP_BOOL, reg, 0, 0);
        break;
    case 0:
        emit(c, OP_NULL, reg, 0, 0);
        break;
    default:
        emit_x(c, OP_CONST, reg, (int32_t)const_add(c, (struct value){.tag = type->primitive}));
    }
}

static void declare(struct func *c, const struct node *n, unsigned from, unsigned static_type)
{
    const struct type *type = type_of_ref(c->unit, n->u.var.type);
    struct local *l = local_add(c, n->u.var.name, type);
    unsigned reg = l->reg;
    bool captured = l->captured;
    if (from != UINT32_MAX) {
        emit(c, OP_MOVE, reg, from, 0);
        convert(c, type, static_type, reg);
    } else {
        default_value(c, type, reg);
    }
    if (captured)
        emit(c, OP_CELL_BOX, reg, 0, 0);
}

/* A closure may name the variable it is assigned to (recursion), anything else is evaluated before the
 * name exists. */
static void stmt_var(struct func *c, const struct node *n, bool tail)
{
    if (has_field_annotation(n))
        return; /* a field of the script: compile_class.c */
    if (!n->u.var.init) {
        declare(c, n, UINT32_MAX, 0);
    } else if (n->u.var.init->kind == NODE_CLOSURE || is_captured(c, n->u.var.name)) {
        /* the closure may call itself by the name: it must be declared first */
        const struct type *type = type_of_ref(c->unit, n->u.var.type);
        unsigned saved = c->next_reg, t = reg_new(c);
        struct local l = {.name = n->u.var.name,
                          .reg = (uint16_t)t,
                          .captured = is_captured(c, n->u.var.name),
                          .type = type};
        emit(c, l.captured ? OP_CELL_NEW : OP_NULL, t, 0, 0);
        unsigned value = reg_new(c);
        if (n->u.var.init->kind == NODE_CLOSURE)
            vec_push(&c->locals, l);
        unsigned st = expr(c, n->u.var.init, value);
        if (n->u.var.init->kind != NODE_CLOSURE)
            vec_push(&c->locals, l);
        convert(c, type, st, value);
        emit(c, l.captured ? OP_CELL_SET : OP_MOVE, t, value, 0);
        c->next_reg = saved + 1;
    } else {
        const struct type *type = type_of_ref(c->unit, n->u.var.type);
        unsigned reg = reg_new(c), st = expr(c, n->u.var.init, reg);
        convert(c, type, st, reg);
        c->next_reg = reg;
        local_add(c, n->u.var.name, type);
    }
    if (tail) { /* a declaration's value is what it assigned */
        struct node name = {.kind = NODE_NAME, .span = n->span};
        name.u.name = n->u.var.name;
        struct node value = {.kind = NODE_EXPR, .span = n->span};
        value.u.unary.operand = &name;
        stmt_expr(c, &value, true);
    }
}

static void stmt_vars(struct func *c, const struct node *n, bool tail)
{
    if (!n->u.list.destructure) {
        for (const struct node *v = n->u.list.items; v; v = v->next)
            stmt_var(c, v, tail && !v->next);
        return;
    } else {
        unsigned source = reg_new(c), item = reg_new(c);
        expr(c, n->u.list.destructure, source);
        int32_t i = 0;
        for (const struct node *v = n->u.list.items; v; v = v->next) {
            emit_x(c, OP_INT, item, i++);
            emit(c, OP_INDEX, item, source, item);
            declare(c, v, item, 0);
        }
    }
    if (tail)
        emit_return_null(c);
}

static void stmt_return(struct func *c, const struct node *n, bool tail)
{
    if (n->u.unary.operand)
        emit_return(c, n->u.unary.operand);
    else
        emit_return_null(c);
}

static void stmt_throw(struct func *c, const struct node *n, bool tail)
{
    unsigned saved = c->next_reg, reg;
    expr_any(c, n->u.unary.operand, &reg);
    c->span = n->span;
    emit(c, OP_THROW, reg, 0, 0);
    c->next_reg = saved;
}

/* The text of the whole statement, its white space as written. */
static void stmt_assert(struct func *c, const struct node *n, bool tail)
{
    struct jump_list ok = {0};
    unsigned saved = c->next_reg, message = reg_new_n(c, 2);
    jump_if(c, n->u.assert_.test, true, &ok);
    if (n->u.assert_.message)
        expr(c, n->u.assert_.message, message);
    else
        emit(c, OP_NULL, message, 0, 0);
    size_t len;
    const char *text = ast_text(c->unit->ast, n, &len);
    while (len &&
           (text[len - 1] == ';' || text[len - 1] == ' ' || text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    emit_x(c, OP_CONST, message + 1, (int32_t)const_add(c, string_new(text, len)));
    c->span = n->span;
    emit(c, OP_ASSERT, message, n->u.assert_.message != NULL, 0);
    patch_all(c, &ok);
    c->next_reg = saved;
    if (tail)
        emit_return_null(c);
}

/* ---- blocks and conditions */

static bool is_declaration(const struct node *n)
{
    return n->kind == NODE_METHOD || n->kind == NODE_CLASS || n->kind == NODE_IMPORT ||
           n->kind == NODE_PACKAGE || n->kind == NODE_EMPTY;
}

static const struct node *last_statement(const struct node *items)
{
    const struct node *last = NULL;
    for (; items; items = items->next)
        if (!is_declaration(items))
            last = items;
    return last;
}

void block(struct func *c, const struct node *items, bool tail)
{
    if (items && items->kind == NODE_BLOCK && !items->next)
        items = items->u.list.items;
    size_t n_locals = c->locals.len;
    unsigned saved = c->next_reg;
    const struct node *last = last_statement(items);
    for (const struct node *n = items; n && !c->unit->failed; n = n->next)
        stmt(c, n, tail && n == last);
    if (tail && !last)
        emit_return_null(c);
    c->locals.len = n_locals;
    c->next_reg = saved;
}

static void stmt_block(struct func *c, const struct node *n, bool tail)
{
    block(c, n->u.list.items, tail);
}

static void stmt_if(struct func *c, const struct node *n, bool tail)
{
    struct jump_list no = {0};
    jump_if(c, n->u.cond.test, false, &no);
    block(c, n->u.cond.then, tail);
    if (!n->u.cond.other) {
        patch_all(c, &no);
        if (tail)
            emit_return_null(c);
        return;
    }
    uint32_t end = emit_jump(c, OP_JUMP, 0);
    patch_all(c, &no);
    block(c, n->u.cond.other, tail);
    patch_here(c, end);
}

/* ---- loops: the condition stands at the end, so that a turn costs one jump */

static void jump_back_if(struct func *c, const struct node *cond, uint32_t top)
{
    struct jump_list again = {0};
    if (cond && cond->kind != NODE_EMPTY) {
        jump_if(c, cond, true, &again);
        patch_list(c, again.at.items, again.at.len, top);
        vec_release(&again.at);
    } else {
        emit_back(c, top);
    }
}

static void stmt_while(struct func *c, const struct node *n, bool tail)
{
    struct exit_scope s;
    open_exit(c, &s, EXIT_LOOP);
    uint32_t enter = n->kind == NODE_WHILE ? emit_jump(c, OP_JUMP, 0) : 0;
    uint32_t top = here(c);
    block(c, n->u.loop.body, false);
    uint32_t test = here(c);
    if (n->kind == NODE_WHILE)
        patch_to(c, enter, test);
    jump_back_if(c, n->u.loop.cond, top);
    close_exit(c, &s, test);
    if (tail)
        emit_return_null(c);
}

static void each_stmt(struct func *c, const struct node *list)
{
    for (const struct node *n = list; n; n = n->next)
        stmt(c, n, false);
}

/* `i++` and `i < limit` of an int local, limit a number or a local: one instruction. The register of i, or
 * -1. */
static int counted_loop(struct func *c, const struct node *n)
{
    const struct node *cond = n->u.loop.cond, *step = n->u.loop.step;
    if (step && step->kind == NODE_EXPR)
        step = step->u.unary.operand;
    if (!cond || !step || n->u.loop.step->next || cond->kind != NODE_BINARY || cond->u.binary.op != TOK_LT ||
        (step->kind != NODE_POSTFIX && step->kind != NODE_UNARY) || step->u.unary.op != TOK_INC ||
        step->u.unary.operand->kind != NODE_NAME || cond->u.binary.left->kind != NODE_NAME ||
        strcmp(step->u.unary.operand->u.name, cond->u.binary.left->u.name) != 0)
        return -1;
    struct name_ref r = resolve_name(c, cond->u.binary.left->u.name);
    if (r.kind != NAME_LOCAL || !r.type || r.type->primitive != VAL_INT)
        return -1;
    const struct node *limit = cond->u.binary.right;
    if (limit->kind == NODE_INT)
        return (int)r.index;
    return limit->kind == NODE_NAME && resolve_name(c, limit->u.name).kind == NAME_LOCAL ? (int)r.index : -1;
}

static void loop_back(struct func *c, const struct node *cond, int reg, uint32_t top)
{
    const struct node *limit = cond->u.binary.right;
    c->span = cond->span;
    if (limit->kind == NODE_INT)
        emit_x(c, OP_LOOP_LTI, (unsigned)reg, (int32_t)limit->u.num);
    else
        emit(c, OP_LOOP_LT, (unsigned)reg, resolve_name(c, limit->u.name).index, 0);
    patch_to(c, emit_jump(c, OP_NOP, 1), top);
}

static void stmt_for(struct func *c, const struct node *n, bool tail)
{
    size_t n_locals = c->locals.len;
    unsigned saved = c->next_reg;
    each_stmt(c, n->u.loop.init);
    struct exit_scope s;
    open_exit(c, &s, EXIT_LOOP);
    int counter = counted_loop(c, n);
    struct jump_list never = {0};
    uint32_t enter = 0;
    if (counter >= 0)
        jump_if(c, n->u.loop.cond, false, &never);
    else
        enter = emit_jump(c, OP_JUMP, 0);
    uint32_t top = here(c);
    block(c, n->u.loop.body, false);
    uint32_t step = here(c);
    if (counter >= 0) {
        loop_back(c, n->u.loop.cond, counter, top);
    } else {
        each_stmt(c, n->u.loop.step);
        patch_here(c, enter);
        jump_back_if(c, n->u.loop.cond, top);
    }
    patch_all(c, &never);
    close_exit(c, &s, step);
    c->locals.len = n_locals;
    c->next_reg = saved;
    if (tail)
        emit_return_null(c);
}

static void stmt_for_in(struct func *c, const struct node *n, bool tail)
{
    size_t n_locals = c->locals.len;
    unsigned saved = c->next_reg, list = reg_new_n(c, 3);
    const struct node *var = n->u.loop.init;
    expr(c, n->u.loop.cond, list);
    c->span = n->span;
    emit(c, OP_ITERATE, list, 0, 0);
    declare(c, var, UINT32_MAX, 0); /* one variable for all turns, as closures notice */
    struct local item = c->locals.items[c->locals.len - 1];
    struct exit_scope s;
    open_exit(c, &s, EXIT_LOOP);
    uint32_t top = here(c), done = emit_jump(c, OP_ITERATE_NEXT, list);
    convert(c, item.type, 0, list + 2);
    emit(c, item.captured ? OP_CELL_SET : OP_MOVE, item.reg, list + 2, 0);
    block(c, n->u.loop.body, false);
    emit_back(c, top);
    patch_here(c, done);
    close_exit(c, &s, top);
    c->locals.len = n_locals;
    c->next_reg = saved;
    if (tail)
        emit_return_null(c);
}

static void stmt_loop(struct func *c, const struct node *n, bool tail)
{
    if (!numeric_loop(c, n))
        n->kind == NODE_FOR      ? stmt_for(c, n, tail)
        : n->kind == NODE_FOR_IN ? stmt_for_in(c, n, tail)
                                 : stmt_while(c, n, tail);
    else if (tail)
        emit_return_null(c);
}

static void stmt_labeled(struct func *c, const struct node *n, bool tail)
{
    struct exit_scope s;
    open_exit(c, &s, EXIT_LABEL);
    s.label = n->u.labeled.label;
    if (n->u.labeled.body)
        stmt(c, n->u.labeled.body, tail);
    else if (tail)
        emit_return_null(c);
    close_exit(c, &s, 0);
}

/* The case that stands behind `k` (NULL: the first one): Groovy puts `default` last, wherever it is written.
 */
static const struct node *next_case(const struct node *n, const struct node *fallback, const struct node *k)
{
    if (k && k == fallback)
        return NULL;
    const struct node *next = k ? k->next : n->u.switch_.cases;
    while (next && !next->u.case_.value) /* of several defaults the last one counts */
        next = next->next;
    return next ? next : fallback;
}

static void stmt_switch(struct func *c, const struct node *n, bool tail)
{
    unsigned saved = c->next_reg, value = reg_new_n(c, 3);
    size_t n_locals = c->locals.len;
    struct exit_scope s;
    struct jump_list to = {0};
    const struct node *fallback = NULL;
    expr(c, n->u.switch_.value, value);
    open_exit(c, &s, EXIT_SWITCH);
    for (const struct node *k = n->u.switch_.cases; k; k = k->next) {
        if (!k->u.case_.value) {
            fallback = k;
            continue;
        }
        expr(c, k->u.case_.value, value + 1);
        emit(c, OP_CASE, value + 2, value + 1, value);
        vec_push(&to.at, emit_jump(c, OP_JUMP_TRUE, value + 2));
    }
    uint32_t otherwise = emit_jump(c, OP_JUMP, 0);
    size_t i = 0;
    for (const struct node *k = next_case(n, fallback, NULL); k; k = next_case(n, fallback, k)) {
        if (k == fallback)
            patch_here(c, otherwise);
        else
            patch_here(c, to.at.items[i++]);
        const struct node *last = last_statement(k->u.case_.body);
        for (const struct node *b = k->u.case_.body; b; b = b->next) {
            bool returns = tail && b == last && (!next_case(n, fallback, k) || (b->kind == NODE_RETURN));
            /* "x; break" at the end of a case returns x too */
            if (tail && b->next && b->next->kind == NODE_BREAK && !b->next->u.name && b->next == last)
                returns = true;
            stmt(c, b, returns);
        }
        c->locals.len = n_locals;
    }
    if (!fallback)
        patch_here(c, otherwise);
    vec_release(&to.at);
    close_exit(c, &s, 0);
    c->locals.len = n_locals;
    c->next_reg = saved;
    if (tail)
        emit_return_null(c);
}

/* ---- */

static void stmt_nothing(struct func *c, const struct node *n, bool tail)
{
    if (tail)
        emit_return_null(c);
}

static void stmt_function(struct func *c, const struct node *n, bool tail)
{
    if (c->is_closure || !c->context || !c->context->is_script)
        compile_error(c->unit, &n->span, "a method cannot be declared here");
}

typedef void (*stmt_fn)(struct func *c, const struct node *n, bool tail);
static const stmt_fn table[] = {
    [NODE_EXPR] = stmt_expr,       [NODE_VAR] = stmt_var,         [NODE_VARS] = stmt_vars,
    [NODE_BLOCK] = stmt_block,     [NODE_IF] = stmt_if,           [NODE_WHILE] = stmt_loop,
    [NODE_DO] = stmt_loop,         [NODE_FOR] = stmt_loop,        [NODE_FOR_IN] = stmt_loop,
    [NODE_SWITCH] = stmt_switch,   [NODE_TRY] = stmt_try,         [NODE_THROW] = stmt_throw,
    [NODE_RETURN] = stmt_return,   [NODE_BREAK] = stmt_jump,      [NODE_CONTINUE] = stmt_jump,
    [NODE_ASSERT] = stmt_assert,   [NODE_LABELED] = stmt_labeled, [NODE_IMPORT] = stmt_nothing,
    [NODE_PACKAGE] = stmt_nothing, [NODE_METHOD] = stmt_function, [NODE_CLASS] = stmt_nothing,
    [NODE_EMPTY] = stmt_nothing,
};

void stmt(struct func *c, const struct node *n, bool tail)
{
    c->span = n->span;
    stmt_fn fn = n->kind < ARRAY_LEN(table) && table[n->kind] ? table[n->kind] : stmt_expr;
    fn(c, n, tail);
}
