/* Statements of numeric loops, and the loop as an instruction. The outermost loop that can be one becomes
 * one; the loops within are part of it. */
#include "runner/lang/compile_numeric.h"
#include <string.h>

static void statement(struct nl_builder *b, const struct node *n);

static void statements(struct nl_builder *b, const struct node *list)
{
    for (const struct node *n = list; n && !b->failed; n = n->next)
        statement(b, n);
}

/* Registers of what is declared here are not used again in this loop: a variable's slot is found by them. */
static void scope(struct nl_builder *b, const struct node *list)
{
    size_t n_locals = b->c->locals.len;
    statements(b, list);
    b->c->locals.len = n_locals;
}

/* ---- assignments */

static void move(struct nl_builder *b, struct nl_operand to, struct nl_operand from)
{
    from = nl_convert(b, from, to.tag, to.slot);
    if (from.slot != to.slot)
        nl_emit(b, NL_MOVE, to.slot, from.slot);
}

static struct nl_operand assignable(struct nl_builder *b, const struct node *target)
{
    if (target->kind != NODE_NAME)
        return nl_fail(b);
    struct nl_operand o = nl_variable(b, target->u.name);
    return b->slots[o.slot].frozen ? nl_fail(b) : o;
}

static void assignment(struct nl_builder *b, const struct node *n)
{
    struct nl_operand to = assignable(b, n->u.binary.left), v;
    if (n->u.binary.op == TOK_ASSIGN) {
        v = nl_value(b, n->u.binary.right, to.slot);
    } else {
        op_t op = token_arithmetic((enum token_kind)n->u.binary.op);
        v = nl_arithmetic(b, n, op, to, nl_value(b, n->u.binary.right, -1), to.slot);
    }
    move(b, to, v);
}

static void step(struct nl_builder *b, const struct node *n)
{
    op_t op = n->u.unary.op == TOK_INC ? TOK_PLUS : n->u.unary.op == TOK_DEC ? TOK_MINUS : 0;
    if (!op) {
        nl_fail(b);
        return;
    }
    struct nl_operand to = assignable(b, n->u.unary.operand);
    move(b, to, nl_arithmetic(b, n, op, to, nl_constant(b, VAL_INT, 1), to.slot));
}

/* Its value is computed before the name exists. */
static void variable(struct nl_builder *b, const struct node *n)
{
    const struct type *type = type_of_ref(b->c->unit, n->u.var.type);
    if (!type || has_field_annotation(n)) {
        nl_fail(b);
        return;
    }
    struct nl_operand v = {0};
    if (n->u.var.init)
        v = nl_value(b, n->u.var.init, -1);
    else if (type->primitive == VAL_DOUBLE || type->primitive == VAL_BOOL)
        v = nl_constant(b, type->primitive, 0);
    else
        v = nl_constant(b, VAL_INT, 0);
    move(b, nl_declare(b, n->u.var.name, type), v);
}

static void expression(struct nl_builder *b, const struct node *n)
{
    if (n->kind == NODE_EXPR)
        n = n->u.unary.operand;
    if (n->kind == NODE_ASSIGN)
        assignment(b, n);
    else if (n->kind == NODE_POSTFIX || n->kind == NODE_UNARY)
        step(b, n);
    else
        nl_fail(b);
}

/* ---- branches */

static void branch(struct nl_builder *b, const struct node *n)
{
    struct jump_list no = {0}, end = {0};
    nl_jump_if(b, n->u.cond.test, false, &no);
    scope(b, n->u.cond.then);
    if (n->u.cond.other) {
        nl_jump(b, &end);
        nl_patch(b, &no, nl_here(b));
        scope(b, n->u.cond.other);
    }
    nl_patch(b, &no, nl_here(b));
    nl_patch(b, &end, nl_here(b));
}

/* To a loop that is not part of this one: ordinary code. */
static void leave(struct nl_builder *b, const struct node *n)
{
    struct nl_exit *e = b->exits;
    while (e && n->u.name && (!e->label || strcmp(e->label, n->u.name) != 0))
        e = e->outer;
    if (!e)
        nl_fail(b);
    else
        nl_jump(b, n->kind == NODE_BREAK ? &e->breaks : &e->continues);
}

/* ---- loops */

static void open_loop(struct nl_builder *b, struct nl_exit *e)
{
    *e = (struct nl_exit){.outer = b->exits, .label = b->next_label};
    b->next_label = NULL;
    b->exits = e;
    b->depth++;
}

static void close_loop(struct nl_builder *b, struct nl_exit *e)
{
    nl_patch(b, &e->breaks, nl_here(b));
    b->exits = e->outer;
    b->depth--;
}

