/* What the states of one target mean, and what stands behind it while it waits. */
#include "executors/kube/await_internal.h"
#include "executors/kube/field.h"
#include "executors/kube/status.h"
#include "executors/kube/trouble.h"
#include <string.h>

enum { DEADLINE_S = 600, DEADLINE_GRACE_S = 15 };

/* The server counts a Deployment's deadline itself; this is for one that has nobody to count it. */
int64_t target_patience(const struct target *t)
{
    if (t->await->timeout_s)
        return 0;
    int seconds = t->object ? status_deadline(t->object, DEADLINE_S) : DEADLINE_S;
    return ((int64_t)seconds + DEADLINE_GRACE_S) * 1000;
}

/* ---- claims whose volume is made when a pod wants it */

/* A class that cannot be read leaves the claim waiting, as before. */
static void class_known(void *data, const struct kube_end *end)
{
    struct target *t = data;
    t->storage = NULL;
    if (!end->err && field_is(end->json, "volumeBindingMode", "WaitForFirstConsumer"))
        target_done(t, "waits for its first consumer");
}

/* Once a claim: its class does not change. */
static void ask_class(struct target *t)
{
    const char *class = field_text(t->object, "spec.storageClassName");
    if (t->storage_asked || !*class || !str_eq(t->resource->kind, "PersistentVolumeClaim"))
        return;
    _cleanup_(buf_release) struct buf path = {0};
    buf_addstr(&path, "/apis/storage.k8s.io/v1/storageclasses/");
    kube_escape(&path, class);
    struct kube_request r = {.path = path.data};
    t->storage_asked = true;
    t->storage = kube_send(t->await->kube, &r, class_known, t);
}

/* ---- states */

/* The API calls it opaque; etcd's revision is a growing number in every server that there is, and a wrong
 * order here only shows an event too many. */
static int64_t version_of(const json_t *o)
{
    return strtoll(field_text(o, "metadata.resourceVersion"), NULL, 10);
}

/* AWAIT_GONE is never done here: that is the deletion itself. */
static enum status_of judge(const struct target *t, struct buf *text)
{
    if (t->await->what == AWAIT_CONDITION)
        return status_condition(t->object, t->await->condition, text);
    if (t->await->what == AWAIT_ROLLOUT)
        return status_rollout(t->object, text);
    buf_addstr(text, field_at(t->object, "metadata.deletionTimestamp") ? "is being deleted" : "is there");
    return STATUS_WAITING;
}

/* Whether it was not told before. */
static bool note_change(struct target *t, const char *text)
{
    if (str_eq(t->text, text))
        return false;
    free(t->text);
    t->text = xstrdup(text);
    t->changed_ms = loop_now(t->await->loop);
    return true;
}

/* To be told "not found" of what was applied a moment ago means that somebody deleted it. */
static void gone(struct target *t)
{
    if (t->await->what == AWAIT_GONE)
        target_done(t, t->object ? "deleted" : "");
    else if (t->object)
        target_fail(t, "was deleted");
    else
        target_fail(t, "not found");
}

/* The newest object is kept also when it is too old to be judged: its troubles are of interest. */
void target_update(struct target *t, json_t *object)
{
    _cleanup_(buf_release) struct buf text = {0};
    if (!object) {
        gone(t);
        return;
    }
    json_incref(object);
    json_decref(t->object);
    t->object = object;
    if (!t->first_version)
        t->first_version = version_of(object);
    if (field_int(object, "metadata.generation", 0) < t->generation)
        return;
    enum status_of status = judge(t, &text);
    const char *said = text.data ? text.data : "";
    if (status == STATUS_DONE) {
        target_done(t, said);
    } else if (status == STATUS_FAILED) {
        target_fail(t, "%s", said);
    } else {
        if (note_change(t, said) && *said && !t->await->quiet && t->await->what != AWAIT_GONE)
            await_line(t->await, "%s: %s", t->title, said);
        ask_class(t);
    }
}

/* ---- troubles */

/* Since when the cause has been there; told when it is new.
 * Causes are literals; a seventh one is not kept and counts as new each time, hence never as lasting. */
