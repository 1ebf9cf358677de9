/* Equality and order: Groovy's == and <=> (DefaultTypeTransformation.compareEqual and compareTo), which
 * coerce numbers and texts. Java's equals and hashCode are in same.c.
 *
 * Two ways to be equal meet here: what the language coerces (numbers of all classes, texts and GStrings, a
 * char and a text of one), and what objects say by compareTo() or equals(). An exception of a script's
 * method stays pending on the fiber; callers that could go on must ask fiber_throwing(). */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

enum { DEPTH_MAX = 2000 }; /* of values in values; deeper ones are cyclic */

static bool equal_at(struct fiber *f, struct value a, struct value b, int depth);

/* A text of one char counts as a Character beside numbers and chars. */
static bool char_of(struct fiber *f, struct value v, struct value *out)
{
    TEXT_HOLD(hold);
    const struct string *s = value_is_text(v) ? text_of(f, v, &hold) : NULL;
    if (v.tag != VAL_CHAR && (!s || text_length(s) != 1))
        return false;
    *out = value_int(v.tag == VAL_CHAR ? v.u.c : text_unit(s, 0));
    return true;
}

/* Compares if one side is a number or a char and the other can be read as one. */
static bool scalars_compare(struct fiber *f, struct value a, struct value b, int *cmp)
{
    struct value x = a, y = b;
    bool left = value_is_number(a), right = value_is_number(b);
    if (!left && !right && a.tag != VAL_CHAR)
        return false;
    if ((!left && !char_of(f, a, &x)) || (!right && !char_of(f, b, &y)))
        return false;
    *cmp = number_compare(x, y);
    return true;
}

static bool texts_compare(struct fiber *f, struct value a, struct value b, int *cmp)
{
    if (!value_is_text(a) || (!value_is_text(b) && b.tag != VAL_CHAR))
        return false;
    TEXT_HOLD(hold_a);
    TEXT_HOLD(hold_b);
    const struct string *x = text_of(f, a, &hold_a), *y = text_of(f, b, &hold_b);
    if (!x || !y)
        return false;
    *cmp = text_compare(x, y, false);
    return true;
}

/* Element by element with Groovy's ==, so that [1] == [1L]; on copies, as a script's equals() may change the
 * lists. */
static bool lists_equal(struct fiber *f, struct value a, struct value b, int depth)
{
    _cleanup_(value_release_ptr) struct value x = NULL_VALUE, y = NULL_VALUE;
    if (value_to_list(f, a, &x) != CALL_OK || value_to_list(f, b, &y) != CALL_OK ||
        AS_LIST(x)->len != AS_LIST(y)->len)
        return false;
    for (size_t i = 0; i < AS_LIST(x)->len; i++) {
        if (!equal_at(f, AS_LIST(x)->items[i], AS_LIST(y)->items[i], depth))
            return false;
    }
    return true;
}

/* DefaultGroovyMethods.equals(Set, Set) looks for an equal number of another type, too. */
static bool set_has(struct fiber *f, const struct map *m, struct value v, int depth)
{
    struct value found;
    struct map_slot *slot;
    if (map_get(m, v, &found))
        return true;
    for (size_t i = 0; !fiber_throwing(f) && map_next(m, &i, &slot);) {
        if (equal_at(f, slot->key, v, depth))
            return true;
    }
    return false;
}

/* A script's equals() that changes one of them ends the walk: its slots may be gone. */
static bool maps_equal(struct fiber *f, struct value a, struct value b, int depth)
{
    const struct map *x = AS_MAP(a), *y = AS_MAP(b);
    bool set = value_is_set(a);
    if (x->len != y->len || set != value_is_set(b))
        return false;
    uint32_t version = x->version, other_version = y->version;
    struct map_slot *slot;
    struct value other;
    for (size_t i = 0; map_next(x, &i, &slot);) {
        if (x->version != version || y->version != other_version)
            return false;
        if (set ? !set_has(f, y, slot->key, depth)
                : !map_get(y, slot->key, &other) || !equal_at(f, slot->value, other, depth))
            return false;
    }
    return true;
}

/* Comparables are only asked about values of their own class or of related ones. */
static bool may_compare(struct vm *vm, struct value a, struct value b)
{
    const struct class *x = vm_class_of(vm, a), *y = vm_class_of(vm, b);
    return value_instance_of(vm, a, "Comparable") && (class_is(y, x) || class_is(x, y));
}

/* `==` of Comparables is compareTo() == 0 and never calls equals(), as
 * DefaultTypeTransformation.compareEqual has it. An exception stays pending on the fiber and the answer is
 * false. */
static bool by_method(struct fiber *f, struct value a, struct value b)
{
    struct value result = NULL_VALUE;
    bool comparable = value_instance_of(fiber_vm(f), a, "Comparable");
    if (comparable && !may_compare(fiber_vm(f), a, b))
        return false;
    if (vm_invoke_sync(f, a, comparable ? "compareTo" : "equals", 1, &b, &result) != CALL_OK)
        return false;
    bool equal =
        comparable ? value_is_number(result) && number_is_zero(result) : result.tag == VAL_BOOL && result.u.b;
    value_release(result);
    return equal;
}

