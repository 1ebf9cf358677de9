/* Executors of one build: other builds have pools of their own, so `executors` limits what a build runs
 * at once, and locks keep workspaces apart. Requests wait in the order in which they came; one whose
 * label fits no free node does not hold up those behind it [core: Queue.maintain]. */
#include "runner/engine/node_parts.h"
#include "agents/agent.h"
#include "runner/engine/remote.h"
#include "runner/engine/run.h"
#include "runner/state/label.h"
#include <string.h>

/* Pods of a row that run at once unless it says `executors`; the time that far nodes get to end. */
enum { POD_EXECUTORS = 10, END_MS = 30000 };

void node_init(struct build_node *n, struct node_pool *p, const char *name, int executors)
{
    n->name = name;
    n->pool = p;
    n->executors = executors;
    n->busy = xcalloc((size_t)executors, sizeof(bool));
    n->agent = agent_local_new(&p->run->procs, name);
}

static void node_configure(struct build_node *n, const struct agent_config *c)
{
    n->config = c;
    n->labels = c->labels;
    n->n_labels = c->n_labels;
    for (size_t i = 0; i < c->n_env; i++)
        env_set(&n->vars, c->env[i].name, c->env[i].value);
}

struct node_pool *node_pool_new(struct run *run, int executors)
{
    struct node_pool *p = xcalloc(1, sizeof(*p));
    struct config *c = run->config;
    bool listed = false;
    p->run = run;
    /* `end` is where the next request is hung: a pool must not be moved in memory. */
    p->end = &p->first;
    p->any_label = c->n_agents == 0;
    p->nodes = xcalloc(c->n_agents + 1, sizeof(*p->nodes));
    for (size_t i = 0; i < c->n_agents; i++) {
        const struct agent_config *a = &c->agents[i];
        /* A row of that name says what the built-in node is. */
        bool built_in = strcmp(a->name, "built-in") == 0;
        bool pods = str_eq(a->kind, "kubernetes") && !built_in;
        struct build_node *n = &p->nodes[p->len++];
        node_init(n, p, a->name,
                  a->executors ? a->executors
                  : built_in   ? executors
                  : pods       ? POD_EXECUTORS
                               : 1);
        if (pods)
            node_of_pods(n, a);
        n->built_in = built_in;
        listed |= built_in;
        node_configure(n, a);
        if (str_eq(a->kind, "ssh"))
            n->remote = remote_new(run, a);
    }
    if (!listed && c->built_in) {
        struct build_node *n = &p->nodes[p->len++];
        node_init(n, p, "built-in", executors);
        n->built_in = true;
    }
    return p;
}

static void node_release(struct build_node *n)
{
    free(n->busy);
    env_release(&n->vars);
    n->agent->ops->free(n->agent);
    pod_source_free(n->pods);
    remote_free(n->remote);
}

void node_pool_free(struct node_pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->len; i++)
        node_release(&p->nodes[i]);
    for (struct build_node *n = p->offers, *next; n; n = next) {
        next = n->next;
        node_release(n);
        free(n);
    }
    free(p->nodes);
    free(p);
}

static void remote_ended(void *data)
{
    ((struct node_pool *)data)->ending--;
}

static void end_patience(struct loop_timer *t)
{
    ((struct node_pool *)t->data)->ending = 0;
}

void node_pool_end(struct node_pool *p)
{
    struct loop_timer patience = {.fn = end_patience, .data = p};
    for (size_t i = 0; i < p->len; i++)
        p->ending += p->nodes[i].remote != NULL;
    for (size_t i = 0; i < p->len; i++)
        if (p->nodes[i].remote)
            remote_end(p->nodes[i].remote, remote_ended, p);
    if (!p->ending)
        return;
    loop_timer_start(p->run->loop, &patience, END_MS);
    while (p->ending && !p->run->hurried && loop_run_once(p->run->loop, -1, NULL) >= 0)
        ;
    loop_timer_stop(p->run->loop, &patience);
}

/* ---- requests */

/* Without agents in the configuration a label means this machine, but for pods, which were asked for by
 * theirs. */
static bool node_matches(const struct build_node *n, const struct label_expr *label)
{
    if (!label || (n->pool->any_label && !n->pods))
        return true;
    _cleanup_free_ const char **labels = xcalloc(n->n_labels + 2, sizeof(*labels));
    size_t len = 0;
    for (size_t i = 0; i < n->n_labels; i++)
        labels[len++] = n->labels[i];
    labels[len++] = n->name;
    if (n->built_in)
        /* [core: the label of the controller before 2.307], which old pipelines ask for. */
        labels[len++] = "master";
    return label_matches(label, labels, len);
}

void node_request_free(struct node_request *r)
{
    label_free(r->label);
    free(r->workspace);
    free(r);
}

/* ---- the queue */

static int free_executor(const struct build_node *n)
{
    for (int i = 0; i < n->executors; i++)
        if (!n->busy[i])
            return i;
    return -1;
}

enum grant {
    GRANT_NONE,
    GRANT_DONE,
    GRANT_MADE
}; /* MADE: a pod is made for it; it is kept, out of the queue */

