/* Counts are read as 0 where the server leaves them out, which it does for zeros. */
#include "executors/kube/status.h"
#include "base/util.h"
#include "executors/kube/field.h"
#include <string.h>
#include <strings.h>

#define N(path, dflt) ((long long)field_int(o, path, dflt))

/* The server has not looked at the newest specification yet: its counts are of the one before. */
static bool is_unseen(const json_t *o)
{
    return N("metadata.generation", 0) > N("status.observedGeneration", 0);
}

/* Conditions of old servers may lack a reason. */
static void add_reason(struct buf *text, const json_t *condition)
{
    const char *reason = field_text(condition, "reason"), *message = field_text(condition, "message");
    buf_printf(text, "%s%s%s", *reason ? reason : field_text(condition, "type"), *message ? ": " : "",
               message);
}

static enum status_of deployment(const json_t *o, struct buf *text)
{
    long long wanted = N("spec.replicas", 1), updated = N("status.updatedReplicas", 0);
    long long all = N("status.replicas", 0), available = N("status.availableReplicas", 0);
    const json_t *progressing = object_condition(o, "Progressing");
    if (is_unseen(o))
        return STATUS_WAITING;
    buf_printf(text, "%lld/%lld updated, %lld available", updated, wanted, available);
    if (field_is(progressing, "reason", "ProgressDeadlineExceeded")) {
        buf_addstr(text, "; exceeded its progress deadline");
        return STATUS_FAILED;
    }
    if (json_is_true(field_at(o, "spec.paused")) && updated < wanted) {
        buf_addstr(text, "; the rollout is paused");
        return STATUS_DONE;
    }
    if (updated >= wanted && all > wanted)
        buf_printf(text, ", %lld to end", all - wanted);
    /* kubectl compares with the updated ones, and takes a Deployment that shrinks for done at once. */
    bool done = updated >= wanted && all <= wanted && available >= updated;
    return done ? STATUS_DONE : STATUS_WAITING;
}

static enum status_of daemon_set(const json_t *o, struct buf *text)
{
    long long wanted = N("status.desiredNumberScheduled", 0), updated = N("status.updatedNumberScheduled", 0);
    long long available = N("status.numberAvailable", 0);
    if (is_unseen(o))
        return STATUS_WAITING;
    if (field_is(o, "spec.updateStrategy.type", "OnDelete")) {
        buf_addstr(text, "pods change when they are deleted (OnDelete): not awaited");
        return STATUS_DONE;
    }
    buf_printf(text, "%lld/%lld updated, %lld available", updated, wanted, available);
    return updated >= wanted && available >= wanted ? STATUS_DONE : STATUS_WAITING;
}

/* updateRevision and currentRevision become one only when the last pod has been replaced. */
static enum status_of stateful_set(const json_t *o, struct buf *text)
{
    long long wanted = N("spec.replicas", 1), updated = N("status.updatedReplicas", 0);
    long long ready = N("status.readyReplicas", 0);
    long long partition = N("spec.updateStrategy.rollingUpdate.partition", 0);
    const char *current = field_text(o, "status.currentRevision");
    bool same = field_is(o, "status.updateRevision", current);
    if (is_unseen(o) || !N("status.observedGeneration", 0))
        return STATUS_WAITING;
    if (field_is(o, "spec.updateStrategy.type", "OnDelete")) {
        buf_addstr(text, "pods change when they are deleted (OnDelete): not awaited");
        return STATUS_DONE;
    }
    /* Where both revisions are one there is nothing to update, and updatedReplicas may be absent. */
    buf_printf(text, "%lld/%lld updated, %lld ready", same ? N("status.currentReplicas", updated) : updated,
               wanted, ready);
    if (ready < wanted)
        return STATUS_WAITING;
    if (partition > 0) {
        buf_printf(text, " (partition %lld)", partition);
        return updated >= wanted - partition ? STATUS_DONE : STATUS_WAITING;
    }
    return same ? STATUS_DONE : STATUS_WAITING;
}

