/* See pod_state.h. */
#include "agents/kube/pod_state.h"
#include "agents/kube/pod_merge.h"
#include "base/util.h"

static const char *text(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

static const json_t *status_of(const json_t *pod)
{
    return json_object_get(pod, "status");
}

/* ---- one container */

/* Reasons of a waiting container that do not pass by waiting. */
static const struct {
    const char *reason;
    enum pod_state state;
} reasons[] = {
    {"ErrImagePull", POD_PULL_FAILED},    {"ImagePullBackOff", POD_FAILED},
    {"InvalidImageName", POD_FAILED},     {"ErrImageNeverPull", POD_FAILED},
    {"ImageInspectError", POD_FAILED},    {"CrashLoopBackOff", POD_FAILED},
    {"CreateContainerError", POD_FAILED}, {"CreateContainerConfigError", POD_FAILED},
    {"RunContainerError", POD_FAILED},
};

static void add_reason(struct buf *why, const char *name, const char *reason, const char *message)
{
    buf_printf(why, "container %s: %s%s%s", name, reason, *message ? ": " : "", message);
}

static enum pod_state waiting_state(const char *name, const json_t *waiting, struct buf *why)
{
    const char *reason = text(waiting, "reason");
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (!str_eq(reasons[i].reason, reason))
            continue;
        add_reason(why, name, reason, text(waiting, "message"));
        return reasons[i].state;
    }
    return POD_WAITS;
}

static void add_end(struct buf *why, const json_t *terminated)
{
    const char *reason = text(terminated, "reason"), *message = text(terminated, "message");
    buf_printf(why, "exit code %lld%s%s%s%s",
               (long long)json_integer_value(json_object_get(terminated, "exitCode")), *reason ? ", " : "",
               reason, *message ? ": " : "", message);
}

static enum pod_state container_state(const json_t *status, bool init, struct buf *why)
{
    const json_t *state = json_object_get(status, "state"), *ended = json_object_get(state, "terminated");
    const char *name = text(status, "name");
    if (json_object_get(state, "running"))
        return init ? POD_WAITS : POD_RUNS;
    if (!ended)
        return waiting_state(name, json_object_get(state, "waiting"), why);
    if (init && json_integer_value(json_object_get(ended, "exitCode")) == 0)
        return POD_RUNS; /* it has done its part */
    buf_printf(why, "container %s ended (", name);
    add_end(why, ended);
    buf_addch(why, ')');
    return POD_FAILED;
}

/* The worst of all; POD_RUNS only when there are `count` that run. */
static enum pod_state containers_state(const json_t *list, size_t count, bool init, struct buf *why)
{
    enum pod_state worst = POD_WAITS;
    size_t i, running = 0;
    json_t *status;
    json_array_foreach(list, i, status)
    {
        enum pod_state one = container_state(status, init, why);
        running += one == POD_RUNS;
        if (one > POD_RUNS)
            return one;
    }
    return running == count ? POD_RUNS : worst;
}

/* ---- the pod */

static bool unschedulable(const json_t *pod, struct buf *why)
{
    json_t *condition = pod_named(json_object_get(status_of(pod), "conditions"), "type", "PodScheduled");
    if (!str_eq(text(condition, "status"), "False") || !str_eq(text(condition, "reason"), "Unschedulable"))
        return false;
    buf_addstr(why, text(condition, "message"));
    return true;
}

/* Of a phase that a pod does not leave: "Evicted: The node was low on resource: memory". */
static bool phase_is_last(const json_t *pod, struct buf *why)
{
    const json_t *status = status_of(pod);
    const char *phase = text(status, "phase"), *reason = text(status, "reason"),
               *message = text(status, "message");
    if (!str_eq(phase, "Failed") && !str_eq(phase, "Succeeded"))
        return false;
    buf_printf(why, "%s%s%s", *reason ? reason : phase, *message ? ": " : "", message);
    return true;
}

