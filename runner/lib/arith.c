/* value_arith(): finds the function for the kinds of operands, and says what is wrong when there is
 * none. */
#include "runner/lib/arith.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"

static const struct {
    int op;
    const char *name;
} method_names[] = {
    {TOK_PLUS, "plus"},       {TOK_MINUS, "minus"},    {TOK_STAR, "multiply"},
    {TOK_SLASH, "div"},       {TOK_PERCENT, "mod"},    {TOK_POWER, "power"},
    {TOK_SHL, "leftShift"},   {TOK_SHR, "rightShift"}, {TOK_USHR, "rightShiftUnsigned"},
    {TOK_AND, "and"},         {TOK_OR, "or"},          {TOK_XOR, "xor"},
    {ARITH_INTDIV, "intdiv"},
};

const char *arith_method_name(int op)
{
    for (size_t i = 0; i < ARRAY_LEN(method_names); i++) {
        if (method_names[i].op == op)
            return method_names[i].name;
    }
    return "?";
}

/* Booleans know & | ^ only; && and || are the compiler's. */
static enum call_status bool_arith(int op, struct value a, struct value b, struct value *out)
{
    if (b.tag != VAL_BOOL || (op != TOK_AND && op != TOK_OR && op != TOK_XOR))
        return CALL_NONE;
    bool x = a.u.b, y = b.u.b;
    return give(out, value_bool(op == TOK_AND ? x && y : op == TOK_OR ? x || y : x != y));
}

/* org.codehaus.groovy.runtime.NullObject
 * null + 'a' is the text "nulla"; every other operator is a call on NullObject. */
static enum call_status null_arith(struct fiber *f, int op, struct value b, struct value *out)
{
    if (op == TOK_PLUS && value_is_text(b))
        return text_arith(f, op, NULL_VALUE, b, out);
    if (op == TOK_PLUS) {
        struct buf text = {0};
        value_print(f, b, &text);
        vm_throw(f, "NullPointerException", "Cannot execute null+%s", text.data ? text.data : "");
        buf_release(&text);
        return CALL_THROW;
    }
    return vm_throw(f, "NullPointerException", "Cannot invoke method %s() on null object",
                    arith_method_name(op));
}

/* The kind of the left operand decides, but a number before a text: 1 + 'a' is
 * StringGroovyMethods.plus(Number, String). */
static enum call_status arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    bool left = value_is_number(a) || a.tag == VAL_CHAR;
    if (left && (value_is_number(b) || b.tag == VAL_CHAR))
        return number_arith(f, op, a.tag == VAL_CHAR ? value_int(a.u.c) : a,
                            b.tag == VAL_CHAR ? value_int(b.u.c) : b, out);
    if (a.tag == VAL_NULL)
        return null_arith(f, op, b, out);
    if (a.tag == VAL_BOOL)
        return bool_arith(op, a, b, out);
    if (value_is_text(a) || (op == TOK_PLUS && left && value_is_text(b)))
        return text_arith(f, op, a, b, out);
    if (a.tag != VAL_OBJECT)
        return CALL_NONE;
    switch (a.u.o->kind) {
    case OBJ_LIST:
    case OBJ_RANGE:
        return list_arith(f, op, a, b, out);
    case OBJ_MAP:
        return map_arith(f, op, a, b, out);
    case OBJ_NATIVE:
        return native_arith(f, op, a, b, out);
    default:
        return CALL_NONE;
    }
}

/* The last resort is the exception; its words for `1 + null` are Groovy's own confusion of three overloads.
 */
enum call_status value_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    enum call_status status = arith(f, op, a, b, out);
    if (status != CALL_NONE)
        return status;
    if (number_rank(a) != NUM_NONE && value_is(b, OBJ_LIST) && AS_LIST(b)->len == 1) /* 1.plus([2]) */
        status = arith(f, op, a, AS_LIST(b)->items[0], out);
    if (status != CALL_NONE)
        return status;
    if (number_rank(a) != NUM_NONE && b.tag == VAL_NULL && op == TOK_PLUS)
        return vm_throw(f, "GroovyRuntimeException",
                        "Ambiguous method overloading for method %s#plus.\nCannot resolve which method to "
                        "invoke for [null] "
                        "due to overlapping prototypes between:\n\t[class java.lang.Character]\n\t[class "
                        "java.lang.String]\n\t"
                        "[class java.lang.Number]",
                        class_name(vm_class_of(fiber_vm(f), a)));
    return vm_throw_no_signature(f, a, arith_method_name(op), 1, &b);
}
