/* Slots and expressions of numeric loops. Operators have the types that Groovy's NumberMath gives them; those
 * whose result is no machine number (int / int is a BigDecimal) fail. */
#include "runner/lang/compile_numeric.h"
#include <stdlib.h>
#include <string.h>

struct nl_operand nl_fail(struct nl_builder *b)
{
    b->failed = true;
    return (struct nl_operand){0, VAL_INT};
}

/* ---- slots */

static struct nl_operand slot_new(struct nl_builder *b, struct nl_slot slot)
{
    if (b->n_slots == NL_SLOTS)
        return nl_fail(b);
    b->slots[b->n_slots++] = slot;
    return (struct nl_operand){(uint8_t)(b->n_slots - 1), slot.tag};
}

static struct nl_operand slot_of_register(struct nl_builder *b, unsigned reg, unsigned tag)
{
    for (unsigned i = 0; i < b->n_slots; i++)
        if (b->slots[i].kind == NL_VARIABLE && b->slots[i].reg == reg)
            return (struct nl_operand){(uint8_t)i, b->slots[i].tag};
    return slot_new(b, (struct nl_slot){.kind = NL_VARIABLE, .tag = (uint8_t)tag, .reg = (uint16_t)reg});
}

static bool is_numeric_type(const struct type *t)
{
    return t && (t->primitive == VAL_INT || t->primitive == VAL_LONG || t->primitive == VAL_DOUBLE ||
                 t->primitive == VAL_BOOL);
}

struct nl_operand nl_variable(struct nl_builder *b, const char *name)
{
    struct name_ref r = resolve_name(b->c, name);
    if (r.kind != NAME_LOCAL)
        return nl_fail(b);
    if (is_numeric_type(r.type))
        return slot_of_register(b, r.index, r.type->primitive);
    struct nl_operand o = r.type ? nl_fail(b) : slot_of_register(b, r.index, VAL_INT);
    return b->slots[o.slot].frozen ? o : nl_fail(b);
}

struct nl_operand nl_declare(struct nl_builder *b, const char *name, const struct type *type)
{
    if ((type && !is_numeric_type(type)) || is_captured(b->c, name))
        return nl_fail(b);
    struct nl_operand o =
        slot_of_register(b, local_add(b->c, name, type)->reg, type ? type->primitive : VAL_INT);
    b->slots[o.slot].frozen = !type;
    return o;
}

struct nl_operand nl_hidden(struct nl_builder *b)
{
    return slot_of_register(b, reg_new(b->c), VAL_INT);
}

struct nl_operand nl_constant(struct nl_builder *b, unsigned tag, uint64_t bits)
{
    for (unsigned i = 0; i < b->n_slots; i++)
        if (b->slots[i].kind == NL_CONSTANT && b->slots[i].bits == bits)
            return (struct nl_operand){(uint8_t)i, (uint8_t)tag};
    return slot_new(b, (struct nl_slot){.kind = NL_CONSTANT, .tag = (uint8_t)tag, .bits = bits});
}

static struct nl_operand real_constant(struct nl_builder *b, unsigned tag, double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof(bits));
    return nl_constant(b, tag, bits);
}

/* Free again when the statement ends: no value of one is needed across a jump back. */
static struct nl_operand temporary(struct nl_builder *b, unsigned tag)
{
    for (unsigned i = 0; i < b->n_slots; i++)
        if (b->slots[i].kind == NL_TEMPORARY && !b->slots[i].busy) {
            b->slots[i].busy = true;
            return (struct nl_operand){(uint8_t)i, (uint8_t)tag};
        }
    return slot_new(b, (struct nl_slot){.kind = NL_TEMPORARY, .tag = (uint8_t)tag, .busy = true});
}

/* ---- instructions; forms are added in the end, when it is known which slots are pinned */

unsigned nl_emit(struct nl_builder *b, unsigned op, unsigned x, unsigned y)
{
    if (b->n_ins == NL_MAX_INS)
        nl_fail(b);
    if (b->failed)
        return 0;
    unsigned shift = 3 * (b->depth < 8 ? b->depth : 8);
    b->slots[x].weight += 1u << shift;
    b->slots[y].weight += 1u << shift;
    b->ins[b->n_ins] = (struct nl_ins){.op = (uint16_t)op, .x = (uint8_t)x, .y = (uint8_t)y};
    return b->n_ins++;
}

