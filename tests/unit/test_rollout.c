/* What is known of a rollout from its objects alone: how far it is, what is wrong with it, whose log to show,
 * in which order manifests go, what a change would do, the pull secret. */
#include "base/util.h"
#include "executors/kube/diff.h"
#include "executors/kube/explain.h"
#include "executors/kube/plan.h"
#include "executors/kube/pull_secret.h"
#include "executors/kube/status.h"
#include "executors/kube/trouble.h"
#include "base/hash.h"
#include "runner/engine/env.h"
#include "check.h"
#include <string.h>

static json_t *json(const char *text)
{
    json_error_t problem;
    _cleanup_(buf_release) struct buf quoted = {0};
    buf_addstr(&quoted, text);
    for (size_t i = 0; i < quoted.len; i++)
        if (quoted.data[i] == '\'')
            quoted.data[i] = '"';
    json_t *o = json_loads(quoted.data, 0, &problem);
    if (!o)
        fail_msg("%s: %s", problem.text, text);
    return o;
}

/* ---- substitution */

static void replaces_what_is_defined(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"$A/${A}:$A.x", "one/one:one.x"},
        {"$$A $$$A ${a}", "$A $one one"},
        {"$NO ${NO} $ ${ ${} $-", "$NO ${NO} $ ${ ${} $-"},
        {"${D.E} $D.E", "dotted $D.E"},
        {"$LOOP", "$A"},
        {"$A_", "$A_"},
        {"${A", "${A"},
        {"$EMPTY|", "|"},
        {"", ""},
    };
    struct env env = {0};
    env_set(&env, "A", "one");
    env_set(&env, "D.E", "dotted");
    env_set(&env, "LOOP", "$A");
    env_set(&env, "EMPTY", "");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = {0};
        env_substitute(&env, rows[i].text, strlen(rows[i].text), &out);
        _cleanup_free_ char *text = buf_steal(&out);
        assert_string_equal(text, rows[i].expected);
    }
    env_release(&env);
}

/* ---- status */

#define DEPLOYMENT "'apiVersion':'apps/v1','kind':'Deployment','metadata':{'generation':2}"
#define STATEFUL "'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'generation':2}"
#define DAEMON "'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'generation':1}"

