/* Java's equals and hashCode, which keys of maps use. Objects of script classes are asked by their own
 * methods, run on the fiber that now runs; what these throw stays pending on it. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/fiber.h"
#include <string.h>

enum { DEPTH_MAX = 2000 }; /* of values in values; deeper ones are cyclic */

static uint32_t hash_at(struct value v, int depth);
static bool same_at(struct value a, struct value b, int depth);

uint32_t value_identity_hash(struct value v)
{
    return (uint32_t)((uintptr_t)v.u.o >> 4);
}

/* Java ends with this error; without a fiber there is nobody to tell. */
static void too_deep(struct value v)
{
    struct vm *vm = value_is(v, OBJ_LIST)  ? AS_LIST(v)->class->vm
                    : value_is(v, OBJ_MAP) ? AS_MAP(v)->class->vm
                                           : NULL;
    if (vm && vm->running)
        vm_throw(vm->running, "StackOverflowError", NULL);
}

/* Something thrown is pending: what is left of the walk does not count. */
static bool stopped(const struct class *c)
{
    return c->vm->running && c->vm->running->throwing;
}

/* The fiber to ask an object with its own equals() or hashCode() on, or NULL. */
static struct fiber *asked_on(const struct instance *i, enum core_name method)
{
    struct vm *vm = i->class->vm;
    if (!(i->class->flags & CLASSF_SOURCE) || !vm->running)
        return NULL;
    bool own = i->class->flags & CLASSF_GEN_EQUALS || class_methods(i->class, vm->sym[method])->n_script;
    return own ? vm->running : NULL;
}

/* 0 when the method threw: the exception is pending, the map operation ends soon. */
static uint32_t hash_by_method(struct value v)
{
    struct fiber *f = asked_on(AS_INSTANCE(v), SYM_HASH_CODE);
    struct value result = NULL_VALUE;
    if (!f || vm_invoke_sync(f, v, "hashCode", 0, NULL, &result) != CALL_OK)
        return f ? 0 : value_identity_hash(v);
    uint32_t hash = value_is_number(result) ? (uint32_t)number_long(result) : 0;
    value_release(result);
    return hash;
}

static bool same_by_method(struct value a, struct value b)
{
    struct fiber *f = asked_on(AS_INSTANCE(a), SYM_EQUALS);
    struct value result = NULL_VALUE;
    if (!f || vm_invoke_sync(f, a, "equals", 1, &b, &result) != CALL_OK)
        return false;
    bool same = result.tag == VAL_BOOL && result.u.b;
    value_release(result);
    return same;
}

static uint32_t list_hash(const struct list *l, int depth)
{
    uint32_t hash = 1;
    for (size_t i = 0; i < l->len && !stopped(l->class); i++)
        hash = 31 * hash + hash_at(l->items[i], depth);
    return hash;
}

static uint32_t range_hash(const struct range *r)
{
    uint32_t hash = 1;
    for (int64_t i = 0, n = r->is_int ? range_size(r) : 0; i < n; i++)
        hash = 31 * hash + (uint32_t)range_at(r, i).u.i;
    return hash;
}

/* A hashCode() of a value may have changed the map: the slot is looked up again by its number, which may
 * lie behind the end by then. */
static uint32_t map_hash(const struct map *m, bool set, int depth)
{
    uint32_t hash = 0;
    struct map_slot *slot;
    for (size_t i = 0; !stopped(m->class) && map_next(m, &i, &slot);) {
        uint32_t of_value = set ? 0 : hash_at(slot->value, depth);
        if (i <= m->used)
            hash += hash_at(m->slots[i - 1].key, depth) ^ of_value;
    }
    return hash;
}

/* Never the hash of the equal String: a GString as a key is a trap in Groovy, and scripts work around it. */
static uint32_t gstring_hash(const struct gstring *g)
{
    struct buf text = {0};
    gstring_print(NULL, g, &text);
    uint32_t hash = 37 + text_hash(text.data ? text.data : "", text.len);
    buf_release(&text);
    return hash;
}

/* As AbstractList, AbstractMap and Map.Entry define it, so that the order of a HashMap is Java's. Arrays
 * go by identity. */
