/* How far an object has come: what `kubectl rollout status` and `kubectl wait` decide from its JSON.
 *
 * Source: kubectl's polymorphichelpers (rollout_status.go) for Deployment, StatefulSet and DaemonSet. Jobs,
 * claims, Pods and definitions of resources are judged by their phase or conditions. */
#ifndef EXECUTORS_KUBE_STATUS_H
#define EXECUTORS_KUBE_STATUS_H

#include "base/buf.h"
#include <jansson.h>
#include <stdbool.h>

enum status_of {
    STATUS_WAITING, /* text: "3/5 updated, 2 available"; none before the server has looked at the change */
    STATUS_DONE,    /* text: what it has come to, may be empty */
    STATUS_FAILED,  /* text: why it will not come right */
};

/* Whether objects of this kind take time to become what they are asked to be. */
bool status_is_awaited(const json_t *object);
/* Appends to text. Objects that are not awaited are done. */
enum status_of status_rollout(const json_t *object, struct buf *text);
/* `type` or `type=value` ("Available", "Ready=false"); the value without regard to case, "True" when absent.
 */
enum status_of status_condition(const json_t *object, const char *condition, struct buf *text);

/* Of a Deployment: seconds without progress that its server allows; of other kinds `dflt`. */
int status_deadline(const json_t *object, int dflt);

#endif
