/* Waits until objects are what they were asked to be, by watching them: all of one call together.
 *
 * A line is told when something changes and only then. It ends early where it is clear that a workload will
 * not come right (see trouble.h), and then says why (see story.h). */
#ifndef EXECUTORS_KUBE_AWAIT_H
#define EXECUTORS_KUBE_AWAIT_H

#include "agents/kube/discovery.h"
#include "base/util.h"

struct await_target { /* texts are copied */
    const struct kube_resource *resource;
    const char *space; /* NULL: not namespaced */
    const char *name;
    int64_t generation; /* older states are not looked at; 0: any */
    json_t *object;     /* its state as just read, NULL: not known. What is done by it is not watched */
    const char *file;   /* of the manifest, for messages; NULL */
    int line;
};

enum await_what {
    AWAIT_ROLLOUT,   /* as `kubectl rollout status`; kinds that need no time are done at once */
    AWAIT_CONDITION, /* "Ready", "Available=false" */
    AWAIT_GONE,
};

struct await_options {
    enum await_what what;
    const char *condition; /* copied */
    int timeout_s; /* of the whole; 0: as long as something changes: the Deployment's own deadline, else
                      600 s */
    bool stubborn; /* not ended early */
    bool quiet;    /* no lines but those of a failure */
};

struct await_callbacks {
    void (*line)(void *data, const char *text);
    /* Once, never from within await_start(). err NULL: all came right. */
    void (*done)(void *data, const struct error *err);
};

struct await;
struct await *await_start(struct kube *k, const struct await_target *targets, size_t n,
                          const struct await_options *o, const struct await_callbacks *cb, void *data);
void await_free(struct await *a); /* ends the watches; before or after done(), or within it. NULL is fine */

#endif
