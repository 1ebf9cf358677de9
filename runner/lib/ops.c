/* What values are (text, set, array …), their truth, `in`, unary operators, and the exceptions of
 * operators that do not fit. */
#include "runner/lib/arith.h"
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

/* Sets are maps without values, and their class alone tells them apart. */
bool value_is_set(struct value v)
{
    if (!value_is(v, OBJ_MAP))
        return false;
    const struct string *name = AS_MAP(v)->class->simple;
    return name->len >= 3 && memcmp(name->data + name->len - 3, "Set", 3) == 0;
}

bool value_is_map(struct value v)
{
    return value_is(v, OBJ_MAP) && !value_is_set(v);
}

bool value_is_array(struct value v)
{
    return value_is(v, OBJ_LIST) && AS_LIST(v)->class->element;
}

bool value_is_text(struct value v)
{
    return value_is(v, OBJ_STRING) || value_is(v, OBJ_GSTRING);
}

/* A truth that is no Boolean counts as false: asBoolean() of a script may be declared to give anything. */
static enum call_status method_truth(struct fiber *f, struct value v, const char *name, bool *out)
{
    struct value result = NULL_VALUE;
    enum call_status status = vm_invoke_sync(f, v, name, 0, NULL, &result);
    *out = result.tag == VAL_BOOL && result.u.b;
    value_release(result);
    return status;
}

/* A Matcher's truth is find(): asking moves it on, which `while (m)` relies on. */
static bool native_truth(struct fiber *f, struct value v, bool *out)
{
    *out = true;
    if (value_is_builder(v))
        *out = builder_buf(v)->len > 0;
    else if (value_is_matcher(v))
        return regex_matcher_truth(f, v, out) == CALL_OK;
    else if (value_instance_of(fiber_vm(f), v, "Iterator"))
        return method_truth(f, v, "hasNext", out) == CALL_OK;
    return true;
}

static bool object_truth(struct fiber *f, struct value v, bool *out)
{
    switch (v.u.o->kind) {
    case OBJ_STRING:
        *out = AS_STRING(v)->len > 0;
        return true;
    case OBJ_GSTRING: {
        TEXT_HOLD(hold);
        const struct string *s = text_of(f, v, &hold);
        *out = s && s->len > 0;
        return s;
    }
    case OBJ_BIGINT:
    case OBJ_DECIMAL:
        *out = !number_is_zero(v);
        return true;
    case OBJ_LIST:
        *out = AS_LIST(v)->len > 0;
        return true;
    case OBJ_MAP:
        *out = AS_MAP(v)->len > 0;
        return true;
    case OBJ_RANGE:
        *out = !((struct range *)v.u.o)->empty;
        return true;
    case OBJ_INSTANCE:
        return method_truth(f, v, "asBoolean", out) == CALL_OK;
    case OBJ_NATIVE:
        return native_truth(f, v, out);
    default:
        *out = true;
        return true;
    }
}

bool value_truth(struct fiber *f, struct value v, bool *out)
{
    switch (v.tag) {
    case VAL_NULL:
        *out = false;
        return true;
    case VAL_BOOL:
        *out = v.u.b;
        return true;
    case VAL_CHAR:
        *out = v.u.c != 0;
        return true;
    case VAL_LONG:
        *out = v.u.l != 0;
        return true;
    case VAL_FLOAT:
    case VAL_DOUBLE:
        *out = v.u.d != 0;
        return true;
    case VAL_OBJECT:
        return object_truth(f, v, out);
    default:
        *out = v.u.i != 0;
        return true;
    }
}

/* ---- isCase */

/* IntRange.contains() takes Integers and BigIntegers alone: (1..3).contains(2L) is false. What cannot be
 * compared with the ends is outside and throws nothing. */
static bool range_spans(struct fiber *f, const struct range *r, struct value v)
{
    int low, high;
    if (r->empty || (r->is_int && v.tag != VAL_INT && !value_is(v, OBJ_BIGINT)))
        return false;
    struct value from = r->from, to = r->to;
    if (value_compare(f, from, to, &low) == CALL_OK && low > 0) {
        from = r->to;
        to = r->from;
    }
    if (value_compare(f, from, v, &low) != CALL_OK || value_compare(f, v, to, &high) != CALL_OK) {
        value_release(fiber_take_exception(f));
        return false;
    }
    return low <= 0 && high <= 0;
}

/* Java's equals() of builtin values: 1 is not 1L here, though 1 == 1L in Groovy. Objects of classes are asked
 * by ==. */
bool value_same(struct fiber *f, struct value a, struct value b)
{
    if (value_is(a, OBJ_INSTANCE) || value_is(a, OBJ_NATIVE))
        return value_equals(f, a, b);
    return value_key_equals(a, b);
}

