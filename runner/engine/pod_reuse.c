/* Pods that serve one node after the other: idleMinutes of a template [kubernetes-plugin: KubernetesSlave,
 * whose agent then has a CloudRetentionStrategy in place of a OnceRetentionStrategy]. They last as long as
 * their build at most, since other builds ask for other labels.
 *
 * Before the next node gets one, the server is asked whether it still runs, and what the node before left
 * running is ended, as Jenkins does at the end of a node [workflow-durable-task-step: ExecutorStepExecution].
 * The workspace stays as it was left. */
#include "agents/kill_script.h"
#include "runner/engine/pod_node_parts.h"

enum { GRACE_MS = 2000 };

static struct pod_node *node_of(struct idle_pod *idle)
{
    return idle ? CONTAINER_OF(idle, struct pod_node, idle) : NULL;
}

/* The first that waits for room in its cluster; new ones stand at the head of the list. */
static struct pod_node *crowded_beside(const struct pod_node *n)
{
    struct pod_node *first = NULL;
    for (struct pod_node *p = run_pods_of(n->run)->first; p; p = p->next)
        if (p->crowded && !p->begun && !p->ending && p->kind.cluster == n->kind.cluster)
            first = p;
    return first;
}

/* Who asked for n asks again, and gets that one. */
static void ask_again(struct pod_node *n, const struct pod_node *idle)
{
    _cleanup_free_ char *text = xasprintf("pod %s is free, so pod %s is not needed", idle->name, n->name);
    pod_node_fail_soon(n, ERROR_LOST, text);
}

bool pod_node_rests(struct pod_node *n)
{
    if (!n->used || !n->idle_ms || n->ending || pod_lost_reason(n->pod))
        return false;
    struct pod_node *waiting = crowded_beside(n);
    if (waiting && !pod_kind_same(&waiting->kind, &n->kind))
        return false; /* it makes room */
    n->used = false;
    idle_pods_add(&run_pods_of(n->run)->idle, &n->idle, &n->kind, n->idle_ms);
    if (waiting)
        ask_again(waiting, n);
    return true;
}

/* ---- the end of a rest */

void pod_reuse_expired(struct idle_pod *idle)
{
    pod_node_end(node_of(idle));
}

bool pod_node_displaces(struct pod_node *n)
{
    struct idle_pods *all = &run_pods_of(n->run)->idle;
    struct pod_node *alike = node_of(idle_pods_find(all, &n->kind));
    if (alike) {
        ask_again(n, alike);
        return true;
    }
    struct pod_node *idle = node_of(idle_pods_give_up(all, n->kind.cluster));
    if (!idle)
        return false;
    run_notice(n->run, "pod %s, which is idle, makes room for pod %s", idle->name, n->name);
    pod_node_end(idle);
    return true;
}

void run_pods_forget(struct run *run, const char *label)
{
    struct run_pods *all = run->extra[EXTRA_PODS];
    for (struct pod_node *n; all && (n = node_of(idle_pods_labelled(&all->idle, label)));)
        pod_node_end(n);
}

void pod_reuse_stop(struct pod_node *n)
{
    idle_pod_remove(&n->idle);
    loop_timer_stop(n->run->loop, &n->grace);
    if (n->check)
        pod_check_cancel(n->check);
    n->check = NULL;
}

/* ---- the next node */

static void give_again(struct pod_node *n)
{
    _cleanup_free_ char *line =
        xasprintf("Agent %s is provisioned from template %s", n->name, n->template_name);
    run_notice(n->run, "reusing pod %s", n->name);
    n->cb.log(n->data, line);
    pod_node_give(n);
}

static void sweep(struct pod_node *n, const char *signal);

static void sweep_hard(struct loop_timer *t)
{
    struct pod_node *n = t->data;
    n->hard = true;
    sweep(n, "KILL");
}

/* A container without a shell has run no script. */
static void swept(void *data, const struct launch_end *end)
{
    struct pod_node *n = data;
    if (n->ending)
        return;
    n->found |= !end->err && end->status == 1;
    if (--n->sweeps)
        return;
    if (pod_lost_reason(n->pod))
        pod_node_fail(n, ERROR_LOST, pod_lost_reason(n->pod));
    else if (n->found && !n->hard)
        loop_timer_start(n->run->loop, &n->grace, GRACE_MS);
    else
        give_again(n);
}

static void ignore_output(void *data, int stream, const char *bytes, size_t n)
{
}

static void sweep(struct pod_node *n, const char *signal)
{
    static const struct launch_callbacks callbacks = {.output = ignore_output, .done = swept};
    _cleanup_free_ char *cookie = xasprintf("JENKINS_NODE_COOKIE=%s", n->run->cookie);
    const char *argv[] = {"sh", "-c", kill_script, "sh", signal, cookie, "1", NULL};
    struct launch what = {.argv = argv, .split = true};
    _cleanup_(error_release) struct error none = {0};
    for (struct place *p = n->places; p; p = p->next) {
        n->sweeps++;
        p->launcher.launcher.ops->start(&p->launcher.launcher, &what, &callbacks, n, &none);
    }
    if (!n->sweeps)
        give_again(n);
}

static void checked(void *data, const struct error *err)
{
    struct pod_node *n = data;
    const char *lost = pod_lost_reason(n->pod);
    n->check = NULL;
    if (err || lost)
        pod_node_fail(n, ERROR_LOST, lost ? lost : err->message);
    else
        sweep(n, "TERM");
}

struct pod_node *pod_node_reuse(struct run *run, const struct pod_wish *wish,
                                const struct pod_node_callbacks *cb, void *data)
{
    struct run_pods *all = run_pods_of(run);
    if (!all->idle.first)
        return NULL;
    const struct pod_kind wanted = {wish->label, wish->template, run_kube(run, NULL, &wish->cluster, NULL)};
    struct pod_node *n = node_of(idle_pods_take(&all->idle, &wanted));
    if (!n)
        return NULL;
    n->refs = 1;
    n->cb = *cb;
    n->data = data;
    n->found = n->hard = false;
    n->grace = (struct loop_timer){.fn = sweep_hard, .data = n};
    n->check = pod_check_start(n->pod, checked, n);
    return n;
}
