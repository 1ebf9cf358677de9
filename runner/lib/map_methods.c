/* Methods of maps, sets and map entries that take no closure. */
#include "runner/lib/collection.h"
#include "runner/lib/json.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include "runner/lang/view.h"
#include "parser/token.h"
#include <string.h>

/* self as a map that may be changed, or the exception of Collections.unmodifiableMap(). */
#define MUTABLE_MAP(m)                                                                                       \
    struct map *m = AS_MAP(self);                                                                            \
    if (map_check_mutable(f, m) != CALL_OK)                                                                  \
    return CALL_THROW

static void put_all(struct map *to, const struct map *from)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(from, &i, &slot);)
        map_set(to, slot->key, slot->value);
}

static bool is_comparator(struct fiber *f, struct value v)
{
    return value_is(v, OBJ_CLOSURE) || value_instance_of(fiber_vm(f), v, "Comparator");
}

/* HashMap(Map) makes a table just large enough. */
static uint16_t buckets_for(uint32_t len)
{
    uint32_t buckets = 1, wanted = (uint32_t)((double)len / 0.75 + 1);
    while (buckets < wanted && buckets < 1 << 15)
        buckets *= 2;
    return (uint16_t)buckets;
}

/* new XMap([map | capacity | comparator]) */
static enum call_status map_construct(struct fiber *f, const char *class, int argc, struct value *argv,
                                      struct value *out)
{
    *out = map_new_of(fiber_vm(f), class);
    if (argc && value_is_map(argv[0])) {
        AS_MAP(*out)->head.head.aux = buckets_for(AS_MAP(argv[0])->len);
        put_all(AS_MAP(*out), AS_MAP(argv[0]));
    } else if (argc && is_comparator(f, argv[0]))
        AS_MAP(*out)->comparator = value_retain(argv[0]);
    return CALL_OK;
}

static enum call_status set_construct(struct fiber *f, const char *class, int argc, struct value *argv,
                                      struct value *out)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    *out = map_new_of(fiber_vm(f), class);
    if (argc == 0 || value_is_number(argv[0]) || (value_is_null(argv[0]) && strcmp(class, "TreeSet") == 0))
        return CALL_OK;
    if (is_comparator(f, argv[0])) {
        AS_MAP(*out)->comparator = value_retain(argv[0]);
        return CALL_OK;
    }
    enum call_status status = collection_to_list(f, argv[0], &list);
    for (size_t i = 0; status == CALL_OK && i < AS_LIST(list)->len; i++)
        map_set(AS_MAP(*out), AS_LIST(list)->items[i], NULL_VALUE);
    return status;
}

#define MAP_CLASS(fn, construct, name)                                                                       \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return construct(f, name, argc, argv, out);                                                          \
    }
MAP_CLASS(hash_map_new, map_construct, "HashMap")
MAP_CLASS(linked_map_new, map_construct, "LinkedHashMap")
MAP_CLASS(tree_map_new, map_construct, "TreeMap")
MAP_CLASS(concurrent_map_new, map_construct, "ConcurrentHashMap")
MAP_CLASS(enum_map_new, map_construct, "EnumMap")
MAP_CLASS(hashtable_new, map_construct, "Hashtable")
MAP_CLASS(properties_new, map_construct, "Properties")
MAP_CLASS(hash_set_new, set_construct, "HashSet")
MAP_CLASS(linked_set_new, set_construct, "LinkedHashSet")
MAP_CLASS(tree_set_new, set_construct, "TreeSet")

NATIVE(map_size)
{
    return give(out, value_int((int32_t)AS_MAP(self)->len));
}

NATIVE(map_is_empty)
{
    return give(out, value_bool(AS_MAP(self)->len == 0));
}

NATIVE(map_contains_key)
{
    struct value found;
    return give(out, value_bool(map_get(AS_MAP(self), argv[0], &found)));
}

