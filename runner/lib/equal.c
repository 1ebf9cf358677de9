/* Equality, order and hash: Groovy's == and <=> (DefaultTypeTransformation.compareEqual and compareTo),
 * which coerce numbers and texts, and Java's equals and hashCode, which keys of maps use. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

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

static bool lists_equal(struct fiber *f, struct value a, struct value b)
{
    _cleanup_(value_release_ptr) struct value x = NULL_VALUE, y = NULL_VALUE;
    if (value_to_list(f, a, &x) != CALL_OK || value_to_list(f, b, &y) != CALL_OK || AS_LIST(x)->len != AS_LIST(y)->len)
        return false;
    for (size_t i = 0; i < AS_LIST(x)->len; i++) {
        if (!value_equals(f, AS_LIST(x)->items[i], AS_LIST(y)->items[i]))
            return false;
    }
    return true;
}

/* DefaultGroovyMethods.equals(Set, Set) looks for an equal number of another type, too. */
static bool set_has(struct fiber *f, const struct map *m, struct value v)
{
    struct value found;
    struct map_slot *slot;
    if (map_get(m, v, &found))
        return true;
    for (size_t i = 0; map_next(m, &i, &slot);) {
        if (value_equals(f, slot->key, v))
            return true;
    }
    return false;
}

static bool maps_equal(struct fiber *f, struct value a, struct value b)
{
    const struct map *x = AS_MAP(a), *y = AS_MAP(b);
    bool set = value_is_set(a);
    if (x->len != y->len || set != value_is_set(b))
        return false;
    struct map_slot *slot;
    struct value other;
    for (size_t i = 0; map_next(x, &i, &slot);) {
        if (set ? !set_has(f, y, slot->key) : !map_get(y, slot->key, &other) || !value_equals(f, slot->value, other))
            return false;
    }
    return true;
}

static bool by_method(struct fiber *f, struct value a, struct value b)
{
    struct value result = NULL_VALUE;
    bool compare = value_instance_of(fiber_vm(f), a, "Comparable");
    if (vm_invoke_sync(f, a, compare ? "compareTo" : "equals", 1, &b, &result) != CALL_OK) {
        value_release(fiber_take_exception(f));
        return false;
    }
    bool equal = compare ? value_is_number(result) && number_is_zero(result) : result.tag == VAL_BOOL && result.u.b;
    value_release(result);
    return equal;
}

static bool is_sequence(struct value v)
{
    return value_is(v, OBJ_LIST) || value_is(v, OBJ_RANGE);
}

bool value_equals(struct fiber *f, struct value a, struct value b)
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
    if (is_sequence(a) && is_sequence(b))
        return lists_equal(f, a, b);
    if (value_is(a, OBJ_MAP) && value_is(b, OBJ_MAP))
        return maps_equal(f, a, b);
    if (value_is(a, OBJ_ENTRY) && value_is(b, OBJ_ENTRY)) {
        const struct entry *x = (struct entry *)a.u.o, *y = (struct entry *)b.u.o;
        return value_equals(f, x->key, y->key) && value_equals(f, x->value, y->value);
    }
    if (value_is(a, OBJ_INSTANCE) || (value_is(a, OBJ_NATIVE) && b.tag == VAL_OBJECT))
        return by_method(f, a, b);
    return false;
}

static enum call_status class_cast(struct fiber *f, struct value a, struct value b)
{
    const char *to = class_name(vm_class_of(fiber_vm(f), a)), *from = class_name(vm_class_of(fiber_vm(f), b));
    return vm_throw(f, "ClassCastException",
                    "class %s cannot be cast to class %s (%s and %s are in module java.base of loader 'bootstrap')", from,
                    to, from, to);
}

static enum call_status not_comparable(struct fiber *f, struct value a, struct value b)
{
    struct buf x = {0}, y = {0};
    value_print(f, a, &x);
    value_print(f, b, &y);
    vm_throw(f, "GroovyRuntimeException", "Cannot compare %s with value '%s' and %s with value '%s'",
             class_name(vm_class_of(fiber_vm(f), a)), x.data ? x.data : "", class_name(vm_class_of(fiber_vm(f), b)),
             y.data ? y.data : "");
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
    if (a.tag == VAL_OBJECT && value_instance_of(fiber_vm(f), a, "Comparable") && !value_is_text(a) && !value_is_number(a))
        return compare_by_method(f, a, b, out);
    return value_is_number(a) || value_is_text(a) || a.tag < VAL_OBJECT ? class_cast(f, a, b) : not_comparable(f, a, b);
}

/* ---- Java's hashCode and equals */

static uint32_t list_hash(const struct list *l)
{
    uint32_t hash = 1;
    for (size_t i = 0; i < l->len; i++)
        hash = 31 * hash + value_hash(l->items[i]);
    return hash;
}

static uint32_t range_hash(const struct range *r)
{
    uint32_t hash = 1;
    for (int64_t i = 0, n = r->is_int ? range_size(r) : 0; i < n; i++)
        hash = 31 * hash + (uint32_t)range_at(r, i).u.i;
    return hash;
}

