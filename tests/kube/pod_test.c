/* Streams with a real pod: GMRUN_TEST_CLUSTER is the kubeconfig of a cluster with a node,
 * GMRUN_TEST_CLUSTER_LIMITED one of somebody who may only look. The image, GMRUN_TEST_IMAGE (gmrun-web:1),
 * has a shell and answers HTTP on port 8080. */
#include "agents/kube/object.h"
#include "agents/kube/socket.h"
#include "agents/kube/watch.h"
#include "base/util.h"
#include "base/yaml_json.h"
#include "tests/unit/check.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MUCH = 20000000, SENT = 3000000 };

struct fixture {
    struct loop loop;
    struct kube *kube, *limited;
    char space[40];
};

static struct kube *connect_by(struct loop *loop, const char *variable)
{
    struct kube_config c = {0};
    struct error err = {0};
    struct kube_config_from from = {.files = getenv(variable)};
    if (!from.files)
        return NULL;
    if (kube_config_load(&c, &from, &err) < 0)
        fail_msg("%s", err.message);
    return kube_new(loop, NULL, &c);
}

static void turn(struct fixture *f)
{
    assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
}

/* ---- a socket and what came of it */

struct seen {
    struct kube_socket *socket;
    struct buf out, complaint;
    bool done, end_rc;
    int exit, code;
    char *message;
    size_t to_write, read;
    bool counts;
};

static void output(void *data, int channel, const char *bytes, size_t n)
{
    struct seen *s = data;
    s->read += n;
    if (!s->counts)
        buf_add(channel == KUBE_STDERR ? &s->complaint : &s->out, bytes, n);
}

static void write_on(void *data)
{
    static char block[60000];
    struct seen *s = data;
    memset(block, 'x', sizeof(block));
    while (s->to_write) {
        size_t n = s->to_write < sizeof(block) ? s->to_write : sizeof(block);
        s->to_write -= n;
        if (kube_socket_write(s->socket, KUBE_STDIN, block, n) > KUBE_SOCKET_HIGH)
            return;
    }
}

static void ended(void *data, const struct kube_socket_end *e)
{
    struct seen *s = data;
    s->done = true;
    s->exit = e->exit;
    s->code = e->err ? e->err->code : 0;
    s->message = e->err ? xstrdup(e->err->message) : NULL;
}

static void seen_release(struct seen *s)
{
    buf_release(&s->out);
    buf_release(&s->complaint);
    free(s->message);
}

static const char *text_of(const struct buf *b)
{
    return b->data ? b->data : "";
}

static void exec_by(struct fixture *f, struct kube *k, struct kube_exec_options o, const char *script,
                    struct seen *s)
{
    static const struct kube_socket_callbacks callbacks = {
        .opened = write_on, .output = output, .drained = write_on, .done = ended};
    const char *const argv[] = {"sh", "-c", script, NULL};
    o.space = f->space;
    o.pod = o.pod ? o.pod : "p";
    o.argv = o.argv ? o.argv : argv;
    _cleanup_free_ char *path = kube_exec_path(&o);
    s->socket = kube_socket_open(k, path, &callbacks, s);
    while (!s->done)
        turn(f);
}

static void streams_and_status(void **state)
{
    struct fixture *f = *state;
    _cleanup_(seen_release) struct seen s = {0}, good = {0}, merged = {0};
    exec_by(f, f->kube, (struct kube_exec_options){.stderr_own = true}, "echo out; echo err >&2; exit 3", &s);
    assert_null(s.message);
    assert_string_equal(text_of(&s.out), "out\n");
    assert_string_equal(text_of(&s.complaint), "err\n");
    assert_int_equal(s.exit, 3);
    exec_by(f, f->kube, (struct kube_exec_options){.container = "main"}, "true", &good);
    assert_int_equal(good.exit, 0);
    exec_by(f, f->kube, (struct kube_exec_options){.tty = true}, "echo err >&2; kill -9 $$", &merged);
    assert_string_equal(text_of(&merged.out), "err\r\n");
    assert_int_equal(merged.exit, 137);
}

static void much_of_it(void **state)
{
    struct fixture *f = *state;
    _cleanup_free_ char *script = xasprintf("head -c %d /dev/zero", MUCH),
                        *count = xasprintf("head -c %d | wc -c", SENT);
    _cleanup_(seen_release) struct seen s = {.counts = true}, in = {.to_write = SENT};
    exec_by(f, f->kube, (struct kube_exec_options){0}, script, &s);
    assert_int_equal(s.read, MUCH);
    assert_int_equal(s.exit, 0);
    exec_by(f, f->kube, (struct kube_exec_options){.stdin_open = true}, count, &in);
    assert_int_equal(strtol(in.out.data, NULL, 10), SENT);
}

static void refusals(void **state)
{
    static const char *const nothing[] = {"/no/such/program", NULL};
    struct fixture *f = *state;
    const struct {
        struct kube *k;
        struct kube_exec_options o;
        int code;
        const char *message;
    } rows[] = {
        {f->kube, {.pod = "absent"}, 404, "pods \"absent\" not found"},
        {f->kube, {.container = "other"}, 400, "container other is not valid for pod p"},
        {f->kube, {.argv = nothing}, -1, "no such file or directory"},
        {f->limited, {0}, 403, "is forbidden: User"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(seen_release) struct seen s = {0};
        if (!rows[i].k)
            continue;
        exec_by(f, rows[i].k, rows[i].o, "true", &s);
        /* dockershim tells of a missing program by an exit status and a line of output */
        if (rows[i].code < 0 && !s.message) {
            assert_int_equal(s.exit, 126);
            assert_non_null(strstr(s.out.data, rows[i].message));
            continue;
        }
        if (!s.message || !strstr(s.message, rows[i].message))
            fail_msg("row %zu: %d %s", i, s.exit, s.message ? s.message : "");
        if (rows[i].code > 0)
            assert_int_equal(s.code, rows[i].code);
    }
}

static void forwarded(void *data)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    struct seen *s = data;
    kube_socket_write(s->socket, 0, request, sizeof(request) - 1);
}

