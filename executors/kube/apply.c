/* Brings manifests into a cluster: see apply.h. One pass over the items: an item's request leads to others
 * (the state before, another way to write, another try) until ended(), and a phase is over when no item of
 * it is open. That is decided in a task of the loop, since the last answer may come from within kube_act().
 */
#include "executors/kube/apply.h"
#include "executors/kube/await.h"
#include "executors/kube/field.h"
#include <string.h>

enum { AGAIN_MS = 200, DEFINED_TRIES = 50, ACCOUNT_TRIES = 50 };

/* Items are in the order of the manifests and stay there: `told` walks over them, so lines come in that
 * order whatever answers first. */
struct apply {
    struct kube *kube;
    struct apply_options options;
    struct apply_callbacks cb;
    void *data;
    struct apply_item *items;
    size_t len, told, open, failed;
    int phase; /* PLAN_PHASES: over */
    struct await *await;
    struct loop_task task;
};

static void begin_phase(struct apply *a);

void apply_free(struct apply *a)
{
    if (!a)
        return;
    loop_defer_cancel(kube_loop(a->kube), &a->task);
    await_free(a->await);
    for (size_t i = 0; i < a->len; i++) {
        struct apply_item *item = &a->items[i];
        if (item->act)
            kube_act_cancel(item->act);
        loop_timer_stop(kube_loop(a->kube), &item->again);
        json_decref(item->before);
        json_decref(item->after);
        free(item->space);
        error_release(&item->err);
    }
    free((char *)a->options.space);
    free(a->items);
    free(a);
}

const struct apply_item *apply_items(const struct apply *a, size_t *n)
{
    *n = a->len;
    return a->items;
}

/* ---- phases */

/* Deleting goes the other way round: what others stand on goes last. */
static enum plan_phase phase_at(const struct apply *a, int step)
{
    return (enum plan_phase)(a->options.remove ? PLAN_PHASES - 1 - step : step);
}

/* phase is set first: done() may free everything. */
static void over(struct apply *a, const struct error *err)
{
    a->phase = PLAN_PHASES;
    a->cb.done(a->data, a->failed, err);
}

/* A failure ends the phases, not the requests of its own phase. */
static void next_phase(struct apply *a)
{
    a->phase = a->failed ? PLAN_PHASES : a->phase + 1;
    if (a->phase == PLAN_PHASES)
        over(a, NULL);
    else
        begin_phase(a);
}

static void established(void *data, const struct error *err)
{
    struct apply *a = data;
    if (err)
        over(a, err);
    else
        next_phase(a);
}

static void await_line_told(void *data, const char *text)
{
    struct apply *a = data;
    a->cb.line(a->data, text);
}

/* Definitions of resources have to be established before their objects can be sent.
 * Targets are copied by await_start(). */
static void await_definitions(struct apply *a)
{
    static const struct await_callbacks callbacks = {await_line_told, established};
    struct await_options o = {.what = AWAIT_ROLLOUT, .timeout_s = 60, .quiet = true};
    struct await_target *targets = xcalloc(a->len, sizeof(*targets));
    size_t n = 0;
    for (size_t i = 0; i < a->len; i++) {
        const struct apply_item *item = &a->items[i];
        if (item->phase == PLAN_GROUND && item->after &&
            str_eq(object_kind(item->after), "CustomResourceDefinition"))
            targets[n++] = (struct await_target){.resource = item->resource,
                                                 .name = object_name(item->after),
                                                 .file = item->object->file,
                                                 .line = item->object->line};
    }
    if (n)
        a->await = await_start(a->kube, targets, n, &o, &callbacks, a);
    free(targets);
    if (!n)
        next_phase(a);
}

static void phase_ended(struct loop_task *task)
{
    struct apply *a = task->data;
    const struct apply_options *o = &a->options;
    if (phase_at(a, a->phase) == PLAN_GROUND && !o->remove && !o->dry_run && !a->failed)
        await_definitions(a);
    else
        next_phase(a);
}

/* An item that ended early waits for those before it. */
static void tell(struct apply *a)
{
    while (a->told < a->len && a->items[a->told].ended)
        a->cb.told(a->data, &a->items[a->told++]);
}

/* ---- one object */

/* The state before costs one request an object, so it is asked for only when a diff or a rollback may want
 * it. */
static void begin(struct apply_item *item);

/* The follower begins before `open` is counted down, or the phase would end between the two. */
static void ended(struct apply_item *item, enum apply_outcome outcome)
{
    struct apply *a = item->apply;
    item->outcome = outcome;
    item->ended = true;
    a->failed += outcome == APPLY_FAILED || (outcome == APPLY_UNKNOWN && !a->options.skip_unknown);
    tell(a);
    if (item->next)
        begin(&a->items[item->next]);
    if (!--a->open)
        loop_defer(kube_loop(a->kube), &a->task);
}