NATIVE(map_contains_value)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(AS_MAP(self), &i, &slot);) {
        if (value_same(f, slot->value, argv[0]))
            return give(out, value_bool(true));
    }
    return give(out, value_bool(false));
}

/* get(key), and get(key, default), which also stores the default. */
NATIVE(map_get_method)
{
    struct value found;
    if (argc == 1)
        return map_get_or_make(f, AS_MAP(self), argv[0], out);
    if (map_get(AS_MAP(self), argv[0], &found))
        return give(out, value_retain(found));
    MUTABLE_MAP(m);
    map_set(m, argv[0], argv[1]);
    return give(out, value_retain(argv[1]));
}

NATIVE(map_get_or_default)
{
    struct value found;
    bool has = map_get(AS_MAP(self), argv[0], &found);
    return give(out, value_retain(has ? found : argv[1]));
}

NATIVE(map_put)
{
    struct value old;
    MUTABLE_MAP(m);
    *out = map_get(m, argv[0], &old) ? value_retain(old) : NULL_VALUE;
    map_set(m, argv[0], argv[1]);
    return CALL_OK;
}

NATIVE(map_put_at)
{
    enum call_status status = value_put_at(f, self, argv[0], argv[1]);
    return status == CALL_OK ? give(out, NULL_VALUE) : status;
}

NATIVE(map_get_at)
{
    return value_get_at(f, self, argv[0], out);
}

/* A key with the value null counts as absent, in Java too. */
NATIVE(map_put_if_absent)
{
    struct value old;
    MUTABLE_MAP(m);
    if (map_get(m, argv[0], &old) && old.tag != VAL_NULL)
        return give(out, value_retain(old));
    map_set(m, argv[0], argv[1]);
    return give(out, NULL_VALUE);
}

/* replace(key, value), and replace(key, old, value) of just that pair. */
NATIVE(map_replace)
{
    struct value old;
    MUTABLE_MAP(m);
    if (argc > 2) {
        bool there = map_get(m, argv[0], &old) && value_same(f, old, argv[1]);
        if (there)
            map_set(m, argv[0], argv[2]);
        return give(out, value_bool(there));
    }
    if (!map_get(m, argv[0], &old))
        return give(out, NULL_VALUE);
    *out = value_retain(old);
    map_set(m, argv[0], argv[1]);
    return CALL_OK;
}

NATIVE(map_put_all)
{
    MUTABLE_MAP(m);
    if (value_is_map(argv[0])) {
        put_all(m, AS_MAP(argv[0]));
        return give(out, argc ? NULL_VALUE : self);
    }
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    enum call_status status = collection_to_list(f, argv[0], &list);
    for (size_t i = 0; status == CALL_OK && i < AS_LIST(list)->len; i++) {
        struct value e = AS_LIST(list)->items[i];
        if (value_is(e, OBJ_ENTRY))
            map_set(m, ((struct entry *)e.u.o)->key, ((struct entry *)e.u.o)->value);
    }
    return status;
}

/* remove(key), and remove(key, value) of just that pair. */
NATIVE(map_remove_method)
{
    struct value old = NULL_VALUE;
    MUTABLE_MAP(m);
    if (argc > 1) {
        bool there = map_get(m, argv[0], &old) && value_same(f, old, argv[1]);
        return give(out, value_bool(there && map_remove(m, argv[0], NULL)));
    }
    map_remove(m, argv[0], &old);
    return give(out, old);
}

NATIVE(map_clear_method)
{
    MUTABLE_MAP(m);
    map_clear(m);
    return give(out, NULL_VALUE);
}

/* Views of a map that must not change must not either. */
static enum call_status view_of(struct fiber *f, struct value map, enum view_kind kind, struct value *out)
{
    *out = view_of_map(fiber_vm(f), map, kind);
    *(kind == VIEW_VALUES ? &AS_LIST(*out)->immutable : &AS_MAP(*out)->immutable) = AS_MAP(map)->immutable;
    return CALL_OK;
}

