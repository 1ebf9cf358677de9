/* A YAML file as a tree with places: what configuration readers walk. Scalars stay text; the plain ones are
 * typed on demand by the core schema. Guards against hostile input: bytes, depth, and the size of the tree as
 * it would be with every alias written out. Aliases are shared nodes, merge keys (<<) are applied, duplicate
 * keys refused. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/error.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum yaml_kind { YAML_NULL, YAML_TEXT, YAML_LIST, YAML_MAP }; /* NULL: plain ~, null or nothing */
enum { YAML_MAX_BYTES = 8 << 20, YAML_MAX_DEPTH = 64, YAML_MAX_WEIGHT = 1000000 };

struct yaml_node;
struct yaml_pair {
    const char *key;
    int line, col; /* of the key */
    struct yaml_node *value;
};
struct yaml_node {
    enum yaml_kind kind;
    bool plain;               /* a scalar without quotes */
    bool flow;                /* a list or map in brackets */
    int line, col;            /* from 1 */
    const char *text;         /* scalar, NUL-terminated */
    size_t len;               /* bytes of text, items of a list, pairs of a map */
    struct yaml_node **items; /* of a list */
    struct yaml_pair *pairs;  /* of a map, in the order of the file, merged ones behind */
    size_t weight;            /* nodes below, aliases written out */
};
struct yaml_doc {
    struct arena arena;
    const char *file; /* as messages show it */
    char *text;       /* the whole file, owned */
    size_t len;
    struct yaml_node *root;   /* NULL: an empty file */
    struct yaml_node **roots; /* yaml_parse_all: of every document that is not empty */
    size_t n_roots;
};

/* One document; a second one is refused. doc must be zeroed and is valid for yaml_release() in both cases. */
int yaml_load(struct yaml_doc *doc, const char *file, struct error *err);
/* As yaml_load, of text that is copied. */
int yaml_parse(struct yaml_doc *doc, const char *file, const char *text, size_t len, struct error *err);
/* As yaml_parse, of any number of documents: fills roots. */
int yaml_parse_all(struct yaml_doc *doc, const char *file, const char *text, size_t len, struct error *err);
/* The same as yaml_load of an open file; `file` is for messages. */
int yaml_load_fd(struct yaml_doc *doc, int fd, const char *file, struct error *err);
void yaml_release(struct yaml_doc *doc);
/* As yaml_release, after overwriting every scalar and the text. */
void yaml_wipe(struct yaml_doc *doc);

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key); /* NULL when absent or no map */
bool yaml_bool(const struct yaml_node *n, bool *out); /* plain true/false (also yes/no/on/off), any case */
bool yaml_integer(const struct yaml_node *n, long long *out);
json_t *yaml_to_json(const struct yaml_node *n);       /* new reference; NULL node gives JSON null */
const char *yaml_kind_name(const struct yaml_node *n); /* "a text", "a list", … for messages */
/* error_at() with the node's place. */
int yaml_error(struct error *err, const struct yaml_doc *doc, const struct yaml_node *n, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
