/* Client of an image registry: Docker Registry HTTP API v2, OCI distribution.
 *
 * Knows the three ways of access: anonymous, basic, and a Bearer token fetched from where the registry's
 * challenge says (Aliyun's, Docker Hub's, Harbor's). Requests that fail by a broken connection, 429 or 5xx
 * are repeated with growing pauses. Loopback addresses are spoken to without TLS, as Docker does. */
#ifndef EXECUTORS_REGISTRY_H
#define EXECUTORS_REGISTRY_H

#include "base/http.h"
#include <jansson.h>

struct registry;
struct registry_call;

struct registry_options {
    const char *host;            /* "registry.example:5000", "docker.io"; http://HOST: without TLS */
    const char *user, *password; /* NULL: anonymous */
    const char *ca_file;         /* PEM; NULL: the system's */
};
/* Everything is copied. */
struct registry *registry_new(struct loop *loop, const struct registry_options *o);
void registry_free(struct registry *r); /* cancels its calls; not from within a callback */

struct registry_request {
    const char *method;     /* NULL: GET */
    const char *repository; /* "library/busybox": without host */
    const char *path;       /* behind it: "manifests/latest" */
    const char *accept;     /* NULL: anything */
};
struct registry_answer {
    int status;
    json_t *json;            /* borrowed; NULL: none */
    const char *digest;      /* Docker-Content-Digest, NULL: none */
    const char *next;        /* path and query of the next page of a list, NULL: none */
    const struct error *err; /* NULL: the status is below 400. Its code is the status */
};
typedef void registry_done_fn(void *data, const struct registry_answer *a);

/* done() comes once, never from within the call, unless it is cancelled. */
struct registry_call *registry_send(struct registry *r, const struct registry_request *q,
                                    registry_done_fn *done, void *data);
void registry_cancel(struct registry_call *c);

#define REGISTRY_MANIFESTS                                                                                   \
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, "     \
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json"

/* Parts of `Bearer realm="…",service="…",scope="…"`. Owned; NULL: not there. */
struct registry_challenge {
    bool bearer, basic;
    char *realm, *service, *scope;
};
void registry_challenge_parse(struct registry_challenge *c, const char *header);
void registry_challenge_release(struct registry_challenge *c);

#endif