NATIVE(map_key_set)
{
    return view_of(f, self, VIEW_KEYS, out);
}

NATIVE(map_values)
{
    return view_of(f, self, VIEW_VALUES, out);
}

NATIVE(map_entry_set)
{
    return view_of(f, self, VIEW_ENTRIES, out);
}

NATIVE(map_equals)
{
    return give(out, value_bool(value_equals(f, self, argv[0])));
}

NATIVE(map_hash_code)
{
    return give(out, value_int((int32_t)value_hash(self)));
}

NATIVE(map_to_string)
{
    return value_java_string(f, self, out);
}

NATIVE(map_plus)
{
    return value_is_map(argv[0]) ? value_arith(f, TOK_PLUS, self, argv[0], out) : CALL_NONE;
}

NATIVE(map_minus)
{
    return value_is_map(argv[0]) ? value_arith(f, TOK_MINUS, self, argv[0], out) : CALL_NONE;
}

NATIVE(map_left_shift)
{
    return value_arith(f, TOK_SHL, self, argv[0], out);
}

/* subMap(keys) skips those that are not there; subMap(keys, default) fills them in. */
NATIVE(map_sub_map)
{
    _cleanup_(value_release_ptr) struct value keys = NULL_VALUE;
    struct value found;
    enum call_status status = collection_to_list(f, argv[0], &keys);
    if (status == CALL_NONE) { /* subMap(key...) */
        keys = list_new(fiber_vm(f), (size_t)argc);
        for (int i = 0; i < argc; i++)
            list_push(AS_LIST(keys), argv[i]);
        argc = 1;
    } else if (status != CALL_OK) {
        return status;
    }
    *out = map_new(fiber_vm(f));
    for (size_t i = 0; i < AS_LIST(keys)->len; i++) {
        if (map_get(AS_MAP(self), AS_LIST(keys)->items[i], &found))
            map_set(AS_MAP(*out), AS_LIST(keys)->items[i], found);
        else if (argc > 1)
            map_set(AS_MAP(*out), AS_LIST(keys)->items[i], argv[1]);
    }
    return CALL_OK;
}

NATIVE(map_immutable)
{
    *out = map_copy(fiber_vm(f), AS_MAP(self));
    AS_MAP(*out)->immutable = true;
    return CALL_OK;
}

/* The same map with a default from now on; Groovy wraps it. */
NATIVE(map_with_default)
{
    struct map *m = AS_MAP(self);
    if (!value_is(argv[0], OBJ_CLOSURE))
        return CALL_NONE;
    value_release(m->default_fn);
    m->default_fn = value_retain(argv[0]);
    return give(out, value_retain(self));
}

NATIVE(map_clone)
{
    return give(out, map_copy(fiber_vm(f), AS_MAP(self)));
}

NATIVE(map_self)
{
    return give(out, value_retain(self));
}

/* firstKey(), lastKey(), first() of sorted ones. */
static enum call_status edge_key(struct fiber *f, struct value self, bool last, struct value *out)
{
    struct map_slot *slot;
    if (!AS_MAP(self)->len)
        return vm_throw(f, "NoSuchElementException", NULL);
    *out = NULL_VALUE;
    for (size_t i = 0; map_next(AS_MAP(self), &i, &slot);) {
        *out = slot->key;
        if (!last)
            break;
    }
    value_retain(*out);
    return CALL_OK;
}

NATIVE(map_first_key)
{
    return edge_key(f, self, false, out);
}

NATIVE(map_last_key)
{
    return edge_key(f, self, true, out);
}

/* Properties */
NATIVE(properties_get)
{
    struct value found;
    bool has = map_get(AS_MAP(self), argv[0], &found);
    return give(out, has ? value_retain(found) : argc > 1 ? value_retain(argv[1]) : NULL_VALUE);
}

/* ---- sets */

