/* What is done to manifests and answers without a server: old versions rewritten, lists taken apart, Status
 * read. */
#include "agents/kube/client.h"
#include "agents/kube/discovery.h"
#include "agents/kube/manifest.h"
#include "agents/kube/object.h"
#include "agents/kube/status.h"
#include "agents/kube/versions.h"
#include "base/yaml_json.h"
#include "tests/unit/check.h"
#include <string.h>

static json_t *from_yaml(const char *text)
{
    yaml_objects v = {0};
    struct error err = {0};
    if (yaml_json_parse(&v, "t", text, strlen(text), &err) < 0 || v.len != 1)
        fail_msg("%s", err.message ? err.message : "not one document");
    json_t *o = json_incref(v.items[0].json);
    yaml_objects_release(&v);
    return o;
}

static const struct {
    const char *before, *to, *after; /* after: what is wrong with it where it begins with "!" */
} rewritten[] = {
    {"{apiVersion: extensions/v1beta1, kind: Deployment, spec: {rollbackTo: {revision: 1}, template: "
     "{metadata: "
     "{labels: {a: b}}}}}",
     "apps/v1",
     "{apiVersion: apps/v1, kind: Deployment, spec: {selector: {matchLabels: {a: b}}, template: {metadata: "
     "{labels: "
     "{a: b}}}}}"},
    {"{apiVersion: apps/v1beta2, kind: StatefulSet, spec: {selector: {matchLabels: {x: y}}, template: "
     "{metadata: "
     "{labels: {a: b}}}}}",
     "apps/v1",
     "{apiVersion: apps/v1, kind: StatefulSet, spec: {selector: {matchLabels: {x: y}}, template: {metadata: "
     "{labels: "
     "{a: b}}}}}"},
    {"{apiVersion: apps/v1beta1, kind: Deployment, spec: {template: {}}}", "apps/v1",
     "!apps/v1beta1 Deployment in apps/v1: spec.selector is missing and the template has no labels for it"},
    {"{apiVersion: extensions/v1beta1, kind: Ingress, spec: {backend: {serviceName: d, servicePort: http}, "
     "rules: [{host: "
     "h, http: {paths: [{path: /, backend: {serviceName: a, servicePort: 80}}, {backend: {serviceName: b, "
     "servicePort: "
     "'8080'}, pathType: Prefix}]}}]}}",
     "networking.k8s.io/v1",
     "{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {defaultBackend: {service: {name: d, port: "
     "{name: http}}}, "
     "rules: [{host: h, http: {paths: [{path: /, pathType: ImplementationSpecific, backend: {service: {name: "
     "a, port: "
     "{number: 80}}}}, {pathType: Prefix, backend: {service: {name: b, port: {number: 8080}}}}]}}]}}"},
    {"{apiVersion: batch/v2alpha1, kind: CronJob, spec: {schedule: x}}", "batch/v1",
     "{apiVersion: batch/v1, kind: CronJob, spec: {schedule: x}}"},
    {"{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, spec: {selector: {}, minAvailable: 1}}",
     "policy/v1", "{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {minAvailable: 1}}"},
    {"{apiVersion: autoscaling/v2beta1, kind: HorizontalPodAutoscaler, spec: {metrics: [{type: Resource, "
     "resource: {name: "
     "cpu, targetAverageUtilization: 50}}, {type: Object, object: {target: {kind: Service, name: s}, "
     "metricName: m, "
     "targetValue: 2}}, {type: External, external: {metricName: q, metricSelector: {matchLabels: {a: b}}, "
     "targetAverageValue: 3}}]}}",
     "autoscaling/v2",
     "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {metrics: [{type: Resource, "
     "resource: {name: cpu, "
     "target: {type: Utilization, averageUtilization: 50}}}, {type: Object, object: {describedObject: {kind: "
     "Service, "
     "name: s}, metric: {name: m}, target: {type: Value, value: 2}}}, {type: External, external: {metric: "
     "{name: q, "
     "selector: {matchLabels: {a: b}}}, target: {type: AverageValue, averageValue: 3}}}]}}"},
    {"{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, spec: {group: g, version: "
     "v1, names: "
     "{kind: K, plural: ks}, validation: {openAPIV3Schema: {properties: {a: {type: string}}}}, "
     "additionalPrinterColumns: [{name: A, JSONPath: .a}]}}",
     "apiextensions.k8s.io/v1",
     "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: g, names: {kind: "
     "K, plural: ks}, "
     "scope: Namespaced, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
     "object, "
     "x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}}, "
     "additionalPrinterColumns: [{name: "
     "A, jsonPath: .a}]}]}}"},
    {"{apiVersion: admissionregistration.k8s.io/v1beta1, kind: MutatingWebhookConfiguration, webhooks: "
     "[{name: a}]}",
     "admissionregistration.k8s.io/v1", "!needs sideEffects None"},
    {"{apiVersion: rbac.authorization.k8s.io/v1alpha1, kind: RoleBinding, subjects: [{kind: User, "
     "apiVersion: x, name: u}, "
     "{kind: ServiceAccount, name: s}]}",
     "rbac.authorization.k8s.io/v1",
     "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, subjects: [{kind: User, apiGroup: "
     "rbac.authorization.k8s.io, name: u}, {kind: ServiceAccount, name: s}]}"},
    {"{apiVersion: v1, kind: Pod}", "apps/v1", "!v1 Pod has no equivalent in apps/v1"},
    {"{apiVersion: extensions/v1beta1, kind: Deployment, spec: text}", "apps/v1",
     "{apiVersion: apps/v1, kind: Deployment, spec: text}"},
};