/* The script's equals() may run; *at may lie behind the end by the time the caller uses it. */
bool list_index_of(struct fiber *f, const struct list *l, struct value v, size_t *at)
{
    for (size_t i = 0; i < l->len; i++) {
        if (value_same(f, l->items[i], v)) {
            *at = i;
            return true;
        }
    }
    return false;
}

static bool range_has(struct fiber *f, const struct range *r, struct value v)
{
    size_t at;
    struct value items = NULL_VALUE;
    bool spans = range_spans(f, r, v);
    if (!spans || r->is_int)
        return spans;
    /* ObjectRange goes from item to item: 1.5 is not in 1.0..2.0. */
    if (value_to_list(f, value_object((void *)r), &items) != CALL_OK) {
        value_release(fiber_take_exception(f));
        return false;
    }
    bool has = list_index_of(f, AS_LIST(items), v, &at);
    value_release(items);
    return has;
}

/* `case { it > 3 }`: called at once, so steps within it are refused. */
static enum call_status closure_case(struct fiber *f, struct value closure, struct value candidate, bool *out)
{
    struct value result = NULL_VALUE;
    enum call_status status = vm_call_sync(f, closure, 1, &candidate, &result);
    if (status == CALL_OK && !value_truth(f, result, out))
        status = CALL_THROW;
    value_release(result);
    return status;
}

/* `key in map` asks for the value's truth: [a: 0] does not contain 'a'. DefaultGroovyMethods.isCase(Map,
 * …). */
static enum call_status map_case(struct fiber *f, const struct map *m, bool set, struct value candidate,
                                 bool *out)
{
    struct value found;
    *out = map_get(m, candidate, &found);
    if (*out && !set && !value_truth(f, found, out))
        return CALL_THROW;
    return CALL_OK;
}

/* 'a' matches "${'a'}" and anything whose toString() is it. */
static enum call_status text_case(struct fiber *f, struct value text, struct value candidate, bool *out)
{
    TEXT_HOLD(hold_a);
    TEXT_HOLD(hold_b);
    *out = false;
    if (candidate.tag == VAL_NULL)
        return CALL_OK;
    const struct string *a = text_of(f, text, &hold_a), *b = text_of(f, candidate, &hold_b);
    if (!a || !b)
        return CALL_THROW;
    *out = a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
    return CALL_OK;
}

/* `in`, the cases of a switch, and grep(). The interpreter asks objects with an isCase() of their own before
 * it comes here. */
enum call_status value_is_case(struct fiber *f, struct value container, struct value candidate, bool *out)
{
    size_t at;
    *out = false;
    if (container.tag != VAL_OBJECT) {
        *out = container.tag == VAL_NULL ? candidate.tag == VAL_NULL : value_equals(f, container, candidate);
        return CALL_OK;
    }
    switch (container.u.o->kind) {
    case OBJ_STRING:
    case OBJ_GSTRING:
        return text_case(f, container, candidate, out);
    case OBJ_CLASS:
        *out =
            candidate.tag != VAL_NULL && class_is(vm_class_of(fiber_vm(f), candidate), AS_CLASS(container));
        return CALL_OK;
    case OBJ_LIST:
        *out = list_index_of(f, AS_LIST(container), candidate, &at);
        return CALL_OK;
    case OBJ_RANGE:
        *out = range_has(f, (struct range *)container.u.o, candidate);
        return CALL_OK;
    case OBJ_MAP:
        return map_case(f, AS_MAP(container), value_is_set(container), candidate, out);
    case OBJ_CLOSURE:
        return closure_case(f, container, candidate, out);
    case OBJ_NATIVE:
        if (value_is_pattern(container))
            return candidate.tag == VAL_NULL ? CALL_OK : regex_match_operator(f, candidate, container, out);
        break;
    default:
        break;
    }
    *out = value_equals(f, container, candidate);
    return CALL_OK;
}

/* ---- unary operators */

enum call_status value_negate(struct fiber *f, struct value v, struct value *out)
{
    switch (number_rank(v)) {
    case NUM_NONE:
        return vm_throw_no_signature(f, v, "negative", 0, NULL);
    case NUM_INT:
        return give(out, value_int((int32_t) - (uint32_t)v.u.i));
    case NUM_LONG:
        return give(out, value_long((int64_t) - (uint64_t)v.u.l));
    case NUM_FLOAT:
        v.u.d = -v.u.d;
        return give(out, v);
    default:
        return number_arith(f, TOK_STAR, v, value_int(-1), out);
    }
}

