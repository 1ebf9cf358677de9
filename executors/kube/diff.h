/* What a change would do to an object, a line for each value that differs, by its path:
 *
 *     - spec.replicas: 2
 *     + spec.replicas: 3
 *     + spec.template.spec.containers[web].env[MODE].value: "fast"
 *
 * Items of lists that have a name are compared by it. What the server keeps for itself (status,
 * managedFields, resourceVersion …) is left out, and values of Secrets are not shown. */
#ifndef EXECUTORS_KUBE_DIFF_H
#define EXECUTORS_KUBE_DIFF_H

#include "base/buf.h"
#include <jansson.h>
#include <stddef.h>

/* before NULL: it is new; after NULL: it goes. Appends lines; returns how many. */
size_t diff_objects(const json_t *before, const json_t *after, struct buf *out);

#endif