static void tells_how_far_a_rollout_is(void **state)
{
    static const struct {
        const char *object;
        enum status_of status;
        const char *text;
    } rows[] = {
        {"{" DEPLOYMENT ",'spec':{'replicas':5},'status':{'observedGeneration':1,'updatedReplicas':5}}",
         STATUS_WAITING, ""},
        {"{" DEPLOYMENT ",'spec':{'replicas':5},'status':{'observedGeneration':2,'replicas':6,"
         "'updatedReplicas':3,'availableReplicas':2}}",
         STATUS_WAITING, "3/5 updated, 2 available"},
        {"{" DEPLOYMENT ",'spec':{'replicas':2},'status':{'observedGeneration':2,'replicas':3,"
         "'updatedReplicas':2,'availableReplicas':3}}",
         STATUS_WAITING, "2/2 updated, 3 available, 1 to end"},
        {"{" DEPLOYMENT ",'spec':{'replicas':2},'status':{'observedGeneration':2,'replicas':2,"
         "'updatedReplicas':2,'availableReplicas':1}}",
         STATUS_WAITING, "2/2 updated, 1 available"},
        {"{" DEPLOYMENT ",'spec':{'replicas':2},'status':{'observedGeneration':2,'replicas':2,"
         "'updatedReplicas':2,'availableReplicas':2}}",
         STATUS_DONE, "2/2 updated, 2 available"},
        {"{" DEPLOYMENT ",'spec':{'replicas':1},'status':{'observedGeneration':2,'replicas':2,"
         "'updatedReplicas':2,'availableReplicas':2}}",
         STATUS_WAITING, "2/1 updated, 2 available, 1 to end"},
        {"{" DEPLOYMENT ",'spec':{'replicas':0},'status':{'observedGeneration':2}}", STATUS_DONE,
         "0/0 updated, 0 available"},
        {"{" DEPLOYMENT ",'spec':{'replicas':1},'status':{'observedGeneration':2,'conditions':[{'type':"
         "'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]}}",
         STATUS_FAILED, "0/1 updated, 0 available; exceeded its progress deadline"},
        {"{" DEPLOYMENT ",'spec':{'replicas':1,'paused':true},'status':{'observedGeneration':2,'replicas':1,"
         "'availableReplicas':1}}",
         STATUS_DONE, "0/1 updated, 1 available; the rollout is paused"},
        {"{" STATEFUL ",'spec':{'replicas':3},'status':{'observedGeneration':2,'readyReplicas':3,"
         "'currentReplicas':1,'updatedReplicas':2,'currentRevision':'a','updateRevision':'b'}}",
         STATUS_WAITING, "2/3 updated, 3 ready"},
        {"{" STATEFUL ",'spec':{'replicas':3},'status':{'observedGeneration':2,'readyReplicas':2,"
         "'currentReplicas':3,'currentRevision':'a','updateRevision':'a'}}",
         STATUS_WAITING, "3/3 updated, 2 ready"},
        {"{" STATEFUL ",'spec':{'replicas':3},'status':{'observedGeneration':2,'readyReplicas':3,"
         "'currentReplicas':3,'currentRevision':'a','updateRevision':'a'}}",
         STATUS_DONE, "3/3 updated, 3 ready"},
        {"{" STATEFUL ",'spec':{'replicas':3,'updateStrategy':{'type':'RollingUpdate','rollingUpdate':"
         "{'partition':2}}},'status':{'observedGeneration':2,'readyReplicas':3,'updatedReplicas':1,"
         "'currentRevision':'a','updateRevision':'b'}}",
         STATUS_DONE, "1/3 updated, 3 ready (partition 2)"},
        {"{" STATEFUL ",'spec':{'replicas':3,'updateStrategy':{'type':'OnDelete'}},'status':"
         "{'observedGeneration':2}}",
         STATUS_DONE, "pods change when they are deleted (OnDelete): not awaited"},
        {"{" DAEMON ",'status':{'observedGeneration':1,'desiredNumberScheduled':3,'updatedNumberScheduled':3,"
         "'numberAvailable':2}}",
         STATUS_WAITING, "3/3 updated, 2 available"},
        {"{" DAEMON ",'status':{'observedGeneration':1,'desiredNumberScheduled':3,'updatedNumberScheduled':3,"
         "'numberAvailable':3}}",
         STATUS_DONE, "3/3 updated, 3 available"},
        {"{'apiVersion':'batch/v1','kind':'Job','status':{'active':1,'failed':2}}", STATUS_WAITING,
         "0/1 completed, 1 active, 2 failed"},
        {"{'apiVersion':'batch/v1','kind':'Job','status':{'failed':7,'conditions':[{'type':'Failed','status':"
         "'True','reason':'BackoffLimitExceeded','message':'too often'}]}}",
         STATUS_FAILED, "0/1 completed, 0 active, 7 failed; BackoffLimitExceeded: too often"},
        {"{'apiVersion':'batch/v1','kind':'Job','spec':{'completions':2},'status':{'succeeded':2,"
         "'conditions':[{'type':'Complete','status':'True'}]}}",
         STATUS_DONE, "2/2 completed, 0 active, 0 failed"},
        {"{'apiVersion':'v1','kind':'PersistentVolumeClaim'}", STATUS_WAITING, "Pending"},
        {"{'apiVersion':'v1','kind':'PersistentVolumeClaim','status':{'phase':'Bound'}}", STATUS_DONE,
         "Bound"},
        {"{'apiVersion':'v1','kind':'PersistentVolumeClaim','status':{'phase':'Lost'}}", STATUS_FAILED,
         "Lost"},
        {"{'apiVersion':'v1','kind':'Pod','status':{'phase':'Running'}}", STATUS_WAITING,
         "Running, not ready"},
        {"{'apiVersion':'v1','kind':'Pod','status':{'phase':'Running','conditions':[{'type':'Ready','status':"
         "'True'}]}}",
         STATUS_DONE, "Running, ready"},
        {"{'apiVersion':'v1','kind':'Pod','status':{'phase':'Succeeded'}}", STATUS_DONE, "Succeeded"},
        {"{'apiVersion':'v1','kind':'Pod','status':{'phase':'Failed','reason':'Evicted'}}", STATUS_FAILED,
         "Failed: Evicted"},
        {"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','status':{'conditions':[{"
         "'type':'Established','status':'True'}]}}",
         STATUS_DONE, "established"},
        {"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','status':{'conditions':[{"
         "'type':'NamesAccepted','status':'False','reason':'ListKindConflict'}]}}",
         STATUS_FAILED, "ListKindConflict"},
        {"{'apiVersion':'example.org/v1','kind':'Deployment'}", STATUS_DONE, ""},
        {"{'apiVersion':'v1','kind':'Service'}", STATUS_DONE, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_t *o = json(rows[i].object);
        struct buf text = {0};
        enum status_of status = status_rollout(o, &text);
        _cleanup_free_ char *said = buf_steal(&text);
        assert_string_equal(said, rows[i].text);
        assert_int_equal(status, rows[i].status);
        json_decref(o);
    }
}

static void judges_conditions(void **state)
{
    static const struct {
        const char *condition;
        enum status_of status;
        const char *text;
    } rows[] = {
        {"Ready", STATUS_WAITING, "Ready is False (NotYet: soon)"},
        {"Ready=false", STATUS_DONE, "Ready is False"},
        {"Other", STATUS_WAITING, "Other is not known yet"},
    };
    json_t *o = json("{'status':{'conditions':[{'type':'Ready','status':'False','reason':'NotYet','message':"
                     "'soon'}]}}");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(buf_release) struct buf text = {0};
        assert_int_equal(status_condition(o, rows[i].condition, &text), rows[i].status);
        assert_string_equal(text.data, rows[i].text);
    }
    json_decref(o);
}

