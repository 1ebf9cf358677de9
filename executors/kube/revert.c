/* See revert.h. Templates go back by a JSON patch, which replaces them whole: a strategic merge would leave
 * what the new template added. */
#include "executors/kube/revert.h"
#include "executors/kube/explain.h"
#include "executors/kube/field.h"
#include "executors/kube/inquiry.h"
#include <string.h>

struct revert_patch {
    struct revert *undo;
    struct kube_act *act;
    char *title, *to; /* "revision 3" */
};

struct revert {
    struct kube *kube;
    json_t *workload; /* of revert_workload() */
    int64_t revision;
    struct kube_act *act; /* the list of revisions */
    VEC(struct revert_patch *) patches;
    size_t open;
    struct revert_callbacks cb;
    void *data;
    struct error err;
    struct loop_task task;
};

void revert_free(struct revert *u)
{
    if (!u)
        return;
    loop_defer_cancel(kube_loop(u->kube), &u->task);
    if (u->act)
        kube_act_cancel(u->act);
    for (size_t i = 0; i < u->patches.len; i++) {
        struct revert_patch *p = u->patches.items[i];
        if (p->act)
            kube_act_cancel(p->act);
        free(p->title);
        free(p->to);
        free(p);
    }
    vec_release(&u->patches);
    json_decref(u->workload);
    error_release(&u->err);
    free(u);
}

static void over(struct loop_task *task)
{
    struct revert *u = task->data;
    u->cb.done(u->data, u->err.message ? &u->err : NULL);
}

/* done() comes from the loop also when there was nothing to do. */
static void settle(struct revert *u)
{
    if (!u->open)
        loop_defer(kube_loop(u->kube), &u->task);
}

static void say(struct revert *u, const char *fmt, const char *title, const char *more)
{
    _cleanup_(buf_release) struct buf text = {0};
    buf_printf(&text, "%s %s %s", fmt, title, more);
    u->cb.line(u->data, text.data);
}

/* ---- one change */

static void patched(void *data, const struct kube_result *r)
{
    struct revert_patch *p = data;
    struct revert *u = p->undo;
    p->act = NULL;
    u->open--;
    if (r->end.err)
        error_set(&u->err, ERROR_REMOTE, "%s: %s", p->title, r->end.err->message);
    else
        say(u, "Rolled back", p->title, p->to);
    settle(u);
}

/* Takes patch and to. */
static void send_patch(struct revert *u, const json_t *workload, enum kube_verb verb, json_t *patch, char *to)
{
    struct revert_patch *p = xcalloc(1, sizeof(*p));
    struct kube_action a = {.verb = verb,
                            .object = patch,
                            .api_version = field_text(workload, "apiVersion"),
                            .kind = object_kind(workload),
                            .name = object_name(workload),
                            .space = object_namespace(workload)};
    *p = (struct revert_patch){.undo = u, .title = object_title(workload), .to = to};
    vec_push(&u->patches, p);
    u->open++;
    p->act = kube_act(u->kube, &a, patched, p);
    json_decref(patch);
}

static json_t *template_patch(json_t *template)
{
    return json_pack("[{s:s,s:s,s:O}]", "op", "replace", "path", "/spec/template", "value", template);
}

/* Freed by the caller, from within done() at the earliest. */
static struct revert *revert_new(struct kube *k, const struct revert_callbacks *cb, void *data)
{
    struct revert *u = xcalloc(1, sizeof(*u));
    *u = (struct revert){.kube = k, .cb = *cb, .data = data};
    u->task = (struct loop_task){.fn = over, .data = u};
    return u;
}

/* ---- what was just applied */

/* A change that left the template alone (replicas, annotations) made no new pods: there is nothing to go
 * back to. */
static void revert_item(struct revert *u, const struct apply_item *item)
{
    static const char kinds[] = "Deployment StatefulSet DaemonSet";
    if (!item->after || !str_in_words(kinds, object_kind(item->after)))
        return;
    _cleanup_free_ char *title = object_title(item->after);
    json_t *before = field_at(item->before, "spec.template");
    if (!before)
        say(u, "Not rolled back:", title, "is new, there is no revision before");
    else if (!json_equal(before, field_at(item->after, "spec.template")))
        send_patch(u, item->after, KUBE_PATCH_JSON, template_patch(before), xstrdup("to its pods of before"));
}

