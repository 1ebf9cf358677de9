/* Primitives on lists, sets and maps that the method files share. */
#include "runner/lib/collection.h"
#include "runner/lib/ops.h"
#include "runner/lang/heap.h"
#include <string.h>

/* No array: Groovy adds one to a list as a single element. */
bool value_is_collection(struct value v)
{
    return (value_is(v, OBJ_LIST) && !value_is_array(v)) || value_is(v, OBJ_RANGE) || value_is_set(v);
}

struct value list_slice(struct vm *vm, const struct list *l, size_t from, size_t to)
{
    struct value out = list_new(vm, to - from);
    for (size_t i = from; i < to; i++)
        list_push(AS_LIST(out), l->items[i]);
    return out;
}

struct value list_copy(struct vm *vm, const struct list *l)
{
    return list_slice(vm, l, 0, l->len);
}

/* The closure of withDefault() stays with the map it was given for. */
struct value map_copy(struct vm *vm, const struct map *m)
{
    struct value out = map_new_of(vm, class_simple_name(m->class));
    struct map_slot *slot;
    AS_MAP(out)->comparator = value_retain(m->comparator);
    for (size_t i = 0; map_next(m, &i, &slot);)
        map_set(AS_MAP(out), slot->key, slot->value);
    return out;
}

/* What is neither a set nor linked becomes an ArrayList, ranges and immutable lists too
 * [DefaultGroovyMethods.createSimilarCollection()]. */
struct value collection_similar(struct vm *vm, struct value v)
{
    if (value_is_set(v))
        return map_new_of(vm, class_is(AS_MAP(v)->class, vm_class(vm, "SortedSet")) ? "TreeSet"
                                                                                    : "LinkedHashSet");
    struct value out = list_new(vm, 0);
    const char *name = value_is(v, OBJ_LIST) ? class_simple_name(AS_LIST(v)->class) : "";
    if (strcmp(name, "LinkedList") == 0 || strcmp(name, "Stack") == 0)
        AS_LIST(out)->class = AS_LIST(v)->class;
    return out;
}

/* A set keeps the element that it has, of equal ones the first. */
bool collection_add(struct value collection, struct value v)
{
    struct value found;
    if (value_is(collection, OBJ_LIST)) {
        list_push(AS_LIST(collection), v);
        return true;
    }
    if (map_get(AS_MAP(collection), v, &found))
        return false;
    map_set(AS_MAP(collection), v, NULL_VALUE);
    return true;
}

enum call_status list_check_mutable(struct fiber *f, const struct list *l)
{
    return l->immutable ? vm_throw(f, "UnsupportedOperationException", NULL) : CALL_OK;
}

enum call_status map_check_mutable(struct fiber *f, const struct map *m)
{
    return m->immutable ? vm_throw(f, "UnsupportedOperationException", NULL) : CALL_OK;
}
