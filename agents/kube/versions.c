/* See versions.h. Which versions were removed when: Kubernetes' "Deprecated API Migration Guide"
 * (1.16, 1.22, 1.25, 1.26). A rewritten object gets the defaults of its new version (maxSurge 25 %,
 * RollingUpdate), as one written for it would. */
#include "agents/kube/versions.h"
#include "base/util.h"
#include <string.h>

static const struct rule {
    const char *from, *kinds, *to;
    kube_reshape_fn *reshape; /* NULL: only the version's name changes */
} rules[] = {
    {"extensions/v1beta1", "Deployment DaemonSet ReplicaSet", "apps/v1", kube_reshape_workload},
    {"extensions/v1beta1", "Ingress", "networking.k8s.io/v1", kube_reshape_ingress},
    {"extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/v1", NULL},
    {"extensions/v1beta1", "PodSecurityPolicy", "policy/v1beta1", NULL},
    {"apps/v1beta1", "Deployment StatefulSet", "apps/v1", kube_reshape_workload},
    {"apps/v1beta1", "ControllerRevision", "apps/v1", NULL},
    {"apps/v1beta2", "Deployment DaemonSet ReplicaSet StatefulSet", "apps/v1", kube_reshape_workload},
    {"apps/v1beta2", "ControllerRevision", "apps/v1", NULL},
    {"networking.k8s.io/v1beta1", "Ingress", "networking.k8s.io/v1", kube_reshape_ingress},
    {"networking.k8s.io/v1beta1", "IngressClass", "networking.k8s.io/v1", NULL},
    {"policy/v1beta1", "PodDisruptionBudget", "policy/v1", kube_reshape_budget},
    {"batch/v2alpha1", "CronJob", "batch/v1beta1", NULL},
    {"batch/v1beta1", "CronJob", "batch/v1", NULL},
    {"autoscaling/v2beta1", "HorizontalPodAutoscaler", "autoscaling/v2beta2", kube_reshape_autoscaler},
    {"autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2", NULL},
    {"rbac.authorization.k8s.io/v1alpha1", "Role ClusterRole", "rbac.authorization.k8s.io/v1", NULL},
    {"rbac.authorization.k8s.io/v1alpha1", "RoleBinding ClusterRoleBinding", "rbac.authorization.k8s.io/v1",
     kube_reshape_binding},
    {"rbac.authorization.k8s.io/v1beta1", "Role ClusterRole RoleBinding ClusterRoleBinding",
     "rbac.authorization.k8s.io/v1", NULL},
    {"storage.k8s.io/v1beta1", "StorageClass VolumeAttachment CSIDriver CSINode CSIStorageCapacity",
     "storage.k8s.io/v1", NULL},
    {"scheduling.k8s.io/v1alpha1", "PriorityClass", "scheduling.k8s.io/v1", NULL},
    {"scheduling.k8s.io/v1beta1", "PriorityClass", "scheduling.k8s.io/v1", NULL},
    {"coordination.k8s.io/v1beta1", "Lease", "coordination.k8s.io/v1", NULL},
    {"node.k8s.io/v1beta1", "RuntimeClass", "node.k8s.io/v1", NULL},
    {"apiregistration.k8s.io/v1beta1", "APIService", "apiregistration.k8s.io/v1", NULL},
    {"certificates.k8s.io/v1beta1", "CertificateSigningRequest", "certificates.k8s.io/v1", NULL},
    {"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "apiextensions.k8s.io/v1", kube_reshape_crd},
    {"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
     "admissionregistration.k8s.io/v1", kube_reshape_webhooks},
};

static const struct rule *rule_of(const char *api_version, const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (strcmp(rules[i].from, api_version) == 0 && str_in_words(rules[i].kinds, kind))
            return &rules[i];
    return NULL;
}

const char *kube_version_next(const char *api_version, const char *kind)
{
    const struct rule *r = rule_of(api_version, kind);
    return r ? r->to : NULL;
}

int kube_version_rewrite(json_t *object, const char *to, struct error *err)
{
    const char *kind = json_string_value(json_object_get(object, "kind"));
    for (;;) {
        const char *from = json_string_value(json_object_get(object, "apiVersion"));
        if (str_eq(from, to))
            return 0;
        const struct rule *r = from && kind ? rule_of(from, kind) : NULL;
        if (!r)
            return error_set(err, ERROR_INVALID, "%s %s has no equivalent in %s",
                             from ? from : "an object without", kind ? kind : "kind", to);
        if (r->reshape && r->reshape(object, err) < 0)
            return error_wrap(err, "%s %s in %s", from, kind, r->to);
        json_object_set_new(object, "apiVersion", json_string(r->to));
    }
}
