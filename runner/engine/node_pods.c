/* Nodes that are pods: of the rows of kind kubernetes, and of the templates that podTemplate offers. Each
 * executor is a pod of its own, made for the request that gets it, or kept from one before (idleMinutes). One
 * that is kept holds no executor: only requests of its template are limited by it, and those take it first.
 */
#include "agents/kube/pod_name.h"
#include "base/util.h"
#include "runner/engine/node_parts.h"
#include "runner/engine/pod_config.h"
#include "runner/engine/pod_node.h"
#include <string.h>

enum { LOSSES_MAX = 3 };
enum { PODS_MAX = 1000 }; /* at once, of a template without instanceCap */

void node_of_pods(struct build_node *n, const struct agent_config *c)
{
    const char *container = agent_extra(c, "defaultContainer");
    n->pods = xcalloc(1, sizeof(*n->pods));
    *n->pods = (struct pod_source){.name = xstrdup(c->name),
                                   .label = xstrdup(c->n_labels ? c->labels[0] : c->name),
                                   .cloud = xstrdup("kubernetes"),
                                   .default_container = xstrdup(container),
                                   .open = true};
}

void pod_source_free(struct pod_source *s)
{
    if (!s)
        return;
    json_decref(s->template);
    free(s->name);
    free(s->label);
    free(s->cloud);
    free(s->default_container);
    free(s->labels[0]);
    free(s);
}

struct build_node *node_pool_offer(struct node_pool *p, const struct node_offer *o)
{
    struct build_node *n = xcalloc(1, sizeof(*n));
    struct pod_source *s = n->pods = xcalloc(1, sizeof(*s));
    *s = (struct pod_source){.template = o->template,
                             .name = xstrdup(o->name),
                             .label = xstrdup(o->label),
                             .cloud = xstrdup(o->cloud),
                             .default_container = xstrdup(o->default_container),
                             .open = true,
                             .own_label = o->own_label};
    s->labels[0] = xstrdup(o->label);
    node_init(n, p, s->name, o->cap > 0 && o->cap < PODS_MAX ? o->cap : PODS_MAX);
    n->config = o->row;
    n->labels = s->labels;
    n->n_labels = 1;
    n->next = p->offers;
    p->offers = n;
    return n;
}

/* Leases may still point at it. */
void node_pool_withdraw(struct build_node *n)
{
    n->pods->open = false;
    if (n->pods->own_label)
        run_pods_forget(n->pool->run, n->pods->label);
}

/* ---- pods: made for a request, which waits for them */

static void pod_refused(struct node_request *r, const struct error *err)
{
    _cleanup_(error_release) struct error copy = {0};
    struct node_pool *p = r->pool;
    error_set(&copy, err->kind, "%s", err->message);
    r->node->busy[r->executor] = false;
    pod_node_unref(r->pod);
    r->granted(r->data, NULL, &copy);
    node_request_free(r);
    node_pool_serve(p);
}

static void pod_entered(void *data, struct agent *agent, const char *const *env, const struct error *err)
{
    struct node_request *r = data;
    r->entry = NULL;
    if (err) {
        pod_refused(r, err);
        return;
    }
    _cleanup_(error_release) struct error none = {0};
    r->granted(r->data, lease_of_pod(r, agent, env), &none);
    node_request_free(r);
}

static void pod_made(void *data, struct pod_node *pod, const struct error *err)
{
    struct node_request *r = data;
    r->pod = pod;
    if (err && err->kind == ERROR_LOST && (r->kept || ++r->losses < LOSSES_MAX)) {
        r->log(r->data, err->message);
        node_make_pod(r, r->node, r->executor);
    } else if (err) {
        pod_refused(r, err);
    } else {
        r->entry = pod_node_enter(pod, r->node->pods->default_container, pod_entered, r);
    }
}

static void pod_log(void *data, const char *line)
{
    struct node_request *r = data;
    r->log(r->data, line);
}

/* A row of gmrun.yaml is read when it is first asked for: who builds without it, may have a broken one. */
static int read_template(struct build_node *n, struct error *err)
{
    struct pod_source *s = n->pods;
    if (s->template)
        return 0;
    json_t *own = pod_config_template(n->pool->run, n->config, err);
    s->template = own ? pod_config_inherit(n->pool->run, own, NULL, err) : NULL;
    json_decref(own);
    return s->template ? 0 : -1;
}

bool node_make_pod(struct node_request *r, struct build_node *n, int executor)
{
    static const struct pod_node_callbacks callbacks = {pod_log, pod_made};
    _cleanup_(error_release) struct error err = {0};
    struct pod_source *s = n->pods;
    if (read_template(n, &err) < 0) {
        r->granted(r->data, NULL, &err);
        return false;
    }
    _cleanup_free_ char *name = n->config && !s->labels[0] ? pod_template_name(s->name) : xstrdup(s->name);
    struct pod_wish wish = {.template = s->template, .name = name, .label = s->label, .cloud = s->cloud};
    pod_config_cluster(n->pool->run, n->config, &wish.cluster);
    r->node = n;
    r->executor = executor;
    n->busy[executor] = true;
    r->pod = pod_node_reuse(n->pool->run, &wish, &callbacks, r);
    r->kept = r->pod != NULL;
    if (!r->kept)
        r->pod = pod_node_begin(n->pool->run, &wish, &callbacks, r);
    return true;
}

/* While a pod is made for it. */
void node_cancel_pod(struct node_request *r)
{
    struct node_pool *p = r->pool;
    if (r->entry)
        pod_entry_cancel(r->entry);
    pod_node_cancel(r->pod);
    r->node->busy[r->executor] = false;
    node_request_free(r);
    node_pool_serve(p);
}
