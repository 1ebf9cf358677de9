#include "runner/engine/node.h"
#include "agents/agent.h"
#include "base/fs.h"
#include "runner/cli/run_options.h"
#include "runner/engine/run.h"
#include "runner/state/label.h"
#include <string.h>
#include <unistd.h>

struct build_node {
    const char *name;
    char **labels; /* borrowed from the configuration */
    size_t n_labels;
    bool built_in;
    int executors;
    bool *busy; /* by executor */
    struct env vars;
    struct agent *agent;
    struct node_pool *pool;
};

struct node_request {
    struct node_request *next;
    struct node_pool *pool;
    struct label_expr *label;
    char *workspace;
    node_granted_fn granted;
    void *data;
};

struct node_pool {
    struct run *run;
    struct build_node *nodes;
    size_t len;
    bool any_label; /* no agents configured: every label is here */
    bool told;
    struct node_request *first, **end;
};

static void node_init(struct build_node *n, struct node_pool *p, const char *name, int executors)
{
    n->name = name;
    n->pool = p;
    n->executors = executors;
    n->busy = xcalloc((size_t)executors, sizeof(bool));
    n->agent = agent_local_new(&p->run->procs, name);
}

static void node_configure(struct build_node *n, const struct agent_config *c)
{
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
    p->end = &p->first;
    p->any_label = c->n_agents == 0;
    p->nodes = xcalloc(c->n_agents + 1, sizeof(*p->nodes));
    for (size_t i = 0; i < c->n_agents; i++) {
        const struct agent_config *a = &c->agents[i];
        bool built_in = strcmp(a->name, "built-in") == 0;
        if (strcmp(a->kind, "local") && !built_in)
            continue; /* docker, kubernetes and ssh agents come with their own issues */
        struct build_node *n = &p->nodes[p->len++];
        node_init(n, p, a->name, a->executors ? a->executors : built_in ? executors : 1);
        n->built_in = built_in;
        listed |= built_in;
        node_configure(n, a);
    }
    if (!listed && c->built_in) {
        struct build_node *n = &p->nodes[p->len++];
        node_init(n, p, "built-in", executors);
        n->built_in = true;
    }
    return p;
}

void node_pool_free(struct node_pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->len; i++) {
        free(p->nodes[i].busy);
        env_release(&p->nodes[i].vars);
        p->nodes[i].agent->ops->free(p->nodes[i].agent);
    }
    free(p->nodes);
    free(p);
}

/* ---- leases */

struct lease *lease_ref(struct lease *l)
{
    l->refs++;
    return l;
}

static void serve(struct node_pool *p);

/* The file goes while it is held, so that only killed builds leave one. */
static void unlock(struct lease *l)
{
    if (l->lock)
        unlink(l->lock);
    if (l->lock_fd >= 0)
        close(l->lock_fd);
    free(l->lock);
    l->lock = NULL;
    l->lock_fd = -1;
}

void lease_unref(struct lease *l)
{
    if (!l || --l->refs)
        return;
    struct node_pool *pool = l->node->pool;
    struct lease *outer = l->outer;
    if (!outer)
        l->node->busy[l->executor] = false;
    unlock(l);
    free(l->workspace);
    env_release(&l->vars);
    free(l);
    if (outer)
        lease_unref(outer);
    else
        serve(pool);
}

const char *lease_display(const struct lease *l)
{
    return l->node->built_in ? "Jenkins" : l->node->name;
}

static int free_executor(const struct build_node *n)
{
    for (int i = 0; i < n->executors; i++)
        if (!n->busy[i])
            return i;
    return -1;
}

static void lease_vars(struct lease *l)
{
    const struct build_node *n = l->node;
    char number[16];
    snprintf(number, sizeof(number), "%d", l->executor);
    env_copy(&l->vars, &n->vars);
    env_set(&l->vars, "NODE_NAME", n->name);
    env_set(&l->vars, "EXECUTOR_NUMBER", number);
    env_set(&l->vars, "WORKSPACE", l->workspace);
    _cleanup_free_ char *tmp = xasprintf("%s@tmp", l->workspace);
    env_set(&l->vars, "WORKSPACE_TMP", tmp);
    _cleanup_(buf_release) struct buf labels = {0};
    for (size_t i = 0; i < n->n_labels; i++)
        buf_printf(&labels, "%s ", n->labels[i]);
    buf_addstr(&labels, n->name);
    env_set(&l->vars, "NODE_LABELS", labels.data);
}

