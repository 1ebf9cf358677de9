/* Asks the API server whether a pod that has run still does, all of its containers: what its watch says may
 * be a moment old. By a list, since that is what who may watch it may do, too. */
#ifndef AGENTS_KUBE_POD_CHECK_H
#define AGENTS_KUBE_POD_CHECK_H

#include "agents/kube/pod.h"

struct pod_check;
/* Once, never from within the start; then it is freed. NULL: it runs; ERROR_LOST: it does not, and why;
 * another kind: there was no answer. */
typedef void pod_checked_fn(void *data, const struct error *err);
struct pod_check *pod_check_start(const struct pod *p, pod_checked_fn *done, void *data);
void pod_check_cancel(struct pod_check *c); /* before done() */

#endif
