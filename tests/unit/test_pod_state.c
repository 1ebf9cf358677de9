/* What a pod's status means for the steps in it: rows of a status and of what is told. */
#include "agents/kube/pod_state.h"
#include "base/util.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static json_t *pod_of(const char *status)
{
    json_error_t error;
    _cleanup_free_ char *text = xasprintf("{'spec': {'containers': [{}, {}]}, 'status': %s}", status);
    for (char *p = text; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    json_t *json = json_loads(text, 0, &error);
    if (!json)
        fail_msg("%s: %s", error.text, text);
    return json;
}

#define RUNNING(name) "{'name': '" name "', 'state': {'running': {}}}"
#define ENDED(name, code, reason)                                                                            \
    "{'name': '" name "', 'state': {'terminated': {'exitCode': " code ", 'reason': '" reason "'}}}"

static void how_a_running_pod_ends(void **state)
{
    static const struct {
        const char *status, *why, *cause;
        bool by_node;
    } rows[] = {
        {"{'phase': 'Running', 'containerStatuses': [" RUNNING("a") ", " RUNNING("b") "]}", NULL, NULL,
         false},
        {"{'phase': 'Running', 'containerStatuses': [" RUNNING("a") ", " ENDED("b", "137", "OOMKilled") "]}",
         "container b ended (exit code 137, OOMKilled)", "OOMKilled", false},
        {"{'phase': 'Failed', 'reason': 'Evicted', 'message': 'The node was low on resource: memory.'}",
         "Evicted: The node was low on resource: memory.", "Evicted", true},
        {"{'phase': 'Failed', 'reason': 'DeadlineExceeded', 'containerStatuses': [" ENDED("a", "137",
                                                                                          "Error") "]}",
         "DeadlineExceeded", "DeadlineExceeded", false},
        {"{'phase': 'Failed', 'containerStatuses': [" ENDED("a", "3", "Error") "]}",
         "container a ended (exit code 3, Error)", "Error", false},
        {"{'phase': 'Failed'}", "Failed", NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(buf_release) struct buf why = {0};
        json_t *pod = pod_of(rows[i].status);
        assert_int_equal(pod_state_is_over(pod, &why), rows[i].why != NULL);
        if (rows[i].why)
            assert_string_equal(why.data, rows[i].why);
        assert_true(str_eq(pod_state_cause(pod), rows[i].cause));
        assert_int_equal(pod_state_is_by_node(pod), rows[i].by_node);
        json_decref(pod);
    }
}

static void which_pod_may_be_used_again(void **state)
{
    static const struct {
        const char *status, *why;
    } rows[] = {
        {"{'phase': 'Running', 'containerStatuses': [" RUNNING("a") ", " RUNNING("b") "]}", NULL},
        {"{'phase': 'Running', 'containerStatuses': [" RUNNING("a") ", " ENDED("b", "137", "OOMKilled") "]}",
         "does not run any more: container b ended (exit code 137, OOMKilled)"},
        {"{'phase': 'Running', 'containerStatuses': [" RUNNING("a") "]}", "does not run any more: a runs"},
        {"{'phase': 'Running', 'containerStatuses': [" RUNNING("a") ", {'name': 'b', 'state': {'waiting': "
                                                                    "{'reason': 'ContainerCreating'}}}]}",
         "does not run any more: a runs, b waits (ContainerCreating)"},
        {"{'phase': 'Failed', 'reason': 'Evicted', 'message': 'low on memory'}",
         "does not run any more: Evicted: low on memory"},
        {"{'phase': 'Unknown', 'containerStatuses': [" RUNNING("a") ", " RUNNING("b") "]}",
         "does not run any more: a runs, b runs"},
        {"{}, 'metadata': {'deletionTimestamp': '2026-01-01T00:00:00Z'}", "was deleted"},
        {"{'conditions': [{'type': 'DisruptionTarget', 'status': 'True', 'reason': 'TerminationByKubelet', "
         "'message': 'full'}]}, 'metadata': {'deletionTimestamp': '2026-01-01T00:00:00Z'}",
         "was deleted: TerminationByKubelet: full"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(buf_release) struct buf why = {0};
        json_t *pod = pod_of(rows[i].status);
        assert_int_equal(pod_state_is_usable(pod, &why), rows[i].why == NULL);
        if (rows[i].why)
            assert_string_equal(why.data, rows[i].why);
        json_decref(pod);
    }
}

/* Kubernetes 1.26 and later. */
static void the_server_says_why_it_deletes(void **state)
{
    _cleanup_(buf_release) struct buf why = {0}, none = {0};
    json_t *pod = pod_of("{'conditions': [{'type': 'DisruptionTarget', 'status': 'True', 'reason': "
                         "'EvictionByEvictionAPI', 'message': 'Eviction API: evicting'}]}"),
           *other = pod_of("{'conditions': [{'type': 'DisruptionTarget', 'status': 'False'}]}");
    pod_state_disruption(pod, &why);
    pod_state_disruption(other, &none);
    assert_string_equal(why.data, ": EvictionByEvictionAPI: Eviction API: evicting");
    assert_int_equal(none.len, 0);
    json_decref(pod);
    json_decref(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_a_running_pod_ends),
        cmocka_unit_test(which_pod_may_be_used_again),
        cmocka_unit_test(the_server_says_why_it_deletes),
    };
    return cmocka_run_group_tests_name("pod state", tests, NULL, NULL);
}