unsigned nl_here(struct nl_builder *b)
{
    return b->label = b->n_ins;
}

void nl_jump(struct nl_builder *b, struct jump_list *out)
{
    vec_push(&out->at, nl_emit(b, NL_JUMP, 0, 0));
}

void nl_patch(struct nl_builder *b, struct jump_list *list, unsigned target)
{
    for (size_t i = 0; i < list->at.len; i++)
        b->ins[list->at.items[i]].rel = (int32_t)target - (int32_t)list->at.items[i] - 1;
    vec_release(&list->at);
}

/* ---- values */

struct nl_operand nl_convert(struct nl_builder *b, struct nl_operand o, unsigned tag, int want)
{
    if (o.tag == tag)
        return o;
    bool integral = o.tag == VAL_INT || o.tag == VAL_LONG;
    if ((o.tag == VAL_INT && tag == VAL_LONG) || (o.tag == VAL_OBJECT && tag == VAL_DOUBLE))
        return (struct nl_operand){o.slot, (uint8_t)tag};
    if (!integral || (tag != VAL_INT && tag != VAL_DOUBLE))
        return nl_fail(b);
    if (b->slots[o.slot].kind == NL_CONSTANT && tag == VAL_DOUBLE)
        return real_constant(b, VAL_DOUBLE, (double)(int64_t)b->slots[o.slot].bits);
    struct nl_operand to = want >= 0 ? (struct nl_operand){(uint8_t)want, (uint8_t)tag} : temporary(b, tag);
    nl_emit(b, tag == VAL_INT ? NL_INT : NL_DOUBLE, to.slot, o.slot);
    return to;
}

/* 0 (NL_MOVE): there is none. */
static const struct operator
{
    op_t token;
    uint8_t ints, longs, doubles;
    bool commutes;
}
operators[] = {
    {TOK_PLUS, NL_ADDI, NL_ADDL, NL_ADDD, true},
    {TOK_MINUS, NL_SUBI, NL_SUBL, NL_SUBD, false},
    {TOK_STAR, NL_MULI, NL_MULL, NL_MULD, true},
    {TOK_SLASH, 0, 0, NL_DIVD, false},
    {TOK_PERCENT, NL_REM, NL_REM, 0, false},
    {TOK_AND, NL_AND, NL_AND, 0, true},
    {TOK_OR, NL_OR, NL_OR, 0, true},
    {TOK_XOR, NL_XOR, NL_XOR, 0, true},
    {TOK_SHL, NL_SHLI, NL_SHLL, 0, false},
    {TOK_SHR, NL_SHRI, NL_SHRL, 0, false},
    {TOK_USHR, NL_USHRI, NL_USHRL, 0, false},
};

/* A shift has the type of its left side. VAL_NULL: not of numbers. */
static unsigned result_type(op_t op, unsigned l, unsigned r)
{
    if (l == VAL_BOOL || r == VAL_BOOL || (l == VAL_OBJECT && r != VAL_DOUBLE) ||
        (r == VAL_OBJECT && l != VAL_DOUBLE))
        return VAL_NULL;
    if (op == TOK_SHL || op == TOK_SHR || op == TOK_USHR)
        return r == VAL_INT ? l : VAL_NULL;
    return l == VAL_DOUBLE || r == VAL_DOUBLE ? VAL_DOUBLE
           : l == VAL_LONG || r == VAL_LONG   ? VAL_LONG
                                              : VAL_INT;
}

/* What may throw is not computed in `want`, as that must keep its value then. */
static struct nl_operand apply(struct nl_builder *b, unsigned op, bool commutes, unsigned tag,
                               struct nl_operand l, struct nl_operand r, int want)
{
    if (commutes && want == r.slot && want != l.slot) {
        struct nl_operand swap = l;
        l = r;
        r = swap;
    }
    struct nl_operand to = {l.slot, (uint8_t)tag};
    if (want != l.slot) {
        if (want >= 0 && want != r.slot && op != NL_REM)
            to.slot = (uint8_t)want;
        else if (b->slots[l.slot].kind != NL_TEMPORARY)
            to = temporary(b, tag);
        if (to.slot != l.slot)
            nl_emit(b, NL_MOVE, to.slot, l.slot);
    }
    nl_emit(b, op, to.slot, r.slot);
    return to;
}

