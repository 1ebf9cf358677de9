/* The story of a rollout that failed: which pods are its own, what their containers and events say, and whose
 * log is worth showing. Pure: what it reads was fetched before. */
#ifndef EXECUTORS_KUBE_EXPLAIN_H
#define EXECUTORS_KUBE_EXPLAIN_H

#include "base/buf.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { EXPLAIN_PODS = 3, EXPLAIN_EVENTS = 5, EXPLAIN_LOG_LINES = 20 };

/* The pods of the workload's newest revision, those in trouble first. `replica_sets` and `pods` are lists of
 * objects as the server gives them (items), replica_sets only for Deployments. New array, owned. */
json_t *explain_pods(const json_t *workload, const json_t *replica_sets, const json_t *pods);
/* The ReplicaSet of a Deployment's revision; 0: the newest one. Borrowed, NULL. */
const json_t *explain_replica_set(const json_t *deployment, const json_t *replica_sets, int64_t revision);
/* The number in deployment.kubernetes.io/revision; 0. */
int64_t explain_revision(const json_t *object);

/* "pod web-1: Pending" and a line for each container that is not well, each indented and ended by a newline.
 */
void explain_pod_text(const json_t *pod, struct buf *text);
/* The last warnings about the object with that uid, oldest first, indented by four. `events`: a list's items.
 */
void explain_events_text(const json_t *events, const char *uid, struct buf *text);

/* Whose log tells something: the first container that is not well and has run. false: none. */
struct explain_log {
    const char *container; /* borrowed from the pod */
    bool previous;         /* of the run before: the present one has only begun, or is waited for */
};
bool explain_log_of(const json_t *pod, struct explain_log *log);

#endif
