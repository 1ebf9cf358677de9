/* YAML documents as JSON, the way Kubernetes reads manifests: plain scalars by YAML 1.1, as in go-yaml 2
 * (yes/no/on/off, octal 0644, 0x1f, 1_000), keys always texts, timestamps texts. Keys are kept as they are
 * written: kubectl turns `on:` into "true:". The limits are those of base/yaml.h. */
#ifndef BASE_YAML_JSON_H
#define BASE_YAML_JSON_H

#include "base/util.h"
#include "base/yaml.h"

struct yaml_object {
    json_t *json; /* owned; any kind of value but null */
    int line;     /* of its first key or item, from 1 */
};
/* Zeroed = empty. */
typedef VEC(struct yaml_object) yaml_objects;

/* Appends every document that is not empty. `file` is for messages; errors have its line and column. Nothing
 * is appended on failure. */
int yaml_json_parse(yaml_objects *out, const char *file, const char *text, size_t len, struct error *err);
void yaml_objects_release(yaml_objects *v);
/* One node; new reference. NULL and err for what JSON cannot hold (.inf, .nan). */
json_t *yaml_json(const struct yaml_doc *doc, const struct yaml_node *n, struct error *err);

#endif