/* ~x is x ^ -1 for every size of integer. */
enum call_status value_bit_not(struct fiber *f, struct value v, struct value *out)
{
    if (value_is_text(v))
        return regex_compile(f, v, 0, out);
    if (number_rank(v) == NUM_NONE || number_rank(v) >= NUM_DECIMAL)
        return vm_throw_no_signature(f, v, "bitwiseNegate", 0, NULL);
    return number_arith(f, TOK_XOR, v, value_int(-1), out);
}

/* The last character steps; StringGroovyMethods.next() and previous(). */
static struct value text_step(const struct string *s, int step)
{
    size_t n = text_length(s);
    struct buf b = {0};
    if (!n)
        return step > 0 ? string_new("", 1) : string_from("");
    size_t offset = text_offset(s, n - 1);
    buf_add(&b, s->data, offset);
    buf_addunit(&b, (uint16_t)(text_unit(s, n - 1) + step));
    return text_from_buf(&b);
}

/* ++ of a char stays a char, of numbers adds 1 with their promotion. */
static enum call_status value_step(struct fiber *f, struct value v, int step, struct value *out)
{
    if (v.tag == VAL_CHAR) {
        *out = v;
        out->u.c = (uint16_t)(v.u.c + step);
        return CALL_OK;
    }
    if (value_is_number(v))
        return number_arith(f, TOK_PLUS, v, value_int(step), out);
    if (value_is_text(v) || value_instance_of(fiber_vm(f), v, "CharSequence")) {
        TEXT(s, v);
        return give(out, text_step(s, step));
    }
    if (v.tag == VAL_NULL)
        return vm_throw(f, "NullPointerException", "Cannot invoke method %s() on null object",
                        step > 0 ? "next" : "previous");
    return vm_invoke_sync(f, v, step > 0 ? "next" : "previous", 0, NULL, out);
}

enum call_status value_next(struct fiber *f, struct value v, struct value *out)
{
    return value_step(f, v, 1, out);
}

enum call_status value_previous(struct fiber *f, struct value v, struct value *out)
{
    return value_step(f, v, -1, out);
}

/* ---- exceptions */

/* The message is Groovy's down to its blanks: scripts and tests match on it. */
struct value no_signature_text(struct fiber *f, const struct class *type, bool is_static, const char *name,
                               int argc, struct value *argv)
{
    struct vm *vm = fiber_vm(f);
    struct buf types _cleanup_(buf_release) = {0}, values _cleanup_(buf_release) = {0};
    for (int i = 0; i < argc; i++) {
        buf_printf(&types, "%s%s", i ? ", " : "",
                   argv[i].tag ? class_name(vm_class_of(vm, argv[i])) : "null");
        buf_addstr(&values, i ? ", " : "");
        value_print(f, argv[i], &values);
    }
    return string_printf(
        "No signature of method: %s%s.%s() is applicable for argument types: (%s) values: [%s]",
        is_static ? "static " : "", class_name(type), name, types.data ? types.data : "",
        values.data ? values.data : "");
}

enum call_status vm_throw_no_signature(struct fiber *f, struct value self, const char *name, int argc,
                                       struct value *argv)
{
    struct vm *vm = fiber_vm(f);
    bool class = value_is(self, OBJ_CLASS);
    struct class *type = class ? AS_CLASS(self) : vm_class_of(vm, self);
    _cleanup_(value_release_ptr) struct value text = no_signature_text(f, type, class, name, argc, argv);
    struct value e = exception_new(f, "MissingMethodException", "%s", AS_STRING(text)->data);
    if (fiber_throwing(f)) { /* an argument's toString() did */
        value_release(e);
        return CALL_THROW;
    }
    _cleanup_(value_release_ptr) struct value method = string_from(name),
                                              arguments = array_new(vm, "Object", (size_t)argc);
    for (int i = 0; i < argc; i++)
        list_set(AS_LIST(arguments), (size_t)i, argv[i]);
    exception_set_field(e, "method", method);
    exception_set_field(e, "type", value_object(type));
    exception_set_field(e, "arguments", arguments);
    return vm_throw_value(f, e);
}

enum call_status vm_throw_cast(struct fiber *f, struct value v, const char *type)
{
    struct vm *vm = fiber_vm(f);
    struct class *to = vm_class(vm, type);
    struct buf text = {0};
    value_print(f, v, &text);
    vm_throw(f, "GroovyCastException", "Cannot cast object '%s' with class '%s' to class '%s'%s",
             text.data ? text.data : "", v.tag == VAL_NULL ? "null" : class_name(vm_class_of(vm, v)),
             to ? class_name(to) : type,
             v.tag == VAL_NULL && strcmp(type, "int") == 0 ? ". Try 'java.lang.Integer' instead" : "");
    buf_release(&text);
    return CALL_THROW;
}
