/* From pod templates to pods: fields, yaml, inheritance, the helper container, names. Rows of parameters and
 * of what stands at a place of the pod; a part of a path in brackets is the name of a list's entry. */
#include "agents/kube/pod_merge.h"
#include "agents/kube/pod_name.h"
#include "agents/kube/pod_print.h"
#include "agents/kube/pod_spec.h"
#include "agents/kube/pod_template.h"
#include "base/util.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *text)
{
    json_error_t error;
    _cleanup_free_ char *copy = xstrdup(text);
    for (char *p = copy; p && *p; p++)
        *p = *p == '\'' ? '"' : *p;
    json_t *json = copy ? json_loads(copy, JSON_DECODE_ANY, &error) : NULL;
    if (copy && !json)
        fail_msg("%s: %s", error.text, copy);
    return json;
}

/* "spec.containers.[jnlp].image" */
static json_t *at(json_t *json, const char *path)
{
    _cleanup_free_ char *copy = xstrdup(path);
    char *rest = copy;
    for (char *part; json && (part = strsep(&rest, "|")) != NULL;) {
        size_t n = strlen(part);
        if (*part == '[') {
            part[n - 1] = 0;
            const char *equals = strchr(part, '=');
            _cleanup_free_ char *key =
                equals ? xstrndup(part + 1, (size_t)(equals - part - 1)) : xstrdup("name");
            json = pod_named(json, key, equals ? equals + 1 : part + 1);
        } else {
            json = json_object_get(json, part);
        }
    }
    return json;
}

static const struct pod_identity identity = {.name = "mall-1-abcde-fghij-klmno",
                                             .namespace = "ci",
                                             .label = "mall_1-abcde",
                                             .home = "/home/u/.gmrun",
                                             .build = "mall/1",
                                             .job = "job/mall/1/",
                                             .agent_image = "gmrun-agent:0.1.0"};

static void build(const char *parameters, const char *yaml, struct pod_spec *out)
{
    struct error err = {0};
    json_t *given = parse(parameters), *pod = parse(yaml), *t = pod_template_new(given, pod, &err);
    if (!t || pod_spec_build(t, &identity, out, &err) < 0)
        fail_msg("%s: %s", parameters, err.message);
    json_decref(given);
    json_decref(pod);
    json_decref(t);
}

static void expect(json_t *pod, const char *path, const char *expected)
{
    json_t *wanted = parse(expected), *got = at(pod, path);
    if (wanted ? !got || !json_equal(got, wanted) : got != NULL) {
        _cleanup_free_ char *text = got ? json_dumps(got, JSON_ENCODE_ANY) : NULL;
        fail_msg("%s is %s, not %s", path, text ? text : "absent", expected ? expected : "absent");
    }
    json_decref(wanted);
}