static uint32_t map_hash(const struct map *m, bool set)
{
    uint32_t hash = 0;
    struct map_slot *slot;
    for (size_t i = 0; map_next(m, &i, &slot);)
        hash += set ? value_hash(slot->key) : value_hash(slot->key) ^ value_hash(slot->value);
    return hash;
}

static uint32_t gstring_hash(const struct gstring *g)
{
    struct buf text = {0};
    gstring_print(NULL, g, &text);
    uint32_t hash = 37 + text_hash(text.data ? text.data : "", text.len);
    buf_release(&text);
    return hash;
}

static uint32_t object_hash(struct value v)
{
    switch (v.u.o->kind) {
    case OBJ_STRING:
        return text_hash(AS_STRING(v)->data, AS_STRING(v)->len);
    case OBJ_GSTRING:
        return gstring_hash((struct gstring *)v.u.o);
    case OBJ_BIGINT:
    case OBJ_DECIMAL:
        return number_hash(v);
    case OBJ_LIST:
        return value_is_array(v) ? (uint32_t)((uintptr_t)v.u.o >> 4) : list_hash(AS_LIST(v));
    case OBJ_RANGE:
        return range_hash((struct range *)v.u.o);
    case OBJ_MAP:
        return map_hash(AS_MAP(v), value_is_set(v));
    case OBJ_ENTRY:
        return value_hash(((struct entry *)v.u.o)->key) ^ value_hash(((struct entry *)v.u.o)->value);
    default:
        return (uint32_t)((uintptr_t)v.u.o >> 4);
    }
}

uint32_t value_hash(struct value v)
{
    switch (v.tag) {
    case VAL_NULL:
        return 0;
    case VAL_BOOL:
        return v.u.b ? 1231 : 1237;
    case VAL_CHAR:
        return v.u.c;
    case VAL_OBJECT:
        return object_hash(v);
    default:
        return number_hash(v);
    }
}

static bool numbers_same(struct value a, struct value b)
{
    if (value_is(a, OBJ_DECIMAL) && ((struct decimal *)a.u.o)->scale != ((struct decimal *)b.u.o)->scale)
        return false;
    return number_compare(a, b) == 0;
}

static bool gstrings_same(struct value a, struct value b)
{
    struct buf x = {0}, y = {0};
    gstring_print(NULL, (struct gstring *)a.u.o, &x);
    gstring_print(NULL, (struct gstring *)b.u.o, &y);
    bool same = str_eq(x.data, y.data);
    buf_release(&x);
    buf_release(&y);
    return same;
}

static bool lists_same(const struct list *a, const struct list *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        if (!value_key_equals(a->items[i], b->items[i]))
            return false;
    }
    return true;
}

static bool maps_same(const struct map *a, const struct map *b)
{
    struct map_slot *slot;
    struct value other;
    if (a->len != b->len)
        return false;
    for (size_t i = 0; map_next(a, &i, &slot);) {
        if (!map_get(b, slot->key, &other) || !value_key_equals(slot->value, other))
            return false;
    }
    return true;
}

static bool ranges_same(const struct range *a, const struct range *b)
{
    return a->reverse == b->reverse && a->empty == b->empty && value_key_equals(a->from, b->from) &&
           value_key_equals(a->to, b->to);
}

static bool objects_same(struct value a, struct value b)
{
    if (a.u.o == b.u.o)
        return true;
    if (a.u.o->kind != b.u.o->kind)
        return false;
    switch (a.u.o->kind) {
    case OBJ_STRING:
        return AS_STRING(a)->len == AS_STRING(b)->len &&
               memcmp(AS_STRING(a)->data, AS_STRING(b)->data, AS_STRING(a)->len) == 0;
    case OBJ_GSTRING:
        return gstrings_same(a, b);
    case OBJ_BIGINT:
    case OBJ_DECIMAL:
        return numbers_same(a, b);
    case OBJ_LIST:
        return !value_is_array(a) && !value_is_array(b) && lists_same(AS_LIST(a), AS_LIST(b));
    case OBJ_MAP:
        return value_is_set(a) == value_is_set(b) && maps_same(AS_MAP(a), AS_MAP(b));
    case OBJ_RANGE:
        return ranges_same((struct range *)a.u.o, (struct range *)b.u.o);
    case OBJ_ENTRY:
        return value_key_equals(((struct entry *)a.u.o)->key, ((struct entry *)b.u.o)->key) &&
               value_key_equals(((struct entry *)a.u.o)->value, ((struct entry *)b.u.o)->value);
    default:
        return false;
    }
}

bool value_key_equals(struct value a, struct value b)
{
    if (a.tag != b.tag)
        return false;
    switch (a.tag) {
    case VAL_NULL:
        return true;
    case VAL_BOOL:
        return a.u.b == b.u.b;
    case VAL_CHAR:
        return a.u.c == b.u.c;
    case VAL_OBJECT:
        return objects_same(a, b);
    default:
        return number_compare(a, b) == 0;
    }
}
