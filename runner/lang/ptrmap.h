/* A hash from pointers (interned names mostly) to pointers. Zeroed is empty; keys are never removed. */
#ifndef RUNNER_LANG_PTRMAP_H
#define RUNNER_LANG_PTRMAP_H

#include <stddef.h>
#include <stdint.h>

struct ptr_slot {
    const void *key;
    void *value;
};

struct ptr_map {
    struct ptr_slot *slots;
    uint32_t cap, len; /* cap is a power of two */
};

void *ptr_map_get(const struct ptr_map *m, const void *key); /* NULL if absent */
void ptr_map_set(struct ptr_map *m, const void *key, void *value);
void ptr_map_release(struct ptr_map *m);

#endif