static bool is_empty(const struct node *cond)
{
    return !cond || cond->kind == NODE_EMPTY;
}

/* `i++` and the comparison with it, where no jump leads between them. */
static void merge_step(struct nl_builder *b, struct jump_list *again)
{
    if (b->failed || b->n_ins < 2 || b->label == b->n_ins - 1 || again->at.len != 1 ||
        again->at.items[0] != b->n_ins - 1)
        return;
    struct nl_ins *jump = &b->ins[b->n_ins - 1], *add = jump - 1;
    const struct nl_slot *one = &b->slots[add->y];
    if (jump->op != NL_JLT || add->op != NL_ADDI || jump->x != add->x || one->kind != NL_CONSTANT ||
        one->bits != 1 || jump->y == add->x)
        return;
    add->op = NL_NEXT_JLT;
    add->y = jump->y;
    b->n_ins--;
    again->at.items[0]--;
}

/* The condition stands at both ends, so that a turn costs one jump and i++ may be merged with it. */
static void loop(struct nl_builder *b, const struct node *n)
{
    struct nl_exit e;
    struct jump_list never = {0}, again = {0};
    const struct node *cond = n->u.loop.cond;
    size_t n_locals = b->c->locals.len;
    if (n->kind == NODE_FOR)
        statements(b, n->u.loop.init);
    open_loop(b, &e);
    if (n->kind != NODE_DO && !is_empty(cond))
        nl_jump_if(b, cond, false, &never);
    unsigned top = nl_here(b);
    scope(b, n->u.loop.body);
    nl_patch(b, &e.continues, nl_here(b));
    if (n->kind == NODE_FOR)
        statements(b, n->u.loop.step);
    if (is_empty(cond))
        nl_jump(b, &again);
    else
        nl_jump_if(b, cond, true, &again);
    merge_step(b, &again);
    nl_patch(b, &again, top);
    nl_patch(b, &never, nl_here(b));
    close_loop(b, &e);
    b->c->locals.len = n_locals;
}

/* The ends of a range, as Groovy walks it: downwards if it ends below its start; `a..<b` leaves out b. */
static void range_ends(struct nl_builder *b, const struct node *range, struct nl_operand at,
                       struct nl_operand last, struct nl_operand by, struct jump_list *never)
{
    struct nl_operand one = nl_constant(b, VAL_INT, 1), minus = nl_constant(b, VAL_INT, UINT64_MAX);
    struct nl_operand from = nl_value(b, range->u.binary.left, -1),
                      to = nl_value(b, range->u.binary.right, -1);
    struct jump_list down = {0};
    if (from.tag != VAL_INT || to.tag != VAL_INT)
        nl_fail(b);
    move(b, at, from);
    move(b, last, to);
    bool exclusive = range->u.binary.op == TOK_RANGE_EX;
    if (exclusive)
        nl_jump_compare(b, TOK_EQ, at, last, never);
    move(b, by, minus);
    nl_jump_compare(b, TOK_GT, at, last, &down);
    move(b, by, one);
    nl_patch(b, &down, nl_here(b));
    if (exclusive)
        nl_emit(b, NL_SUBI, last.slot, by.slot);
}

/* The place in the range is not the variable, to which the body may assign. */
static void loop_over_range(struct nl_builder *b, const struct node *n)
{
    const struct node *var = n->u.loop.init;
    if (n->u.loop.cond->kind != NODE_RANGE || var->kind != NODE_VAR) {
        nl_fail(b);
        return;
    }
    size_t n_locals = b->c->locals.len;
    struct nl_operand at = nl_hidden(b), last = nl_hidden(b), by = nl_hidden(b);
    struct jump_list never = {0}, again = {0};
    range_ends(b, n->u.loop.cond, at, last, by, &never);
    struct nl_operand item = nl_declare(b, var->u.var.name, type_of_ref(b->c->unit, var->u.var.type));
    struct nl_exit e;
    open_loop(b, &e);
    unsigned top = nl_here(b);
    move(b, item, at);
    scope(b, n->u.loop.body);
    nl_patch(b, &e.continues, nl_here(b));
    nl_jump_compare(b, TOK_EQ, at, last, &never);
    nl_emit(b, NL_ADDI, at.slot, by.slot);
    nl_jump(b, &again);
    nl_patch(b, &again, top);
    nl_patch(b, &never, nl_here(b));
    close_loop(b, &e);
    b->c->locals.len = n_locals;
}

