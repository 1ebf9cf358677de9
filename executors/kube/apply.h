/* Brings the objects of manifests into a cluster, or takes them out of it: phase by phase (see plan.h), the
 * requests of a phase side by side.
 *
 * An object is applied by the server (fields of other managers are taken over), by servers that cannot do it
 * by a patch, or made when absent. An error does not stop the others of its phase, but the next phase. */
#ifndef EXECUTORS_KUBE_APPLY_H
#define EXECUTORS_KUBE_APPLY_H

#include "agents/kube/manifest.h"
#include "agents/kube/object.h"
#include "executors/kube/plan.h"

enum apply_outcome {
    APPLY_PENDING, /* not reached */
    APPLY_CREATED,
    APPLY_APPLIED,
    APPLY_DELETED,
    APPLY_ABSENT,  /* was to be deleted, is not there */
    APPLY_UNKNOWN, /* the server has no such kind: err */
    APPLY_FAILED,  /* err */
};

struct apply_item {
    const struct kube_object *object; /* borrowed */
    enum plan_phase phase;
    enum apply_outcome outcome;
    json_t *before;                       /* the live object, owned; NULL: none, or not asked for */
    json_t *after;                        /* as the server answered, owned; NULL */
    const struct kube_resource *resource; /* NULL: not found */
    char *space;                          /* as used; NULL */
    struct error err;
    struct apply *apply;
    enum kube_verb verb; /* of the request under way */
    struct kube_act *act;
    struct loop_timer again; /* a kind whose definition is new */
    int tries;
    bool ended;
    bool later;  /* waits for an earlier one of the same name … */
    size_t next; /* … which begins this; 0: none */
};

struct apply_options {
    const char *space; /* of objects that name none; NULL: the context's. Copied */
    bool remove, dry_run;
    bool by_patch;     /* not by server-side apply */
    bool keep_before;  /* `before` is wanted (dry_run always has it) */
    bool skip_unknown; /* a kind that the server lacks is no failure */
};

struct apply_callbacks {
    /* Each object, in the order of the manifests. */
    void (*told)(void *data, const struct apply_item *item);
    /* What the server or the mapping of old versions has to say. */
    void (*notice)(void *data, const struct apply_item *item, const char *text);
    void (*line)(void *data, const char *text); /* of the wait for definitions */
    /* Once, never from within apply_start(). `failed`: how many. err: the wait for definitions failed. */
    void (*done)(void *data, size_t failed, const struct error *err);
};

struct apply;
/* objects are borrowed until the end. */
struct apply *apply_start(struct kube *k, const kube_objects *objects, const struct apply_options *o,
                          const struct apply_callbacks *cb, void *data);
void apply_free(struct apply *a); /* cancels what runs; also from within done(). NULL is fine */
const struct apply_item *apply_items(const struct apply *a, size_t *n);

/* What to do about a refused change of a field that cannot change; NULL: it is none. Static. */
const char *apply_hint(const char *kind, const char *message);

#endif
