/* Three lists side by side: pods and ReplicaSets by the workload's selector, and the namespace's warnings, as
 * events cannot be selected by the owner of what they are about. */
#include "executors/kube/inquiry.h"
#include "base/util.h"
#include "executors/kube/explain.h"
#include "executors/kube/field.h"
#include <string.h>

enum { ASK_PODS, ASK_SETS, ASK_EVENTS, ASKS };

struct inquiry {
    struct kube *kube;
    json_t *workload;
    inquiry_fn *fn;
    void *data;
    struct ask {
        struct inquiry *inquiry;
        struct kube_call *call;
        json_t *items; /* NULL: not there */
    } asks[ASKS];
    unsigned open;
};

/* The calls are over or cancelled by then. */
static void inquiry_free(struct inquiry *q)
{
    json_decref(q->workload);
    for (size_t i = 0; i < ASKS; i++)
        json_decref(q->asks[i].items);
    free(q);
}

/* kube_cancel() drops the callback: nothing comes after it. */
void inquiry_cancel(struct inquiry *q)
{
    if (!q)
        return;
    for (size_t i = 0; i < ASKS; i++)
        if (q->asks[i].call)
            kube_cancel(q->asks[i].call);
    inquiry_free(q);
}

/* ---- selectors */

static void add_expression(struct buf *out, const json_t *e)
{
    const char *key = field_text(e, "key"), *operator= field_text(e, "operator");
    size_t i;
    json_t *value;
    buf_printf(out, "%s%s%s", out->len ? "," : "", str_eq(operator, "DoesNotExist") ? "!" : "", key);
    if (!str_eq(operator, "In") && !str_eq(operator, "NotIn"))
        return;
    buf_addstr(out, str_eq(operator, "In") ? " in (" : " notin (");
    json_array_foreach(field_at(e, "values"), i, value)
    {
        buf_printf(out, "%s%s", i ? "," : "", json_string_value(value) ? json_string_value(value) : "");
    }
    buf_addch(out, ')');
}

char *inquiry_selector(const json_t *selector)
{
    struct buf out = {0};
    const char *key;
    json_t *v;
    size_t i;
    json_object_foreach(field_at(selector, "matchLabels"), key, v)
    {
        buf_printf(&out, "%s%s=%s", out.len ? "," : "", key,
                   json_string_value(v) ? json_string_value(v) : "");
    }
    json_array_foreach(field_at(selector, "matchExpressions"), i, v)
    {
        add_expression(&out, v);
    }
    return buf_steal(&out);
}

/* ---- the lists */

/* fn gets borrowed lists and may start the next inquiry of the same target, which therefore counts as none
 * already. */
static void answer(struct inquiry *q)
{
    const json_t *workload = q->workload;
    bool is_pod = str_eq(object_kind(workload), "Pod");
    json_t *pods = is_pod ? json_pack("[O]", workload)
                          : explain_pods(workload, q->asks[ASK_SETS].items, q->asks[ASK_PODS].items);
    struct inquiry_result r = {pods, q->asks[ASK_EVENTS].items};
    inquiry_fn *fn = q->fn;
    void *data = q->data;
    fn(data, &r);
    json_decref(pods);
    inquiry_free(q);
}

static void listed(void *data, const struct kube_end *end)
{
    struct ask *ask = data;
    struct inquiry *q = ask->inquiry;
    ask->call = NULL;
    ask->items = end->err ? NULL : json_incref(json_object_get(end->json, "items"));
    if (!--q->open)
        answer(q);
}

/* q->open counts before any answer can come: kube_send() answers from the loop. */
static void ask(struct inquiry *q, int which, const char *collection, const char *query, const char *value)
{
    _cleanup_(buf_release) struct buf path = {0};
    buf_printf(&path, "%s/namespaces/", collection);
    kube_escape(&path, object_namespace(q->workload));
    buf_addstr(&path, which == ASK_PODS ? "/pods?" : which == ASK_SETS ? "/replicasets?" : "/events?");
    buf_addstr(&path, query);
    kube_escape(&path, value);
    struct kube_request r = {.path = path.data, .timeout_ms = 10000};
    q->asks[which].inquiry = q;
    q->asks[which].call = kube_send(q->kube, &r, listed, &q->asks[which]);
    q->open++;
}

/* A claim has no pods of its own, a Pod is its own. */
struct inquiry *inquiry_start(struct kube *k, const json_t *workload, inquiry_fn *fn, void *data)
{
    struct inquiry *q = xcalloc(1, sizeof(*q));
    _cleanup_free_ char *selector = inquiry_selector(field_at(workload, "spec.selector"));
    *q = (struct inquiry){.kube = k, .workload = json_incref((json_t *)workload), .fn = fn, .data = data};
    ask(q, ASK_EVENTS, "/api/v1", "fieldSelector=", "type!=Normal");
    if (*selector && !str_eq(object_kind(workload), "PersistentVolumeClaim"))
        ask(q, ASK_PODS, "/api/v1", "labelSelector=", selector);
    if (*selector && str_eq(object_kind(workload), "Deployment"))
        ask(q, ASK_SETS, "/apis/apps/v1", "labelSelector=", selector);
    return q;
}
