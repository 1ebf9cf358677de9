/* See idle_pods.h. A build has a handful of them: one list. */
#include "runner/engine/idle_pods.h"
#include "base/util.h"

bool pod_kind_same(const struct pod_kind *a, const struct pod_kind *b)
{
    return a->cluster == b->cluster && str_eq(a->label, b->label) && json_equal(a->template, b->template);
}

void idle_pod_remove(struct idle_pod *p)
{
    if (!p->set)
        return;
    struct idle_pod **at = &p->set->first;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    loop_timer_stop(p->set->loop, &p->patience);
    p->next = NULL;
    p->set = NULL;
}

static void expire(struct loop_timer *t)
{
    struct idle_pod *p = t->data;
    struct idle_pods *s = p->set;
    idle_pod_remove(p);
    s->expired(p);
}

void idle_pods_add(struct idle_pods *s, struct idle_pod *p, const struct pod_kind *kind, int64_t ms)
{
    *p = (struct idle_pod){.next = s->first, .set = s, .kind = kind, .patience = {.fn = expire, .data = p}};
    s->first = p;
    loop_timer_start(s->loop, &p->patience, ms);
}

struct idle_pod *idle_pods_find(const struct idle_pods *s, const struct pod_kind *wanted)
{
    struct idle_pod *p = s->first;
    while (p && !pod_kind_same(p->kind, wanted))
        p = p->next;
    return p;
}

struct idle_pod *idle_pods_take(struct idle_pods *s, const struct pod_kind *wanted)
{
    struct idle_pod *p = idle_pods_find(s, wanted);
    if (p)
        idle_pod_remove(p);
    return p;
}

struct idle_pod *idle_pods_give_up(struct idle_pods *s, const void *cluster)
{
    struct idle_pod *oldest = NULL;
    for (struct idle_pod *p = s->first; p; p = p->next)
        if (p->kind->cluster == cluster)
            oldest = p;
    if (oldest)
        idle_pod_remove(oldest);
    return oldest;
}

struct idle_pod *idle_pods_labelled(struct idle_pods *s, const char *label)
{
    struct idle_pod *p = s->first;
    while (p && !str_eq(p->kind->label, label))
        p = p->next;
    if (p)
        idle_pod_remove(p);
    return p;
}
