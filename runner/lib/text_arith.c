/* Operators whose left operand is text: StringGroovyMethods' plus, minus, multiply, leftShift. Also
 * null + text and number + text. */
#include "runner/lib/arith.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "runner/lib/text.h"

enum { LENGTH_MAX = 1 << 28 }; /* of one text, in bytes: the heap is that of a small Jenkins */

static enum call_status text_plus(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (value_is(a, OBJ_GSTRING) && value_is_text(b))
        return give(out, gstring_concat(a, b));
    if (value_is(a, OBJ_STRING) && value_is(b, OBJ_STRING)) {
        const struct string *x = AS_STRING(a), *y = AS_STRING(b);
        if ((size_t)x->len + y->len > LENGTH_MAX)
            return vm_throw(f, "OutOfMemoryError", "Java heap space");
        struct buf joined = {0};
        buf_reserve(&joined, x->len + y->len);
        buf_add(&joined, x->data, x->len);
        buf_add(&joined, y->data, y->len);
        return give(out, text_from_buf(&joined));
    }
    struct buf text = {0};
    value_print(f, a, &text);
    value_print(f, b, &text);
    return give(out, text_from_buf(&text));
}

static enum call_status text_minus(struct fiber *f, struct value a, struct value b, struct value *out)
{
    TEXT(s, a);
    if (value_is_pattern(b)) {
        struct value args[] = {b, string_from("")};
        enum call_status status = vm_invoke_sync(f, a, "replaceFirst", 2, args, out);
        value_release(args[1]);
        return status;
    }
    TEXT(part, b);
    return give(out, text_replace(s, part->data, part->len, "", 0, false));
}

static enum call_status text_multiply(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (!value_is_number(b))
        return CALL_NONE;
    int64_t times = number_long(b);
    TEXT(s, a);
    if (times < 0)
        return vm_throw(f, "IllegalArgumentException",
                        "multiply() should be called with a number of 0 or greater not: %lld",
                        (long long)times);
    if (s->len && times > LENGTH_MAX / (int64_t)s->len)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    struct buf text = {0};
    for (int64_t i = 0; i < times; i++)
        buf_add(&text, s->data, s->len);
    return give(out, text_from_buf(&text));
}

static enum call_status text_append(struct fiber *f, struct value a, struct value b, struct value *out)
{
    TEXT(s, a);
    *out = builder_new(f, value_is(a, OBJ_STRING) ? "StringBuffer" : "StringBuilder", s->data, s->len);
    value_print(f, b, builder_buf(*out));
    return CALL_OK;
}

enum call_status text_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    switch (op) {
    case TOK_PLUS:
        return text_plus(f, a, b, out);
    case TOK_MINUS:
        return text_minus(f, a, b, out);
    case TOK_STAR:
        return text_multiply(f, a, b, out);
    case TOK_SHL:
        return text_append(f, a, b, out);
    default:
        return CALL_NONE;
    }
}
