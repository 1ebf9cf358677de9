/* container(name) [kubernetes-plugin: ContainerStepExecution]: the steps of the block run in another
 * container of the pod, in the same workspace. Where the node is no pod it is a plain block, with one notice
 * (PRODUCT.md). */
#include "agents/agent.h"
#include "runner/engine/node.h"
#include "runner/engine/pod_node.h"
#include "runner/steps/rows.h"

struct entering {
    struct step_call *call;
    struct lease *outer;
    struct pod_entry *entry;
    struct lease *lease; /* of the container */
    char *failure;
};

static void entering_free(void *data)
{
    struct entering *e = data;
    lease_unref(e->lease);
    lease_unref(e->outer);
    free(e->failure);
    free(e);
}

static void entered(void *data, struct agent *agent, const char *const *env, const struct error *err)
{
    struct entering *e = data;
    e->entry = NULL;
    if (err)
        e->failure = xstrdup(err->message);
    else
        e->lease = lease_inside(e->outer, agent, env);
    step_wake(e->call);
}

static void cancel(struct step_call *c)
{
    struct entering *e = c->state;
    if (e->entry)
        pod_entry_cancel(e->entry);
    e->entry = NULL;
    step_wake(c);
}

static enum call_status begin(struct step_call *c)
{
    struct entering *e = c->state;
    e->entry = pod_node_enter(e->outer->pod, step_str(c, "name", ""), entered, e);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

static enum call_status inside(struct step_call *c, struct outcome o, struct value *out)
{
    struct entering *e = c->state;
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    if (!e->lease)
        return step_abort(c, "%s", e->failure ? e->failure : "interrupted");
    struct scope *scope = scope_new(c->branch->scope);
    e->lease->shell = xstrdup(step_str(c, "shell", NULL));
    scope->lease = lease_ref(e->lease);
    env_set(&scope->vars, "POD_CONTAINER", step_str(c, "name", ""));
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

enum call_status step_container(struct step_call *c, struct value *out)
{
    struct lease *lease = scope_lease(c->branch->scope);
    if (lease && lease->pod) {
        struct entering *e = xcalloc(1, sizeof(*e));
        *e = (struct entering){.call = c, .outer = lease_ref(lease)};
        c->state = e;
        c->state_release = entering_free;
        return step_await(c, begin, inside);
    }
    if (!c->run->container_told) {
        c->run->container_told = true;
        run_notice(c->run, "container('%s') runs on this machine: the agent has no containers",
                   step_str(c, "name", ""));
    }
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}