static enum grant grant_from(struct build_node *n, struct node_request *r)
{
    int executor = (!n->pods || n->pods->open) && node_matches(n, r->label) ? free_executor(n) : -1;
    if (executor < 0)
        return GRANT_NONE;
    if (n->pods && !n->pool->run->dry_run)
        return r->label ? (node_make_pod(r, n, executor) ? GRANT_MADE : GRANT_DONE) : GRANT_NONE;
    _cleanup_(error_release) struct error err = {0};
    struct lease *l = lease_new(n, executor, r->workspace, &err);
    /* May run any of the script, and so ask for or give back other executors. */
    r->granted(r->data, l, &err);
    return GRANT_DONE;
}

static bool is_offered(const struct node_pool *p, const struct node_request *r)
{
    for (const struct build_node *n = p->offers; n && r->label; n = n->next)
        if (n->pods->open && node_matches(n, r->label))
            return true;
    return false;
}

/* Offers first, and them alone where no agents are configured: this machine would take every label, also
 * while a template has as many pods as it may. */
static enum grant try_grant(struct node_pool *p, struct node_request *r)
{
    enum grant g = GRANT_NONE;
    for (struct build_node *n = p->offers; n && g == GRANT_NONE; n = n->next)
        if (r->label)
            g = grant_from(n, r);
    bool of_pods = p->any_label && is_offered(p, r);
    for (size_t i = 0; i < p->len && g == GRANT_NONE && !of_pods; i++)
        g = grant_from(&p->nodes[i], r);
    return g;
}

void node_pool_serve(struct node_pool *p)
{
    for (struct node_request **at = &p->first; *at;) {
        struct node_request *r = *at;
        struct node_request *next = r->next;
        /* Out of the queue while it is tried: granting may serve the queue from within. */
        bool last = p->end == &r->next;
        *at = next;
        if (last)
            p->end = at;
        r->queued = false;
        enum grant g = try_grant(p, r);
        if (g == GRANT_DONE)
            node_request_free(r);
        if (g != GRANT_NONE) {
            at = &p->first;
            continue;
        }
        r->queued = true;
        r->next = next;
        *at = r;
        if (last)
            p->end = &r->next;
        at = &r->next;
    }
}

/* Jenkins would wait for ever for such a node to come; here none ever does. */
static int no_such_label(struct node_pool *p, const char *label, struct error *err)
{
    _cleanup_(buf_release) struct buf known = {0};
    for (size_t i = 0; i < p->len; i++) {
        for (size_t k = 0; k < p->nodes[i].n_labels; k++)
            buf_printf(&known, "%s%s", known.len ? ", " : "", p->nodes[i].labels[k]);
        buf_printf(&known, "%s%s", known.len ? ", " : "", p->nodes[i].name);
    }
    return error_set(err, ERROR_INVALID, "There are no nodes with the label '%s'; known labels: %s", label,
                     known.data ? known.data : "none");
}

static int check_label(struct node_pool *p, struct node_request *r, const char *label, struct error *err)
{
    if (!label || !*label)
        return 0;
    r->label = label_parse(label, err);
    if (!r->label)
        return -1;
    for (size_t i = 0; i < p->len; i++)
        if (node_matches(&p->nodes[i], r->label))
            return 0;
    for (struct build_node *n = p->offers; n; n = n->next)
        if (n->pods->open && node_matches(n, r->label))
            return 0;
    return no_such_label(p, label, err);
}

struct node_request *node_request(struct node_pool *p, const char *label, const char *workspace,
                                  node_granted_fn granted, node_log_fn log, void *data)
{
    _cleanup_(error_release) struct error err = {0};
    struct node_request *r = xcalloc(1, sizeof(*r));
    *r = (struct node_request){
        .pool = p, .workspace = xstrdup(workspace), .granted = granted, .log = log, .data = data};
    if (check_label(p, r, label, &err) < 0) {
        granted(data, NULL, &err);
        node_request_free(r);
        return NULL;
    }
    if (p->any_label && label && *label && !p->told && !is_offered(p, r)) {
        p->told = true;
        run_notice(p->run, "no agents are configured: label '%s' runs on this machine", label);
    }
    enum grant g = try_grant(p, r); /* who waits, waits for other nodes: serve() saw to it */
    if (g == GRANT_DONE) {
        node_request_free(r);
        return NULL;
    }
    if (g == GRANT_MADE)
        return r;
    r->queued = true;
    *p->end = r;
    p->end = &r->next;
    return r;
}

void node_request_cancel(struct node_request *r)
{
    if (!r->queued) {
        node_cancel_pod(r);
        return;
    }
    for (struct node_request **at = &r->pool->first; *at; at = &(*at)->next) {
        if (*at != r)
            continue;
        *at = r->next;
        if (!r->next)
            r->pool->end = at;
        break;
    }
    node_request_free(r);
}

size_t node_names_by_label(struct node_pool *p, const char *label, const char **names, size_t max)
{
    _cleanup_(error_release) struct error err = {0};
    struct label_expr *expr = label && *label ? label_parse(label, &err) : NULL;
    size_t len = 0;
    for (size_t i = 0; i < p->len && len < max; i++)
        if (node_matches(&p->nodes[i], expr))
            names[len++] = p->nodes[i].name;
    label_free(expr);
    return len;
}