static void versions(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rewritten); i++) {
        struct error err = {0};
        json_t *o = from_yaml(rewritten[i].before);
        int rc = kube_version_rewrite(o, rewritten[i].to, &err);
        if (*rewritten[i].after == '!') {
            assert_int_equal(rc, -1);
            assert_non_null(strstr(err.message, rewritten[i].after + 1));
        } else {
            json_t *want = from_yaml(rewritten[i].after);
            if (rc || !json_equal(o, want)) {
                char *text = json_dumps(o, JSON_COMPACT);
                fail_msg("row %zu: %s %s", i, err.message ? err.message : "", text);
            }
            assert_int_equal(kube_version_rewrite(o, rewritten[i].to, &err), 0);
            assert_true(json_equal(o, want)); /* a second time does nothing */
            json_decref(want);
        }
        error_release(&err);
        json_decref(o);
    }
    assert_null(kube_version_next("apps/v1", "Deployment"));
    assert_string_equal(kube_version_next("batch/v2alpha1", "CronJob"), "batch/v1beta1");
}

static void manifests(void **state)
{
    static const char text[] = "# the mall\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\n"
                               "apiVersion: v1\nkind: List\nitems:\n"
                               "- {apiVersion: v1, kind: Pod, metadata: {generateName: p-}}\n"
                               "- {apiVersion: v1, kind: ConfigMapList, items: []}\n---\n---\n"
                               "{apiVersion: v1, kind: Secret, metadata: {name: s}}\n";
    kube_objects v = {0};
    struct error err = {0};
    assert_int_equal(kube_manifest_parse(&v, "m.yaml", text, strlen(text), &err), 0);
    assert_int_equal(v.len, 3);
    assert_int_equal(v.items[0].line, 2);
    assert_int_equal(v.items[1].line, 6);
    assert_int_equal(v.items[2].line, 13);
    assert_string_equal(v.items[2].file, "m.yaml");
    static const struct {
        const char *text, *message;
        int line;
    } bad[] = {
        {"kind: Pod\nmetadata: {name: a}\n", "no apiVersion", 1},
        {"a: 1\n---\n\napiVersion: v1\n", "no apiVersion", 1},
        {"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n\napiVersion: v1\n", "no kind", 6},
        {"apiVersion: v1\nkind: Pod\nmetadata: {name: 5}\n", "put it in quotes", 1},
        {"apiVersion: v1\nkind: Pod\n", "the Pod has no metadata.name", 1},
        {"- 1\n", "no object of Kubernetes", 1},
        {"a: b: c\n", "mapping values", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(kube_manifest_parse(&v, "m.yaml", bad[i].text, strlen(bad[i].text), &err), -1);
        assert_non_null(strstr(err.message, bad[i].message));
        assert_string_equal(err.file, "m.yaml");
        assert_int_equal(err.line, bad[i].line);
        assert_int_equal(v.len, 3);
        error_release(&err);
    }
    kube_objects_release(&v);
}

static void statuses(void **state)
{
    static const struct {
        const char *json;
        int exit;
        const char *message;
    } rows[] = {
        {"{\"metadata\":{},\"status\":\"Success\"}", 0, NULL},
        {"{\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit code: exit status "
         "3\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"Other\",\"message\":"
         "\"9\"},{"
         "\"reason\":\"ExitCode\",\"message\":\"3\"}]}}",
         3, NULL},
        {"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"message\":\"m\",\"details\":{\"causes\":[{"
         "\"reason\":"
         "\"ExitCode\",\"message\":\"many\"}]}}",
         -1, "m"},
        {"{\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":\"oci "
         "runtime\\nerror\\n\",\"code\":500}",
         -1, "oci runtime error"},
        {"[]", -1, "Internal Server Error"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        json_t *o = json_loads(rows[i].json, 0, NULL);
        assert_int_equal(kube_status_exit(o, &err), rows[i].exit);
        if (rows[i].message)
            assert_non_null(strstr(err.message, rows[i].message));
        else
            assert_null(err.message);
        error_release(&err);
        json_decref(o);
    }
    struct error err = {0};
    kube_status_error(&err, 502, NULL, "<html>");
    assert_string_equal(err.message, "Bad Gateway (HTTP status 502)");
    assert_int_equal(err.code, 502);
    error_release(&err);
    kube_status_error(&err, 404, NULL, "404 page not found\n");
    assert_string_equal(err.message, "404 page not found (HTTP status 404)");
    error_release(&err);
}

static void paths(void **state)
{
    static const struct kube_resource pods = {"v1", "Pod", "pods", "pod", true},
                                      web = {"apps/v1", "Deployment", "deployments", "deployment", true},
                                      nodes = {"v1", "Node", "nodes", "node", false};
    char *const seen[] = {
        kube_resource_path(&pods, "ci", "a/b", "log"),
        kube_resource_path(&web, "ci", "web", "scale"),
        kube_resource_path(&web, NULL, NULL, NULL),
        kube_resource_path(&nodes, "ci", "n", NULL),
        kube_object_label(&web, "web"),
        kube_object_label(&pods, "p"),
    };
    static const char *const want[] = {
        "/api/v1/namespaces/ci/pods/a%2Fb/log",
        "/apis/apps/v1/namespaces/ci/deployments/web/scale",
        "/apis/apps/v1/deployments",
        "/api/v1/nodes/n",
        "deployment.apps/web",
        "pod/p",
    };
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_string_equal(seen[i], want[i]);
        free(seen[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions),
        cmocka_unit_test(manifests),
        cmocka_unit_test(statuses),
        cmocka_unit_test(paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
