/* Open addressing over pointers: names are interned, so that one multiplication is the whole hash. */
#include "runner/lang/ptrmap.h"
#include "base/util.h"

static struct ptr_slot *find(const struct ptr_map *m, const void *key)
{
    uint32_t i = (uint32_t)(((uintptr_t)key >> 4) * 0x9e3779b97f4a7c15ull >> 32);
    for (;; i++) {
        struct ptr_slot *slot = &m->slots[i & (m->cap - 1)];
        if (slot->key == key || !slot->key)
            return slot;
    }
}

void *ptr_map_get(const struct ptr_map *m, const void *key)
{
    return m->cap ? find(m, key)->value : NULL;
}

static void grow(struct ptr_map *m)
{
    struct ptr_map bigger = {.cap = m->cap ? m->cap * 2 : 8, .len = m->len};
    bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
    for (uint32_t i = 0; i < m->cap; i++)
        if (m->slots[i].key)
            *find(&bigger, m->slots[i].key) = m->slots[i];
    free(m->slots);
    *m = bigger;
}

void ptr_map_set(struct ptr_map *m, const void *key, void *value)
{
    if (m->len * 4 >= m->cap * 3)
        grow(m);
    struct ptr_slot *slot = find(m, key);
    if (!slot->key)
        m->len++;
    *slot = (struct ptr_slot){key, value};
}

void ptr_map_release(struct ptr_map *m)
{
    free(m->slots);
    *m = (struct ptr_map){0};
}
