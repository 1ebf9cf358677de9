/* Expressions except calls and assignments. */
#include "runner/lang/compile.h"
#include "runner/lib/number.h"
#include "base/utf8.h"
#include <string.h>

const char *constant_name(const struct node *n)
{
    return n && n->kind == NODE_STRING ? n->u.str.bytes : NULL;
}

static void load_const(struct func *c, unsigned dst, struct value v)
{
    emit_x(c, OP_CONST, dst, (int32_t)const_add(c, v));
}

void convert(struct func *c, const struct type *type, unsigned static_type, unsigned reg)
{
    if (!type || (type->primitive && type->primitive == static_type))
        return;
    if (type->class == c->unit->vm->core[CORE_STRING] && static_type == VAL_OBJECT)
        return; /* a string constant */
    emit(c, OP_CAST, reg, reg, type_add(c, type));
}

/* ---- names */

static void load_ref(struct func *c, const struct name_ref *r, const char *name, unsigned dst)
{
    switch (r->kind) {
    case NAME_LOCAL:
        emit(c, OP_MOVE, dst, r->index, 0);
        break;
    case NAME_CELL:
        emit(c, OP_CELL_GET, dst, r->index, 0);
        break;
    case NAME_UP:
        emit_x(c, OP_UP_GET, dst, (int32_t)r->index);
        break;
    case NAME_THIS_CELL: {
        unsigned cell = reg_new(c);
        emit_x(c, OP_THIS_CELL, cell, (int32_t)r->index);
        emit(c, OP_CELL_GET, dst, cell, 0);
        c->next_reg--;
        break;
    }
    case NAME_CLASS:
        load_const(c, dst, value_retain(value_object(r->class)));
        break;
    case NAME_MEMBER:
        load_const(c, dst, value_retain(value_object(r->class)));
        emit_x(c, OP_PROP_GET, dst, (int32_t)site_add(c, r->member, 0, 0));
        break;
    case NAME_FIELD:
        emit(c, OP_THIS, dst, 0, 0);
        emit_x(c, OP_PROP_GET, dst, (int32_t)site_add(c, name, 0, SITE_FIELD));
        break;
    default:
        emit_x(c, OP_VAR_GET, dst, (int32_t)site_add(c, name, 0, 0));
    }
}

static unsigned static_type_of(const struct name_ref *r)
{
    return r->kind <= NAME_UP && r->type ? r->type->primitive : 0;
}

void load_name(struct func *c, const char *name, unsigned dst)
{
    if (strcmp(name, "this") == 0 || strcmp(name, "super") == 0) {
        emit(c, OP_THIS, dst, 0, 0);
        return;
    }
    struct name_ref r = resolve_name(c, name);
    load_ref(c, &r, name, dst);
}

/* ---- literals */

static unsigned expr_literal(struct func *c, const struct node *n, unsigned dst)
{
    struct value v = NULL_VALUE;
    switch (n->kind) {
    case NODE_TRUE:
    case NODE_FALSE:
        emit(c, OP_BOOL, dst, n->kind == NODE_TRUE, 0);
        return VAL_BOOL;
    case NODE_INT:
        emit_x(c, OP_INT, dst, (int32_t)n->u.num);
        return VAL_INT;
    case NODE_LONG:
        load_const(c, dst, value_long(n->u.num));
        return VAL_LONG;
    case NODE_DOUBLE:
        load_const(c, dst, value_double(n->u.real));
        return VAL_DOUBLE;
    case NODE_FLOAT:
        load_const(c, dst, (struct value){.tag = VAL_FLOAT, .u.d = (float)n->u.real});
        return VAL_FLOAT;
    case NODE_BIGINT:
        bigint_parse(n->u.text, 10, &v);
        load_const(c, dst, v);
        return 0;
    case NODE_DECIMAL:
        decimal_parse(n->u.text, &v);
        load_const(c, dst, v);
        return 0;
    case NODE_STRING:
        /* short ones are one object each, as Java's constants are */
        load_const(c, dst,
                   n->u.str.len <= 64 && utf8_valid(n->u.str.bytes, n->u.str.len) == n->u.str.len
                       ? value_retain(value_object(vm_symbol(c->unit->vm, n->u.str.bytes, n->u.str.len)))
                       : string_new(n->u.str.bytes, n->u.str.len));
        return VAL_OBJECT;
    default:
        emit(c, OP_NULL, dst, 0, 0);
        return 0;
    }
}