static void ports(void **state)
{
    static const struct kube_socket_callbacks callbacks = {
        .opened = forwarded, .output = output, .done = ended};
    static const int list[] = {8080};
    struct fixture *f = *state;
    _cleanup_(seen_release) struct seen s = {0};
    _cleanup_free_ char *path = kube_portforward_path(f->space, "p", list, 1);
    s.socket = kube_socket_open(f->kube, path, &callbacks, &s);
    while (!s.done && !(s.out.data && strstr(s.out.data, "gmrun-web 1")))
        turn(f);
    assert_null(s.message);
    if (!s.done)
        kube_socket_close(s.socket);
}

/* ---- logs */

static void log_piece(void *data, const char *bytes, size_t n)
{
    buf_add(&((struct seen *)data)->out, bytes, n);
}

static void log_done(void *data, const struct kube_end *end)
{
    struct seen *s = data;
    s->done = true;
    s->message = end->err ? xstrdup(end->err->message) : NULL;
}

static void logs(void **state)
{
    struct fixture *f = *state;
    _cleanup_(seen_release) struct seen s = {0}, now = {0};
    _cleanup_free_ char *path = xasprintf("/api/v1/namespaces/%s/pods/p/log?follow=true", f->space);
    struct kube_request r = {.path = path, .piece = log_piece};
    struct kube_call *c = kube_send(f->kube, &r, log_done, &s);
    exec_by(f, f->kube, (struct kube_exec_options){0}, "echo mark >/proc/1/fd/1", &now);
    while (!s.done && !(s.out.data && strstr(s.out.data, "mark\n")))
        turn(f);
    assert_false(s.done);
    kube_cancel(c);
}

/* ---- the pod */

struct act {
    bool done;
    char *message;
};

static void acted(void *data, const struct kube_result *r)
{
    struct act *a = data;
    a->done = true;
    a->message = r->end.err ? xstrdup(r->end.err->message) : NULL;
}

static int act(struct fixture *f, enum kube_verb verb, const char *yaml)
{
    yaml_objects v = {0};
    struct act a = {0};
    if (yaml_json_parse(&v, "t", yaml, strlen(yaml), NULL) < 0)
        return -1;
    struct kube_action action = {.verb = verb, .object = v.items[0].json};
    kube_act(f->kube, &action, acted, &a);
    while (!a.done)
        turn(f);
    if (a.message)
        print_error("%s\n", a.message);
    int rc = a.message ? -1 : 0;
    free(a.message);
    yaml_objects_release(&v);
    return rc;
}

static void pod_event(void *data, enum kube_event type, json_t *o)
{
    json_t *condition;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(o, "status"), "conditions"), i, condition)
    {
        if (str_eq(json_string_value(json_object_get(condition, "type")), "Ready") &&
            str_eq(json_string_value(json_object_get(condition, "status")), "True"))
            *(bool *)data = true;
    }
}

static void pod_failed(void *data, const struct error *err)
{
    fail_msg("%s", err->message);
}

static void wait_ready(struct fixture *f)
{
    static const struct kube_watch_callbacks callbacks = {.event = pod_event, .failed = pod_failed};
    bool ready = false;
    _cleanup_free_ char *path = xasprintf("/api/v1/namespaces/%s/pods", f->space);
    struct kube_watch_request r = {.path = path};
    struct kube_watch *w = kube_watch_start(f->kube, &r, &callbacks, &ready);
    while (!ready)
        turn(f);
    kube_watch_stop(w);
}

static int begin(void **state)
{
    struct fixture *f = xcalloc(1, sizeof(*f));
    const char *image = getenv("GMRUN_TEST_IMAGE");
    *state = f;
    if (loop_init(&f->loop, NULL) < 0)
        return -1;
    f->kube = connect_by(&f->loop, "GMRUN_TEST_CLUSTER");
    f->limited = connect_by(&f->loop, "GMRUN_TEST_CLUSTER_LIMITED");
    snprintf(f->space, sizeof(f->space), "gmrun-pod-%d", (int)getpid());
    _cleanup_free_ char *
        space = xasprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", f->space),
       *pod = xasprintf("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: %s}, spec: "
                        "{automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: "
                        "[{name: main, image: '%s', imagePullPolicy: Never}]}}",
                        f->space, image ? image : "gmrun-web:1");
    int tries = 60, rc = act(f, KUBE_CREATE, space);
    if (rc < 0)
        return -1;
    /* Refused until the namespace has its account, which the server itself awaits for a second each time. */
    while ((rc = act(f, KUBE_APPLY, pod)) < 0 && --tries)
        sleep(1);
    if (rc < 0)
        return -1;
    wait_ready(f);
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    _cleanup_free_ char *space =
        xasprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", f->space);
    act(f, KUBE_DELETE, space);
    kube_free(f->kube);
    if (f->limited)
        kube_free(f->limited);
    loop_release(&f->loop);
    free(f);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_and_status),
        cmocka_unit_test(much_of_it),
        cmocka_unit_test(refusals),
        cmocka_unit_test(ports),
        cmocka_unit_test(logs),
    };
    if (!getenv("GMRUN_TEST_CLUSTER")) {
        printf("skip: no GMRUN_TEST_CLUSTER\n0 passed, 0 failed, %zu skipped\n", ARRAY_LEN(tests));
        return 0;
    }
    return cmocka_run_group_tests(tests, begin, end);
}