static void fields_become_a_pod(void **state)
{
    static const char container[] =
        "{'containers': [{'$class': 'containerTemplate', 'name': 'maven', 'image': 'maven:3', 'command': 'sh "
        "-c \\\"a b\\\"',"
        "'args': '', 'ttyEnabled': true, 'alwaysPullImage': true, 'privileged': 'true', 'runAsUser': '1000',"
        "'resourceRequestCpu': '500m', 'resourceLimitMemory': '1Gi', 'workingDir': '/w',"
        "'envVars': [{'$class': 'envVar', 'key': 'A', 'value': 'own'}, {'$class': 'secretEnvVar', 'key': 'S',"
        " 'secretName': 's', 'secretKey': 'k'}],"
        "'ports': [{'name': 'http', 'containerPort': 8080, 'hostPort': 0}],"
        "'livenessProbe': {'execArgs': 'cat /ok', 'initialDelaySeconds': 30, 'periodSeconds': 0}}],"
        "'envVars': [{'key': 'A', 'value': 'all'}, {'key': 'B', 'value': 2}]}";
    static const struct {
        const char *parameters, *path, *expected;
    } rows[] = {
        {container, "spec|containers|[maven]|image", "'maven:3'"},
        {container, "spec|containers|[maven]|command", "['sh', '-c', 'a b']"},
        {container, "spec|containers|[maven]|args", NULL},
        {container, "spec|containers|[maven]|tty", "true"},
        {container, "spec|containers|[maven]|imagePullPolicy", "'Always'"},
        {container, "spec|containers|[maven]|securityContext", "{'privileged': true, 'runAsUser': 1000}"},
        {container, "spec|containers|[maven]|resources",
         "{'limits': {'memory': '1Gi'}, 'requests': {'cpu': '500m'}}"},
        {container, "spec|containers|[maven]|workingDir", "'/w'"},
        {container, "spec|containers|[maven]|env|[A]", "{'name': 'A', 'value': 'own'}"},
        {container, "spec|containers|[maven]|env|[B]", "{'name': 'B', 'value': '2'}"},
        {container, "spec|containers|[maven]|env|[S]",
         "{'name': 'S', 'valueFrom': {'secretKeyRef': {'name': 's', 'key': 'k'}}}"},
        {container, "spec|containers|[maven]|ports", "[{'name': 'http', 'containerPort': 8080}]"},
        {container, "spec|containers|[maven]|livenessProbe",
         "{'exec': {'command': ['cat', '/ok']}, 'initialDelaySeconds': 30}"},
        {container, "spec|containers|[maven]|volumeMounts|[workspace-volume]|mountPath", "'/w'"},
        {container, "spec|containers|[jnlp]|volumeMounts|[workspace-volume]|mountPath",
         "'/home/jenkins/agent'"},
        {container, "spec|containers|[jnlp]|image", "'gmrun-agent:0.1.0'"},
        {container, "spec|restartPolicy", "'Never'"},
        {"{'envVars': {'A': 1}, 'containers': [{'name': 'x', 'image': 'i', 'envVars': {'B': 'b'}}]}",
         "spec|containers|[x]|env", "[{'name': 'A', 'value': '1'}, {'name': 'B', 'value': 'b'}]"},
        {"{'containerTemplate': {'name': 'x', 'image': 'i'}}", "spec|containers|[x]|image", "'i'"},
        {"{'serviceAccount': 'builder', 'schedulerName': ' '}", "spec|serviceAccountName", "'builder'"},
        {"{'serviceAccount': 'builder', 'schedulerName': ' '}", "spec|schedulerName", NULL},
        {"{'nodeSelector': 'disk=ssd, zone=a'}", "spec|nodeSelector",
         "{'disk': 'ssd', 'zone': 'a', 'kubernetes.io/os': 'linux'}"},
        {"{'imagePullSecrets': ['one', {'$class': 'PodImagePullSecret', 'name': 'two'}]}",
         "spec|imagePullSecrets", "[{'name': 'one'}, {'name': 'two'}]"},
        {"{'activeDeadlineSeconds': 600, 'hostNetwork': true}", "spec|activeDeadlineSeconds", "600"},
        {"{'activeDeadlineSeconds': 600, 'hostNetwork': true}", "spec|hostNetwork", "true"},
        {"{'runAsUser': '1000', 'runAsGroup': 1001, 'supplementalGroups': '1,2'}", "spec|securityContext",
         "{'runAsUser': 1000, 'runAsGroup': 1001, 'supplementalGroups': [1, 2]}"},
        {"{'annotations': [{'key': 'a/b', 'value': 'c'}]}", "metadata|annotations|a/b", "'c'"},
        {"{}", "metadata|annotations|gmrun.build", "'mall/1'"},
        {"{}", "metadata|labels|jenkins/label", "'mall_1-abcde'"},
        {"{}", "metadata|namespace", "'ci'"},
        {"{'workingDir': '/jenkins'}", "spec|containers|[jnlp]|workingDir", "'/jenkins'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pod_spec s = {0};
        build(rows[i].parameters, NULL, &s);
        expect(s.pod, rows[i].path, rows[i].expected);
        assert_string_equal(s.helper, "jnlp");
        assert_string_equal(s.main, "jnlp");
        pod_spec_release(&s);
    }
}

static void volumes_of_each_kind(void **state)
{
    static const struct {
        const char *volume, *expected;
    } rows[] = {
        {"{'$class': 'emptyDirVolume', 'memory': false}", "{'emptyDir': {}}"},
        {"{'$class': 'EmptyDirVolume', 'memory': true}", "{'emptyDir': {'medium': 'Memory'}}"},
        {"{'$class': 'hostPathVolume', 'hostPath': '/h'}", "{'hostPath': {'path': '/h'}}"},
        {"{'$class': 'nfsVolume', 'serverAddress': 's', 'serverPath': '/p', 'readOnly': true}",
         "{'nfs': {'server': 's', 'path': '/p', 'readOnly': true}}"},
        {"{'$class': 'secretVolume', 'secretName': 'n', 'defaultMode': '0400', 'optional': true}",
         "{'secret': {'secretName': 'n', 'defaultMode': 256, 'optional': true}}"},
        {"{'$class': 'org.csanchez.jenkins.plugins.kubernetes.volumes.ConfigMapVolume', 'configMapName': "
         "'c'}",
         "{'configMap': {'name': 'c'}}"},
        {"{'$class': 'persistentVolumeClaim', 'claimName': 'c', 'readOnly': false}",
         "{'persistentVolumeClaim': {'claimName': 'c', 'readOnly': false}}"},
        {"{'$class': 'dynamicPVC', 'requestsSize': '1Gi'}",
         "{'persistentVolumeClaim': {'claimName': 'pvc-mall-1-abcde-fghij-klmno-0'}}"},
        {"{'$class': 'genericEphemeralVolume', 'accessModes': 'ReadWriteOnce', 'requestsSize': '150Gi',"
         " 'storageClassName': 'rwo'}",
         "{'ephemeral': {'volumeClaimTemplate': {'spec': {'accessModes': ['ReadWriteOnce'],"
         " 'resources': {'requests': {'storage': '150Gi'}}, 'storageClassName': 'rwo'}}}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_t *volume = parse(rows[i].volume), *wanted = parse(rows[i].expected);
        json_object_set_new(volume, "mountPath", json_string("/m/"));
        json_object_set_new(wanted, "name", json_string("volume-0"));
        json_t *parameters =
            json_pack("{s:[o], s:[{s:s,s:s}]}", "volumes", volume, "containers", "name", "x", "image", "i");
        _cleanup_free_ char *text = json_dumps(parameters, 0), *expected = json_dumps(wanted, 0);
        struct pod_spec s = {0};
        build(text, NULL, &s);
        expect(s.pod, "spec|volumes|[volume-0]", expected);
        expect(s.pod, "spec|containers|[x]|volumeMounts|[volume-0]|mountPath", "'/m'");
        expect(s.pod, "spec|containers|[jnlp]|volumeMounts|[volume-0]|mountPath", "'/m'");
        assert_int_equal(json_array_size(s.claims), strstr(rows[i].volume, "dynamicPVC") != NULL);
        pod_spec_release(&s);
        json_decref(parameters);
        json_decref(wanted);
    }
}

static void the_workspace_can_be_another_volume(void **state)
{
    static const struct {
        const char *parameters, *expected;
    } rows[] = {
        {"{'workspaceVolume': {'$class': 'persistentVolumeClaimWorkspaceVolume', 'claimName': 'ws'}}",
         "{'name': 'workspace-volume', 'persistentVolumeClaim': {'claimName': 'ws'}}"},
        {"{'workspaceVolume': {'$class': 'nfsWorkspaceVolume', 'serverAddress': 's', 'serverPath': '/p'}}",
         "{'name': 'workspace-volume', 'nfs': {'server': 's', 'path': '/p'}}"},
        {"{'workspaceVolume': {'$class': 'EmptyDirWorkspaceVolume', 'memory': true}}",
         "{'name': 'workspace-volume', 'emptyDir': {'medium': 'Memory'}}"},
        {"{'workspaceVolume': {'$class': 'genericEphemeralVolume', 'requestsSize': '1Gi'}}",
         "{'name': 'workspace-volume', 'ephemeral': {'volumeClaimTemplate': {'spec': {'accessModes': "
         "['ReadWriteOnce'], 'resources': {'requests': {'storage': '1Gi'}}}}}}"},
    };
    struct pod_spec s = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        build(rows[i].parameters, NULL, &s);
        expect(s.pod, "spec|volumes|[workspace-volume]", rows[i].expected);
        assert_int_equal(json_array_size(json_object_get(json_object_get(s.pod, "spec"), "volumes")), 2);
        pod_spec_release(&s);
    }
    build("{'workspaceVolume': {'$class': 'dynamicPVC', 'accessModes': 'ReadWriteMany'},"
          "'volumes': [{'$class': 'dynamicPVC', 'mountPath': '/a'}, {'$class': 'dynamicPVC', 'mountPath': "
          "'/b'}]}",
          NULL, &s);
    assert_int_equal(json_array_size(s.claims), 3);
    json_t *workspace = json_array_get(s.claims, 2);
    expect(workspace, "metadata|name", "'pvc-mall-1-abcde-fghij-klmno'");
    expect(workspace, "spec|accessModes", "['ReadWriteMany']");
    pod_spec_release(&s);
}

static void yaml_lies_under_the_fields(void **state)
{
    static const char yaml[] =
        "{'kind': 'Pod', 'metadata': {'labels': {'team': 'a'}, 'namespace': 'other'}, 'spec': {"
        "'tolerations': [{'key': 'ci'}], 'securityContext': {'fsGroup': 5}, 'nodeSelector': {'disk': 'ssd'},"
        "'containers': [{'name': 'maven', 'image': 'old', 'command': ['cat'], 'tty': true},"
        "{'name': 'jnlp', 'image': 'jenkins/inbound-agent:4', 'args': ['x'], 'resources': {'limits': {'cpu': "
        "'1'}}}],"
        "'volumes': [{'name': 'workspace-volume', 'hostPath': {'path': '/w'}}]}}";
    struct pod_spec s = {0};
    build("{'containers': [{'name': 'maven', 'image': 'new'}], 'runAsUser': '7'}", yaml, &s);
    expect(s.pod, "spec|containers|[maven]|image", "'new'");
    expect(s.pod, "spec|containers|[maven]|command", "['cat']");
    expect(s.pod, "spec|containers|[jnlp]|image", "'gmrun-agent:0.1.0'");
    expect(s.pod, "spec|containers|[jnlp]|args", NULL);
    expect(s.pod, "spec|containers|[jnlp]|resources",
           "{'limits': {'cpu': '1'}, 'requests': {'cpu': '50m', 'memory': '64Mi'}}");
    expect(s.pod, "spec|tolerations", "[{'key': 'ci'}]");
    expect(s.pod, "spec|securityContext", "{'fsGroup': 5, 'runAsUser': 7}");
    expect(s.pod, "spec|nodeSelector", "{'disk': 'ssd', 'kubernetes.io/os': 'linux'}");
    expect(s.pod, "metadata|labels|team", "'a'");
    expect(s.pod, "metadata|namespace", "'ci'");
    expect(s.pod, "spec|volumes|[workspace-volume]|hostPath", "{'path': '/w'}");
    assert_int_equal(json_array_size(s.notices), 1);
    pod_spec_release(&s);
}

/* Users put their tools into it: steps outside container() run there. */
static void an_agent_image_of_the_users_own_stays(void **state)
{
    struct pod_spec s = {0};
    build("{'containers': [{'name': 'jnlp', 'image': 'hub/agent-with-maven:1', 'args': '${computer.jnlpmac} "
          "x'}]}",
          NULL, &s);
    expect(s.pod, "spec|containers|[jnlp]|image", "'hub/agent-with-maven:1'");
    expect(s.pod, "spec|containers|[jnlp]|args", NULL);
    expect(s.pod, "spec|containers|[gmrun]|image", "'gmrun-agent:0.1.0'");
    assert_string_equal(s.helper, "gmrun");
    assert_string_equal(s.main, "jnlp");
    pod_spec_release(&s);
}

static void the_agents_container_can_be_another(void **state)
{
    struct pod_spec s = {0};
    build("{'agentContainer': 'tool', 'agentInjection': true, 'containers': [{'name': 'tool', 'image': "
          "'maven:3'}]}",
          NULL, &s);
    expect(s.pod, "spec|containers|[tool]|image", "'maven:3'");
    expect(s.pod, "spec|containers|[gmrun]|image", "'gmrun-agent:0.1.0'");
    assert_string_equal(s.main, "tool");
    assert_string_equal(s.helper, "gmrun");
    pod_spec_release(&s);
    build("{'agentContainer': 'agent'}", "{'spec': {'containers': [{'name': 'agent'}]}}", &s);
    expect(s.pod, "spec|containers|[agent]|image", "'gmrun-agent:0.1.0'");
    expect(s.pod, "spec|containers|[jnlp]", NULL);
    assert_string_equal(s.helper, "agent");
    pod_spec_release(&s);
}

static void the_helper_is_the_user_that_the_others_are(void **state)
{
    static const struct {
        const char *yaml, *expected; /* securityContext of the helper */
    } rows[] = {
        {"{'spec': {'containers': [{'name': 'a', 'image': 'i', 'securityContext': {'runAsUser': 7}}, "
         "{'name': 'b', 'image': 'i'}]}}",
         "{'runAsUser': 7}"},
        {"{'spec': {'containers': [{'name': 'a', 'image': 'i', 'securityContext': {'runAsUser': 7}},"
         "{'name': 'b', 'image': 'i', 'securityContext': {'runAsUser': 8}}]}}",
         NULL},
        {"{'spec': {'containers': [{'name': 'a', 'image': 'i', 'securityContext': {'runAsUser': 0}}]}}",
         NULL},
        {"{'spec': {'securityContext': {'runAsUser': 5, 'runAsNonRoot': true}}}", NULL},
        {"{'spec': {'securityContext': {'runAsNonRoot': true}}}", "{'runAsUser': 1000}"},
        {"{'spec': {'containers': [{'name': 'jnlp', 'securityContext': {'runAsUser': 3}},"
         "{'name': 'a', 'image': 'i', 'securityContext': {'runAsUser': 3}}]}}",
         "{'runAsUser': 3}"},
        {"{'spec': {'containers': [{'name': 'a', 'image': 'i', 'securityContext': {'runAsNonRoot': true,"
         "'allowPrivilegeEscalation': false, 'capabilities': {'drop': ['ALL']}, 'seccompProfile': {'type': "
         "'RuntimeDefault'}}}]}}",
         "{'runAsNonRoot': true, 'allowPrivilegeEscalation': false, 'capabilities': {'drop': ['ALL']},"
         "'seccompProfile': {'type': 'RuntimeDefault'}, 'runAsUser': 1000}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pod_spec s = {0};
        build("{}", rows[i].yaml, &s);
        expect(s.pod, "spec|containers|[jnlp]|securityContext", rows[i].expected);
        pod_spec_release(&s);
    }
}

static json_t *template_of(const char *parameters, const char *yaml)
{
    struct error err = {0};
    json_t *given = parse(parameters), *pod = parse(yaml), *t = pod_template_new(given, pod, &err);
    assert_non_null(t);
    json_decref(given);
    json_decref(pod);
    return t;
}

static void templates_inherit(void **state)
{
    json_t *under = template_of(
               "{'name': 'base', 'label': 'l', 'serviceAccount': 'sa', 'nodeSelector': 'a=b',"
               "'containers': [{'name': 'x', 'image': 'one', 'command': 'cat'}, {'name': 'y', 'image': 'y'}],"
               "'volumes': [{'$class': 'emptyDirVolume', 'mountPath': '/m'}],"
               "'envVars': [{'key': 'A', 'value': '1'}]}",
               "{'spec': {'priority': 1, 'containers': [{'name': 'z', 'image': 'z'}]}}"),
           *over = template_of(
               "{'containers': [{'name': 'x', 'image': 'two', 'command': ''}], 'serviceAccount': '',"
               "'volumes': [{'$class': 'hostPathVolume', 'mountPath': '/m', 'hostPath': '/h'}],"
               "'envVars': [{'key': 'A', 'value': '2'}], 'nodeSelector': 'c=d'}",
               "{'spec': {'containers': [{'name': 'w', 'image': 'w'}]}}");
    json_t *both = pod_template_combine(under, over);
    expect(both, "name", NULL);
    expect(both, "serviceAccount", "'sa'");
    expect(both, "nodeSelector", "'c=d'");
    expect(both, "containers|[x]", "{'name': 'x', 'image': 'two', 'command': 'cat'}");
    expect(both, "containers|[y]|image", "'y'");
    expect(both, "volumes", "[{'$class': 'hostPathVolume', 'mountPath': '/m', 'hostPath': '/h'}]");
    expect(both, "envVars", "[{'key': 'A', 'value': '2'}]");
    json_t *yaml = pod_template_yaml(both);
    expect(yaml, "spec", "{'containers': [{'name': 'w', 'image': 'w'}]}"); /* override() is the default */
    json_decref(yaml);
    json_object_set_new(both, "yamlMergeStrategy", json_pack("{s:s}", "$class", "merge"));
    yaml = pod_template_yaml(both);
    expect(yaml, "spec",
           "{'priority': 1, 'containers': [{'name': 'z', 'image': 'z'}, {'name': 'w', 'image': 'w'}]}");
    json_decref(yaml);
    json_decref(both);
    json_object_set_new(under, "yamlMergeStrategy", json_pack("{s:s}", "$class", "merge"));
    json_object_set_new(over, "inheritYamlMergeStrategy", json_true());
    both = pod_template_combine(under, over);
    expect(both, "yamlMergeStrategy", "{'$class': 'merge'}");
    json_decref(both);
    json_decref(under);
    json_decref(over);
}

static void what_has_no_meaning_is_refused(void **state)
{
    static const struct {
        const char *parameters, *yaml, *message;
    } rows[] = {
        {"{'containers': [{'image': 'x'}]}", NULL, "a containerTemplate has no name"},
        {"{'containers': [{'name': 'x'}]}", NULL, "container x of the pod template has no image"},
        {"{'volumes': [{'$class': 'floppyVolume', 'mountPath': '/x'}]}", NULL,
         "'floppyVolume' is no kind of volume"},
        {"{'volumes': [{'$class': 'emptyDirVolume'}]}", NULL, "has no mountPath"},
        {"{'runAsUser': 'root'}", NULL, "runAsUser of a pod template is no number: root"},
        {"{}", "['a']", "the yaml of a pod template is no pod"},
        {"{}", "{'spec': {'containers': 3}}", NULL},
        {"{}", "{'spec': {'containers': [{'image': 'i'}]}}", "container 1 of the pod template has no name"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        struct pod_spec s = {0};
        json_t *given = parse(rows[i].parameters), *pod = parse(rows[i].yaml),
               *t = pod_template_new(given, pod, &err);
        int result = t ? pod_spec_build(t, &identity, &s, &err) : -1;
        if (rows[i].message && (result == 0 || !strstr(err.message, rows[i].message)))
            fail_msg("%s: %s", rows[i].parameters, result ? err.message : "accepted");
        pod_spec_release(&s);
        error_release(&err);
        json_decref(given);
        json_decref(pod);
        json_decref(t);
    }
}

static void names_are_what_dns_takes(void **state)
{
    _cleanup_free_ char *label = pod_label_of("Mall product/主", 12), *name = pod_template_name(label),
                        *pod = pod_name_of(name);
    assert_int_equal(strspn(label, "Mall_product______12-") >= 20, 1);
    assert_true(str_has_prefix(pod, "mall-product"));
    assert_true(strlen(pod) <= 63);
    char many[200];
    memset(many, 'a', sizeof(many));
    many[199] = 0;
    _cleanup_free_ char *long_label = pod_label_of(many, 1234), *long_name = pod_name_of(long_label);
    assert_int_equal(strlen(long_label), 63);
    assert_non_null(strstr(long_label, "_1234-"));
    assert_int_equal(strlen(long_name), 63);
    _cleanup_free_ char *odd = pod_name_of("..."), *value = pod_label_value("-a b/");
    assert_true(str_has_prefix(odd, "jenkins-agent-"));
    assert_string_equal(value, "xa_bx");
}

static void it_prints_as_the_plugin_does(void **state)
{
    json_t *pod =
        parse("{'spec': {'containers': [{'name': 'a', 'args': ['x', 'y'], 'env': []}], 'tty': true},"
              "'kind': 'Pod', 'apiVersion': 'v1', 'metadata': {'labels': {}}}");
    _cleanup_(buf_release) struct buf text = {0};
    pod_print(pod, &text);
    assert_string_equal(
        text.data, "---\napiVersion: \"v1\"\nkind: \"Pod\"\nmetadata:\n  labels: {}\nspec:\n  containers:\n"
                   "  - args:\n    - \"x\"\n    - \"y\"\n    env: []\n    name: \"a\"\n  tty: true\n");
    json_decref(pod);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_become_a_pod),
        cmocka_unit_test(volumes_of_each_kind),
        cmocka_unit_test(the_workspace_can_be_another_volume),
        cmocka_unit_test(yaml_lies_under_the_fields),
        cmocka_unit_test(an_agent_image_of_the_users_own_stays),
        cmocka_unit_test(the_agents_container_can_be_another),
        cmocka_unit_test(the_helper_is_the_user_that_the_others_are),
        cmocka_unit_test(templates_inherit),
        cmocka_unit_test(what_has_no_meaning_is_refused),
        cmocka_unit_test(names_are_what_dns_takes),
        cmocka_unit_test(it_prints_as_the_plugin_does),
    };
    return cmocka_run_group_tests_name("pod spec", tests, NULL, NULL);
}
