/* Operators whose left operand is a list, an array, a range, a set or a map. */
#include "runner/lib/arith.h"
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"

/* The list, or for an array an Object[] of its items, whatever the element type was: Groovy's plus() and
 * minus() lose it, too. Takes list. */
static struct value as_like(struct vm *vm, struct value like, struct value list)
{
    if (!value_is_array(like))
        return list;
    const struct list *items = AS_LIST(list);
    struct value array = array_new(vm, "Object", items->len);
    for (size_t i = 0; i < items->len; i++)
        list_set(AS_LIST(array), i, items->items[i]);
    value_release(list);
    return array;
}

/* A collection is joined, anything else added as one element; a map counts as one. */
static enum call_status list_plus(struct fiber *f, struct value a, struct value b, struct value *out)
{
    struct value list;
    enum call_status status = collection_to_list(f, a, &list);
    if (status != CALL_OK)
        return status;
    bool spread = value_is_collection(b) || (value_is_array(a) && value_is_array(b));
    if (spread)
        status = collection_append(f, AS_LIST(list), b);
    else
        list_push(AS_LIST(list), b);
    if (status == CALL_OK)
        *out = as_like(fiber_vm(f), a, list);
    else
        value_release(list);
    return status;
}

/* By Groovy's ==, as minus() compares: [1] - [1L] is empty. */
static bool list_holds(struct fiber *f, const struct list *l, struct value v)
{
    for (size_t i = 0; i < l->len; i++) {
        if (value_equals(f, l->items[i], v))
            return true;
    }
    return false;
}

/* b as the elements to take away: those of a collection, else itself alone. */
static enum call_status operand_list(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (value_is_collection(b) || (value_is_array(a) && value_is_array(b)))
        return collection_to_list(f, b, out);
    *out = list_new(fiber_vm(f), 1);
    list_push(AS_LIST(*out), b);
    return CALL_OK;
}

/* Whether Groovy's == among these is the equality of keys: Strings alone, or Integers alone. */
static bool like_keys(const struct list *l, bool strings)
{
    for (size_t i = 0; i < l->len; i++) {
        if (strings ? !value_is(l->items[i], OBJ_STRING) : l->items[i].tag != VAL_INT)
            return false;
    }
    return true;
}

struct value list_key_index(struct fiber *f, const struct list *asked, const struct list *l)
{
    bool strings = l->len && value_is(l->items[0], OBJ_STRING);
    if (l->len <= 8 || !like_keys(l, strings) || !like_keys(asked, strings))
        return NULL_VALUE;
    struct value index = map_new(fiber_vm(f));
    for (size_t i = 0; i < l->len; i++)
        map_set(AS_MAP(index), l->items[i], NULL_VALUE);
    return index;
}

/* The elements to take away are looked up where that can be; else each is compared with all, as 1 == 1L has
 * no hash. Groovy has a tree for these cases. */
static enum call_status collection_minus(struct fiber *f, struct value a, struct value b, struct value *out)
{
    _cleanup_(value_release_ptr) struct value from = NULL_VALUE, gone = NULL_VALUE, index = NULL_VALUE;
    if (collection_to_list(f, a, &from) != CALL_OK || operand_list(f, a, b, &gone) != CALL_OK)
        return CALL_THROW;
    const struct list *all = AS_LIST(from), *less = AS_LIST(gone);
    index = list_key_index(f, all, less);
    struct value rest = value_is_array(a) ? list_new(fiber_vm(f), 0) : collection_similar(fiber_vm(f), a),
                 found;
    for (size_t i = 0; i < all->len; i++) {
        if (value_is_null(index) ? !list_holds(f, less, all->items[i])
                                 : !map_get(AS_MAP(index), all->items[i], &found))
            collection_add(rest, all->items[i]);
    }
    return give(out, as_like(fiber_vm(f), a, rest));
}