/* ---- troubles */

#define WAITING(reason, more)                                                                                \
    "{'status':{'phase':'Pending','containerStatuses':[{'name':'web','state':{'waiting':{'reason':'" reason  \
    "','message':'m'}}" more "}]}}"

static void weighs_the_troubles_of_pods(void **state)
{
    static const struct {
        const char *pod;
        enum trouble_weight weight;
        const char *cause, *text;
    } rows[] = {
        {WAITING("ContainerCreating", ""), TROUBLE_NONE, NULL, NULL},
        {WAITING("InvalidImageName", ""), TROUBLE_HOPELESS, "image", "container web: InvalidImageName: m"},
        {WAITING("ErrImageNeverPull", ""), TROUBLE_HOPELESS, "image", "container web: ErrImageNeverPull: m"},
        {WAITING("ErrImagePull", ""), TROUBLE_LASTING, "image", "container web: ErrImagePull: m"},
        {WAITING("ImagePullBackOff", ""), TROUBLE_LASTING, "image", "container web: ImagePullBackOff: m"},
        {WAITING("CreateContainerConfigError", ""), TROUBLE_LASTING, "config",
         "container web: CreateContainerConfigError: m"},
        {WAITING("CrashLoopBackOff", ",'restartCount':1,'lastState':{'terminated':{'exitCode':3,'reason':"
                                     "'Error'}}"),
         TROUBLE_SLOW, "crash",
         "container web: CrashLoopBackOff, restarted 1 time, last exit code 3 (Error)"},
        {WAITING("CrashLoopBackOff", ",'restartCount':3,'lastState':{'terminated':{'exitCode':137,'reason':"
                                     "'OOMKilled'}}"),
         TROUBLE_HOPELESS, "crash",
         "container web: CrashLoopBackOff, restarted 3 times, last exit code 137 (OOMKilled)"},
        {"{'status':{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':"
         "'Unschedulable','message':'0/1 nodes are available: 1 Insufficient cpu.'}]}}",
         TROUBLE_SLOW, "schedule", "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."},
        {"{'status':{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':"
         "'Unschedulable','message':'persistentvolumeclaim \\'data\\' not found'}]}}",
         TROUBLE_LASTING, "schedule", "Unschedulable: persistentvolumeclaim \"data\" not found"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(trouble_release) struct trouble t = {0};
        json_t *pod = json(rows[i].pod);
        trouble_of_pod(pod, &t);
        assert_int_equal(t.weight, rows[i].weight);
        if (rows[i].text) {
            assert_string_equal(t.text.data, rows[i].text);
            assert_string_equal(t.cause, rows[i].cause);
        }
        json_decref(pod);
    }
}

static void weighs_refusals_and_events(void **state)
{
    static const struct {
        const char *event;
        enum trouble_weight weight;
    } rows[] = {
        {"{'reason':'FailedCreate','message':'pods \\'a\\' is forbidden: exceeded quota: q'}",
         TROUBLE_LASTING},
        {"{'reason':'FailedCreate','message':'connection refused'}", TROUBLE_NONE},
        {"{'reason':'FailedMount','message':'secret \\'s\\' not found'}", TROUBLE_LASTING},
        {"{'reason':'FailedMount','message':'timed out'}", TROUBLE_SLOW},
        {"{'reason':'Unhealthy','message':'Readiness probe failed'}", TROUBLE_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(trouble_release) struct trouble t = {0};
        json_t *event = json(rows[i].event);
        trouble_of_event(event, &t);
        assert_int_equal(t.weight, rows[i].weight);
        json_decref(event);
    }
    _cleanup_(trouble_release) struct trouble t = {0};
    json_t *o =
        json("{'status':{'conditions':[{'type':'ReplicaFailure','status':'True','reason':'FailedCreate',"
             "'message':'exceeded quota'}]}}");
    trouble_of_workload(o, &t);
    assert_int_equal(t.weight, TROUBLE_LASTING);
    assert_string_equal(t.text.data, "FailedCreate: exceeded quota");
    json_decref(o);
}

/* ---- the story */

static const char pods_text[] =
    "[{'metadata':{'name':'well','ownerReferences':[{'uid':'rs2'}]},'status':{'phase':'Running','conditions':"
    "[{"
    "'type':'Ready','status':'True'}],'containerStatuses':[{'name':'a','ready':true,'state':{'running':{}}}]}"
    "},"
    "{'metadata':{'name':'old','ownerReferences':[{'uid':'rs1'}]},'status':{'phase':'Running'}},"
    "{'metadata':{'name':'ill','uid':'p3','ownerReferences':[{'uid':'rs2'}]},'spec':{'nodeName':'n1'},'"
    "status':{"
    "'phase':'Running','containerStatuses':[{'name':'a','ready':true,'state':{'running':{}}},{'name':'b',"
    "'ready':false,'restartCount':1,'state':{'running':{}},'lastState':{'terminated':{'exitCode':2,'reason':"
    "'Error'}}}]}}]";

static void picks_the_pods_of_the_revision(void **state)
{
    json_t *pods = json(pods_text);
    json_t *deployment = json("{'kind':'Deployment','metadata':{'uid':'d','annotations':{"
                              "'deployment.kubernetes.io/revision':'2'}}}");
    json_t *sets = json("[{'metadata':{'uid':'rs1','ownerReferences':[{'uid':'d'}],'annotations':{"
                        "'deployment.kubernetes.io/revision':'1'}}},{'metadata':{'uid':'rs2',"
                        "'ownerReferences':[{'uid':'d'}],'annotations':{"
                        "'deployment.kubernetes.io/revision':'2'}}}]");
    json_t *own = explain_pods(deployment, sets, pods);
    assert_int_equal(json_array_size(own), 2);
    struct explain_log log;
    _cleanup_(buf_release) struct buf text = {0};
    explain_pod_text(json_array_get(own, 0), &text);
    assert_string_equal(text.data,
                        "  pod ill: Running on n1\n    container b: running, not ready, restarted 1 "
                        "time, last exit code 2 (Error)\n");
    assert_true(explain_log_of(json_array_get(own, 0), &log));
    assert_string_equal(log.container, "b");
    assert_true(log.previous);
    assert_false(explain_log_of(json_array_get(own, 1), &log));
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(explain_replica_set(deployment, sets, 1), "metadata"), "uid")),
                        "rs1");
    json_decref(own);
    json_decref(sets);
    json_decref(deployment);
    json_decref(pods);
}

