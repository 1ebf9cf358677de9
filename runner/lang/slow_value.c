/* Operators on whatever is no machine number: methods of script objects, else the library. */
#include "runner/lang/slow.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "parser/token.h"
#include <string.h>

static enum call_status result(struct frame *fr, unsigned a, enum call_status status, struct value v)
{
    if (status == CALL_OK)
        reg_set(fr, a, v);
    return status;
}

static enum call_status by_method(struct fiber *f, struct frame *fr, unsigned a, struct value self,
                                  enum core_name name, int argc, struct value *argv)
{
    struct value out = NULL_VALUE;
    fr->result = (uint16_t)a;
    value_retain(self);
    enum call_status status = invoke_or_throw(f, self, f->vm->sym[name], argc, argv, &out);
    value_release(self);
    return result(fr, a, status, out);
}

static bool category_has(struct fiber *f, enum core_name name)
{
    const struct list *classes = f->categories.tag == VAL_OBJECT ? AS_LIST(f->categories) : NULL;
    for (uint32_t i = 0; classes && i < classes->len; i++)
        if (class_methods(AS_CLASS(classes->items[i]), f->vm->sym[name])->n)
            return true;
    return false;
}

/* Whether an operator of v is a method call: of script objects, of natives that have the method, of a
 * category. */
static bool has_operator(struct fiber *f, struct value v, enum core_name name)
{
    if (v.tag != VAL_OBJECT || v.u.o->kind < OBJ_CLOSURE)
        return category_has(f, name);
    if (v.u.o->kind == OBJ_INSTANCE)
        return true;
    return class_methods(vm_class_of(f->vm, v), f->vm->sym[name])->n > 0;
}

static const uint8_t arith_names[] = {SYM_PLUS,       SYM_MINUS,       SYM_MULTIPLY,
                                      SYM_DIV,        SYM_MOD,         SYM_POWER,
                                      SYM_LEFT_SHIFT, SYM_RIGHT_SHIFT, SYM_RIGHT_SHIFT_UNSIGNED,
                                      SYM_AND,        SYM_OR,          SYM_XOR};

static struct value compose(struct fiber *f, struct value first, struct value second)
{
    struct value v = closure_new(f->vm, CLOSURE_COMPOSE);
    AS_CLOSURE(v)->target = value_retain(first);
    AS_CLOSURE(v)->second = value_retain(second);
    return v;
}

/* Strings grow by addition, so long ones are accounted for: a loop of `s += s` must end in
 * OutOfMemoryError. */
static enum call_status arith(struct fiber *f, struct frame *fr, unsigned a, unsigned op, struct value left,
                              struct value right)
{
    enum core_name name = arith_names[op - OP_ADD];
    struct value out = NULL_VALUE;
    if (value_is(left, OBJ_CLOSURE) && (op == OP_SHL || op == OP_SHR) && value_is(right, OBJ_CLOSURE))
        return result(fr, a, CALL_OK, op == OP_SHR ? compose(f, left, right) : compose(f, right, left));
    if (value_is_null(left) && op != OP_ADD)
        return vm_throw(f, "NullPointerException", "Cannot invoke method %s() on null object",
                        f->vm->sym[name]->data);
    if (has_operator(f, left, name)) {
        struct value arg = right;
        return by_method(f, fr, a, left, name, 1, &arg);
    }
    enum call_status status = value_arith(f, TOK_PLUS + (int)(op - OP_ADD), left, right, &out);
    if (status == CALL_OK && value_is(out, OBJ_STRING) && AS_STRING(out)->len > 1024)
        vm_allocated(f->vm, AS_STRING(out)->len);
    return result(fr, a, status, out);
}

enum call_status slow_arith(struct fiber *f, struct frame *fr, struct ins i)
{
    return arith(f, fr, i.a, i.op, fr->regs[i.b], fr->regs[i.c]);
}

enum call_status slow_addi(struct fiber *f, struct frame *fr, struct ins i)
{
    int n = (int16_t)i.c;
    return arith(f, fr, i.a, n < 0 ? OP_SUB : OP_ADD, fr->regs[i.b], value_int(n < 0 ? -n : n));
}

