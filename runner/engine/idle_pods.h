/* Pods that nobody uses and that wait for the next node of their kind, each for a time of its own. What a pod
 * is, its owner knows: here it is a member of it. */
#ifndef RUNNER_ENGINE_IDLE_PODS_H
#define RUNNER_ENGINE_IDLE_PODS_H

#include <jansson.h>
#include <stdbool.h>
#include "base/loop.h"

/* Which requests a pod may serve: those of the same label, of a template that is the same to the letter, in
 * the same cluster. Jenkins takes the label alone, and then steps of one template find the containers of
 * another. */
struct pod_kind { /* owned by the pod, or borrowed for a call */
    const char *label;
    const json_t *template;
    const void *cluster; /* compared as it is */
};
bool pod_kind_same(const struct pod_kind *a, const struct pod_kind *b);

struct idle_pods;
struct idle_pod { /* embedded; zeroed = not idle */
    struct idle_pod *next;
    struct idle_pods *set; /* NULL: not idle */
    const struct pod_kind *kind;
    struct loop_timer patience;
};

struct idle_pods { /* zeroed, then loop and expired are set */
    struct loop *loop;
    struct idle_pod *first;             /* the one that was used last */
    void (*expired)(struct idle_pod *); /* its time is over; it is in the set no more */
};

/* kind is borrowed while it is idle. */
void idle_pods_add(struct idle_pods *s, struct idle_pod *p, const struct pod_kind *kind, int64_t ms);
/* The one that was used last; NULL: none is of this kind. */
struct idle_pod *idle_pods_find(const struct idle_pods *s, const struct pod_kind *wanted);
/* The same, out of the set: nobody else gets it. */
struct idle_pod *idle_pods_take(struct idle_pods *s, const struct pod_kind *wanted);
/* The one that has been idle longest in this cluster, out of the set; NULL: none. */
struct idle_pod *idle_pods_give_up(struct idle_pods *s, const void *cluster);
/* One of those that only this label asks for; NULL: none. */
struct idle_pod *idle_pods_labelled(struct idle_pods *s, const char *label);
void idle_pod_remove(struct idle_pod *p); /* not idle: no effect */

#endif