static void shows_the_last_warnings(void **state)
{
    json_t *events = json_array();
    for (int i = 0; i < 7; i++)
        json_array_append_new(events,
                              json_pack("{s:s,s:s,s:i,s:{s:s},s:o}", "reason", "Failed", "type",
                                        i == 6 ? "Normal" : "Warning", "count", i, "involvedObject", "uid",
                                        i == 5 ? "other" : "p", "message", json_sprintf("m%d", i)));
    _cleanup_(buf_release) struct buf text = {0};
    explain_events_text(events, "p", &text);
    assert_string_equal(text.data,
                        "    event Failed: m0\n    event Failed: m1\n    event Failed (2 times): m2\n"
                        "    event Failed (3 times): m3\n    event Failed (4 times): m4\n");
    json_decref(events);
}

/* ---- order, secret, diff */

static void sorts_namespaces_first_in_their_file(void **state)
{
    static const char *const rows[][2] = {{"a", "Service"},   {"a", "Namespace"},  {"a", "Deployment"},
                                          {"b", "ConfigMap"}, {"b", "Deployment"}, {"b", "Namespace"}};
    static const char *const expected[] = {"Namespace", "Service",   "Deployment",
                                           "Namespace", "ConfigMap", "Deployment"};
    kube_objects objects = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct kube_object o = {json_pack("{s:s,s:s}", "kind", rows[i][1], "apiVersion", "v1"),
                                xstrdup(rows[i][0]), 1};
        vec_push(&objects, o);
    }
    plan_sort(&objects);
    assert_int_equal(objects.len, ARRAY_LEN(expected));
    for (size_t i = 0; i < objects.len; i++)
        assert_string_equal(json_string_value(json_object_get(objects.items[i].json, "kind")), expected[i]);
    for (size_t i = 0; i < objects.len; i++) {
        json_decref(objects.items[i].json);
        free(objects.items[i].file);
    }
    vec_release(&objects);
}

