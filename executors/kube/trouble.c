/* Reasons are those of the kubelet (pkg/kubelet/images, container/sync_result.go), the scheduler and the
 * controllers' events.
 *
 * Patience is the time that a passing cause needs to pass: two pulls for a registry's hiccup (25 s), a few
 * seconds where a ConfigMap applied in the same moment may not be visible yet. */
#include "executors/kube/trouble.h"
#include "base/util.h"
#include "executors/kube/field.h"
#include <string.h>

enum { CRASHES = 3 }; /* restarts in CrashLoopBackOff that are enough: about half a minute */

static const struct reason {
    const char *reason, *cause;
    enum trouble_weight weight;
    int patience_s;
} waiting_reasons[] = {
    {"InvalidImageName", "image", TROUBLE_HOPELESS, 0},
    {"ErrImageNeverPull", "image", TROUBLE_HOPELESS, 0},
    {"ErrImagePull", "image", TROUBLE_LASTING, 25},
    {"ImagePullBackOff", "image", TROUBLE_LASTING, 25},
    {"ImageInspectError", "image", TROUBLE_LASTING, 25},
    {"RegistryUnavailable", "image", TROUBLE_LASTING, 60},
    {"CreateContainerConfigError", "config", TROUBLE_LASTING, 10},
    {"CreateContainerError", "config", TROUBLE_LASTING, 20},
    {"RunContainerError", "config", TROUBLE_LASTING, 20},
};

void trouble_release(struct trouble *t)
{
    buf_release(&t->text);
}

/* The heavier one stays.
 * true: it is the new one, and the caller adds its text. */
static bool trouble_raise(struct trouble *t, enum trouble_weight weight, int patience_s, const char *cause)
{
    if (weight <= t->weight)
        return false;
    t->weight = weight;
    t->patience_s = patience_s;
    t->cause = cause;
    buf_clear(&t->text);
    return true;
}

static void add_message(struct buf *text, const char *reason, const char *message)
{
    buf_printf(text, "%s%s%s", reason, *message ? ": " : "", message);
}

/* ---- containers */

/* Signal and exit code both: a container killed for memory ends with 137 and OOMKilled. */
static void add_end(struct buf *text, const char *what, const json_t *end)
{
    const char *reason = field_text(end, "reason"), *message = field_text(end, "message");
    long long signal = (long long)field_int(end, "signal", 0);
    buf_printf(text, "%s exit code %lld", what, (long long)field_int(end, "exitCode", 0));
    if (signal)
        buf_printf(text, ", signal %lld", signal);
    if (*reason)
        buf_printf(text, " (%s)", reason);
    if (*message)
        buf_printf(text, ": %s", message);
}

bool trouble_container_text(const json_t *status, struct buf *text)
{
    const json_t *waiting = field_at(status, "state.waiting"), *ended = field_at(status, "state.terminated");
    const json_t *last = field_at(status, "lastState.terminated");
    long long restarts = (long long)field_int(status, "restartCount", 0);
    bool ready = json_is_true(field_at(status, "ready"));
    buf_printf(text, "container %s: ", field_text(status, "name"));
    if (waiting)
        add_message(text, *field_text(waiting, "reason") ? field_text(waiting, "reason") : "waiting",
                    last ? "" : field_text(waiting, "message"));
    else if (ended)
        add_end(text, "ended,", ended);
    else
        buf_addstr(text, !field_at(status, "state.running") ? "not started"
                         : ready                            ? "ready"
                                                            : "running, not ready");
    if (restarts)
        buf_printf(text, ", restarted %lld time%s", restarts, restarts == 1 ? "" : "s");
    if (last)
        add_end(text, ", last", last);
    return ready || (ended && field_int(ended, "exitCode", 0) == 0);
}

/* Two crashes may be a database that is not up yet, three are a pattern. */
static void container_trouble(const json_t *status, struct trouble *t)
{
    const char *reason = field_text(status, "state.waiting.reason");
    bool raised = false;
    for (size_t i = 0; i < ARRAY_LEN(waiting_reasons); i++)
        if (str_eq(reason, waiting_reasons[i].reason))
            raised = trouble_raise(t, waiting_reasons[i].weight, waiting_reasons[i].patience_s,
                                   waiting_reasons[i].cause);
    if (str_eq(reason, "CrashLoopBackOff"))
        raised = field_int(status, "restartCount", 0) >= CRASHES
                     ? trouble_raise(t, TROUBLE_HOPELESS, 0, "crash")
                     : trouble_raise(t, TROUBLE_SLOW, 0, "crash");
    if (raised)
        trouble_container_text(status, &t->text);
}

static void containers_trouble(const json_t *pod, const char *list, struct trouble *t)
{
    size_t i;
    json_t *status;
    json_array_foreach(field_at(pod, list), i, status)
    {
        container_trouble(status, t);
    }
}

/* ---- pods */

/* A claim that is not there is made by nobody; room may be made by an autoscaler. */
static void schedule_trouble(const json_t *pod, struct trouble *t)
{
    const json_t *scheduled = object_condition(pod, "PodScheduled");
    const char *message = field_text(scheduled, "message");
    if (!field_is(scheduled, "status", "False"))
        return;
    bool missing = strstr(message, "not found") != NULL;
    if (trouble_raise(t, missing ? TROUBLE_LASTING : TROUBLE_SLOW, 10, "schedule"))
        add_message(&t->text, field_text(scheduled, "reason"), message);
}

void trouble_of_pod(const json_t *pod, struct trouble *t)
{
    schedule_trouble(pod, t);
    containers_trouble(pod, "status.initContainerStatuses", t);
    containers_trouble(pod, "status.containerStatuses", t);
    if (field_is(pod, "status.phase", "Failed") && *field_text(pod, "status.reason") &&
        trouble_raise(t, TROUBLE_SLOW, 0, "pod")) /* Evicted and its likes: another one is made */
        add_message(&t->text, field_text(pod, "status.reason"), field_text(pod, "status.message"));
}

/* ---- workloads and events */

void trouble_of_workload(const json_t *workload, struct trouble *t)
{
    const json_t *failure = object_condition(workload, "ReplicaFailure");
    if (field_is(failure, "status", "True") && trouble_raise(t, TROUBLE_LASTING, 10, "create"))
        add_message(&t->text, field_text(failure, "reason"), field_text(failure, "message"));
}

void trouble_of_event(const json_t *event, struct trouble *t)
{
    const char *reason = field_text(event, "reason"), *message = field_text(event, "message");
    bool mount = str_eq(reason, "FailedMount") || str_eq(reason, "FailedAttachVolume");
    bool refused = str_eq(reason, "FailedCreate") && strstr(message, "forbidden");
    bool unbound = str_eq(reason, "FailedBinding") ||
                   (str_eq(reason, "ProvisioningFailed") && strstr(message, "not found"));
    bool raised = false;
    if (refused)
        raised = trouble_raise(t, TROUBLE_LASTING, 10, "create");
    else if (unbound)
        raised = trouble_raise(t, TROUBLE_LASTING, 30, "claim");
    else if (mount && strstr(message, "not found"))
        raised = trouble_raise(t, TROUBLE_LASTING, 15, "mount");
    else if (mount)
        raised = trouble_raise(t, TROUBLE_SLOW, 0, "mount");
    if (raised)
        add_message(&t->text, reason, message);
}