static unsigned expr_gstring(struct func *c, const struct node *n, unsigned dst)
{
    unsigned count = 0, saved = c->next_reg;
    for (const struct node *p = n->u.gstr.parts; p; p = p->next)
        count++;
    unsigned first = reg_new_n(c, count), at = first;
    for (const struct node *p = n->u.gstr.parts; p; p = p->next)
        expr(c, p, at++);
    emit(c, OP_GSTRING, dst, first, count / 2);
    c->next_reg = saved;
    return 0;
}

static unsigned expr_list(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, list = reg_new(c), item = reg_new(c);
    emit(c, OP_LIST, list, 0, 0);
    for (const struct node *i = n->u.list.items; i; i = i->next) {
        bool spread = i->kind == NODE_SPREAD;
        unsigned from = item;
        expr_any(c, spread ? i->u.unary.operand : i, &from);
        emit(c, spread ? OP_LIST_SPREAD : OP_LIST_ADD, list, from, 0);
        c->next_reg = saved + 2;
    }
    emit(c, OP_MOVE, dst, list, 0);
    c->next_reg = saved;
    return 0;
}

static unsigned expr_map(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, map = reg_new(c), key = reg_new_n(c, 2);
    emit(c, OP_MAP, map, 0, 0);
    for (const struct node *e = n->u.map.entries; e; e = e->next) {
        if (e->kind == NODE_SPREAD_MAP) {
            expr(c, e->u.unary.operand, key);
            emit(c, OP_MAP_SPREAD, map, key, 0);
            continue;
        }
        expr(c, e->u.entry.key, key);
        expr(c, e->u.entry.value, key + 1);
        emit(c, OP_MAP_PUT, map, key, key + 1);
    }
    emit(c, OP_MOVE, dst, map, 0);
    c->next_reg = saved;
    return 0;
}

/* ---- operators */

/* Whether evaluating n may change a local that an operand to its left has only been named by. */
static bool may_assign(const struct node *n)
{
    if (!n)
        return false;
    switch (n->kind) {
    case NODE_NAME:
    case NODE_INT:
    case NODE_STRING:
    case NODE_LONG:
    case NODE_NULL:
    case NODE_TRUE:
    case NODE_FALSE:
    case NODE_DECIMAL:
        return false;
    case NODE_BINARY:
        return may_assign(n->u.binary.left) || may_assign(n->u.binary.right);
    case NODE_PROPERTY:
        return may_assign(n->u.prop.obj);
    default:
        return true;
    }
}

static bool small_int(const struct node *n, int limit)
{
    return n->kind == NODE_INT && n->u.num > -limit && n->u.num < limit;
}

static unsigned arith_type(op_t op, unsigned left, unsigned right)
{
    if (op == TOK_PLUS || op == TOK_MINUS || op == TOK_STAR || op == TOK_AND || op == TOK_OR ||
        op == TOK_XOR) {
        if (left == VAL_INT && right == VAL_INT)
            return VAL_INT;
        if ((left == VAL_LONG && (right == VAL_INT || right == VAL_LONG)) ||
            (left == VAL_INT && right == VAL_LONG))
            return VAL_LONG;
    }
    return 0;
}

/* Operands into registers; locals are used in place. */
static void operands(struct func *c, const struct node *left, const struct node *right, unsigned *a,
                     unsigned *b, unsigned *type_a, unsigned *type_b)
{
    if (may_assign(right)) {
        *a = reg_new(c);
        *type_a = expr(c, left, *a);
    } else {
        *type_a = expr_any(c, left, a);
    }
    *type_b = expr_any(c, right, b);
}

