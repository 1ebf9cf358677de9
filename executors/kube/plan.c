/* See plan.h. Only kinds that others wait for, or that wait for others, stand in the table; the rest is
 * PLAN_BASE (ConfigMap, Secret, Service, ServiceAccount, Role, claims …). */
#include "executors/kube/plan.h"
#include "executors/kube/field.h"
#include <string.h>

static const struct {
    enum plan_phase phase;
    const char *kinds;
} phases[] = {
    {PLAN_GROUND, "Namespace CustomResourceDefinition"},
    {PLAN_WORK,
     "Pod Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob RoleBinding "
     "ClusterRoleBinding HorizontalPodAutoscaler"},
    {PLAN_LAST, "APIService ValidatingWebhookConfiguration MutatingWebhookConfiguration"},
};

/* Groups of the server itself have no dot (apps, batch) or end in .k8s.io. */
static bool is_custom(const json_t *object)
{
    _cleanup_free_ char *group = object_group(object);
    return strchr(group, '.') && !str_has_suffix(group, ".k8s.io");
}

enum plan_phase plan_phase_of(const json_t *object)
{
    if (is_custom(object))
        return PLAN_WORK;
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        if (str_in_words(phases[i].kinds, object_kind(object)))
            return phases[i].phase;
    return PLAN_BASE;
}

static bool is_namespace(const struct kube_object *o)
{
    return str_eq(object_kind(o->json), "Namespace");
}

/* Stable, and file by file: the order between files is the user's. */
void plan_sort(kube_objects *objects)
{
    kube_objects sorted = {0};
    size_t end;
    for (size_t at = 0; at < objects->len; at = end) {
        for (end = at; end < objects->len && str_eq(objects->items[end].file, objects->items[at].file);)
            end++;
        for (int first = 1; first >= 0; first--)
            for (size_t i = at; i < end; i++)
                if (is_namespace(&objects->items[i]) == first)
                    vec_push(&sorted, objects->items[i]);
    }
    free(objects->items);
    objects->items = sorted.items;
    objects->len = sorted.len;
    objects->cap = sorted.cap;
}