static void labeled(struct nl_builder *b, const struct node *n)
{
    b->next_label = n->u.labeled.label;
    const struct node *body = n->u.labeled.body;
    if (body && (body->kind == NODE_FOR || body->kind == NODE_WHILE || body->kind == NODE_DO ||
                 body->kind == NODE_FOR_IN))
        statement(b, body);
    else
        nl_fail(b);
}

static void statement(struct nl_builder *b, const struct node *n)
{
    switch (n->kind) {
    case NODE_VAR:
        variable(b, n);
        break;
    case NODE_VARS:
        n->u.list.destructure ? (void)nl_fail(b) : statements(b, n->u.list.items);
        break;
    case NODE_BLOCK:
        scope(b, n->u.list.items);
        break;
    case NODE_IF:
        branch(b, n);
        break;
    case NODE_FOR:
    case NODE_WHILE:
    case NODE_DO:
        loop(b, n);
        break;
    case NODE_FOR_IN:
        loop_over_range(b, n);
        break;
    case NODE_LABELED:
        labeled(b, n);
        break;
    case NODE_BREAK:
    case NODE_CONTINUE:
        leave(b, n);
        break;
    case NODE_EMPTY:
        break;
    default:
        expression(b, n);
    }
    for (unsigned i = 0; i < b->n_slots; i++)
        b->slots[i].busy = false;
}

/* ---- the instruction */

/* The slots used most. A loop of fewer slots pins unused ones. */
static void choose_pins(const struct nl_builder *b, struct numeric *m)
{
    for (unsigned k = 0; k < NL_PINS; k++) {
        unsigned best = NL_SLOTS - 1 - k;
        for (unsigned i = 0; i < b->n_slots; i++) {
            bool taken = false;
            for (unsigned j = 0; j < k; j++)
                taken = taken || m->pins[j] == i;
            if (!taken && (best >= b->n_slots || b->slots[i].weight > b->slots[best].weight))
                best = i;
        }
        m->pins[k] = (uint8_t)best;
    }
}

static unsigned form_of(const struct numeric *m, unsigned slot)
{
    unsigned k = 0;
    while (k < NL_PINS && m->pins[k] != slot)
        k++;
    return k;
}

static void keep_slots(const struct nl_builder *b, struct numeric *m, struct arena *a)
{
    m->variables = arena_alloc(a, b->n_slots * sizeof(*m->variables));
    m->constants = arena_alloc(a, b->n_slots * sizeof(*m->constants));
    for (unsigned i = 0; i < b->n_slots; i++) {
        const struct nl_slot *s = &b->slots[i];
        if (s->kind == NL_VARIABLE)
            m->variables[m->n_variables++] = (struct nl_variable){s->reg, (uint8_t)i, s->tag};
        else if (s->kind == NL_CONSTANT)
            m->constants[m->n_constants++] = (struct nl_constant){s->bits, (uint8_t)i};
    }
}

static struct numeric *numeric_new(const struct nl_builder *b)
{
    struct arena *a = &b->c->unit->code->arena;
    struct numeric *m = arena_new(a, struct numeric);
    choose_pins(b, m);
    keep_slots(b, m, a);
    m->ins = arena_alloc(a, (b->n_ins + 1) * sizeof(*m->ins));
    for (unsigned i = 0; i < b->n_ins; i++) {
        struct nl_ins ins = b->ins[i];
        if (ins.op != NL_JUMP)
            ins.op = (uint16_t)(ins.op * NL_FORMS + 4 * form_of(m, ins.x) + form_of(m, ins.y));
        m->ins[i] = ins;
    }
    m->ins[b->n_ins].op = NL_END;
    return m;
}

/* Behind it stands a NOP for each place that may throw. */
static void emit_numeric(struct nl_builder *b, const struct node *n)
{
    struct func *c = b->c;
    unsigned resume = reg_new(c);
    emit_x(c, OP_INT, resume, 0);
    vec_push(&c->numerics, numeric_new(b));
    c->span = n->span;
    emit_x(c, OP_NUMERIC, resume, (int32_t)c->numerics.len - 1);
    for (unsigned i = 0; i < b->n_places; i++) {
        c->span = b->places[i];
        emit(c, OP_NOP, 0, 0, 0);
    }
}

bool numeric_loop(struct func *c, const struct node *n)
{
    size_t n_locals = c->locals.len;
    unsigned saved = c->next_reg;
    struct nl_builder b;
    memset(&b, 0, offsetof(struct nl_builder, slots));
    b.c = c;
    if (c->exits && c->exits->kind == EXIT_LABEL)
        b.next_label = c->exits->label;
    statement(&b, n);
    if (!b.failed && !c->unit->failed)
        emit_numeric(&b, n);
    c->locals.len = n_locals;
    c->next_reg = saved;
    return !b.failed;
}