static const struct {
    op_t token;
    uint16_t op;
} comparisons[] = {
    {TOK_EQ, OP_EQ},
    {TOK_NE, OP_NE},
    {TOK_LT, OP_LT},
    {TOK_LE, OP_LE},
    {TOK_GT, OP_GT},
    {TOK_GE, OP_GE},
    {TOK_COMPARE, OP_COMPARE},
    {TOK_IDENTICAL, OP_IDENTICAL},
    {TOK_NOT_IDENTICAL, OP_NOT_IDENTICAL},
    {TOK_FIND, OP_FIND},
    {TOK_MATCH, OP_MATCH},
    {TOK_IN, OP_IN},
    {TOK_NOT_IN, OP_NOT_IN},
};

/* By jumps, as the value of && is a boolean whatever its sides are. */
static unsigned expr_logic(struct func *c, const struct node *n, unsigned dst)
{
    struct jump_list no = {0};
    unsigned saved = c->next_reg, t = reg_new(c);
    jump_if(c, n, false, &no);
    emit(c, OP_BOOL, t, 1, 0);
    uint32_t end = emit_jump(c, OP_JUMP, 0);
    patch_all(c, &no);
    emit(c, OP_BOOL, t, 0, 0);
    patch_here(c, end);
    emit(c, OP_MOVE, dst, t, 0);
    c->next_reg = saved;
    return VAL_BOOL;
}

/* `dst` may be one of the operands' registers: all are read before it is written. */
static unsigned expr_binary(struct func *c, const struct node *n, unsigned dst)
{
    op_t op = n->u.binary.op;
    const struct node *left = n->u.binary.left, *right = n->u.binary.right;
    if (op == TOK_ANDAND || op == TOK_OROR)
        return expr_logic(c, n, dst);
    unsigned saved = c->next_reg, a, b = 0, ta, tb = VAL_INT, result = 0;
    if ((op == TOK_PLUS || op == TOK_MINUS) && small_int(right, 30000)) {
        ta = expr_any(c, left, &a);
        c->span = n->span;
        emit(c, OP_ADDI, dst, a, (uint16_t)(op == TOK_PLUS ? right->u.num : -right->u.num));
        result = arith_type(op, ta, tb);
    } else {
        operands(c, left, right, &a, &b, &ta, &tb);
        c->span = n->span;
        if (op >= TOK_PLUS && op <= TOK_XOR) {
            emit(c, (enum opcode)(OP_ADD + (op - TOK_PLUS)), dst, a, b);
            result = arith_type(op, ta, tb);
        }
        for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
            if (comparisons[i].token == op) {
                emit(c, (enum opcode)comparisons[i].op, dst, a, b);
                result = op == TOK_COMPARE ? VAL_INT : op == TOK_FIND ? 0 : VAL_BOOL;
            }
    }
    c->next_reg = saved;
    return result;
}

static unsigned expr_unary(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, a;
    const struct node *operand = n->u.unary.operand;
    if (n->u.unary.op == TOK_MINUS && operand->kind == NODE_INT) {
        emit_x(c, OP_INT, dst, (int32_t)-operand->u.num);
        return VAL_INT;
    }
    unsigned t = expr_any(c, operand, &a);
    enum opcode op = n->u.unary.op == TOK_NOT     ? OP_NOT
                     : n->u.unary.op == TOK_MINUS ? OP_NEG
                     : n->u.unary.op == TOK_PLUS  ? OP_POS
                                                  : OP_BITNOT;
    emit(c, op, dst, a, 0);
    c->next_reg = saved;
    return op == OP_NOT ? VAL_BOOL : op == OP_NEG && t != VAL_OBJECT ? t : 0;
}

/* ---- conditions */

