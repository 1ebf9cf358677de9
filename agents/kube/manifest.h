/* Objects of manifests with their places. `kind: List` is taken apart. */
#ifndef AGENTS_KUBE_MANIFEST_H
#define AGENTS_KUBE_MANIFEST_H

#include "base/util.h"
#include <jansson.h>

struct error;
struct kube_object {
    json_t *json; /* owned: has apiVersion, kind, and metadata with a name or generateName */
    char *file;   /* owned */
    int line;     /* of its document */
};
/* Zeroed = empty. */
typedef VEC(struct kube_object) kube_objects;

/* Appends the objects of a YAML or JSON text. Errors have file and line; then nothing is appended. */
int kube_manifest_parse(kube_objects *out, const char *file, const char *text, size_t len, struct error *err);
void kube_objects_release(kube_objects *v);

#endif
