/* Fills structs from YAML maps by tables: a row is a key, the type of its value and the field it goes to. One
 * place thereby knows how an unknown key, a wrong type or a missing key is reported. All memory is the
 * arena's. */
#ifndef RUNNER_STATE_SCHEMA_H
#define RUNNER_STATE_SCHEMA_H

#include "base/yaml.h"

enum field_type {
    FIELD_TEXT,   /* char *; null and absent give NULL */
    FIELD_PATH,   /* char *, made absolute: relative to the folder of the file */
    FIELD_BASE64, /* char * and, at offset_len, size_t */
    FIELD_BYTES,  /* char * and, at offset_len, size_t */
    FIELD_COUNT,  /* int, 1 … 100000; 0 only where the row says `zero` */
    FIELD_BOOL,   /* bool */
    FIELD_TEXTS,  /* char ** and, at offset_len, size_t: a list of texts, or a text split at blanks */
    FIELD_ENV,    /* struct name_value * and size_t: a map of texts, or a list of NAME=VALUE */
    FIELD_LIST,   /* struct array and size_t: a list of maps, by `sub` */
    FIELD_MAP,    /* fields of `sub` inside the same struct */
    FIELD_CUSTOM, /* read_fn only */
};

struct schema;
struct fill { /* where a reader stands */
    const struct yaml_doc *doc;
    struct arena *arena;
    const char *dir; /* folder of the file */
    struct error *err;
};
struct field {
    const char *key;
    enum field_type type;
    size_t offset, offset_len;
    /* zero: FIELD_COUNT takes 0, too */
    bool required, zero;
    const struct schema *sub;
    int (*read_fn)(struct fill *f, void *object, const struct yaml_node *value);
};
struct schema {
    const char *what; /* "an agent": for messages */
    size_t size;      /* of the struct */
    const struct field *fields;
    size_t n_fields;
    /* A key that no row has: 1 taken, 0 unknown, -1 error. NULL: none. Keys it knows, for suggestions, are in
     * `more`. */
    int (*other)(struct fill *f, void *object, const struct yaml_pair *pair);
    const char *const *more;
    int (*check)(struct fill *f, void *object, const struct yaml_node *map); /* after all fields, or NULL */
};

int schema_fill(struct fill *f, const struct schema *s, void *object, const struct yaml_node *map);
/* A FIELD_LIST on its own. */
int schema_list(struct fill *f, const struct schema *s, const struct yaml_node *list, void **items,
                size_t *n);
int schema_text(struct fill *f, const char *key, const struct yaml_node *value, char **out);
/* The error about a key that no row has, with the nearest known one; `also`: further known names. */
int schema_unknown(struct fill *f, const struct schema *s, const struct yaml_pair *pair,
                   const char *const *also, size_t n);

#endif