enum pod_state pod_state_of(const json_t *pod, struct buf *why)
{
    const json_t *status = status_of(pod), *spec = json_object_get(pod, "spec");
    enum pod_state state =
        containers_state(json_object_get(status, "initContainerStatuses"),
                         json_array_size(json_object_get(spec, "initContainers")), true, why);
    if (state <= POD_RUNS)
        state = containers_state(json_object_get(status, "containerStatuses"),
                                 json_array_size(json_object_get(spec, "containers")), false, why);
    if (state > POD_RUNS)
        return state;
    if (phase_is_last(pod, why))
        return POD_FAILED;
    if (state == POD_RUNS && str_eq(text(status, "phase"), "Running"))
        return POD_RUNS;
    return unschedulable(pod, why) ? POD_UNSCHEDULABLE : POD_WAITS;
}

bool pod_container_over(const json_t *pod, const char *container, struct buf *why)
{
    json_t *status = pod_named(json_object_get(status_of(pod), "containerStatuses"), "name", container),
           *ended = json_object_get(json_object_get(status, "state"), "terminated");
    if (!ended)
        return false;
    buf_addstr(why, "ended (");
    add_end(why, ended);
    buf_addch(why, ')');
    return true;
}

/* A container that ends takes the others with it [kubernetes-plugin:
 * Reaper.TerminateAgentOnContainerTerminated]. */
bool pod_state_is_over(const json_t *pod, struct buf *why)
{
    json_t *list = json_object_get(status_of(pod), "containerStatuses"), *status;
    size_t i, start = why->len;
    bool last = phase_is_last(pod, why);
    if (last && *text(status_of(pod), "reason"))
        return true;
    json_array_foreach(list, i, status)
    {
        why->len = start;
        buf_printf(why, "container %s ", text(status, "name"));
        if (pod_container_over(pod, text(status, "name"), why))
            return true;
    }
    why->len = start;
    return last && phase_is_last(pod, why);
}

bool pod_state_is_usable(const json_t *pod, struct buf *why)
{
    _cleanup_(buf_release) struct buf text = {0};
    if (json_object_get(json_object_get(pod, "metadata"), "deletionTimestamp")) {
        buf_addstr(why, "was deleted");
        pod_state_disruption(pod, why);
        return false;
    }
    if (pod_state_of(pod, &text) == POD_RUNS)
        return true;
    if (!text.len)
        pod_state_describe(pod, &text);
    buf_printf(why, "does not run any more: %s", text.data);
    return false;
}

bool pod_state_is_by_node(const json_t *pod)
{
    const char *reason = text(status_of(pod), "reason");
    return str_eq(text(status_of(pod), "phase"), "Failed") && *reason && !str_eq(reason, "DeadlineExceeded");
}

const char *pod_state_cause(const json_t *pod)
{
    json_t *list = json_object_get(status_of(pod), "containerStatuses"), *status;
    size_t i;
    if (*text(status_of(pod), "reason"))
        return text(status_of(pod), "reason");
    json_array_foreach(list, i, status)
    {
        const json_t *ended = json_object_get(json_object_get(status, "state"), "terminated");
        if (*text(ended, "reason"))
            return text(ended, "reason");
    }
    return NULL;
}

void pod_state_disruption(const json_t *pod, struct buf *why)
{
    const json_t *list = json_object_get(status_of(pod), "conditions"),
                 *one = pod_named(list, "type", "DisruptionTarget");
    if (str_eq(text(one, "status"), "True"))
        buf_printf(why, ": %s: %s", text(one, "reason"), text(one, "message"));
}

void pod_state_describe(const json_t *pod, struct buf *out)
{
    json_t *list = json_object_get(status_of(pod), "containerStatuses"), *status;
    size_t i;
    json_array_foreach(list, i, status)
    {
        const json_t *state = json_object_get(status, "state"), *waiting = json_object_get(state, "waiting");
        buf_printf(out, "%s%s %s", i ? ", " : "", text(status, "name"),
                   json_object_get(state, "running") ? "runs"
                   : waiting                         ? "waits"
                                                     : "ended");
        if (waiting)
            buf_printf(out, " (%s)", text(waiting, "reason"));
    }
    if (!i)
        buf_printf(out, "phase %s",
                   *text(status_of(pod), "phase") ? text(status_of(pod), "phase") : "unknown");
}
