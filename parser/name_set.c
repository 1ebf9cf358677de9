/* A set of borrowed names: open addressing, at most half full, never shrinking. Names are not copied; they
 * lie in the tree or in the model's arena, which outlive every set. */
#include "parser/name_set.h"
#include "base/util.h"
#include <string.h>

static size_t hash(const char *name, size_t len)
{
    size_t h = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)name[i]) * 1099511628211u;
    return h ^ h >> 29;
}

static struct name_slot *find(const struct name_set *set, const char *name, size_t len)
{
    size_t i = hash(name, len) & (set->cap - 1);
    while (set->slots[i].name && (set->slots[i].len != len || memcmp(set->slots[i].name, name, len) != 0))
        i = (i + 1) & (set->cap - 1);
    return &set->slots[i];
}

static void grow(struct name_set *set)
{
    struct name_set old = *set;
    set->cap = old.cap ? old.cap * 2 : 64;
    set->slots = xcalloc(set->cap, sizeof(*set->slots));
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].name)
            *find(set, old.slots[i].name, old.slots[i].len) = old.slots[i];
    free(old.slots);
}

bool name_set_add(struct name_set *set, const char *name, size_t len)
{
    if (set->count * 2 >= set->cap)
        grow(set);
    struct name_slot *slot = find(set, name, len);
    if (slot->name)
        return false;
    *slot = (struct name_slot){name, len};
    set->count++;
    return true;
}

bool name_set_has(const struct name_set *set, const char *name, size_t len)
{
    return set->cap && find(set, name, len)->name;
}

void name_set_release(struct name_set *set)
{
    free(set->slots);
    *set = (struct name_set){0};
}
