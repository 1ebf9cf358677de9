/* What kinds a server has, asked for as needed and kept for the client's life: the list of groups once, the
 * resources of a version when something in it is first looked for. A miss asks again once (a CRD may be new).
 */
#ifndef AGENTS_KUBE_DISCOVERY_H
#define AGENTS_KUBE_DISCOVERY_H

#include "agents/kube/client.h"

struct kube_resource {
    const char *api_version; /* "apps/v1", "v1" */
    const char *kind, *plural, *singular;
    bool namespaced;
};

struct kube_search;
/* r is the client's and lives as long. err: ERROR_INVALID for a kind or version the server lacks, else that
 * of the request. */
typedef void kube_found_fn(void *data, const struct kube_resource *r, const struct error *err);

/* By what a manifest has: apiVersion and kind. Exactly these; versions.h knows replacements. */
struct kube_search *kube_find_kind(struct kube *k, const char *api_version, const char *kind,
                                   kube_found_fn *fn, void *data);
/* By what a person writes, in any case: kind, plural, singular or short name, with ".GROUP" or
 * ".VERSION.GROUP"
 * ("deploy", "Deployment", "ingresses.networking.k8s.io"). The server's order of groups decides. */
struct kube_search *kube_find_name(struct kube *k, const char *name, kube_found_fn *fn, void *data);
void kube_search_cancel(struct kube_search *s);

/* "/apis/apps/v1/namespaces/ci/deployments/web/scale"; space is left out for what is not namespaced; space
 * NULL: of all namespaces; name NULL: the collection; sub NULL: none. Owned by the caller. */
char *kube_resource_path(const struct kube_resource *r, const char *space, const char *name, const char *sub);

/* Of the client, for the client. */
struct kube_discovery *kube_discovery_new(struct kube *k);
void kube_discovery_free(struct kube_discovery *d);

#endif
