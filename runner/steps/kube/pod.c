/* Which pod is meant by a workload or a Service, and which of its containers. */
#include "executors/kube/field.h"
#include "executors/kube/inquiry.h"
#include "runner/steps/kube/cluster.h"
#include <string.h>

static int readiness(const json_t *pod)
{
    bool going = field_at(pod, "metadata.deletionTimestamp");
    bool ready = field_is(object_condition(pod, "Ready"), "status", "True");
    return going ? 0 : ready ? 3 : field_is(pod, "status.phase", "Running") ? 2 : 1;
}

static void pods_listed(struct cluster_step *s, const struct kube_result *r)
{
    const json_t *items = json_object_get(r->end.json, "items"), *best = json_array_get(items, 0);
    size_t i;
    json_t *pod;
    json_array_foreach(items, i, pod)
    {
        if (readiness(pod) > readiness(best))
            best = pod;
    }
    if (best)
        s->with_pod(s, best);
    else
        cluster_fail_text(s, "%s has no pod", step_str(s->call, "resource", step_str(s->call, "name", "it")));
}

static void workload_read(struct cluster_step *s, const struct kube_result *r)
{
    bool service = str_eq(r->resource->kind, "Service");
    json_t *selector = service ? json_pack("{s:O}", "matchLabels", field_at(r->end.json, "spec.selector"))
                               : json_incref(field_at(r->end.json, "spec.selector"));
    _cleanup_free_ char *text = inquiry_selector(selector);
    _cleanup_(buf_release) struct buf query = {0};
    json_decref(selector);
    if (!*text) {
        cluster_fail_text(s, "%s %s selects no pods", r->resource->kind, r->name);
        return;
    }
    buf_addstr(&query, "labelSelector=");
    kube_escape(&query, text);
    struct kube_action a = {
        .verb = KUBE_LIST, .api_version = "v1", .kind = "Pod", .space = r->space, .query = query.data};
    cluster_act(s, &a, pods_listed);
}

static void object_read(struct cluster_step *s, const struct kube_result *r)
{
    json_decref(s->workload);
    s->workload = json_incref(r->end.json);
    if (str_eq(r->resource->kind, "Pod"))
        s->with_pod(s, r->end.json);
    else
        workload_read(s, r);
}

void cluster_pod(struct cluster_step *s, const struct cluster_object *o,
                 void (*fn)(struct cluster_step *s, const json_t *pod))
{
    s->with_pod = fn;
    cluster_read(s, o, object_read);
}

const char *cluster_container(struct cluster_step *s, const json_t *pod)
{
    const char *given = step_str(s->call, "container", "");
    const json_t *notes = field_at(pod, "metadata.annotations");
    const char *said = json_string_value(json_object_get(notes, "kubectl.kubernetes.io/default-container"));
    return *given ? given
           : said ? said
                  : field_text(json_array_get(field_at(pod, "spec.containers"), 0), "name");
}
