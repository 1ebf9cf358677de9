/* Follows the objects of a collection: lists them, then watches from there. A dropped connection is resumed
 * where it broke; when the server no longer knows that place (410 Gone) the list is taken again and what
 * changed meanwhile is told. The stream ends only by kube_watch_stop() or an error that will not pass (403,
 * 404 …). How long to wait for something is the caller's. */
#ifndef AGENTS_KUBE_WATCH_H
#define AGENTS_KUBE_WATCH_H

#include "agents/kube/client.h"

enum kube_event {
    KUBE_ADDED, /* also every object of the first list */
    KUBE_MODIFIED,
    KUBE_DELETED, /* with its last state */
    KUBE_SYNCED,  /* once, after the first list; no object */
};

struct kube_watch_request {
    const char *path;  /* of the collection: kube_resource_path(r, space, NULL, NULL) */
    const char *query; /* selectors, escaped: "fieldSelector=metadata.name%3Dweb"; NULL: none */
};

struct kube_watch_callbacks {
    /* object is borrowed. May stop the watch. */
    void (*event)(void *data, enum kube_event type, json_t *object);
    /* It is over, for good; nothing comes any more and w is freed after the return. */
    void (*failed)(void *data, const struct error *err);
    /* The connection broke and is being resumed; NULL: not wanted. */
    void (*broken)(void *data, const struct error *err);
};

struct kube_watch;
struct kube_watch *kube_watch_start(struct kube *k, const struct kube_watch_request *r,
                                    const struct kube_watch_callbacks *cb, void *data);
void kube_watch_stop(struct kube_watch *w);

#endif
