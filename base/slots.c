/* Owns the queue behind `--max-procs`. A slot handed on is announced by a deferred call, so that giving
 * one back never runs another owner's code inside the giver. */
#include "base/slots.h"
#include "base/util.h"

void slots_init(struct slots *s, struct loop *loop, unsigned max)
{
    *s = (struct slots){.loop = loop, .max = max};
    s->tail = &s->head;
}

static void slot_granted(struct loop_task *t)
{
    struct slot *w = CONTAINER_OF(t, struct slot, task);
    w->fn(w);
}

/* Not before those that wait, even if there is room: a slot may be on its way to the head of the queue. */
bool slot_take(struct slots *s, struct slot *w, void (*fn)(struct slot *s))
{
    /* w must be idle: one that waits or holds would be lost. */
    *w = (struct slot){.owner = s, .fn = fn, .task.fn = slot_granted};
    if (!s->max || (s->used < s->max && !s->head)) {
        s->used++;
        return true;
    }
    w->link = s->tail;
    *s->tail = w;
    s->tail = &w->next;
    return false;
}

static void slot_unlink(struct slot *w)
{
    *w->link = w->next;
    if (w->next)
        w->next->link = w->link;
    else
        w->owner->tail = w->link;
    w->link = NULL;
    w->next = NULL;
}

/* Also from a slot that was handed on and not yet told (its deferred call is cancelled): it counts as held
 * from the hand-over on. */
void slot_give(struct slot *w)
{
    struct slots *s = w->owner;
    if (!s)
        return;
    loop_defer_cancel(s->loop, &w->task);
    if (w->link)
        slot_unlink(w);
    else
        s->used--;
    w->owner = NULL;
    while (s->head && s->used < s->max) {
        struct slot *next = s->head;
        slot_unlink(next);
        s->used++;
        loop_defer(s->loop, &next->task);
    }
}
