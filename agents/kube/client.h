/* Client of a Kubernetes API server: requests with the context's credentials, answers as JSON, failures in
 * the server's own words. Requests run side by side over kept connections (HTTP/2 where the server has it);
 * what may be sent twice is sent again when the server is busy or the connection breaks.
 *
 * Nothing is opened before the first request. Callbacks never come from within the call that was given them.
 */
#ifndef AGENTS_KUBE_CLIENT_H
#define AGENTS_KUBE_CLIENT_H

#include "agents/kube/config.h"
#include "base/http.h"
#include "base/proc.h"

struct kube;
struct kube_call;

#define KUBE_JSON "application/json"
#define KUBE_APPLY_PATCH "application/apply-patch+yaml"
#define KUBE_MERGE_PATCH "application/merge-patch+json"
#define KUBE_STRATEGIC_PATCH "application/strategic-merge-patch+json"
#define KUBE_JSON_PATCH "application/json-patch+json"

/* Where a manifest has the object a request is about: errors get it. file NULL: none. Borrowed; copied. */
struct kube_place {
    const char *file;
    int line;
};

struct kube_request {
    const char *method;       /* NULL: GET */
    const char *path;         /* with its query: "/api/v1/namespaces/ci/pods?limit=1" */
    const char *content_type; /* of body; NULL: KUBE_JSON */
    const char *accept;       /* NULL: KUBE_JSON, or what there is */
    const json_t *body;       /* NULL: none; written out before the return */
    struct kube_place place;
    bool once;      /* not sent again on failure */
    int timeout_ms; /* of one try; 0: a minute, for streams none */
    int silence_ms; /* streams only: fails after so long without a byte; 0: none */
    size_t collect; /* see http_request */
    /* Pieces of a successful answer's body as they come; NULL: the answer is JSON. */
    void (*piece)(void *data, const char *bytes, size_t n);
    /* What the server warns of ("… is deprecated in v1.16+"); NULL: not wanted. */
    void (*notice)(void *data, const char *text);
};

struct kube_end {
    int status;         /* of HTTP; 0: no answer */
    json_t *json;       /* borrowed, may be kept by json_incref; NULL: none, no JSON, or streamed. Also of
                           failures: the Status object */
    const char *reason; /* of a Status: "NotFound", "Forbidden", "Conflict" …; "" */
    const struct error *err; /* NULL: success. ERROR_REMOTE, code = status; the message is the server's or
                                says why there is no answer; file and line of the request's place */
};
typedef void kube_done_fn(void *data, const struct kube_end *end);

/* Takes what c holds (c is zeroed). procs may be NULL: then exec plugins are refused. Never NULL. */
struct kube *kube_new(struct loop *loop, struct procs *procs, struct kube_config *c);
/* Cancels requests and searches; acts, watches and sockets are ended by their owners before. Not from within
 * a callback. */
void kube_free(struct kube *k);

/* done() comes once, unless it is cancelled. */
struct kube_call *kube_send(struct kube *k, const struct kube_request *r, kube_done_fn *done, void *data);
/* From everywhere but piece() and notice(), of whatever call: libcurl is at work then. kube_send() is allowed
 * there. */
void kube_cancel(struct kube_call *c);

const struct kube_config *kube_config_of(const struct kube *k);
struct loop *kube_loop(const struct kube *k);
/* Appends one path segment or query value, all but unreserved characters as %XX. */
void kube_escape(struct buf *out, const char *text);

/* ---- for the other files of this folder ---- */

/* Headers and peer of a connection of its own (socket.c), once credentials are there. Texts are borrowed
 * until the next turn of the loop. */
struct kube_access {
    const char *const *headers; /* NULL-terminated: Authorization, Impersonate-* */
    struct http *http;          /* the client's, for wires */
    const char *base;           /* "https://host:port[/path]" */
};
struct kube_entry;
typedef void kube_entry_fn(void *data, const struct kube_access *a, const struct error *err);
struct kube_entry *kube_enter(struct kube *k, kube_entry_fn *fn, void *data);
void kube_entry_cancel(struct kube_entry *e);

struct kube_discovery;
struct kube_discovery *kube_discovery_of(struct kube *k); /* made with the client, freed with it */

#endif