static void jump_compare(struct func *c, const struct node *n, bool sense, struct jump_list *out)
{
    static const struct {
        op_t token;
        uint16_t op, op_int;
        bool negate;
    } fused[] = {{TOK_EQ, OP_JEQ, OP_JEQI, false}, {TOK_NE, OP_JEQ, OP_JEQI, true},
                 {TOK_LT, OP_JLT, OP_JLTI, false}, {TOK_LE, OP_JLE, OP_JLEI, false},
                 {TOK_GT, OP_JGT, OP_JGTI, false}, {TOK_GE, OP_JGE, OP_JGEI, false}};
    size_t i = 0;
    while (i < ARRAY_LEN(fused) && fused[i].token != n->u.binary.op)
        i++;
    unsigned saved = c->next_reg, a, b, ta, tb;
    if (n->u.binary.right->kind == NODE_INT) {
        expr_any(c, n->u.binary.left, &a);
        c->span = n->span;
        emit_x(c, (enum opcode)fused[i].op_int, a, (int32_t)n->u.binary.right->u.num);
    } else {
        operands(c, n->u.binary.left, n->u.binary.right, &a, &b, &ta, &tb);
        c->span = n->span;
        emit(c, (enum opcode)fused[i].op, a, b, 0);
    }
    c->next_reg = saved;
    vec_push(&out->at, emit_jump(c, OP_NOP, sense != fused[i].negate));
}

static bool is_fused(const struct node *n)
{
    return n->kind == NODE_BINARY &&
           (n->u.binary.op == TOK_EQ || n->u.binary.op == TOK_NE || n->u.binary.op == TOK_LT ||
            n->u.binary.op == TOK_LE || n->u.binary.op == TOK_GT || n->u.binary.op == TOK_GE);
}

void jump_if(struct func *c, const struct node *n, bool sense, struct jump_list *out)
{
    if (n->kind == NODE_UNARY && n->u.unary.op == TOK_NOT) {
        jump_if(c, n->u.unary.operand, !sense, out);
        return;
    }
    if (n->kind == NODE_BINARY && (n->u.binary.op == TOK_ANDAND || n->u.binary.op == TOK_OROR)) {
        bool both = (n->u.binary.op == TOK_ANDAND) == sense; /* both sides must agree to jump */
        if (!both) {
            jump_if(c, n->u.binary.left, sense, out);
            jump_if(c, n->u.binary.right, sense, out);
            return;
        }
        struct jump_list past = {0};
        jump_if(c, n->u.binary.left, !sense, &past);
        jump_if(c, n->u.binary.right, sense, out);
        patch_all(c, &past);
        return;
    }
    if (is_fused(n)) {
        jump_compare(c, n, sense, out);
        return;
    }
    unsigned saved = c->next_reg, reg;
    expr_any(c, n, &reg);
    c->next_reg = saved;
    vec_push(&out->at, emit_jump(c, sense ? OP_JUMP_TRUE : OP_JUMP_FALSE, reg));
}

static unsigned expr_ternary(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, t = reg_new(c), type_a, type_b;
    uint32_t end;
    if (!n->u.cond.then) {
        type_a = expr(c, n->u.cond.test, t);
        end = emit_jump(c, OP_JUMP_TRUE, t);
        type_b = expr(c, n->u.cond.other, t);
    } else {
        struct jump_list no = {0};
        jump_if(c, n->u.cond.test, false, &no);
        type_a = expr(c, n->u.cond.then, t);
        end = emit_jump(c, OP_JUMP, 0);
        patch_all(c, &no);
        type_b = expr(c, n->u.cond.other, t);
    }
    patch_here(c, end);
    emit(c, OP_MOVE, dst, t, 0);
    c->next_reg = saved;
    return type_a == type_b ? type_a : 0;
}

/* ---- members */

/* `this.x` of a field that the class itself declares is the field, not its getter. */
bool own_field(struct func *c, const struct node *n)
{
    const struct node *obj = n->u.prop.obj;
    const char *name = constant_name(n->u.prop.name);
    return name && obj->kind == NODE_NAME && strcmp(obj->u.name, "this") == 0 && c->context &&
           !c->context->is_script && !c->is_closure &&
           ptr_map_get(&c->context->class->fields, name_symbol(c, name));
}

