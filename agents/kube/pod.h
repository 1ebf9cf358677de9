/* The life of one pod: made, watched until its containers run, watched on until it ends or is lost, deleted.
 *
 * What will not get better ends the wait early, with the reason: an image that cannot be pulled, a container
 * that ended, a pod that no node takes. The messages are those of [kubernetes-plugin: KubernetesLauncher,
 * TaskListenerEventWatcher, Reaper]. */
#ifndef AGENTS_KUBE_POD_H
#define AGENTS_KUBE_POD_H

#include "agents/kube/client.h"
#include "agents/kube/pod_spec.h"

struct pod;

struct pod_options {
    struct kube *kube;
    const struct pod_spec *spec; /* borrowed for the call */
    const char *cloud;           /* how messages name the cluster */
    int connect_timeout_s;       /* until its containers have to run */
};

enum pod_room {
    POD_ROOM_NONE,
    POD_ROOM_LATER, /* when others end */
    POD_ROOM_MADE,  /* another is being deleted */
};

struct pod_callbacks {
    void (*log)(void *data, const char *line); /* for the build's log; until ready() */
    /* Once, never from within the start: its containers run, or err says why not (ERROR_LOST: another may);
     * then it is to be ended all the same. */
    void (*ready)(void *data, const struct error *err);
    /* At most once, after ready(): it is gone for good. Also to be ended. */
    void (*lost)(void *data, const struct error *err);
    /* No node, or a quota, has room for it: whether other pods make some. May be NULL. */
    enum pod_room (*find_room)(void *data);
};

struct pod *pod_start(const struct pod_options *o, const struct pod_callbacks *cb, void *data);
/* No callback of its start comes any more. Deletes it, unless `keep`; done() comes once, never from within,
 * maybe with why it could not be deleted; then it is freed. */
void pod_end(struct pod *p, bool keep, void (*done)(void *data, const struct error *err), void *data);

const char *pod_name(const struct pod *p);
const char *pod_space(const struct pod *p);
struct kube *pod_kube(const struct pod *p);
/* Whether that container has ended, as far as was seen; appends how. */
bool pod_container_gone(const struct pod *p, const char *container, struct buf *why);
/* Why it is gone; NULL: it is there. */
const char *pod_lost_reason(const struct pod *p);
/* The same in a word of the API ("Evicted", "OOMKilled"); NULL: it has none. */
const char *pod_lost_cause(const struct pod *p);

#endif