/* Every refusal names the manifest's file and line. */
static void keep_error(struct apply_item *item, const struct error *err)
{
    error_at(&item->err, err->kind, item->object->file, item->object->line, 0, "%s", err->message);
    item->err.code = err->code;
}

static void notice(void *data, const char *text)
{
    struct apply_item *item = data;
    struct apply *a = item->apply;
    a->cb.notice(a->data, item, text);
}

/* force: fields that others own are taken over, as `kubectl apply --force-conflicts`. Background: dependents
 * go later, the deletion is not waited for. */
static void act(struct apply_item *item, enum kube_verb verb, kube_result_fn *fn)
{
    const struct apply *a = item->apply;
    const char *own = object_namespace(item->object->json);
    struct kube_action action = {
        .verb = verb,
        .object = item->object->json,
        .space = *own ? own : a->options.space,
        .force = true,
        .dry_run = a->options.dry_run && verb != KUBE_GET,
        .propagation = verb == KUBE_DELETE ? "Background" : NULL,
        .place = {item->object->file, item->object->line},
        .notice = notice,
    };
    item->verb = verb;
    item->act = kube_act(a->kube, &action, fn, item);
}

/* 201 also for an apply that made the object. */
static void answered(void *data, const struct kube_result *r);

static void request(struct apply_item *item, enum kube_verb verb)
{
    act(item, verb, answered);
}

/* 404 alone may also be a kind that the server does not know; NotFound is about the object. */
static bool is_absent(const struct kube_result *r)
{
    return r->end.status == 404 && str_eq(r->end.reason, "NotFound");
}

/* In a dry run the Namespaces of the manifests are not made. */
static bool is_in_new_space(const struct apply_item *item, const struct kube_result *r)
{
    const struct apply *a = item->apply;
    if (!a->options.dry_run || !is_absent(r))
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (str_eq(object_kind(a->items[i].object->json), "Namespace") &&
            str_eq(object_name(a->items[i].object->json), r->space))
            return true;
    return false;
}

/* Servers before 1.16 have no server-side apply; some refuse what it cannot merge (a port number twice). A
 * custom resource has no strategic patch. KUBE_GET: no other way.
 * "typed" in a 500 is structured-merge-diff's "failed to create typed …", told for lists with equal
 * keys. */
static enum kube_verb other_way(const struct apply_item *item, const struct kube_result *r)
{
    int status = r->end.status;
    bool untyped = status == 500 && strstr(r->end.err->message, "typed");
    if (item->verb == KUBE_APPLY && (status == 415 || untyped))
        return KUBE_PATCH_STRATEGIC;
    if (item->verb == KUBE_PATCH_STRATEGIC && status == 415)
        return KUBE_PATCH_MERGE;
    bool patch = item->verb == KUBE_PATCH_STRATEGIC || item->verb == KUBE_PATCH_MERGE;
    return patch && is_absent(r) ? KUBE_CREATE : KUBE_GET;
}

/* One of the manifests defines the kind. */
static bool is_defined_here(const struct apply_item *item)
{
    const struct apply *a = item->apply;
    _cleanup_free_ char *group = object_group(item->object->json);
    for (size_t i = 0; i < a->len; i++) {
        const json_t *o = a->items[i].object->json;
        if (str_eq(object_kind(o), "CustomResourceDefinition") && field_is(o, "spec.group", group) &&
            field_is(o, "spec.names.kind", object_kind(item->object->json)))
            return true;
    }
    return false;
}

static void try_again(struct loop_timer *timer)
{
    struct apply_item *item = timer->data;
    request(item, item->verb);
}

static bool later(struct apply_item *item, int tries)
{
    if (item->apply->options.remove || item->tries++ == tries)
        return false;
    item->again = (struct loop_timer){.fn = try_again, .data = item};
    loop_timer_start(kube_loop(item->apply->kube), &item->again, AGAIN_MS);
    return true;
}

/* Established is said a moment before the server lists the kind.
 * Fifty times 0.2 s: ten seconds for discovery to catch up. */
static bool is_worth_another_try(struct apply_item *item)
{
    return !item->apply->options.dry_run && is_defined_here(item) && later(item, DEFINED_TRIES);
}

/* A namespace gets its account `default` a moment after it is made, and refuses pods until then: after a
 * second each time [apiserver: plugin/pkg/admission/serviceaccount], so that these tries are a minute. */
static bool awaits_account(struct apply_item *item, const struct kube_result *r)
{
    return r->end.status == 403 && strstr(r->end.err->message, "serviceaccount \"default\" not found") &&
           later(item, ACCOUNT_TRIES);
}

static void refused(struct apply_item *item, const struct kube_result *r)
{
    enum kube_verb other = other_way(item, r);
    bool unknown = !r->resource && r->end.err->kind == ERROR_INVALID;
    if ((unknown && is_worth_another_try(item)) || awaits_account(item, r))
        return;
    if (unknown) {
        keep_error(item, r->end.err);
        ended(item, APPLY_UNKNOWN);
    } else if (other != KUBE_GET) {
        request(item, other);
    } else if (item->verb == KUBE_DELETE && is_absent(r)) {
        ended(item, APPLY_ABSENT);
    } else if (is_in_new_space(item, r)) {
        item->after = json_incref(item->object->json);
        ended(item, APPLY_CREATED);
    } else {
        keep_error(item, r->end.err);
        ended(item, APPLY_FAILED);
    }
}