static void property_site(struct func *c, const struct node *n, unsigned base)
{
    const char *name = constant_name(n->u.prop.name);
    unsigned flags = (n->u.prop.safe ? SITE_SAFE : 0) | (n->u.prop.spread ? SITE_SPREAD : 0) |
                     (n->u.prop.field ? SITE_FIELD : 0);
    if (!name) {
        expr(c, n->u.prop.name, base + 1);
        flags |= SITE_DYNAMIC;
    }
    if (own_field(c, n))
        flags |= SITE_FIELD;
    c->span = n->u.prop.name->span.line ? n->u.prop.name->span : n->span;
    emit_x(c, OP_PROP_GET, base, (int32_t)site_add(c, name, 0, flags));
}

static bool is_name(const struct node *n, const char *name)
{
    return n && n->kind == NODE_NAME && strcmp(n->u.name, name) == 0;
}

static unsigned expr_property(struct func *c, const struct node *n, unsigned dst)
{
    struct class *class = class_of_node(c, n);
    const char *name = constant_name(n->u.prop.name);
    if (class || (name && strcmp(name, "class") == 0 && (class = class_of_node(c, n->u.prop.obj)))) {
        load_const(c, dst, value_retain(value_object(class)));
        return 0;
    }
    class = name && strcmp(name, "this") == 0 ? class_of_node(c, n->u.prop.obj) : NULL;
    if (class) { /* Outer.this: found through the chain of outer instances */
        emit(c, OP_THIS, dst, 0, 0);
        return 0;
    }
    unsigned saved = c->next_reg, base = reg_new_n(c, 2);
    expr(c, n->u.prop.obj, base);
    property_site(c, n, base);
    emit(c, OP_MOVE, dst, base, 0);
    c->next_reg = saved;
    return 0;
}

static unsigned expr_pointer(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, base = reg_new_n(c, 2);
    const char *name = constant_name(n->u.prop.name);
    expr(c, n->u.prop.obj, base);
    if (!name)
        expr(c, n->u.prop.name, base + 1);
    emit_x(c, OP_POINTER, base, (int32_t)site_add(c, name, 0, name ? 0 : SITE_DYNAMIC));
    emit(c, OP_MOVE, dst, base, 0);
    c->next_reg = saved;
    return 0;
}

/* a[i], a[i, j]: several arguments are one list. */
static void index_args(struct func *c, const struct node *args, unsigned reg)
{
    if (args && !args->next && args->kind != NODE_SPREAD) {
        expr(c, args, reg);
        return;
    }
    struct node list = {.kind = NODE_LIST};
    list.u.list.items = (struct node *)args;
    expr(c, &list, reg);
}

static unsigned expr_index(struct func *c, const struct node *n, unsigned dst)
{
    struct class *array = n->u.index.args ? NULL : class_of_node(c, n);
    if (array) {
        load_const(c, dst, value_retain(value_object(array)));
        return 0;
    }
    unsigned saved = c->next_reg, obj;
    if (may_assign(n->u.index.args)) {
        obj = reg_new(c);
        expr(c, n->u.index.obj, obj);
    } else {
        expr_any(c, n->u.index.obj, &obj);
    }
    unsigned key;
    if (n->u.index.args && !n->u.index.args->next && n->u.index.args->kind != NODE_SPREAD)
        expr_any(c, n->u.index.args, &key);
    else
        index_args(c, n->u.index.args, key = reg_new(c));
    uint32_t skip = n->u.index.safe ? emit_jump(c, OP_JUMP_NULL, obj) : 0;
    c->span = n->span;
    emit(c, OP_INDEX, dst, obj, key);
    if (n->u.index.safe) {
        uint32_t end = emit_jump(c, OP_JUMP, 0);
        patch_here(c, skip);
        emit(c, OP_NULL, dst, 0, 0);
        patch_here(c, end);
    }
    c->next_reg = saved;
    return 0;
}