struct nl_operand nl_arithmetic(struct nl_builder *b, const struct node *n, op_t op, struct nl_operand l,
                                struct nl_operand r, int want)
{
    const struct operator* o = operators;
    while (o < operators + ARRAY_LEN(operators) && o->token != op)
        o++;
    unsigned tag = result_type(op, l.tag, r.tag);
    if (o == operators + ARRAY_LEN(operators) || tag == VAL_NULL)
        return nl_fail(b);
    unsigned code = tag == VAL_INT ? o->ints : tag == VAL_LONG ? o->longs : o->doubles;
    if (!code)
        return nl_fail(b);
    if (tag == VAL_DOUBLE) {
        l = nl_convert(b, l, VAL_DOUBLE, -1);
        r = nl_convert(b, r, VAL_DOUBLE, -1);
    }
    struct nl_operand to = apply(b, code, o->commutes, tag, l, r, want);
    if (code == NL_REM && !b->failed) {
        if (b->n_places == NL_MAX_PLACES)
            return nl_fail(b);
        b->ins[b->n_ins - 1].rel = (int32_t)b->n_places;
        b->places[b->n_places++] = n->span;
    }
    return to;
}

/* Of a condition: 1 or 0. */
static struct nl_operand truth_value(struct nl_builder *b, const struct node *n)
{
    struct nl_operand to = temporary(b, VAL_BOOL);
    struct jump_list no = {0};
    struct nl_operand zero = nl_constant(b, VAL_BOOL, 0), one = nl_constant(b, VAL_BOOL, 1);
    nl_emit(b, NL_MOVE, to.slot, zero.slot);
    nl_jump_if(b, n, false, &no);
    nl_emit(b, NL_MOVE, to.slot, one.slot);
    nl_patch(b, &no, nl_here(b));
    return to;
}

static bool is_comparison(op_t op)
{
    return op == TOK_EQ || op == TOK_NE || op == TOK_LT || op == TOK_LE || op == TOK_GT || op == TOK_GE;
}

static struct nl_operand binary_value(struct nl_builder *b, const struct node *n, int want)
{
    op_t op = n->u.binary.op;
    if (op == TOK_ANDAND || op == TOK_OROR || is_comparison(op))
        return truth_value(b, n);
    struct nl_operand l = nl_value(b, n->u.binary.left, -1);
    struct nl_operand r = nl_value(b, n->u.binary.right, -1);
    return nl_arithmetic(b, n, op, l, r, want);
}

/* -x is x * -1, which is right for -0.0 too. */
static struct nl_operand unary_value(struct nl_builder *b, const struct node *n, int want)
{
    op_t op = n->u.unary.op;
    if (op == TOK_NOT)
        return truth_value(b, n);
    struct nl_operand o = nl_value(b, n->u.unary.operand, -1);
    if (o.tag == VAL_OBJECT || o.tag == VAL_BOOL || (op != TOK_MINUS && op != TOK_TILDE))
        return nl_fail(b);
    struct nl_operand minus = nl_constant(b, VAL_INT, UINT64_MAX);
    return nl_arithmetic(b, n, op == TOK_MINUS ? TOK_STAR : TOK_XOR, o, minus, want);
}

static struct nl_operand cast_value(struct nl_builder *b, const struct node *n, int want)
{
    const struct type *type = type_of_ref(b->c->unit, n->u.cast.type);
    if (n->u.cast.coerce || !is_numeric_type(type))
        return nl_fail(b);
    return nl_convert(b, nl_value(b, n->u.cast.operand, want), type->primitive, want);
}

static struct nl_operand decimal_value(struct nl_builder *b, const char *text)
{
    char *end;
    double d = strtod(text, &end);
    return *end ? nl_fail(b) : real_constant(b, VAL_OBJECT, d);
}

struct nl_operand nl_value(struct nl_builder *b, const struct node *n, int want)
{
    if (b->failed)
        return nl_fail(b);
    switch (n->kind) {
    case NODE_INT:
    case NODE_LONG:
        return nl_constant(b, n->kind == NODE_INT ? VAL_INT : VAL_LONG, (uint64_t)n->u.num);
    case NODE_DOUBLE:
        return real_constant(b, VAL_DOUBLE, n->u.real);
    case NODE_DECIMAL:
        return decimal_value(b, n->u.text);
    case NODE_TRUE:
    case NODE_FALSE:
        return nl_constant(b, VAL_BOOL, n->kind == NODE_TRUE);
    case NODE_NAME:
        return nl_variable(b, n->u.name);
    case NODE_UNARY:
        return unary_value(b, n, want);
    case NODE_BINARY:
        return binary_value(b, n, want);
    case NODE_CAST:
        return cast_value(b, n, want);
    default:
        return nl_fail(b);
    }
}

