/* See explain.h. No requests and no state: tests feed it what servers have answered. */
#include "executors/kube/explain.h"
#include "base/util.h"
#include "executors/kube/field.h"
#include "executors/kube/trouble.h"
#include <string.h>

int64_t explain_revision(const json_t *object)
{
    const json_t *notes = field_at(object, "metadata.annotations");
    const char *text = json_string_value(json_object_get(notes, "deployment.kubernetes.io/revision"));
    return text ? strtoll(text, NULL, 10) : 0;
}

/* A Deployment's own annotation is the newest revision's number, and each ReplicaSet carries its own. */
const json_t *explain_replica_set(const json_t *deployment, const json_t *replica_sets, int64_t revision)
{
    size_t i;
    json_t *set;
    if (!revision)
        revision = explain_revision(deployment);
    json_array_foreach(replica_sets, i, set)
    {
        if (object_is_owned_by(set, field_text(deployment, "metadata.uid")) &&
            explain_revision(set) == revision)
            return set;
    }
    return NULL;
}

/* ---- which pods */

/* Not ready without a known trouble counts as slow, so that such pods come before the healthy ones. */
static int pod_weight(const json_t *pod)
{
    struct trouble t = {0};
    trouble_of_pod(pod, &t);
    int weight = (int)t.weight;
    trouble_release(&t);
    if (weight == TROUBLE_NONE && !field_is(object_condition(pod, "Ready"), "status", "True"))
        weight = TROUBLE_SLOW;
    return weight;
}

/* A StatefulSet keeps pods of both revisions; an old one says nothing on the new. */
static bool is_of(const json_t *workload, const char *owner, const json_t *pod)
{
    const json_t *labels = field_at(pod, "metadata.labels");
    const char *revision = field_text(workload, "status.updateRevision");
    const char *hash = json_string_value(json_object_get(labels, "controller-revision-hash"));
    return object_is_owned_by(pod, owner) && (!*revision || !hash || str_eq(hash, revision));
}

/* Sorted by weight in passes, which keeps the server's order within one. */
json_t *explain_pods(const json_t *workload, const json_t *replica_sets, const json_t *pods)
{
    bool deployment = str_eq(object_kind(workload), "Deployment");
    const json_t *owner = deployment ? explain_replica_set(workload, replica_sets, 0) : workload;
    const char *uid = field_text(owner, "metadata.uid");
    json_t *own = json_array(), *pod;
    size_t i;
    for (int weight = TROUBLE_HOPELESS; weight >= TROUBLE_NONE; weight--) {
        json_array_foreach(pods, i, pod)
        {
            if (owner && is_of(workload, uid, pod) && pod_weight(pod) == weight)
                json_array_append(own, pod);
        }
    }
    return own;
}

/* ---- in words */

static void containers_text(const json_t *pod, const char *list, struct buf *text)
{
    size_t i;
    json_t *status;
    json_array_foreach(field_at(pod, list), i, status)
    {
        _cleanup_(buf_release) struct buf line = {0};
        if (!trouble_container_text(status, &line))
            buf_printf(text, "    %s\n", line.data);
    }
}

void explain_pod_text(const json_t *pod, struct buf *text)
{
    const char *phase = field_text(pod, "status.phase"), *node = field_text(pod, "spec.nodeName");
    const json_t *scheduled = object_condition(pod, "PodScheduled");
    buf_printf(text, "  pod %s: %s%s%s", object_name(pod), *phase ? phase : "Pending", *node ? " on " : "",
               node);
    if (*field_text(pod, "status.reason"))
        buf_printf(text, ", %s: %s", field_text(pod, "status.reason"), field_text(pod, "status.message"));
    buf_addch(text, '\n');
    if (field_is(scheduled, "status", "False"))
        buf_printf(text, "    %s: %s\n", field_text(scheduled, "reason"), field_text(scheduled, "message"));
    containers_text(pod, "status.initContainerStatuses", text);
    containers_text(pod, "status.containerStatuses", text);
}

/* Events come oldest first; the last few are kept by shifting. Normal ones tell nothing of a failure. */
void explain_events_text(const json_t *events, const char *uid, struct buf *text)
{
    const json_t *last[EXPLAIN_EVENTS];
    size_t n = 0, i;
    json_t *event;
    json_array_foreach(events, i, event)
    {
        if (!field_is(event, "involvedObject.uid", uid) || field_is(event, "type", "Normal"))
            continue;
        if (n == EXPLAIN_EVENTS)
            memmove(last, last + 1, --n * sizeof(*last));
        last[n++] = event;
    }
    for (i = 0; i < n; i++) {
        long long times = (long long)field_int(last[i], "count", 1);
        buf_printf(text, "    event %s", field_text(last[i], "reason"));
        if (times > 1)
            buf_printf(text, " (%lld times)", times);
        buf_printf(text, ": %s\n", field_text(last[i], "message"));
    }
}

/* ---- whose log */

/* `previous`: a container in CrashLoopBackOff waits, and the log that tells why is that of the run before. */
static bool log_in(const json_t *pod, const char *list, struct explain_log *log)
{
    size_t i;
    json_t *status;
    json_array_foreach(field_at(pod, list), i, status)
    {
        _cleanup_(buf_release) struct buf text = {0};
        bool running = field_at(status, "state.running"), ended = field_at(status, "state.terminated");
        bool before = field_at(status, "lastState.terminated");
        if (trouble_container_text(status, &text) || (!running && !ended && !before))
            continue;
        *log = (struct explain_log){field_text(status, "name"), before && !ended};
        return true;
    }
    return false;
}

bool explain_log_of(const json_t *pod, struct explain_log *log)
{
    return log_in(pod, "status.initContainerStatuses", log) || log_in(pod, "status.containerStatuses", log);
}