static unsigned expr_cast(struct func *c, const struct node *n, unsigned dst)
{
    const struct type *type = type_of_ref(c->unit, n->u.cast.type);
    unsigned t = expr(c, n->u.cast.operand, dst);
    c->span = n->span;
    if (type && n->u.cast.coerce)
        emit(c, OP_COERCE, dst, dst, type_add(c, type));
    else
        convert(c, type, t, dst);
    return type ? type->primitive : 0;
}

static unsigned expr_instanceof(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, a;
    const struct type *type = type_of_ref(c->unit, n->u.cast.type);
    expr_any(c, n->u.cast.operand, &a);
    emit(c, OP_INSTANCEOF, dst, a, type_add(c, type));
    c->next_reg = saved;
    return VAL_BOOL;
}

static unsigned expr_range(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, a, b, ta, tb;
    operands(c, n->u.binary.left, n->u.binary.right, &a, &b, &ta, &tb);
    emit(c, n->u.binary.op == TOK_RANGE_EX ? OP_RANGE_EX : OP_RANGE, dst, a, b);
    c->next_reg = saved;
    return 0;
}

static unsigned expr_name(struct func *c, const struct node *n, unsigned dst)
{
    if (is_name(n, "this") || is_name(n, "super")) {
        load_name(c, n->u.name, dst);
        return 0;
    }
    struct name_ref r = resolve_name(c, n->u.name);
    load_ref(c, &r, n->u.name, dst);
    return static_type_of(&r);
}

static unsigned expr_bad(struct func *c, const struct node *n, unsigned dst)
{
    const char *what = n->kind == NODE_ENTRY
                           ? "Unsupported map entry expression for CPS transformation in this context"
                           : "Unexpected expression";
    compile_error(c->unit, &n->span, "%s", what);
    return 0;
}

typedef unsigned (*expr_fn)(struct func *c, const struct node *n, unsigned dst);
static const expr_fn table[] = {
    [NODE_NULL] = expr_literal,      [NODE_TRUE] = expr_literal,
    [NODE_FALSE] = expr_literal,     [NODE_INT] = expr_literal,
    [NODE_LONG] = expr_literal,      [NODE_BIGINT] = expr_literal,
    [NODE_DECIMAL] = expr_literal,   [NODE_DOUBLE] = expr_literal,
    [NODE_FLOAT] = expr_literal,     [NODE_STRING] = expr_literal,
    [NODE_GSTRING] = expr_gstring,   [NODE_LIST] = expr_list,
    [NODE_MAP] = expr_map,           [NODE_RANGE] = expr_range,
    [NODE_CLOSURE] = expr_closure,   [NODE_NAME] = expr_name,
    [NODE_PROPERTY] = expr_property, [NODE_INDEX] = expr_index,
    [NODE_CALL] = expr_call,         [NODE_NEW] = expr_new,
    [NODE_UNARY] = expr_unary,       [NODE_BINARY] = expr_binary,
    [NODE_ASSIGN] = expr_assign,     [NODE_TERNARY] = expr_ternary,
    [NODE_CAST] = expr_cast,         [NODE_INSTANCEOF] = expr_instanceof,
    [NODE_POINTER] = expr_pointer,   [NODE_POSTFIX] = expr_step,
};

unsigned expr(struct func *c, const struct node *n, unsigned dst)
{
    c->span = n->span;
    if (n->kind == NODE_UNARY && (n->u.unary.op == TOK_INC || n->u.unary.op == TOK_DEC))
        return expr_step(c, n, dst);
    expr_fn fn = n->kind < ARRAY_LEN(table) && table[n->kind] ? table[n->kind] : expr_bad;
    return fn(c, n, dst);
}

/* Spares the copy of a local; the caller must not write to *reg, and must know that nothing in between
 * assigns to the local (may_assign). */
unsigned expr_any(struct func *c, const struct node *n, unsigned *reg)
{
    if (n->kind == NODE_NAME) {
        struct name_ref r = resolve_name(c, n->u.name);
        if (r.kind == NAME_LOCAL) {
            *reg = r.index;
            return static_type_of(&r);
        }
    }
    *reg = reg_new(c);
    return expr(c, n, *reg);
}