/* The folder of --workspace and --in-place goes to the first lease; later ones get twins of the job's own. */
static int take_workspace(struct run *run, struct lease *l, const char *custom, struct error *err)
{
    const struct run_options *o = run->options;
    _cleanup_free_ char *base = NULL;
    l->lock_fd = -1;
    if (custom) {
        _cleanup_free_ char *joined =
            *custom == '/' ? xstrdup(custom) : xasprintf("%s/%s", run->home.dir, custom);
        base = path_normalise(joined);
    } else if (o->in_place) {
        l->workspace = path_dirname(run->file_path);
        l->keep = true;
        return 0;
    } else if (o->workspace) {
        base = xstrdup(o->workspace);
    }
    if (build_lock_workspace(&run->record, base, &l->workspace, &l->lock_fd, err) < 0)
        return -1;
    l->lock = build_workspace_lock(&run->record, l->workspace);
    if (fs_mkdir_p(l->workspace, 0755, err) == 0)
        return 0;
    unlock(l);
    free(l->workspace);
    return -1;
}

static struct lease *lease_new(struct build_node *n, int executor, const char *custom, struct error *err)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    l->refs = 1;
    l->node = n;
    l->agent = n->agent;
    l->executor = executor;
    if (take_workspace(n->pool->run, l, custom, err) < 0) {
        free(l);
        return NULL;
    }
    n->busy[executor] = true;
    lease_vars(l);
    return l;
}

struct lease *lease_relocate(struct lease *outer, const char *dir, struct error *err)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    l->refs = 1;
    l->node = outer->node;
    l->agent = outer->agent;
    l->executor = outer->executor;
    l->lock_fd = -1;
    if (take_workspace(outer->node->pool->run, l, dir, err) < 0) {
        free(l);
        return NULL;
    }
    l->outer = lease_ref(outer);
    lease_vars(l);
    return l;
}

/* ---- requests */

static bool node_matches(const struct build_node *n, const struct label_expr *label)
{
    if (!label || n->pool->any_label)
        return true;
    _cleanup_free_ const char **labels = xcalloc(n->n_labels + 2, sizeof(*labels));
    size_t len = 0;
    for (size_t i = 0; i < n->n_labels; i++)
        labels[len++] = n->labels[i];
    labels[len++] = n->name;
    if (n->built_in)
        labels[len++] = "master";
    return label_matches(label, labels, len);
}

static void request_free(struct node_request *r)
{
    label_free(r->label);
    free(r->workspace);
    free(r);
}

/* True when the request was answered. */
static bool try_grant(struct node_pool *p, struct node_request *r)
{
    for (size_t i = 0; i < p->len; i++) {
        struct build_node *n = &p->nodes[i];
        int executor = node_matches(n, r->label) ? free_executor(n) : -1;
        if (executor < 0)
            continue;
        _cleanup_(error_release) struct error err = {0};
        struct lease *l = lease_new(n, executor, r->workspace, &err);
        r->granted(r->data, l, &err);
        return true;
    }
    return false;
}

static void serve(struct node_pool *p)
{
    for (struct node_request **at = &p->first; *at;) {
        struct node_request *r = *at;
        struct node_request *next = r->next;
        bool last = p->end == &r->next;
        *at = next;
        if (last)
            p->end = at;
        if (try_grant(p, r)) {
            request_free(r);
            at = &p->first;
            continue;
        }
        r->next = next;
        *at = r;
        if (last)
            p->end = &r->next;
        at = &r->next;
    }
}

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
    return no_such_label(p, label, err);
}

struct node_request *node_request(struct node_pool *p, const char *label, const char *workspace,
                                  node_granted_fn granted, void *data)
{
    _cleanup_(error_release) struct error err = {0};
    struct node_request *r = xcalloc(1, sizeof(*r));
    *r = (struct node_request){.pool = p, .workspace = xstrdup(workspace), .granted = granted, .data = data};
    if (check_label(p, r, label, &err) < 0) {
        granted(data, NULL, &err);
        request_free(r);
        return NULL;
    }
    if (p->any_label && label && *label && !p->told) {
        p->told = true;
        run_notice(p->run, "no agents are configured: label '%s' runs on this machine", label);
    }
    if (try_grant(p, r)) { /* who waits, waits for other nodes: serve() saw to it */
        request_free(r);
        return NULL;
    }
    *p->end = r;
    p->end = &r->next;
    return r;
}

void node_request_cancel(struct node_request *r)
{
    for (struct node_request **at = &r->pool->first; *at; at = &(*at)->next) {
        if (*at != r)
            continue;
        *at = r->next;
        if (!r->next)
            r->pool->end = at;
        break;
    }
    request_free(r);
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
