/* Status objects of the API [k8s: meta/v1 Status] as errors and exit statuses. */
#ifndef AGENTS_KUBE_STATUS_H
#define AGENTS_KUBE_STATUS_H

#include "base/error.h"
#include <jansson.h>

/* Of a request that was refused: the Status' message, or what the body's first line says, or the name of the
 * HTTP status. code = http_status. */
void kube_status_error(struct error *err, int http_status, const json_t *status, const char *body);
/* "NotFound", …; "" when it is no Status. Borrowed from the object. */
const char *kube_status_reason(const json_t *status);
/* Of channel 3 of an exec: 0 for Success, the exit code for a command that ended with another; -1 and err for
 * all else. */
int kube_status_exit(const json_t *status, struct error *err);

#endif
