/* Old API versions and what took their place. A table, and the few changes of shape that go with it:
 * selectors of apps/v1, backends and path types of Ingress v1, and so on. */
#ifndef AGENTS_KUBE_VERSIONS_H
#define AGENTS_KUBE_VERSIONS_H

#include "base/error.h"
#include <jansson.h>

/* The next candidate for this kind where a server lacks api_version ("batch/v2alpha1" CronJob →
 * "batch/v1beta1" → "batch/v1"); NULL: none known. Static. */
const char *kube_version_next(const char *api_version, const char *kind);
/* Rewrites object from its own apiVersion to `to`, which kube_version_next() named (directly or by steps).
 * What it says already in the new way is kept. Fails with ERROR_INVALID for what has no equivalent; the
 * object may then be half done. */
int kube_version_rewrite(json_t *object, const char *to, struct error *err);

/* ---- changes of shape, one a kind: versions.c has them in its table (versions_*.c) */
typedef int kube_reshape_fn(json_t *object, struct error *err);
kube_reshape_fn kube_reshape_workload, kube_reshape_ingress, kube_reshape_budget, kube_reshape_autoscaler,
    kube_reshape_crd, kube_reshape_webhooks, kube_reshape_binding;

#endif
