/* A set of names (byte strings, borrowed): linear work where a file has thousands of stages or methods. */
#ifndef PARSER_NAME_SET_H
#define PARSER_NAME_SET_H

#include <stdbool.h>
#include <stddef.h>

struct name_slot {
    const char *name;
    size_t len;
};

struct name_set { /* zeroed is empty */
    struct name_slot *slots;
    size_t count, cap;
};

bool name_set_add(struct name_set *set, const char *name, size_t len); /* false: it was there */
bool name_set_has(const struct name_set *set, const char *name, size_t len);
void name_set_release(struct name_set *set);

#endif
