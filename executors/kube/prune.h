/* What manifests no longer have: objects that carry a label, were applied by this program, and are not among
 * those just applied. Only in the namespaces of the applied objects, never Namespaces and claims on data. */
#ifndef EXECUTORS_KUBE_PRUNE_H
#define EXECUTORS_KUBE_PRUNE_H

#include "executors/kube/apply.h"

struct prune_callbacks {
    void (*line)(void *data, const char *text);        /* "Pruned Service shop/old" */
    void (*done)(void *data, const struct error *err); /* once, never from within prune_start() */
};

struct prune;
/* items are borrowed until the end. */
struct prune *prune_start(struct kube *k, const struct apply_item *items, size_t n, const char *selector,
                          bool dry_run, const struct prune_callbacks *cb, void *data);
void prune_free(struct prune *p); /* also from within done(); NULL is fine */

#endif
