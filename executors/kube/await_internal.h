/* Shared by await.c (targets, watches, time) and await_watch.c (what one target's states mean). */
#ifndef EXECUTORS_KUBE_AWAIT_INTERNAL_H
#define EXECUTORS_KUBE_AWAIT_INTERNAL_H

#include "agents/kube/watch.h"
#include "executors/kube/await.h"
#include "executors/kube/inquiry.h"
#include "executors/kube/story.h"

enum target_state { TARGET_WAITING, TARGET_DONE, TARGET_FAILED };

enum { TARGET_CAUSES = 6 };

struct target {
    struct await *await;
    const struct kube_resource *resource;
    char *space, *name, *file;
    int line;
    int64_t generation;
    enum target_state state;
    bool seen;             /* the watch has told of it */
    int64_t first_version; /* resourceVersion of the first state seen */
    json_t *object;        /* the newest state, owned; NULL: none yet */
    char *title;           /* "Deployment shop/web" */
    char *text;            /* last told */
    char *reason;          /* of the failure */
    int64_t changed_ms;    /* when `text` changed last, by the loop's clock */
    struct inquiry *inquiry;
    struct target_cause { /* of troubles seen, and since when */
        const char *cause;
        int64_t since_ms;
    } causes[TARGET_CAUSES];
    struct kube_call *storage; /* the class of a claim is being looked at */
    bool storage_asked;
};

/* One watch on a collection: for one object of it, or for all when several are waited for. */
struct await_group {
    struct await *await;
    const struct kube_resource *resource;
    char *space;
    struct kube_watch *watch;
};

struct await {
    struct kube *kube;
    struct loop *loop;
    struct target *targets;
    size_t len, open; /* open: still waiting */
    struct await_group *groups;
    size_t group_count;
    enum await_what what;
    char *condition;
    int timeout_s;
    bool stubborn, quiet, ending;
    int64_t started_ms;
    struct loop_timer look, deadline;
    struct loop_task task; /* done() with nothing to wait for */
    struct story *story;
    size_t told; /* targets whose story was told */
    struct await_callbacks cb;
    void *data;
};

void await_line(struct await *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The target is as `object` now (NULL: gone, or not there). */
void target_update(struct target *t, json_t *object);
/* Asks for troubles behind a target that waits. */
void target_look(struct target *t);
/* Both may end the wait: nothing of it is touched afterwards but by the loop. */
void target_done(struct target *t, const char *text);
void target_fail(struct target *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* How long without a change is too long, ms. */
int64_t target_patience(const struct target *t);

#endif