struct revert *revert_applied(struct kube *k, const struct apply_item *items, size_t n,
                              const struct revert_callbacks *cb, void *data)
{
    struct revert *u = revert_new(k, cb, data);
    for (size_t i = 0; i < n; i++)
        revert_item(u, &items[i]);
    settle(u);
    return u;
}

/* ---- a kept revision */

static int64_t revision_of(const struct revert *u, const json_t *kept)
{
    return str_eq(object_kind(u->workload), "Deployment") ? explain_revision(kept)
                                                          : field_int(kept, "revision", 0);
}

/* The asked one; for 0 the newest but one.
 * One pass for the two highest numbers: the list is in no order. */
static const json_t *choose(const struct revert *u, const json_t *items)
{
    const char *uid = field_text(u->workload, "metadata.uid");
    int64_t newest = 0, second = 0;
    const json_t *found = NULL;
    size_t i;
    json_t *kept;
    json_array_foreach(items, i, kept)
    {
        int64_t revision = object_is_owned_by(kept, uid) ? revision_of(u, kept) : 0;
        second = revision > newest ? newest : revision < newest && revision > second ? revision : second;
        newest = revision > newest ? revision : newest;
    }
    int64_t wanted = u->revision ? u->revision : second;
    json_array_foreach(items, i, kept)
    {
        if (wanted && object_is_owned_by(kept, uid) && revision_of(u, kept) == wanted)
            found = kept;
    }
    return found;
}

/* pod-template-hash was put there by the controller; kept, it would select the old ReplicaSet's pods. */
static void go_to_replica_set(struct revert *u, const json_t *set, char *to) /* takes to */
{
    json_t *template = json_deep_copy(field_at(set, "spec.template"));
    json_object_del(field_at(template, "metadata.labels"), "pod-template-hash");
    if (json_equal(template, field_at(u->workload, "spec.template"))) {
        _cleanup_free_ char *title = object_title(u->workload);
        say(u, "Not rolled back:", title, "has this template already");
        free(to);
    } else {
        send_patch(u, u->workload, KUBE_PATCH_JSON, template_patch(template), to);
    }
    json_decref(template);
}

/* A ControllerRevision holds a patch already (its data), a ReplicaSet the whole template. */
static void revisions_listed(void *data, const struct kube_result *r)
{
    struct revert *u = data;
    u->act = NULL;
    const json_t *kept = r->end.err ? NULL : choose(u, json_object_get(r->end.json, "items"));
    _cleanup_free_ char *title = object_title(u->workload);
    char *to = kept ? xasprintf("to revision %lld", (long long)revision_of(u, kept)) : NULL;
    if (r->end.err)
        error_set(&u->err, ERROR_REMOTE, "%s", r->end.err->message);
    else if (!kept && u->revision)
        error_set(&u->err, ERROR_INVALID, "%s has no revision %lld", title, (long long)u->revision);
    else if (!kept)
        error_set(&u->err, ERROR_INVALID, "%s has no revision before the present one", title);
    else if (str_eq(object_kind(u->workload), "Deployment"))
        go_to_replica_set(u, kept, to);
    else
        send_patch(u, u->workload, KUBE_PATCH_STRATEGIC, json_deep_copy(field_at(kept, "data")), to);
    settle(u);
}

struct revert *revert_workload(struct kube *k, const json_t *workload, int64_t revision,
                               const struct revert_callbacks *cb, void *data)
{
    struct revert *u = revert_new(k, cb, data);
    _cleanup_free_ char *selector = inquiry_selector(field_at(workload, "spec.selector"));
    _cleanup_(buf_release) struct buf query = {0};
    u->workload = json_incref((json_t *)workload);
    u->revision = revision;
    if (json_is_true(field_at(workload, "spec.paused"))) {
        error_set(&u->err, ERROR_INVALID, "a paused Deployment cannot be rolled back: resume it first");
        settle(u);
        return u;
    }
    buf_addstr(&query, "labelSelector=");
    kube_escape(&query, selector);
    struct kube_action a = {.verb = KUBE_LIST,
                            .api_version = "apps/v1",
                            .kind = str_eq(object_kind(workload), "Deployment") ? "ReplicaSet"
                                                                                : "ControllerRevision",
                            .space = object_namespace(workload),
                            .query = query.data};
    u->act = kube_act(k, &a, revisions_listed, u);
    return u;
}