enum call_status slow_unary(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value v = fr->regs[i.b], out = NULL_VALUE;
    enum core_name name = i.op == OP_NEG ? SYM_NEGATIVE : i.op == OP_POS ? SYM_POSITIVE : SYM_BITWISE_NEGATE;
    if (has_operator(f, v, name))
        return by_method(f, fr, i.a, v, name, 0, NULL);
    if (value_is_null(v))
        return vm_throw(f, "NullPointerException", "Cannot invoke method %s() on null object",
                        f->vm->sym[name]->data);
    if (i.op == OP_POS)
        return result(fr, i.a, CALL_OK, value_retain(v));
    enum call_status status = i.op == OP_NEG ? value_negate(f, v, &out) : value_bit_not(f, v, &out);
    return result(fr, i.a, status, out);
}

enum call_status slow_step(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value v = fr->regs[i.b], out = NULL_VALUE;
    enum core_name name = i.op == OP_NEXT ? SYM_NEXT : SYM_PREVIOUS;
    if (value_is_null(v))
        return vm_throw(f, "NullPointerException", "Cannot invoke method %s() on null object",
                        f->vm->sym[name]->data);
    if (has_operator(f, v, name))
        return by_method(f, fr, i.a, v, name, 0, NULL);
    return result(fr, i.a, i.op == OP_NEXT ? value_next(f, v, &out) : value_previous(f, v, &out), out);
}

/* ---- comparisons */

/* Equal texts are identical, which Java only promises of constants: scripts compare interned texts with
 * is() and ===. */
static bool identical(struct value a, struct value b)
{
    if (a.tag != b.tag)
        return false;
    if (a.tag == VAL_OBJECT && a.u.o != b.u.o)
        return value_is(a, OBJ_STRING) && value_is(b, OBJ_STRING) && value_key_equals(a, b);
    return a.tag == VAL_OBJECT || value_key_equals(a, b);
}

enum call_status slow_holds(struct fiber *f, enum opcode op, struct value a, struct value b, bool *out)
{
    if (op == OP_EQ || op == OP_NE || op == OP_JEQ || op == OP_JEQI) {
        *out = value_equals(f, a, b) != (op == OP_NE);
        return f->throwing ? CALL_THROW : CALL_OK;
    }
    int order = 0;
    enum call_status status = value_compare(f, a, b, &order);
    switch (op) {
    case OP_LT:
    case OP_JLT:
    case OP_JLTI:
        *out = order < 0;
        break;
    case OP_LE:
    case OP_JLE:
    case OP_JLEI:
        *out = order <= 0;
        break;
    case OP_GT:
    case OP_JGT:
    case OP_JGTI:
        *out = order > 0;
        break;
    default:
        *out = order >= 0;
    }
    return status;
}

enum call_status slow_compare(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value a = fr->regs[i.b], b = fr->regs[i.c];
    bool holds = false;
    int order = 0;
    enum call_status status;
    if (i.op == OP_COMPARE) {
        status = value_compare(f, a, b, &order);
        if (value_is(a, OBJ_STRING) || value_is(a, OBJ_GSTRING)) /* <=> of texts gives a sign only */
            order = (order > 0) - (order < 0);
        return result(fr, i.a, status, value_int(order));
    }
    status = slow_holds(f, (enum opcode)i.op, a, b, &holds);
    return result(fr, i.a, status, value_bool(holds));
}

static enum call_status is_case(struct fiber *f, struct value container, struct value candidate, bool *out)
{
    if (value_is(container, OBJ_CLASS)) {
        *out = !value_is_null(candidate) && class_is(vm_class_of(f->vm, candidate), AS_CLASS(container));
        return CALL_OK;
    }
    if (!method_own(f->vm, container, f->vm->sym[SYM_IS_CASE]))
        return value_is_case(f, container, candidate, out);
    struct value v = NULL_VALUE;
    enum call_status status = vm_invoke_sync(f, container, "isCase", 1, &candidate, &v);
    if (status == CALL_OK)
        status = slow_truth(f, v, out);
    value_release(v);
    return status;
}

