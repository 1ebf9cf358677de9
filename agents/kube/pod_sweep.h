/* Removes the pods that a build left in a namespace, found by the labels that pod_spec.c gives them. For
 * `gmrun gc` and the next start. */
#ifndef AGENTS_KUBE_POD_SWEEP_H
#define AGENTS_KUBE_POD_SWEEP_H

#include "agents/kube/client.h"

struct pod_sweep_options { /* borrowed for the call */
    const char *home, *build, *space;
    bool dry_run;
};
struct pod_sweep_callbacks {
    void (*found)(void *data, const char *name); /* before it is removed */
    /* Once, never from within the start. err: the first that could not be removed, or no answer. Then the
     * sweep is freed. */
    void (*done)(void *data, const struct error *err);
};
struct pod_sweep;
struct pod_sweep *pod_sweep_start(struct kube *k, const struct pod_sweep_options *o,
                                  const struct pod_sweep_callbacks *cb, void *data);
/* Before done(), once its client has been freed: nothing more comes of it. */
void pod_sweep_free(struct pod_sweep *s);

#endif
