/* What keeps a rollout from coming right, read from a pod, a workload's conditions or an event, and how sure
 * that is: some troubles never mend themselves, some do not after they have lasted a while, others are
 * nothing but slow. Waiting for a deadline of ten minutes is only worth it for the last. */
#ifndef EXECUTORS_KUBE_TROUBLE_H
#define EXECUTORS_KUBE_TROUBLE_H

#include "base/buf.h"
#include <jansson.h>
#include <stdbool.h>

enum trouble_weight {
    TROUBLE_NONE,
    TROUBLE_SLOW,     /* may come right */
    TROUBLE_LASTING,  /* will not, once it has lasted `patience_s` */
    TROUBLE_HOPELESS, /* will not */
};

struct trouble {
    enum trouble_weight weight;
    int patience_s;
    /* Of the same cause in all its words: ErrImagePull and ImagePullBackOff take turns. A literal. */
    const char *cause;
    struct buf text; /* "container web: ImagePullBackOff: …"; appended to */
};
void trouble_release(struct trouble *t);

/* The worst that the pod shows. */
void trouble_of_pod(const json_t *pod, struct trouble *t);
/* A Deployment's or ReplicaSet's condition ReplicaFailure: quota, admission. */
void trouble_of_workload(const json_t *workload, struct trouble *t);
/* A warning that no condition repeats: pods that cannot be made, volumes that cannot be mounted. */
void trouble_of_event(const json_t *event, struct trouble *t);

/* One line on a container's status: "container web: CrashLoopBackOff, restarted 3 times, last exit code 1
 * (Error)". Returns whether it is running and ready, or has ended well. */
bool trouble_container_text(const json_t *status, struct buf *text);

#endif
