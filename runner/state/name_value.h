/* Pairs of texts, as environments and parameter files have them. */
#ifndef RUNNER_STATE_NAME_VALUE_H
#define RUNNER_STATE_NAME_VALUE_H

#include "base/error.h"
#include <stddef.h>

/* Both owned by who made the list (name_values_free), or by an arena. */
struct name_value {
    char *name, *value;
};

/* YAML or JSON map of scalars (lists are refused), in order. Texts as written; null is the empty text. */
int params_file_load(const char *file, struct name_value **items, size_t *len, struct error *err);
void name_values_free(struct name_value *items, size_t len);

#endif
