/* Back to a former revision: of what was just applied, to the pod template it had before; of a workload, to a
 * revision that its ReplicaSets or ControllerRevisions keep [kubectl: polymorphichelpers/rollback.go]. */
#ifndef EXECUTORS_KUBE_REVERT_H
#define EXECUTORS_KUBE_REVERT_H

#include "executors/kube/apply.h"

struct revert_callbacks {
    void (*line)(void *data, const char *text);        /* "Rolled back Deployment shop/web …" */
    void (*done)(void *data, const struct error *err); /* once, never from within the start */
};

struct revert;
/* The Deployments, StatefulSets and DaemonSets among the items (with `before`) that the apply changed. The
 * items are read during the call only. */
struct revert *revert_applied(struct kube *k, const struct apply_item *items, size_t n,
                              const struct revert_callbacks *cb, void *data);
/* One workload as the server has it; revision 0: the one before the present. */
struct revert *revert_workload(struct kube *k, const json_t *workload, int64_t revision,
                               const struct revert_callbacks *cb, void *data);
void revert_free(struct revert *u); /* also from within done(); NULL is fine */

#endif