enum call_status slow_test(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value a = fr->regs[i.b], b = i.op == OP_INSTANCEOF ? NULL_VALUE : fr->regs[i.c], out = NULL_VALUE;
    enum call_status status = CALL_OK;
    bool holds = false;
    switch (i.op) {
    case OP_IDENTICAL:
    case OP_NOT_IDENTICAL:
        holds = identical(a, b) == (i.op == OP_IDENTICAL);
        break;
    case OP_FIND:
        status = regex_find_operator(f, a, b, &out);
        return result(fr, i.a, status, out);
    case OP_MATCH:
        status = regex_match_operator(f, a, b, &holds);
        break;
    case OP_IN:
    case OP_NOT_IN:
        if (!value_is_null(b))
            status = is_case(f, b, a, &holds);
        holds = holds == (i.op == OP_IN);
        break;
    case OP_CASE:
        status = is_case(f, a, b, &holds);
        break;
    default: {
        const struct type *t = fr->fn->types[i.c];
        holds = !value_is_null(a) && (!t || class_is(vm_class_of(f->vm, a), t->class));
        if (!holds && t && (value_is(a, OBJ_CLOSURE) || value_is(a, OBJ_MAP)) &&
            a.u.o->flags & MADE_INTERFACE)
            holds = t->class->flags & CLASSF_INTERFACE && !class_is(t->class, f->vm->core[CORE_COLLECTION]);
    }
    }
    return result(fr, i.a, status, value_bool(holds));
}

enum call_status slow_truth(struct fiber *f, struct value v, bool *out)
{
    if (value_is(v, OBJ_INSTANCE) && !method_own(f->vm, v, f->vm->sym[SYM_AS_BOOLEAN])) {
        *out = true;
        return CALL_OK;
    }
    return value_truth(f, v, out) ? CALL_OK : CALL_THROW;
}

/* ---- conversions */

/* `Foo f = [a: 1]`, `[1, 2] as Foo`: the constructor. */
static enum call_status construct_from(struct fiber *f, struct frame *fr, unsigned a, struct class *c,
                                       struct value v)
{
    struct value object = NULL_VALUE, out = NULL_VALUE;
    enum call_status status = object_allocate(f, c, &object);
    fr->result = (uint16_t)a;
    if (status == CALL_OK && value_is(v, OBJ_LIST))
        status = object_construct(f, c, object, (int)AS_LIST(v)->len, AS_LIST(v)->items, &out);
    else if (status == CALL_OK)
        status = object_construct(f, c, object, 1, &v, &out);
    value_release(object);
    return result(fr, a, status, out);
}

static enum call_status to_enum(struct fiber *f, struct class *c, struct value v, struct value *out)
{
    return vm_invoke_sync(f, value_object(c), "valueOf", 1, &v, out);
}

/* The order: what fits already, the object's own asType(), enums from texts, closures and maps as
 * interfaces, the constructors of script classes, and the library's casts. */
enum call_status slow_cast(struct fiber *f, struct frame *fr, struct ins i)
{
    const struct type *t = fr->fn->types[i.c];
    struct value v = fr->regs[i.b], out = NULL_VALUE;
    bool coerce = i.op == OP_COERCE;
    if (!t || !t->class || (!t->primitive && (value_is_null(v) || class_is(vm_class_of(f->vm, v), t->class))))
        return result(fr, i.a, CALL_OK, value_retain(v));
    if (coerce && method_own(f->vm, v, f->vm->sym[SYM_AS_TYPE])) {
        struct class *c = t->class;
        return by_method(f, fr, i.a, v, SYM_AS_TYPE, 1, (struct value[]){value_object(c)});
    }
    if (t->class->flags & CLASSF_ENUM && value_is_text(v))
        return result(fr, i.a, to_enum(f, t->class, v, &out), out);
    if (t->class->flags & CLASSF_INTERFACE &&
        (value_is(v, OBJ_CLOSURE) || (coerce && value_is(v, OBJ_MAP) && t->class->flags & CLASSF_SOURCE))) {
        v.u.o->flags |= MADE_INTERFACE;
        return result(fr, i.a, CALL_OK, value_retain(v));
    }
    if (t->class->flags & CLASSF_SOURCE) {
        if (value_is(v, OBJ_MAP) || value_is(v, OBJ_LIST))
            return construct_from(f, fr, i.a, t->class, v);
        return vm_throw_cast(f, v, t->class->name->data);
    }
    return result(fr, i.a, value_cast(f, v, t->name, coerce, &out), out);
}

