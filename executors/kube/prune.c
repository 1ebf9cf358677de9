/* See prune.h. All lists are asked for at once, each victim as soon as its list is there; `open` counts
 * both, and the end comes from a task of the loop. */
#include "executors/kube/prune.h"
#include "executors/kube/field.h"
#include <string.h>

/* kubectl's list of prunable kinds without Namespace, PersistentVolume and PersistentVolumeClaim, and without
 * what controllers make of others. */
static const struct {
    const char *api_version, *kind;
} prunable[] = {
    {"v1", "ConfigMap"},        {"v1", "Secret"},
    {"v1", "Service"},          {"v1", "Pod"},
    {"batch/v1", "Job"},        {"batch/v1beta1", "CronJob"},
    {"apps/v1", "Deployment"},  {"apps/v1", "DaemonSet"},
    {"apps/v1", "StatefulSet"}, {"networking.k8s.io/v1", "Ingress"},
};

struct prune_list { /* one kind in one namespace */
    struct prune *prune;
    struct kube_act *act;
};

struct prune_victim {
    struct prune *prune;
    char *title;
    struct kube_act *act;
};

struct prune {
    struct kube *kube;
    const struct apply_item *items;
    size_t count;
    bool dry_run;
    struct prune_callbacks cb;
    void *data;
    VEC(struct prune_list *) lists;
    VEC(struct prune_victim *) victims;
    size_t open;
    struct error err;
    struct loop_task task;
};

void prune_free(struct prune *p)
{
    if (!p)
        return;
    loop_defer_cancel(kube_loop(p->kube), &p->task);
    for (size_t i = 0; i < p->lists.len; i++) {
        if (p->lists.items[i]->act)
            kube_act_cancel(p->lists.items[i]->act);
        free(p->lists.items[i]);
    }
    for (size_t i = 0; i < p->victims.len; i++) {
        if (p->victims.items[i]->act)
            kube_act_cancel(p->victims.items[i]->act);
        free(p->victims.items[i]->title);
        free(p->victims.items[i]);
    }
    vec_release(&p->lists);
    vec_release(&p->victims);
    error_release(&p->err);
    free(p);
}

static void over(struct loop_task *task)
{
    struct prune *p = task->data;
    p->cb.done(p->data, p->err.message ? &p->err : NULL);
}

/* An error that came first is kept; the others still go on, so that one refusal does not leave the rest. */
static void settle(struct prune *p)
{
    if (!p->open)
        loop_defer(kube_loop(p->kube), &p->task);
}

static void deleted(void *data, const struct kube_result *r)
{
    struct prune_victim *v = data;
    struct prune *p = v->prune;
    v->act = NULL;
    p->open--;
    _cleanup_free_ char *line = xasprintf("Pruned %s", v->title);
    if (!r->end.err)
        p->cb.line(p->data, line);
    else if (r->end.status != 404)
        error_set(&p->err, ERROR_REMOTE, "%s could not be pruned: %s", v->title, r->end.err->message);
    settle(p);
}

/* By uid, not by name: an object that was deleted and made again is another. */
static bool was_applied_now(const struct prune *p, const json_t *object)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].after &&
            field_is(p->items[i].after, "metadata.uid", field_text(object, "metadata.uid")))
            return true;
    return false;
}

/* Objects with an owner are made by a controller. The field manager is that of our applies; what others put
 * a label on stays. */
static bool is_ours(const json_t *object)
{
    size_t i;
    json_t *manager;
    if (field_at(object, "metadata.ownerReferences"))
        return false;
    json_array_foreach(field_at(object, "metadata.managedFields"), i, manager)
    {
        if (field_is(manager, "manager", "gmrun"))
            return true;
    }
    return false;
}

static void take_out(struct prune *p, const struct kube_resource *r, const json_t *object)
{
    struct prune_victim *v = xcalloc(1, sizeof(*v));
    const char *space = object_namespace(object), *name = object_name(object);
    *v = (struct prune_victim){.prune = p, .title = xasprintf("%s %s/%s", r->kind, space, name)};
    vec_push(&p->victims, v);
    if (p->dry_run) {
        _cleanup_free_ char *line = xasprintf("Would prune %s", v->title);
        p->cb.line(p->data, line);
        return;
    }
    struct kube_action a = {.verb = KUBE_DELETE,
                            .api_version = r->api_version,
                            .kind = r->kind,
                            .name = name,
                            .space = space,
                            .propagation = "Background"};
    p->open++;
    v->act = kube_act(p->kube, &a, deleted, v);
}

/* A kind that the server lacks has nothing to prune. */
static void listed(void *data, const struct kube_result *r)
{
    struct prune_list *l = data;
    struct prune *p = l->prune;
    size_t i;
    json_t *object;
    l->act = NULL;
    p->open--;
    if (r->end.err && r->resource && r->end.status != 404)
        error_set(&p->err, ERROR_REMOTE, "nothing was pruned: %s", r->end.err->message);
    json_array_foreach(r->end.err ? NULL : json_object_get(r->end.json, "items"), i, object)
    {
        if (is_ours(object) && !was_applied_now(p, object))
            take_out(p, r->resource, object);
    }
    settle(p);
}

/* The lists stay until the end: an act holds a pointer to its list. */
static void list_space(struct prune *p, const char *space, const char *query)
{
    for (size_t i = 0; i < ARRAY_LEN(prunable); i++) {
        struct prune_list *l = xcalloc(1, sizeof(*l));
        struct kube_action a = {.verb = KUBE_LIST,
                                .api_version = prunable[i].api_version,
                                .kind = prunable[i].kind,
                                .space = space,
                                .query = query};
        l->prune = p;
        vec_push(&p->lists, l);
        p->open++;
        l->act = kube_act(p->kube, &a, listed, l);
    }
}

struct prune *prune_start(struct kube *k, const struct apply_item *items, size_t n, const char *selector,
                          bool dry_run, const struct prune_callbacks *cb, void *data)
{
    struct prune *p = xcalloc(1, sizeof(*p));
    _cleanup_(buf_release) struct buf query = {0};
    json_t *spaces = json_object();
    const char *space;
    json_t *unused;
    *p = (struct prune){.kube = k, .items = items, .count = n, .dry_run = dry_run, .cb = *cb, .data = data};
    p->task = (struct loop_task){.fn = over, .data = p};
    buf_addstr(&query, "labelSelector=");
    kube_escape(&query, selector);
    for (size_t i = 0; i < n; i++)
        if (items[i].space)
            json_object_set_new(spaces, items[i].space, json_true());
    json_object_foreach(spaces, space, unused)
    {
        list_space(p, space, query.data);
    }
    json_decref(spaces);
    settle(p);
    return p;
}
