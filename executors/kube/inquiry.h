/* What stands behind a workload at this moment: its pods, and the warnings about them. */
#ifndef EXECUTORS_KUBE_INQUIRY_H
#define EXECUTORS_KUBE_INQUIRY_H

#include "agents/kube/client.h"

struct inquiry_result {   /* borrowed for the call */
    const json_t *pods;   /* array: of the newest revision, those in trouble first; of a Pod itself */
    const json_t *events; /* array: warnings of the namespace, oldest first */
};
typedef void inquiry_fn(void *data, const struct inquiry_result *r);

struct inquiry;
/* What cannot be read (RBAC) is empty. fn comes once, never from within the call. */
struct inquiry *inquiry_start(struct kube *k, const json_t *workload, inquiry_fn *fn, void *data);
void inquiry_cancel(struct inquiry *q); /* NULL is fine */

/* "a=b,c in (d,e)" of a LabelSelector, not escaped. Owned; "" for an empty one. */
char *inquiry_selector(const json_t *selector);

#endif