static int64_t cause_since(struct target *t, const char *where, const struct trouble *trouble)
{
    int64_t now = loop_now(t->await->loop);
    for (size_t i = 0; i < TARGET_CAUSES; i++) {
        struct target_cause *c = &t->causes[i];
        if (str_eq(c->cause, trouble->cause))
            return c->since_ms;
        if (c->cause)
            continue;
        *c = (struct target_cause){trouble->cause, now};
        await_line(t->await, "  %s%s%s", where, *where ? ": " : "", trouble->text.data);
        break;
    }
    return now;
}

/* The order counts: cause_since() also tells the trouble, which has to be told before it ends the wait. */
static bool is_fatal(struct target *t, const char *where, const struct trouble *trouble)
{
    if (trouble->weight == TROUBLE_NONE)
        return false;
    int64_t lasted = loop_now(t->await->loop) - cause_since(t, where, trouble);
    return trouble->weight == TROUBLE_HOPELESS ||
           (trouble->weight == TROUBLE_LASTING && lasted >= (int64_t)trouble->patience_s * 1000);
}

static void weigh(struct target *t, const char *where, struct trouble *trouble)
{
    if (is_fatal(t, where, trouble) && !t->await->stubborn)
        target_fail(t, "%s%s%s", where, *where ? ": " : "", trouble->text.data);
}

/* A pod that none of its containers has got anywhere with yet. */
static bool is_starting(const json_t *pod)
{
    size_t i;
    json_t *status;
    json_array_foreach(field_at(pod, "status.containerStatuses"), i, status)
    {
        if (!field_at(status, "state.waiting"))
            return false;
    }
    return field_is(pod, "status.phase", "Pending");
}

/* Fewer pods than asked for: then a refusal to make one still stands. */
static bool is_short(const json_t *o)
{
    if (field_is(o, "kind", "DaemonSet"))
        return field_int(o, "status.currentNumberScheduled", 0) <
               field_int(o, "status.desiredNumberScheduled", 0);
    if (field_is(o, "kind", "Job"))
        return !field_int(o, "status.active", 0);
    return field_int(o, "status.replicas", 0) < field_int(o, "spec.replicas", 1);
}

/* Events stay for an hour: one from before this rollout, or about a pod that has got further, says nothing.
 */
static bool concerns(const struct target *t, const json_t *pods, const json_t *event)
{
    const char *uid = field_text(event, "involvedObject.uid");
    size_t i;
    json_t *pod;
    if (version_of(event) < t->first_version)
        return false;
    if (str_eq(uid, field_text(t->object, "metadata.uid")))
        return is_short(t->object);
    json_array_foreach(pods, i, pod)
    {
        if (str_eq(uid, field_text(pod, "metadata.uid")))
            return is_starting(pod);
    }
    return false;
}

static void weigh_events(struct target *t, const struct inquiry_result *r)
{
    struct trouble worst = {0};
    size_t i;
    json_t *event;
    json_array_foreach(r->events, i, event)
    {
        if (concerns(t, r->pods, event))
            trouble_of_event(event, &worst);
    }
    weigh(t, "", &worst);
    trouble_release(&worst);
}

/* Before the controller has seen the change, its conditions and pods are of the revision before. */
static bool is_observed(const json_t *o)
{
    return !field_at(o, "status.observedGeneration") ||
           field_int(o, "metadata.generation", 0) <= field_int(o, "status.observedGeneration", 0);
}

/* The pods of most trouble come first (explain_pods()), and the first fatal one ends the wait. */
static void looked(void *data, const struct inquiry_result *r)
{
    struct target *t = data;
    t->inquiry = NULL;
    struct trouble own = {0};
    if (!is_observed(t->object))
        return;
    trouble_of_workload(t->object, &own);
    weigh(t, "", &own);
    trouble_release(&own);
    for (size_t i = 0; i < json_array_size(r->pods) && t->state == TARGET_WAITING; i++) {
        const json_t *pod = json_array_get(r->pods, i);
        _cleanup_free_ char *where = xasprintf("pod %s", object_name(pod));
        struct trouble trouble = {0};
        trouble_of_pod(pod, &trouble);
        weigh(t, where, &trouble);
        trouble_release(&trouble);
    }
    if (t->state == TARGET_WAITING)
        weigh_events(t, r);
}

/* One inquiry a target at a time: a slow server is not asked faster than it answers. */
void target_look(struct target *t)
{
    if (!t->object || t->inquiry || !status_is_awaited(t->object))
        return;
    t->inquiry = inquiry_start(t->await->kube, t->object, looked, t);
}