static void answered(void *data, const struct kube_result *r)
{
    struct apply_item *item = data;
    item->act = NULL;
    item->resource = r->resource;
    free(item->space);
    item->space = xstrdup(r->space);
    if (r->end.err) {
        refused(item, r);
        return;
    }
    item->after = json_incref(r->end.json);
    ended(item, item->verb == KUBE_DELETE                           ? APPLY_DELETED
                : item->verb == KUBE_CREATE || r->end.status == 201 ? APPLY_CREATED
                                                                    : APPLY_APPLIED);
}

static enum kube_verb first_verb(const struct apply_item *item)
{
    const struct apply_options *o = &item->apply->options;
    if (o->remove)
        return KUBE_DELETE;
    if (!*object_name(item->object->json))
        return KUBE_CREATE; /* generateName: a new one each time */
    return o->by_patch ? KUBE_PATCH_STRATEGIC : KUBE_APPLY;
}

/* The state before comes first; that there is none shows again in the request itself. */
static void found_before(void *data, const struct kube_result *r)
{
    struct apply_item *item = data;
    item->act = NULL;
    item->before = r->end.err ? NULL : json_incref(r->end.json);
    request(item, first_verb(item));
}

static void begin(struct apply_item *item)
{
    const struct apply_options *o = &item->apply->options;
    item->apply->open++;
    if ((o->keep_before || o->dry_run) && *object_name(item->object->json))
        act(item, KUBE_GET, found_before);
    else
        request(item, first_verb(item));
}

static void begin_phase(struct apply *a)
{
    for (size_t i = 0; i < a->len; i++)
        if (a->items[i].phase == phase_at(a, a->phase) && !a->items[i].later)
            begin(&a->items[i]);
    if (!a->open)
        loop_defer(kube_loop(a->kube), &a->task);
}

/* An object that the manifests have twice is sent twice, one after the other: the last one counts.
 * Objects with generateName are all different ones. */
static void link_repeated(struct apply *a)
{
    json_t *last = json_object();
    for (size_t i = 0; i < a->len; i++) {
        _cleanup_free_ char *title = object_title(a->items[i].object->json);
        json_t *before = json_object_get(last, title);
        a->items[i].later = before && *object_name(a->items[i].object->json);
        if (a->items[i].later)
            a->items[json_integer_value(before)].next = i;
        json_object_set_new(last, title, json_integer((json_int_t)i));
    }
    json_decref(last);
}

struct apply *apply_start(struct kube *k, const kube_objects *objects, const struct apply_options *o,
                          const struct apply_callbacks *cb, void *data)
{
    struct apply *a = xcalloc(1, sizeof(*a));
    *a = (struct apply){.kube = k, .options = *o, .cb = *cb, .data = data, .len = objects->len};
    a->options.space = xstrdup(o->space);
    a->items = xcalloc(objects->len + 1, sizeof(*a->items));
    a->task = (struct loop_task){.fn = phase_ended, .data = a};
    for (size_t i = 0; i < a->len; i++)
        a->items[i] = (struct apply_item){
            .object = &objects->items[i], .phase = plan_phase_of(objects->items[i].json), .apply = a};
    link_repeated(a);
    begin_phase(a);
    return a;
}

/* ---- words for refusals */

static const struct {
    const char *kinds, *part, *hint;
} hints[] = {
    {"Job", "field is immutable",
     "a Job cannot be changed: delete it first (k8sDelete), or let it have metadata.generateName"},
    {"Deployment DaemonSet ReplicaSet", "field is immutable",
     "the selector cannot be changed: keep its labels, or delete the object first (k8sDelete)"},
    {"StatefulSet", "are forbidden",
     "of a StatefulSet only replicas, template and updateStrategy can be changed: delete it first "
     "(k8sDelete)"},
    {"Service", "field is immutable",
     "leave spec.clusterIP out of the manifest, or delete the Service first"},
    {"PersistentVolumeClaim", "forbidden", "of a bound claim only the requested size can grow"},
    {"PersistentVolumeClaim", "immutable", "of a bound claim only the requested size can grow"},
    {"RoleBinding ClusterRoleBinding", "cannot change roleRef", "delete the binding first (k8sDelete)"},
    {"Secret ConfigMap", "field is immutable",
     "it was made with immutable: true; give the new one another name"},
};

const char *apply_hint(const char *kind, const char *message)
{
    for (size_t i = 0; i < ARRAY_LEN(hints); i++)
        if (str_in_words(hints[i].kinds, kind) && strstr(message, hints[i].part))
            return hints[i].hint;
    return NULL;
}
