/* A limit on how many things run at once (`--max-procs`), with a queue in order of arrival.
 *
 * One thread, so a count and a list are enough. First come, first served: a step that waits is never
 * passed by. */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <stdbool.h>
#include "base/loop.h"

/* Embedded in whoever waits. */
struct slot {
    struct loop_task task;
    struct slot *next, **link; /* link is not NULL while queued */
    struct slots *owner;       /* not NULL while queued or held */
    void (*fn)(struct slot *s);
};

struct slots {
    struct loop *loop;
    unsigned max, used; /* max 0: no limit */
    struct slot *head, **tail;
};

void slots_init(struct slots *s, struct loop *loop, unsigned max);
/* True: the slot is held at once. False: fn is called from the loop when it is. */
bool slot_take(struct slots *s, struct slot *w, void (*fn)(struct slot *s));
void slot_give(struct slot *w); /* gives back, or leaves the queue; idle: no effect */

#endif