static uint32_t object_hash(struct value v, int depth)
{
    if (depth > DEPTH_MAX) {
        too_deep(v);
        return 0;
    }
    switch (v.u.o->kind) {
    case OBJ_STRING:
        return text_hash(AS_STRING(v)->data, AS_STRING(v)->len);
    case OBJ_GSTRING:
        return gstring_hash((struct gstring *)v.u.o);
    case OBJ_BIGINT:
    case OBJ_DECIMAL:
        return number_hash(v);
    case OBJ_LIST:
        return value_is_array(v) ? value_identity_hash(v) : list_hash(AS_LIST(v), depth);
    case OBJ_RANGE:
        return range_hash((struct range *)v.u.o);
    case OBJ_MAP:
        return map_hash(AS_MAP(v), value_is_set(v), depth);
    case OBJ_ENTRY:
        return hash_at(((struct entry *)v.u.o)->key, depth) ^ hash_at(((struct entry *)v.u.o)->value, depth);
    case OBJ_INSTANCE:
        return hash_by_method(v);
    default:
        return value_identity_hash(v);
    }
}

static uint32_t hash_at(struct value v, int depth)
{
    switch (v.tag) {
    case VAL_NULL:
        return 0;
    case VAL_BOOL:
        return v.u.b ? 1231 : 1237;
    case VAL_CHAR:
        return v.u.c;
    case VAL_OBJECT:
        return object_hash(v, depth + 1);
    default:
        return number_hash(v);
    }
}

uint32_t value_hash(struct value v)
{
    return hash_at(v, 0);
}

/* 1.0 is not 1.00: BigDecimal.equals() looks at the scale. */
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

static bool lists_same(const struct list *a, const struct list *b, int depth)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len && i < b->len; i++) {
        if (!same_at(a->items[i], b->items[i], depth))
            return false;
    }
    return true;
}

/* A map_get() may run the script's equals(); when that changed the map, the slot is stale and they count
 * as different. */
static bool maps_same(const struct map *a, const struct map *b, int depth)
{
    struct map_slot *slot;
    struct value other;
    uint32_t version = a->version;
    if (a->len != b->len)
        return false;
    for (size_t i = 0; map_next(a, &i, &slot);) {
        if (!map_get(b, slot->key, &other) || a->version != version || !same_at(slot->value, other, depth))
            return false;
    }
    return true;
}

static bool ranges_same(const struct range *a, const struct range *b, int depth)
{
    return a->reverse == b->reverse && a->empty == b->empty && same_at(a->from, b->from, depth) &&
           same_at(a->to, b->to, depth);
}

static bool walk_same(struct value a, struct value b, int depth);

/* Held during the walk: an equals() of the script may drop them. */
static bool objects_same(struct value a, struct value b, int depth)
{
    if (a.u.o == b.u.o)
        return true;
    if (a.u.o->kind == OBJ_INSTANCE)
        return same_by_method(a, b);
    if (a.u.o->kind != b.u.o->kind)
        return false;
    if (depth > DEPTH_MAX) {
        too_deep(a);
        return false;
    }
    value_retain(a);
    value_retain(b);
    bool same = walk_same(a, b, depth);
    value_release(a);
    value_release(b);
    return same;
}

static bool walk_same(struct value a, struct value b, int depth)
{
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
        return !value_is_array(a) && !value_is_array(b) && lists_same(AS_LIST(a), AS_LIST(b), depth);
    case OBJ_MAP:
        return value_is_set(a) == value_is_set(b) && maps_same(AS_MAP(a), AS_MAP(b), depth);
    case OBJ_RANGE:
        return ranges_same((struct range *)a.u.o, (struct range *)b.u.o, depth);
    case OBJ_ENTRY:
        return same_at(((struct entry *)a.u.o)->key, ((struct entry *)b.u.o)->key, depth) &&
               same_at(((struct entry *)a.u.o)->value, ((struct entry *)b.u.o)->value, depth);
    default:
        return false;
    }
}

/* Tags first: Java's equals() of an Integer and a Long is false. */
static bool same_at(struct value a, struct value b, int depth)
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
        return objects_same(a, b, depth + 1);
    default:
        return number_compare(a, b) == 0;
    }
}

bool value_key_equals(struct value a, struct value b)
{
    return same_at(a, b, 0);
}