/* ---- conditions */

/* a > b is b < a. */
static const struct {
    op_t token, opposite;
    uint8_t integral, doubles;
    bool swapped;
} relations[] = {
    {TOK_LT, TOK_GE, NL_JLT, NL_JLTD, false}, {TOK_LE, TOK_GT, NL_JLE, NL_JLED, false},
    {TOK_GT, TOK_LE, NL_JLT, NL_JLTD, true},  {TOK_GE, TOK_LT, NL_JLE, NL_JLED, true},
    {TOK_EQ, TOK_NE, NL_JEQ, NL_JEQD, false}, {TOK_NE, TOK_EQ, NL_JNE, NL_JNED, false},
};

static size_t relation_of(op_t op)
{
    size_t i = 0;
    while (relations[i].token != op)
        i++;
    return i;
}

void nl_jump_compare(struct nl_builder *b, op_t op, struct nl_operand l, struct nl_operand r,
                     struct jump_list *out)
{
    size_t i = relation_of(op);
    bool booleans = l.tag == VAL_BOOL && r.tag == VAL_BOOL && (op == TOK_EQ || op == TOK_NE);
    unsigned tag = booleans ? VAL_BOOL : result_type(TOK_PLUS, l.tag, r.tag);
    if (tag == VAL_NULL)
        nl_fail(b);
    if (tag == VAL_DOUBLE) {
        l = nl_convert(b, l, VAL_DOUBLE, -1);
        r = nl_convert(b, r, VAL_DOUBLE, -1);
    }
    unsigned x = relations[i].swapped ? r.slot : l.slot, y = relations[i].swapped ? l.slot : r.slot;
    vec_push(&out->at, nl_emit(b, tag == VAL_DOUBLE ? relations[i].doubles : relations[i].integral, x, y));
}

static void jump_if_both(struct nl_builder *b, const struct node *n, bool sense, struct jump_list *out)
{
    struct jump_list past = {0};
    nl_jump_if(b, n->u.binary.left, !sense, &past);
    nl_jump_if(b, n->u.binary.right, sense, out);
    nl_patch(b, &past, nl_here(b));
}

/* Truth is != 0 for integers; a double's would be, too, but for NaN. */
static void jump_if_true(struct nl_builder *b, const struct node *n, bool sense, struct jump_list *out)
{
    struct nl_operand o = nl_value(b, n, -1);
    if (o.tag != VAL_INT && o.tag != VAL_LONG && o.tag != VAL_BOOL)
        nl_fail(b);
    nl_jump_compare(b, sense ? TOK_NE : TOK_EQ, o, nl_constant(b, o.tag, 0), out);
}

void nl_jump_if(struct nl_builder *b, const struct node *n, bool sense, struct jump_list *out)
{
    if (b->failed)
        return;
    op_t op = n->kind == NODE_BINARY ? n->u.binary.op : 0;
    if (n->kind == NODE_UNARY && n->u.unary.op == TOK_NOT) {
        nl_jump_if(b, n->u.unary.operand, !sense, out);
    } else if (n->kind == NODE_TRUE || n->kind == NODE_FALSE) {
        if ((n->kind == NODE_TRUE) == sense)
            nl_jump(b, out);
    } else if (op == TOK_ANDAND || op == TOK_OROR) {
        if ((op == TOK_ANDAND) == sense) {
            jump_if_both(b, n, sense, out);
        } else {
            nl_jump_if(b, n->u.binary.left, sense, out);
            nl_jump_if(b, n->u.binary.right, sense, out);
        }
    } else if (is_comparison(op)) {
        struct nl_operand l = nl_value(b, n->u.binary.left, -1);
        struct nl_operand r = nl_value(b, n->u.binary.right, -1);
        nl_jump_compare(b, sense ? op : relations[relation_of(op)].opposite, l, r, out);
    } else {
        jump_if_true(b, n, sense, out);
    }
}