static enum status_of job(const json_t *o, struct buf *text)
{
    const json_t *failed = object_condition(o, "Failed"), *complete = object_condition(o, "Complete");
    buf_printf(text, "%lld/%lld completed, %lld active, %lld failed", N("status.succeeded", 0),
               N("spec.completions", 1), N("status.active", 0), N("status.failed", 0));
    if (field_is(failed, "status", "True")) {
        buf_addstr(text, "; ");
        add_reason(text, failed);
        return STATUS_FAILED;
    }
    return field_is(complete, "status", "True") ? STATUS_DONE : STATUS_WAITING;
}

static enum status_of claim(const json_t *o, struct buf *text)
{
    const char *phase = field_text(o, "status.phase");
    buf_addstr(text, *phase ? phase : "Pending");
    return str_eq(phase, "Bound") ? STATUS_DONE : str_eq(phase, "Lost") ? STATUS_FAILED : STATUS_WAITING;
}

/* Running is not enough: a pod is done when it is ready, or has ended well. */
static enum status_of pod(const json_t *o, struct buf *text)
{
    const char *phase = field_text(o, "status.phase"), *reason = field_text(o, "status.reason");
    bool ready = field_is(object_condition(o, "Ready"), "status", "True");
    buf_printf(text, "%s%s%s%s", *phase ? phase : "Pending", *reason ? ": " : "", reason,
               str_eq(phase, "Running") ? ready ? ", ready" : ", not ready" : "");
    if (str_eq(phase, "Failed"))
        return STATUS_FAILED;
    return ready || str_eq(phase, "Succeeded") ? STATUS_DONE : STATUS_WAITING;
}

static enum status_of definition(const json_t *o, struct buf *text)
{
    const json_t *names = object_condition(o, "NamesAccepted");
    if (field_is(names, "status", "False")) {
        add_reason(text, names);
        return STATUS_FAILED;
    }
    bool done = field_is(object_condition(o, "Established"), "status", "True");
    buf_addstr(text, done ? "established" : "not established yet");
    return done ? STATUS_DONE : STATUS_WAITING;
}

static const struct judge {
    const char *groups, *kind; /* groups: words; "core" is the one without a name */
    enum status_of (*fn)(const json_t *o, struct buf *text);
} judges[] = {
    {"apps extensions", "Deployment", deployment},
    {"apps extensions", "DaemonSet", daemon_set},
    {"apps", "StatefulSet", stateful_set},
    {"batch", "Job", job},
    {"core", "PersistentVolumeClaim", claim},
    {"core", "Pod", pod},
    {"apiextensions.k8s.io", "CustomResourceDefinition", definition},
};

/* Group and kind, not the version: v1beta1 of a kind has the same fields here. */
static const struct judge *judge_of(const json_t *object)
{
    _cleanup_free_ char *group = object_group(object);
    for (size_t i = 0; i < ARRAY_LEN(judges); i++)
        if (str_eq(judges[i].kind, object_kind(object)) &&
            str_in_words(judges[i].groups, *group ? group : "core"))
            return &judges[i];
    return NULL;
}

bool status_is_awaited(const json_t *object)
{
    return judge_of(object) != NULL;
}

enum status_of status_rollout(const json_t *object, struct buf *text)
{
    const struct judge *j = judge_of(object);
    return j ? j->fn(object, text) : STATUS_DONE;
}

enum status_of status_condition(const json_t *object, const char *condition, struct buf *text)
{
    const char *equals = strchr(condition, '='), *wanted = equals ? equals + 1 : "True";
    _cleanup_free_ char *type =
        equals ? xstrndup(condition, (size_t)(equals - condition)) : xstrdup(condition);
    const json_t *found = object_condition(object, type);
    const char *is = field_text(found, "status");
    if (!found) {
        buf_printf(text, "%s is not known yet", type);
        return STATUS_WAITING;
    }
    buf_printf(text, "%s is %s", type, is);
    if (strcasecmp(is, wanted) == 0)
        return STATUS_DONE;
    if (*field_text(found, "reason")) {
        buf_addstr(text, " (");
        add_reason(text, found);
        buf_addch(text, ')');
    }
    return STATUS_WAITING;
}

int status_deadline(const json_t *object, int dflt)
{
    return str_eq(object_kind(object), "Deployment")
               ? (int)field_int(object, "spec.progressDeadlineSeconds", 600)
               : dflt;
}