enum call_status slow_range(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value from = value_retain(fr->regs[i.b]), to = value_retain(fr->regs[i.c]);
    struct value *ends[] = {&from, &to};
    enum call_status status = CALL_OK;
    int order = 0;
    for (int k = 0; k < 2 && status == CALL_OK; k++) {
        if (!value_is(*ends[k], OBJ_GSTRING))
            continue;
        struct value text = NULL_VALUE;
        status = value_to_string(f, *ends[k], &text);
        value_release(*ends[k]);
        *ends[k] = text;
    }
    if (status == CALL_OK && !(from.tag == VAL_INT && to.tag == VAL_INT))
        status = value_compare(f, from, to, &order);
    /* ScriptBytecodeAdapter.createRange: 'a'..<'d' is 'a'..'c', told apart by nothing. */
    bool exclusive = i.op == OP_RANGE_EX;
    if (status == CALL_OK && exclusive && order != 0) {
        struct value last = NULL_VALUE;
        status = order > 0 ? value_next(f, to, &last) : value_previous(f, to, &last);
        value_release(to);
        to = last;
        exclusive = false;
    }
    if (status == CALL_OK) {
        struct value v = range_new(from, to, exclusive);
        struct range *r = (struct range *)v.u.o;
        if (!r->is_int) {
            r->reverse = order > 0;
            r->empty = exclusive;
        }
        reg_set(fr, i.a, v);
    }
    value_release(from);
    value_release(to);
    return status;
}

/* ---- subscripts */

/* A GString as a map's subscript is its text. */
static struct value map_key(struct fiber *f, struct value obj, struct value key)
{
    struct value text = NULL_VALUE;
    if (value_is(key, OBJ_GSTRING) && value_is(obj, OBJ_MAP) && value_to_string(f, key, &text) == CALL_OK)
        return text;
    return value_retain(key);
}

/* A script object without getAt() answers to obj['name'] as to obj.name
 * (DefaultGroovyMethods.getAt(Object, String)). */
enum call_status slow_index(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value obj = fr->regs[i.b], key = fr->regs[i.c], out = NULL_VALUE;
    if (value_is_null(obj))
        return vm_throw(f, "NullPointerException", "Cannot invoke method getAt() on null object");
    if (value_is(obj, OBJ_INSTANCE) &&
        !class_methods(AS_INSTANCE(obj)->class, f->vm->sym[SYM_GET_AT])->n_script && value_is_text(key)) {
        struct value hold = NULL_VALUE;
        const char *name = value_text(f, key, &hold);
        fr->result = i.a;
        enum call_status status = property_get_or_throw(f, obj, vm_symbol(f->vm, name, strlen(name)), &out);
        value_release(hold);
        return result(fr, i.a, status, out);
    }
    if (has_operator(f, obj, SYM_GET_AT))
        return by_method(f, fr, i.a, obj, SYM_GET_AT, 1, &key);
    struct value plain = map_key(f, obj, key);
    enum call_status status = f->throwing ? CALL_THROW : value_get_at(f, obj, plain, &out);
    value_release(plain);
    if (status == CALL_NONE && value_is_text(key)) {
        struct value hold = NULL_VALUE;
        const char *name = value_text(f, key, &hold);
        fr->result = i.a;
        status = property_get_or_throw(f, obj, vm_symbol(f->vm, name, strlen(name)), &out);
        value_release(hold);
    }
    if (status == CALL_NONE)
        return by_method(f, fr, i.a, obj, SYM_GET_AT, 1, &key);
    return result(fr, i.a, status, out);
}

enum call_status slow_index_set(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value obj = fr->regs[i.a], args[] = {fr->regs[i.b], fr->regs[i.c]}, ignored = NULL_VALUE;
    if (value_is_null(obj))
        return vm_throw(f, "NullPointerException", "Cannot invoke method putAt() on null object");
    fr->result = NO_RESULT;
    enum call_status status = CALL_NONE;
    bool own =
        has_operator(f, obj, SYM_PUT_AT) && class_methods(vm_class_of(f->vm, obj), f->vm->sym[SYM_PUT_AT])->n;
    if (!own) {
        struct value plain = map_key(f, obj, args[0]);
        status = f->throwing ? CALL_THROW : value_put_at(f, obj, plain, args[1]);
        value_release(plain);
    }
    if (status == CALL_NONE && !own && value_is_text(args[0])) {
        struct value hold = NULL_VALUE;
        const char *name = value_text(f, args[0], &hold);
        status = property_set_or_throw(f, obj, vm_symbol(f->vm, name, strlen(name)), args[1]);
        value_release(hold);
        return status;
    }
    if (status == CALL_NONE)
        status = invoke_or_throw(f, obj, f->vm->sym[SYM_PUT_AT], 2, args, &ignored);
    value_release(ignored);
    return status;
}