NATIVE(set_add)
{
    MUTABLE_MAP(m);
    if (m->view)
        return vm_throw(f, "UnsupportedOperationException", NULL);
    struct value found;
    bool has = map_get(m, argv[0], &found);
    if (!has)
        map_set(m, argv[0], NULL_VALUE);
    return give(out, value_bool(!has));
}

NATIVE(set_remove)
{
    MUTABLE_MAP(m);
    return give(out, value_bool(map_remove(m, argv[0], NULL)));
}

NATIVE(set_add_all)
{
    MUTABLE_MAP(m);
    if (m->view)
        return vm_throw(f, "UnsupportedOperationException", NULL);
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    enum call_status status = collection_to_list(f, argv[0], &list);
    uint32_t before = m->len;
    for (size_t i = 0; status == CALL_OK && i < AS_LIST(list)->len; i++)
        map_set(m, AS_LIST(list)->items[i], NULL_VALUE);
    return status == CALL_OK ? give(out, value_bool(m->len != before)) : status;
}

static enum call_status set_filter(struct fiber *f, struct value self, struct value other, bool keep,
                                   struct value *out)
{
    MUTABLE_MAP(m);
    _cleanup_(value_release_ptr) struct value asked = NULL_VALUE, mine = NULL_VALUE;
    enum call_status status =
        value_is_set(other) ? give(&asked, value_retain(other)) : collection_to_list(f, other, &asked);
    if (status != CALL_OK || (status = collection_to_list(f, self, &mine)) != CALL_OK)
        return status;
    uint32_t before = m->len;
    for (size_t i = 0; i < AS_LIST(mine)->len; i++) {
        if (collection_holds(f, asked, AS_LIST(mine)->items[i]) != keep)
            map_remove(m, AS_LIST(mine)->items[i], NULL);
    }
    return give(out, value_bool(m->len != before));
}

NATIVE(set_remove_all)
{
    return set_filter(f, self, argv[0], false, out);
}

NATIVE(set_retain_all)
{
    return set_filter(f, self, argv[0], true, out);
}

/* ---- entries */

NATIVE(entry_key)
{
    return give(out, value_retain(((struct entry *)self.u.o)->key));
}

NATIVE(entry_value)
{
    return give(out, value_retain(((struct entry *)self.u.o)->value));
}

NATIVE(entry_set_value)
{
    struct entry *e = (struct entry *)self.u.o;
    *out = e->value;
    e->value = value_retain(argv[0]);
    if (e->map)
        map_set(e->map, e->key, argv[0]);
    return CALL_OK;
}

NATIVE(entry_construct)
{
    return give(out, entry_new(fiber_vm(f), argv[0], argv[1], NULL));
}

static const struct native_class classes[] = {
    {.name = "java.util.concurrent.ConcurrentMap", .interface = true, .interfaces = "Map"},
    {.name = "java.util.concurrent.ConcurrentHashMap", .interfaces = "ConcurrentMap,Serializable"},
    {.name = "java.util.EnumMap", .super = "TreeMap"},
    {.name = "java.util.EnumSet", .super = "TreeSet"},
    {.name = "java.util.Hashtable", .interfaces = "Map,Serializable"},
    {.name = "java.util.Properties", .super = "Hashtable"},
    {.name = "java.util.AbstractMap$SimpleEntry", .interfaces = "Entry"},
};

#define MAP_ROW(name, min, max, fn)                                                                          \
    {                                                                                                        \
        "Map", name, min, max, 0, fn                                                                         \
    }
#define SET_ROW(name, min, max, fn)                                                                          \
    {                                                                                                        \
        "Set", name, min, max, 0, fn                                                                         \
    }
