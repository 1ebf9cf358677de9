/* Maps and sets: slots in insertion order and, from a few entries on, a hash index over them. A TreeMap
 * or TreeSet keeps its slots sorted instead and has no index. */
#include "runner/lang/fiber.h"
#include "runner/lang/view.h"
#include "runner/lib/number.h"
#include <string.h>

enum { INDEX_FROM = 8 };
#define INDEX_EMPTY UINT32_MAX

/* By the root class of the library: a script's subclass of HashMap iterates like one. */
static bool is_hashed(const struct class *c)
{
    while (c->super && c->flags & CLASSF_SOURCE)
        c = c->super;
    return strcmp(c->simple->data, "HashMap") == 0 || strcmp(c->simple->data, "HashSet") == 0;
}

struct value map_new_with(struct vm *vm, struct class *class)
{
    struct map *m = xcalloc(1, sizeof(*m));
    container_link(vm, &m->head, OBJ_MAP);
    m->class = class;
    m->head.head.flags =
        class_is(class, vm->core[CORE_SORTEDMAP]) || class_is(class, vm->core[CORE_SORTEDSET]) ? MAP_SORTED
        : is_hashed(class)                                                                     ? MAP_HASHED
                                                                                               : 0;
    return value_object(m);
}

struct value map_new(struct vm *vm)
{
    struct map *m = xcalloc(1, sizeof(*m));
    container_link(vm, &m->head, OBJ_MAP);
    m->class = vm->core[CORE_LINKEDHASHMAP];
    return value_object(m);
}

struct value set_new(struct vm *vm)
{
    return map_new_with(vm, vm->core[CORE_LINKEDHASHSET]);
}

struct value map_new_of(struct vm *vm, const char *class_name)
{
    return map_new_with(vm, class_mention(vm, class_name));
}

static uint32_t key_hash(struct value key)
{
    if (value_is(key, OBJ_STRING))
        return AS_STRING(key)->hash;
    uint32_t h = value_hash(key) * 0x9e3779b1u;
    return h ^ h >> 15;
}

/* Texts are compared here, without a call: nearly all keys are texts. GStrings are no texts as keys, in
 * Groovy too. */