/* A range equals a list of its elements, as DefaultGroovyMethods.equals(List, List) has it; arrays as well.
 */
static bool is_sequence(struct value v)
{
    return value_is(v, OBJ_LIST) || value_is(v, OBJ_RANGE);
}

/* The bound ends a list that holds itself, where Java runs out of stack. */
static bool containers_equal(struct fiber *f, struct value a, struct value b, int depth)
{
    if (depth > DEPTH_MAX) {
        vm_throw(f, "StackOverflowError", NULL);
        return false;
    }
    if (is_sequence(a) && is_sequence(b))
        return lists_equal(f, a, b, depth);
    if (value_is(a, OBJ_MAP) && value_is(b, OBJ_MAP))
        return maps_equal(f, a, b, depth);
    if (value_is(a, OBJ_ENTRY) && value_is(b, OBJ_ENTRY)) {
        const struct entry *x = (struct entry *)a.u.o, *y = (struct entry *)b.u.o;
        return equal_at(f, x->key, y->key, depth) && equal_at(f, x->value, y->value, depth);
    }
    if (value_is(a, OBJ_INSTANCE) || (value_is(a, OBJ_NATIVE) && b.tag == VAL_OBJECT))
        return by_method(f, a, b);
    return false;
}

/* Identity is asked before any equals(), as compareEqual does: a script cannot make an object unequal to
 * itself. */
static bool equal_at(struct fiber *f, struct value a, struct value b, int depth)
{
    int cmp;
    if (a.tag == VAL_NULL || b.tag == VAL_NULL)
        return a.tag == b.tag;
    if (a.tag == VAL_BOOL)
        return b.tag == VAL_BOOL && a.u.b == b.u.b;
    if (a.tag == VAL_OBJECT && b.tag == VAL_OBJECT && a.u.o == b.u.o)
        return true;
    if (scalars_compare(f, a, b, &cmp) || texts_compare(f, a, b, &cmp))
        return cmp == 0;
    value_retain(a); /* an equals() of the script may drop them */
    value_retain(b);
    bool equal = containers_equal(f, a, b, depth + 1);
    value_release(a);
    value_release(b);
    return equal;
}

bool value_equals(struct fiber *f, struct value a, struct value b)
{
    return equal_at(f, a, b, 0);
}

/* The words of Java 11's ClassCastException, which pipelines print. */
static enum call_status class_cast(struct fiber *f, struct value a, struct value b)
{
    const char *to = class_name(vm_class_of(fiber_vm(f), a)), *from = class_name(vm_class_of(fiber_vm(f), b));
    return vm_throw(
        f, "ClassCastException",
        "class %s cannot be cast to class %s (%s and %s are in module java.base of loader 'bootstrap')", from,
        to, from, to);
}

static enum call_status not_comparable(struct fiber *f, struct value a, struct value b)
{
    struct buf x = {0}, y = {0};
    value_print(f, a, &x);
    value_print(f, b, &y);
    vm_throw(f, "GroovyRuntimeException", "Cannot compare %s with value '%s' and %s with value '%s'",
             class_name(vm_class_of(fiber_vm(f), a)), x.data ? x.data : "",
             class_name(vm_class_of(fiber_vm(f), b)), y.data ? y.data : "");
    buf_release(&x);
    buf_release(&y);
    return CALL_THROW;
}

static enum call_status compare_by_method(struct fiber *f, struct value a, struct value b, int *out)
{
    struct value result = NULL_VALUE;
    enum call_status status = vm_invoke_sync(f, a, "compareTo", 1, &b, &result);
    if (status == CALL_OK)
        *out = value_is_number(result) ? (int)number_long(result) : 0;
    value_release(result);
    return status;
}

/* null is smaller than anything, and equal to itself. What has no order throws ClassCastException where
 * Java's compareTo() would be given the wrong type, GroovyRuntimeException otherwise: sort.c swallows
 * both. */
enum call_status value_compare(struct fiber *f, struct value a, struct value b, int *out)
{
    if (a.tag == VAL_NULL || b.tag == VAL_NULL) {
        *out = (a.tag != VAL_NULL) - (b.tag != VAL_NULL);
        return CALL_OK;
    }
    if (scalars_compare(f, a, b, out) || texts_compare(f, a, b, out))
        return CALL_OK;
    if (a.tag == VAL_BOOL && b.tag == VAL_BOOL) {
        *out = a.u.b - b.u.b;
        return CALL_OK;
    }
    if (a.tag == VAL_OBJECT && b.tag == VAL_OBJECT && a.u.o == b.u.o) {
        *out = 0;
        return CALL_OK;
    }
    if (a.tag == VAL_OBJECT && value_instance_of(fiber_vm(f), a, "Comparable") && !value_is_text(a) &&
        !value_is_number(a))
        return compare_by_method(f, a, b, out);
    return value_is_number(a) || value_is_text(a) || a.tag < VAL_OBJECT ? class_cast(f, a, b)
                                                                        : not_comparable(f, a, b);
}
