/* What a pod's status says of its way to running. Pure functions of its JSON. */
#ifndef AGENTS_KUBE_POD_STATE_H
#define AGENTS_KUBE_POD_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include "base/buf.h"

enum pod_state {
    POD_WAITS,
    POD_RUNS,          /* all of its containers do */
    POD_UNSCHEDULABLE, /* no node takes it, as things are */
    POD_PULL_FAILED,   /* an image could not be pulled; it is tried again */
    POD_FAILED,        /* it will not come to run */
};

/* why: text for people, of all but POD_WAITS and POD_RUNS. */
enum pod_state pod_state_of(const json_t *pod, struct buf *why);
/* After it ran: whether it, or one of its containers, is over. */
bool pod_state_is_over(const json_t *pod, struct buf *why);
/* Whether it runs as a whole and stays; why: "was deleted", "does not run any more: container a ended (…)".
 */
bool pod_state_is_usable(const json_t *pod, struct buf *why);
/* It failed for its node: evicted, preempted, shut down. */
bool pod_state_is_by_node(const json_t *pod);
/* Why it, or a container of it, ended, in a word of the API; borrowed, NULL: it has not. */
const char *pod_state_cause(const json_t *pod);
/* Appends ": EvictionByEvictionAPI: …", where the server says why it deletes the pod. */
void pod_state_disruption(const json_t *pod, struct buf *why);
/* Where its containers stand, for a timeout's message: "maven waits (ContainerCreating), jnlp runs". */
void pod_state_describe(const json_t *pod, struct buf *out);
/* A container that has ended: "ended (exit code 1, Error)"; false: it has not. */
bool pod_container_over(const json_t *pod, const char *container, struct buf *why);

#endif