static void knows_what_others_stand_on(void **state)
{
    static const struct {
        const char *version, *kind;
        enum plan_phase phase;
    } rows[] = {
        {"v1", "Namespace", PLAN_GROUND},
        {"apiextensions.k8s.io/v1", "CustomResourceDefinition", PLAN_GROUND},
        {"v1", "ConfigMap", PLAN_BASE},
        {"apps/v1", "Deployment", PLAN_WORK},
        {"networking.k8s.io/v1", "Ingress", PLAN_BASE},
        {"example.org/v1", "Anything", PLAN_WORK},
        {"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", PLAN_LAST},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_t *o = json_pack("{s:s,s:s}", "apiVersion", rows[i].version, "kind", rows[i].kind);
        assert_int_equal(plan_phase_of(o), rows[i].phase);
        json_decref(o);
    }
}

static void makes_a_pull_secret(void **state)
{
    json_t *dockercfg = NULL;
    pull_secret_add(&dockercfg, "registry.example:5000", "u", "p");
    pull_secret_add(&dockercfg, "http://plain", "u", "q");
    pull_secret_add(&dockercfg, "", "u", "r");
    json_t *secret = pull_secret_object(dockercfg, "s", "ns");
    const char *data = json_string_value(json_object_get(json_object_get(secret, "data"), ".dockercfg"));
    _cleanup_(buf_release) struct buf text = {0};
    assert_int_equal(base64_decode(&text, data, strlen(data), NULL), 0);
    assert_non_null(strstr(text.data,
                           "\"https://registry.example:5000\":{\"username\":\"u\",\"password\":\"p\","
                           "\"email\":\"\",\"auth\":\"dTpw\"}"));
    assert_non_null(strstr(text.data, "\"http://plain\":"));
    assert_non_null(strstr(text.data, "\"https://index.docker.io/v1/\":"));
    assert_string_equal(json_string_value(json_object_get(secret, "type")), "kubernetes.io/dockercfg");
    json_decref(secret);
    json_decref(dockercfg);
}

