/* What is done to an object of the API: finds its resource (mapping old versions), builds the path, sends. */
#ifndef AGENTS_KUBE_OBJECT_H
#define AGENTS_KUBE_OBJECT_H

#include "agents/kube/discovery.h"

enum kube_verb {
    KUBE_GET,
    KUBE_LIST,
    KUBE_CREATE,
    KUBE_REPLACE, /* PUT: the object needs its resourceVersion */
    KUBE_APPLY,   /* server-side apply */
    KUBE_PATCH_MERGE,
    KUBE_PATCH_STRATEGIC,
    KUBE_PATCH_JSON,
    KUBE_DELETE,
};

/* Texts are borrowed for the call of kube_act() only; object is kept until the end and must not be changed
 * meanwhile. */
struct kube_action {
    enum kube_verb verb;
    json_t *object; /* to create, replace, apply; the patch; else NULL, or where kind and name come from */
    /* NULL: as object has them. A resource is named by api_version and kind, or by kind alone as
     * kube_find_name(). */
    const char *api_version, *kind, *name;
    const char *space;   /* NULL: the object's, else the context's, else "default"; an object of another
                            namespace is   refused as kubectl does. "" with KUBE_LIST: all */
    const char *sub;     /* "scale", "status", "log", "eviction"; NULL: none */
    const char *query;   /* more of it, escaped, without "?": "labelSelector=app%3Dweb"; NULL: none */
    const char *manager; /* fieldManager; NULL: "gmrun" */
    bool force;          /* KUBE_APPLY: takes fields from other managers */
    bool dry_run;        /* dryRun=All: checked by the server, not kept */
    const char
        *propagation; /* KUBE_DELETE: "Foreground", "Background", "Orphan"; NULL: Background, as kubectl */
    const int *grace_seconds; /* KUBE_DELETE: NULL: the object's own; 0: at once */
    struct kube_place place;
    int timeout_ms; /* 0: a minute */
    /* A version was replaced, or the server warns. One line, without the place. NULL: not wanted. */
    void (*notice)(void *data, const char *text);
};

struct kube_result {
    struct kube_end end;
    const struct kube_resource *resource; /* NULL: it was not found */
    const char *space, *name;             /* as used; space NULL: not namespaced, or all */
};
typedef void kube_result_fn(void *data, const struct kube_result *r);

struct kube_act;
/* fn comes once, never from within the call. */
struct kube_act *kube_act(struct kube *k, const struct kube_action *a, kube_result_fn *fn, void *data);
void kube_act_cancel(struct kube_act *a);

/* "deployment.apps/web", "service/web": as kubectl writes it. Owned by the caller. */
char *kube_object_label(const struct kube_resource *r, const char *name);

#endif
