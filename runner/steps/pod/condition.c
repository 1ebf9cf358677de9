/* See condition.h. agent() holds where a node was lost [workflow-durable-task-step: AgentErrorCondition];
 * kubernetesAgent() too, but not for what another pod would meet again, and with handleNonKubernetes also
 * where no node was given at all [kubernetes-plugin: KubernetesAgentErrorCondition]. A resumed build is what
 * nonresumable() is for. */
#include "runner/steps/pod/condition.h"
#include "runner/engine/node.h"
#include "runner/engine/pod_node.h"
#include "base/util.h"

#define LOST_POD "lostPod"
#define LOST_CAUSE "lostCause"
#define UNPLACED "unplaced"

static const char offline[] = "AgentOfflineException";

static const char *chars(struct value v)
{
    return AS_STRING(v)->data;
}

static void set_text(struct value exception, const char *name, const char *text)
{
    struct value v = string_from(text ? text : "");
    exception_set_field(exception, name, v);
    value_release(v);
}

struct value step_failure(struct step_call *c, const char *text)
{
    const struct lease *lease = scope_lease(c->branch->scope);
    const struct pod_node *pod = lease ? lease->pod : NULL;
    bool lost = pod && pod_node_lost(pod);
    struct value out = exception_new(c->fiber, lost ? offline : "AbortException", "%s", text);
    if (lost) {
        set_text(out, LOST_POD, pod_node_name(pod));
        set_text(out, LOST_CAUSE, pod_node_lost_cause(pod));
    }
    return out;
}

struct value node_failure(struct step_call *c, const char *text, bool lost)
{
    struct value out = exception_new(c->fiber, lost ? offline : "AbortException", "%s", text);
    if (!lost)
        exception_set_field(out, UNPLACED, value_bool(true));
    return out;
}

/* Whether another pod may fare better. */
static bool kubernetes_holds(struct step_call *c, struct value exception, bool lost, bool others)
{
    static const char *const ignored[] = {"OOMKilled", "Completed", "DeadlineExceeded"};
    struct value field;
    if (!lost)
        return others && exception_get_field(exception, UNPLACED, &field);
    if (!exception_get_field(exception, LOST_CAUSE, &field))
        return true;
    const char *cause = chars(field);
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++) {
        if (!str_eq(ignored[i], cause))
            continue;
        exception_get_field(exception, LOST_POD, &field);
        step_log(c, "Ignored termination reason(s) for %s for purposes of retry: [%s]", chars(field), cause);
        return false;
    }
    return true;
}

bool agent_condition_holds(struct step_call *c, struct value exception, struct value condition)
{
    struct value name, others, hold = NULL_VALUE;
    bool lost = value_instance_of(c->run->vm, exception, offline);
    if (!value_is(condition, OBJ_MAP) || !map_get_str(AS_MAP(condition), "$class", &name))
        return false;
    const char *text = value_text(c->fiber, name, &hold);
    bool agent = str_eq(text, "agent"), kubernetes = str_eq(text, "kubernetesAgent");
    value_release(hold);
    if (agent)
        return lost;
    bool all = map_get_str(AS_MAP(condition), "handleNonKubernetes", &others) && others.tag == VAL_BOOL &&
               others.u.b;
    return kubernetes && kubernetes_holds(c, exception, lost, all);
}