static const struct native_method methods[] = {
    {"HashMap", "<init>", 0, 2, 0, hash_map_new},
    {"LinkedHashMap", "<init>", 0, 3, 0, linked_map_new},
    {"TreeMap", "<init>", 0, 1, 0, tree_map_new},
    {"ConcurrentHashMap", "<init>", 0, 3, 0, concurrent_map_new},
    {"EnumMap", "<init>", 1, 1, 0, enum_map_new},
    {"Hashtable", "<init>", 0, 2, 0, hashtable_new},
    {"Properties", "<init>", 0, 1, 0, properties_new},
    {"HashSet", "<init>", 0, 2, 0, hash_set_new},
    {"LinkedHashSet", "<init>", 0, 2, 0, linked_set_new},
    {"TreeSet", "<init>", 0, 1, 0, tree_set_new},
    MAP_ROW("size", 0, 0, map_size),
    MAP_ROW("isEmpty", 0, 0, map_is_empty),
    MAP_ROW("containsKey", 1, 1, map_contains_key),
    MAP_ROW("containsValue", 1, 1, map_contains_value),
    MAP_ROW("get", 1, 2, map_get_method),
    MAP_ROW("getAt", 1, 1, map_get_at),
    MAP_ROW("getOrDefault", 2, 2, map_get_or_default),
    MAP_ROW("put", 2, 2, map_put),
    MAP_ROW("putAt", 2, 2, map_put_at),
    MAP_ROW("putIfAbsent", 2, 2, map_put_if_absent),
    MAP_ROW("replace", 2, 3, map_replace),
    MAP_ROW("putAll", 1, 1, map_put_all),
    MAP_ROW("remove", 1, 2, map_remove_method),
    MAP_ROW("clear", 0, 0, map_clear_method),
    MAP_ROW("keySet", 0, 0, map_key_set),
    MAP_ROW("values", 0, 0, map_values),
    MAP_ROW("entrySet", 0, 0, map_entry_set),
    MAP_ROW("equals", 1, 1, map_equals),
    MAP_ROW("hashCode", 0, 0, map_hash_code),
    MAP_ROW("toString", 0, 0, map_to_string),
    MAP_ROW("toMapString", 0, 0, map_to_string),
    MAP_ROW("plus", 1, 1, map_plus),
    MAP_ROW("minus", 1, 1, map_minus),
    MAP_ROW("leftShift", 1, 1, map_left_shift),
    MAP_ROW("subMap", 1, -1, map_sub_map),
    MAP_ROW("asImmutable", 0, 0, map_immutable),
    MAP_ROW("asSynchronized", 0, 0, map_self),
    MAP_ROW("withDefault", 1, 1, map_with_default),
    MAP_ROW("clone", 0, 0, map_clone),
    {"SortedMap", "firstKey", 0, 0, 0, map_first_key},
    {"SortedMap", "lastKey", 0, 0, 0, map_last_key},
    {"Properties", "getProperty", 1, 2, 0, properties_get},
    {"Properties", "setProperty", 2, 2, 0, map_put},
    {"Properties", "stringPropertyNames", 0, 0, 0, map_key_set},
    {"Properties", "propertyNames", 0, 0, 0, map_key_set},
    SET_ROW("add", 1, 1, set_add),
    SET_ROW("remove", 1, 1, set_remove),
    SET_ROW("addAll", 1, 1, set_add_all),
    SET_ROW("removeAll", 1, 1, set_remove_all),
    SET_ROW("retainAll", 1, 1, set_retain_all),
    SET_ROW("clear", 0, 0, map_clear_method),
    SET_ROW("asImmutable", 0, 0, map_immutable),
    SET_ROW("asSynchronized", 0, 0, map_self),
    SET_ROW("clone", 0, 0, map_clone),
    {"Entry", "getKey", 0, 0, 0, entry_key},
    {"Entry", "getValue", 0, 0, 0, entry_value},
    {"Entry", "setValue", 1, 1, 0, entry_set_value},
    {"Entry", "equals", 1, 1, 0, map_equals},
    {"Entry", "hashCode", 0, 0, 0, map_hash_code},
    {"Entry", "toString", 0, 0, 0, map_to_string},
    {"SimpleEntry", "<init>", 2, 2, 0, entry_construct},
};

LIB_TABLE(map_table, classes, methods);