static void checks_names_of_secrets(void **state)
{
    static const char *const good[] = {"a", "a-b.c1", "kubernetes-cd-0f"};
    static const char *const bad[] = {"", "A", "-a", "a-", "a..b", "a_b", ".a", "a."};
    char longest[255] = {0};
    _cleanup_free_ char *made = pull_secret_name();
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_int_equal(pull_secret_check_name(good[i], NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(pull_secret_check_name(bad[i], NULL), -1);
    assert_int_equal(pull_secret_check_name(made, NULL), 0);
    memset(longest, 'a', 254);
    assert_int_equal(pull_secret_check_name(longest, NULL), -1);
    assert_int_equal(pull_secret_check_name(longest + 1, NULL), 0);
}

static void shows_what_differs(void **state)
{
    static const struct {
        const char *before, *after, *text;
    } rows[] = {
        {"{'spec':{'replicas':2},'status':{'a':1},'metadata':{'resourceVersion':'1'}}",
         "{'spec':{'replicas':3},'status':{'a':2},'metadata':{'resourceVersion':'2'}}",
         "- spec.replicas: 2\n+ spec.replicas: 3\n"},
        {"{'l':[{'name':'a','v':1},{'name':'b','v':1}]}", "{'l':[{'name':'b','v':2},{'name':'c','v':1}]}",
         "- l[a].name: \"a\"\n- l[a].v: 1\n- l[b].v: 1\n+ l[b].v: 2\n+ l[c].name: \"c\"\n+ l[c].v: 1\n"},
        {"{'l':[1,2],'e':{}}", "{'l':[1],'e':{}}", "- l[1]: 2\n"},
        {"{'kind':'Secret','data':{'k':'eA=='}}", "{'kind':'Secret','data':{'k':'eQ=='}}",
         "- data.k: (not shown)\n+ data.k: (not shown)\n"},
        {"{'kind':'Secret','data':{'tls.key':'eA=='}}", "{'kind':'Secret','data':{'tls.key':'eQ=='}}",
         "- data[tls.key]: (not shown)\n+ data[tls.key]: (not shown)\n"},
        {"{'kind':'Secret','stringData':'eA=='}", "{'kind':'Secret','stringData':{}}",
         "- stringData: (not shown)\n+ stringData: (not shown)\n"},
        {"{'m':{'a.b/c':'1'}}", "{'m':{}}", "- m[a.b/c]: \"1\"\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_t *before = json(rows[i].before), *after = json(rows[i].after);
        _cleanup_(buf_release) struct buf text = {0};
        assert_true(diff_objects(before, after, &text) > 0);
        assert_string_equal(text.data, rows[i].text);
        assert_int_equal(diff_objects(before, before, &text), 0);
        json_decref(before);
        json_decref(after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaces_what_is_defined),   cmocka_unit_test(tells_how_far_a_rollout_is),
        cmocka_unit_test(judges_conditions),          cmocka_unit_test(weighs_the_troubles_of_pods),
        cmocka_unit_test(weighs_refusals_and_events), cmocka_unit_test(picks_the_pods_of_the_revision),
        cmocka_unit_test(shows_the_last_warnings),    cmocka_unit_test(sorts_namespaces_first_in_their_file),
        cmocka_unit_test(knows_what_others_stand_on), cmocka_unit_test(makes_a_pull_secret),
        cmocka_unit_test(checks_names_of_secrets),    cmocka_unit_test(shows_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
