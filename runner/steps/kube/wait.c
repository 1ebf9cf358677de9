/* k8sWait and k8sGet: objects by name, or those that selectors match. */
#include "executors/kube/await.h"
#include "executors/kube/field.h"
#include "runner/steps/kube/cluster.h"
#include "runner/steps/rows.h"
#include <string.h>

struct waiting {
    struct cluster_step step;
    struct cluster_object object;
    struct await *await;
    struct await_options options;
};

static void waiting_release(struct cluster_step *s)
{
    await_free(((struct waiting *)s)->await);
}

static void line(void *data, const char *text)
{
    step_log(((struct waiting *)data)->step.call, "%s", text);
}

static void awaited(void *data, const struct error *err)
{
    struct waiting *w = data;
    if (err)
        cluster_fail(&w->step, err);
    else
        step_done(w->step.call, NULL_VALUE);
}

static void wait_for(struct waiting *w, const struct await_target *targets, size_t n)
{
    static const struct await_callbacks callbacks = {line, awaited};
    w->await = await_start(w->step.kube, targets, n, &w->options, &callbacks, w);
}

/* ---- k8sWait */

static void wait_for_one(struct cluster_step *s, const struct kube_result *r)
{
    struct await_target target = {.resource = r->resource, .space = r->space, .name = r->name};
    wait_for((struct waiting *)s, &target, 1);
}

static void wait_for_list(struct cluster_step *s, const struct kube_result *r)
{
    struct waiting *w = (struct waiting *)s;
    const json_t *items = json_object_get(r->end.json, "items");
    size_t n = json_array_size(items);
    struct await_target *targets = xcalloc(n + 1, sizeof(*targets));
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(items, i);
        targets[i] = (struct await_target){
            .resource = r->resource, .space = object_namespace(item), .name = object_name(item)};
    }
    if (n || w->options.what == AWAIT_GONE)
        wait_for(w, targets, n);
    else
        step_fail_text(s->call, "no %s matches", r->resource->plural);
    free(targets);
}

static void nothing_there(struct cluster_step *s, const struct kube_result *r)
{
    step_done(s->call, NULL_VALUE);
}

static void begin_wait(struct cluster_step *s)
{
    struct waiting *w = (struct waiting *)s;
    const char *condition = step_str(s->call, "condition", "rollout");
    bool gone = strcmp(condition, "delete") == 0;
    w->options.what = gone ? AWAIT_GONE : strcmp(condition, "rollout") == 0 ? AWAIT_ROLLOUT : AWAIT_CONDITION;
    w->options.condition = str_has_prefix(condition, "condition=") ? condition + 10 : condition;
    w->options.timeout_s = (int)step_int(s->call, "timeout", 0);
    if (!cluster_object(s, &w->object, false))
        return;
    s->absent = gone ? nothing_there : NULL;
    cluster_read(s, &w->object, w->object.name ? wait_for_one : wait_for_list);
}

enum call_status step_k8s_wait(struct step_call *c, struct value *out)
{
    struct waiting *w = xcalloc(1, sizeof(*w));
    return cluster_start(c, &w->step, begin_wait, waiting_release, out);
}

/* ---- k8sGet */

/* Items of a list do not say what they are. */
static void name_kinds(json_t *items, const struct kube_resource *r)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        json_object_set_new(item, "kind", json_string(r->kind));
        json_object_set_new(item, "apiVersion", json_string(r->api_version));
    }
}

static void got_list(struct cluster_step *s, const struct kube_result *r)
{
    json_t *items = json_object_get(r->end.json, "items");
    name_kinds(items, r->resource);
    step_done(s->call, cluster_value(s->call, items));
}

static void got(struct cluster_step *s, const struct kube_result *r)
{
    step_done(s->call, cluster_value(s->call, r->end.json));
}

static void begin_get(struct cluster_step *s)
{
    struct cluster_object o;
    if (!cluster_object(s, &o, false))
        return;
    if (step_bool(s->call, "allNamespaces", false))
        o.space = "";
    s->absent = step_bool(s->call, "ignoreNotFound", false) ? nothing_there : NULL;
    cluster_read(s, &o, o.name ? got : got_list);
}

enum call_status step_k8s_get(struct step_call *c, struct value *out)
{
    return cluster_start(c, xcalloc(1, sizeof(struct cluster_step)), begin_get, NULL, out);
}