static bool same_key(const struct map_slot *slot, struct value key, uint32_t hash)
{
    if (slot->hash != hash || slot->key.tag == MAP_DELETED)
        return false;
    if (value_is(key, OBJ_STRING)) {
        if (!value_is(slot->key, OBJ_STRING))
            return false;
        const struct string *a = AS_STRING(slot->key), *b = AS_STRING(key);
        return a == b || (a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
    }
    return value_key_equals(key, slot->key);
}

/* On an exception the order is 0, which ends the search at that place; map_set() looks at `throwing` then. */
static int order_by_comparator(const struct map *m, struct fiber *f, struct value a, struct value b)
{
    struct value pair[] = {a, b}, result = NULL_VALUE;
    enum call_status status = value_is(m->comparator, OBJ_CLOSURE)
                                  ? vm_call_sync(f, m->comparator, 2, pair, &result)
                                  : vm_invoke_sync(f, m->comparator, "compare", 2, pair, &result);
    int order = status == CALL_OK && value_is_number(result) ? number_compare(result, value_int(0)) : 0;
    value_release(result);
    return order;
}

/* Order of the keys of a TreeMap. What a comparator or a compareTo() throws stays pending on the running
 * fiber. */
static int key_order(const struct map *m, struct value a, struct value b)
{
    struct fiber *f = m->class->vm->running;
    if (f && !value_is_null(m->comparator))
        return order_by_comparator(m, f, a, b);
    if (value_is(a, OBJ_STRING) && value_is(b, OBJ_STRING)) {
        const struct string *s = AS_STRING(a), *t = AS_STRING(b);
        int c = memcmp(s->data, t->data, s->len < t->len ? s->len : t->len);
        return c ? c : (s->len > t->len) - (s->len < t->len);
    }
    if (value_is_number(a) && value_is_number(b))
        return number_compare(a, b);
    int order = 0;
    if (f && value_compare(f, a, b, &order) == CALL_OK)
        return order;
    return value_key_equals(a, b) ? 0 : 1;
}

/* Place of the key, or -1; *at is where it belongs. A comparator that changes the map finds nothing. */
static int64_t sorted_find(const struct map *m, struct value key, uint32_t *at)
{
    uint32_t low = 0, high = m->used, version = m->version;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        int c = key_order(m, key, m->slots[mid].key);
        if (m->version != version)
            break;
        if (c == 0)
            return mid;
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    *at = low < m->used ? low : m->used;
    return -1;
}

static int64_t hash_find(const struct map *m, struct value key, uint32_t hash)
{
    uint32_t version = m->version; /* an equals() of the script may change the map: then nothing is found */
    if (!m->index) {
        for (uint32_t i = 0; i < m->used && m->version == version; i++)
            if (same_key(&m->slots[i], key, hash))
                return m->version == version ? (int64_t)i : -1;
        return -1;
    }
    for (uint32_t i = hash; m->version == version; i++) {
        uint32_t at = m->index[i & (m->index_cap - 1)];
        if (at == INDEX_EMPTY)
            return -1;
        if (same_key(&m->slots[at], key, hash))
            return m->version == version ? (int64_t)at : -1;
    }
    return -1;
}

/* Ends, since the index is at least twice as large as the slots are many. */
static void index_put(struct map *m, uint32_t slot)
{
    uint32_t i = m->slots[slot].hash;
    while (m->index[i & (m->index_cap - 1)] != INDEX_EMPTY)
        i++;
    m->index[i & (m->index_cap - 1)] = slot;
}

/* Squeezes out deleted slots and makes an index that fits. */
static void rebuild(struct map *m)
{
    uint32_t to = 0;
    for (uint32_t i = 0; i < m->used; i++)
        if (m->slots[i].key.tag != MAP_DELETED)
            m->slots[to++] = m->slots[i];
    m->used = to;
    if (m->used * 4 >= m->cap * 3) {
        m->cap = m->cap ? m->cap * 2 : 4;
        vm_allocated(m->class->vm, m->cap * sizeof(*m->slots));
        m->slots = xrealloc(m->slots, m->cap * sizeof(*m->slots));
    }
    if (m->cap <= INDEX_FROM || m->head.head.flags & MAP_SORTED)
        return;
    m->index_cap = m->cap * 2;
    free(m->index);
    m->index = xmalloc(m->index_cap * sizeof(*m->index));
    memset(m->index, 0xff, m->index_cap * sizeof(*m->index));
    for (uint32_t i = 0; i < m->used; i++)
        index_put(m, i);
}

bool map_get(const struct map *m, struct value key, struct value *out)
{
    uint32_t at;
    int64_t i = m->head.head.flags & MAP_SORTED ? sorted_find(m, key, &at) : hash_find(m, key, key_hash(key));
    if (i < 0)
        return false;
    *out = m->slots[i].value;
    return true;
}

static void replace(struct map_slot *slot, struct value v)
{
    struct value old = slot->value;
    slot->value = value_retain(v);
    value_release(old);
}

/* Two searches in a TreeMap cost a comparator twice; here the place comes out of the one that looked for
 * the key. */
void map_set(struct map *m, struct value key, struct value v)
{
    bool sorted = m->head.head.flags & MAP_SORTED;
    uint32_t hash = sorted ? 0 : key_hash(key), at = 0;
    int64_t i = sorted ? sorted_find(m, key, &at) : hash_find(m, key, hash);
    if (i >= 0) {
        replace(&m->slots[i], v);
        if (UNLIKELY(m->views))
            views_changed(m);
        return;
    }
    if (key.tag == VAL_OBJECT && m->class->vm->running && m->class->vm->running->throwing)
        return; /* the key could not be compared */
    if (m->used == m->cap)
        rebuild(m);
    if (!sorted)
        at = m->used;
    memmove(m->slots + at + 1, m->slots + at, (m->used - at) * sizeof(*m->slots));
    m->slots[at] = (struct map_slot){value_retain(key), value_retain(v), hash};
    m->used++;
    m->len++;
    m->version++;
    if (m->head.head.flags & MAP_HASHED)
        m->head.head.flags |= MAP_UNORDERED;
    if (m->index)
        index_put(m, at);
    if (UNLIKELY(m->views))
        views_added(m, &m->slots[at], at + 1 == m->used);
}

/* A hole is left, found by its tag: the index keeps pointing at it, as probing must not stop there.
 * rebuild() squeezes holes out when the slots are used up, so a map used as a queue stays linear over all. */
bool map_remove(struct map *m, struct value key, struct value *out)
{
    if (UNLIKELY(m->view)) {
        if (out)
            *out = NULL_VALUE;
        return view_remove_key(m->view, key);
    }
    bool sorted = m->head.head.flags & MAP_SORTED;
    uint32_t at = 0;
    int64_t i = sorted ? sorted_find(m, key, &at) : hash_find(m, key, key_hash(key));
    if (i < 0)
        return false;
    struct map_slot old = m->slots[i];
    if (sorted) {
        m->used--;
        memmove(m->slots + i, m->slots + i + 1, (m->used - (size_t)i) * sizeof(*m->slots));
    } else {
        m->slots[i] = (struct map_slot){.key = {.tag = MAP_DELETED}, .hash = old.hash};
    }
    m->len--;
    m->version++;
    if (out)
        *out = old.value;
    else
        value_release(old.value);
    value_release(old.key);
    if (UNLIKELY(m->views))
        views_changed(m);
    return true;
}

void map_clear(struct map *m)
{
    if (UNLIKELY(m->view) && !m->view->filling) {
        view_clear(m->view);
        return;
    }
    struct map_slot *slots = m->slots;
    uint32_t n = m->used;
    free(m->index);
    m->slots = NULL;
    m->index = NULL;
    m->len = m->used = m->cap = m->index_cap = 0;
    m->version++;
    for (uint32_t i = 0; i < n; i++) {
        value_release(slots[i].key);
        value_release(slots[i].value);
    }
    free(slots);
    if (UNLIKELY(m->views))
        views_changed(m);
}

bool map_get_str(const struct map *m, const char *key, struct value *out)
{
    struct value k = string_from(key);
    bool found = map_get(m, k, out);
    value_release(k);
    return found;
}

void map_set_str(struct map *m, const char *key, struct value v)
{
    struct value k = string_from(key);
    map_set(m, k, v);
    value_release(k);
}

struct bucketed {
    uint32_t bucket, place;
};

static int by_bucket(const void *a, const void *b)
{
    const struct bucketed *x = a, *y = b;
    if (x->bucket != y->bucket)
        return x->bucket < y->bucket ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Into the order that Java's HashMap of this size goes through: by bucket, then by age. */
static void order_by_bucket(struct map *m)
{
    uint32_t buckets = m->head.head.aux ? m->head.head.aux : 16;
    m->head.head.flags &= (uint8_t)~MAP_UNORDERED;
    while (m->len > buckets * 3 / 4)
        buckets *= 2;
    struct bucketed *order = xmalloc((m->used + 1) * sizeof(*order));
    struct map_slot *slots = xmalloc((m->cap + 1) * sizeof(*slots));
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->used; i++) {
        uint32_t hash = m->slots[i].key.tag == MAP_DELETED ? 0 : value_hash(m->slots[i].key);
        if (m->slots[i].key.tag != MAP_DELETED)
            order[n++] = (struct bucketed){(hash ^ hash >> 16) & (buckets - 1), i};
    }
    qsort(order, n, sizeof(*order), by_bucket);
    for (uint32_t i = 0; i < n; i++)
        slots[i] = m->slots[order[i].place];
    free(m->slots);
    m->slots = slots;
    free(order);
    m->used = n;
    if (m->index) {
        memset(m->index, 0xff, m->index_cap * sizeof(*m->index));
        for (uint32_t i = 0; i < n; i++)
            index_put(m, i);
    }
}

bool map_next(const struct map *m, size_t *i, struct map_slot **slot)
{
    if (UNLIKELY(m->head.head.flags & MAP_UNORDERED) && *i == 0)
        order_by_bucket((struct map *)m);
    while (*i < m->used) {
        *slot = &m->slots[(*i)++];
        if ((*slot)->key.tag != MAP_DELETED)
            return true;
    }
    return false;
}