/* The bound is on the product: a list of millions times a million ends in an exception. */
static enum call_status list_multiply(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (!value_is_number(b))
        return CALL_NONE;
    int64_t times = number_long(b);
    _cleanup_(value_release_ptr) struct value from = NULL_VALUE;
    if (collection_to_list(f, a, &from) != CALL_OK)
        return CALL_THROW;
    if (times > 0 && AS_LIST(from)->len > (1u << 26) / (uint64_t)times)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    struct value all = list_new(fiber_vm(f), 0);
    for (int64_t i = 0; i < times && AS_LIST(from)->len; i++)
        collection_append(f, AS_LIST(all), from);
    return give(out, all);
}

/* `<<` of a list changes it in place. */
static enum call_status list_append(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (!value_is(a, OBJ_LIST) || value_is_array(a))
        return value_is(a, OBJ_RANGE) ? vm_throw(f, "UnsupportedOperationException", NULL) : CALL_NONE;
    if (list_check_mutable(f, AS_LIST(a)) != CALL_OK)
        return CALL_THROW;
    list_push(AS_LIST(a), b);
    return give(out, value_retain(a));
}

enum call_status list_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    switch (op) {
    case TOK_PLUS:
        return list_plus(f, a, b, out);
    case TOK_MINUS:
        return collection_minus(f, a, b, out);
    case TOK_STAR:
        return list_multiply(f, a, b, out);
    case TOK_SHL:
        return list_append(f, a, b, out);
    default:
        return CALL_NONE;
    }
}

static void map_put_all(struct map *to, const struct map *from)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(from, &i, &slot);)
        map_set(to, slot->key, slot->value);
}

/* Only pairs that are in both go; a key with another value stays. */
static struct value map_minus(struct fiber *f, const struct map *a, const struct map *b)
{
    struct value rest = map_copy(fiber_vm(f), a), other;
    struct map_slot *slot;
    for (size_t i = 0; map_next(a, &i, &slot);) {
        if (map_get(b, slot->key, &other) && value_equals(f, slot->value, other))
            map_remove(AS_MAP(rest), slot->key, NULL);
    }
    return rest;
}

static enum call_status set_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    if (op == TOK_MINUS)
        return collection_minus(f, a, b, out);
    if (op == TOK_SHL) {
        if (map_check_mutable(f, AS_MAP(a)) != CALL_OK)
            return CALL_THROW;
        map_set(AS_MAP(a), b, NULL_VALUE);
        return give(out, value_retain(a));
    }
    if (op != TOK_PLUS)
        return op == TOK_STAR ? list_multiply(f, a, b, out) : CALL_NONE;
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (list_plus(f, a, b, &list) != CALL_OK)
        return CALL_THROW;
    *out = collection_similar(fiber_vm(f), a);
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        collection_add(*out, AS_LIST(list)->items[i]);
    return CALL_OK;
}

static enum call_status map_append(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (map_check_mutable(f, AS_MAP(a)) != CALL_OK)
        return CALL_THROW;
    if (value_is(b, OBJ_ENTRY))
        map_set(AS_MAP(a), ((struct entry *)b.u.o)->key, ((struct entry *)b.u.o)->value);
    else if (value_is_map(b))
        map_put_all(AS_MAP(a), AS_MAP(b));
    else
        return CALL_NONE;
    return give(out, value_retain(a));
}

/* + gives a new map whose order begins with the left one's; << changes in place. */
enum call_status map_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    if (value_is_set(a))
        return set_arith(f, op, a, b, out);
    if (op == TOK_SHL)
        return map_append(f, a, b, out);
    if (!value_is_map(b) || (op != TOK_PLUS && op != TOK_MINUS))
        return CALL_NONE;
    if (op == TOK_MINUS)
        return give(out, map_minus(f, AS_MAP(a), AS_MAP(b)));
    *out = map_copy(fiber_vm(f), AS_MAP(a));
    map_put_all(AS_MAP(*out), AS_MAP(b));
    return CALL_OK;
}
