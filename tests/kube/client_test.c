/* The client beside a real API server: GMRUN_TEST_KUBECONFIG may do everything there,
 * GMRUN_TEST_KUBECONFIG_LIMITED only read pods and Deployments of the namespace `limited`. Without the first
 * all is skipped. Everything is made in a namespace of its own. */
#include "agents/kube/object.h"
#include "agents/kube/watch.h"
#include "base/util.h"
#include "base/yaml_json.h"
#include "tests/unit/check.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MANY = 100 };

struct fixture {
    struct loop loop;
    struct kube *admin, *limited;
    char space[40];
};

static struct kube *connect_by(struct loop *loop, const char *variable)
{
    const char *file = getenv(variable);
    struct kube_config c = {0};
    struct error err = {0};
    struct kube_config_from from = {.files = file};
    if (!file)
        return NULL;
    if (kube_config_load(&c, &from, &err) < 0)
        fail_msg("%s", err.message);
    return kube_new(loop, NULL, &c);
}

/* ---- an act and what came of it */

struct seen {
    bool done;
    int status;
    char *reason, *message, *file, *space, *name, *version;
    int line;
    json_t *json;
    struct buf notices;
};

static void seen_release(struct seen *s)
{
    char *const texts[] = {s->reason, s->message, s->file, s->space, s->name, s->version};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    json_decref(s->json);
    buf_release(&s->notices);
    memset(s, 0, sizeof(*s));
}

static void note_end(struct seen *s, const struct kube_end *end)
{
    s->done = true;
    s->status = end->status;
    s->json = json_incref(end->json);
    s->reason = xstrdup(end->reason);
    s->message = end->err ? xstrdup(end->err->message) : NULL;
    s->file = end->err ? xstrdup(end->err->file) : NULL;
    s->line = end->err ? end->err->line : 0;
}

static void acted(void *data, const struct kube_result *r)
{
    struct seen *s = data;
    note_end(s, &r->end);
    s->space = xstrdup(r->space);
    s->name = xstrdup(r->name);
    s->version = r->resource ? xstrdup(r->resource->api_version) : NULL;
}

static void answered(void *data, const struct kube_end *end)
{
    note_end(data, end);
}

static void noticed(void *data, const char *text)
{
    buf_printf(&((struct seen *)data)->notices, "%s\n", text);
}

static void wait_for(struct fixture *f, const bool *done)
{
    while (!*done)
        assert_true(loop_run_once(&f->loop, 30000, NULL) > 0); /* 0: nothing for so long */
}

static json_t *object(const char *yaml)
{
    yaml_objects v = {0};
    struct error err = {0};
    if (yaml_json_parse(&v, "t", yaml, strlen(yaml), &err) < 0)
        fail_msg("%s", err.message);
    json_t *o = json_incref(v.items[0].json);
    yaml_objects_release(&v);
    return o;
}

/* Acts on the YAML's object in the own namespace and waits. */
static void act(struct fixture *f, struct kube_action a, const char *yaml, struct seen *s)
{
    json_t *o = yaml ? object(yaml) : NULL;
    a.object = o;
    a.space = a.space ? a.space : f->space;
    a.notice = noticed;
    seen_release(s);
    kube_act(f->admin, &a, acted, s);
    wait_for(f, &s->done);
    json_decref(o);
}

static void ask(struct fixture *f, struct kube *k, const char *path, struct seen *s)
{
    struct kube_request r = {.path = path};
    seen_release(s);
    kube_send(k, &r, answered, s);
    wait_for(f, &s->done);
}

static const char *text_at(const json_t *o, const char *a, const char *b)
{
    const char *text = json_string_value(json_object_get(json_object_get(o, a), b));
    return text ? text : "";
}

#define CM(data) "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {" data "}}"
#define DEPLOY(version)                                                                                      \
    "{apiVersion: " version                                                                                  \
    ", kind: Deployment, metadata: {name: web}, spec: {replicas: 2, template: {metadata: {labels: "          \
    "{app: web}}, spec: {containers: [{name: main, image: nginx}]}}}}"

/* ---- tests */

struct found {
    bool done;
    char *api_version, *kind, *message;
};

static void found(void *data, const struct kube_resource *r, const struct error *err)
{
    struct found *s = data;
    s->done = true;
    s->api_version = r ? xstrdup(r->api_version) : NULL;
    s->kind = r ? xstrdup(r->kind) : NULL;
    s->message = err ? xstrdup(err->message) : NULL;
}

static void finds_kinds(void **state)
{
    static const struct {
        const char *version, *name, *want, *kind; /* version NULL: by name; want NULL: the message */
    } rows[] = {
        {"apps/v1", "Deployment", "apps/v1", "Deployment"},
        {"v1", "Service", "v1", "Service"},
        {"apps/v1", "Deploymint", NULL, "no matches for kind \"Deploymint\" in version \"apps/v1\""},
        {"nowhere.io/v1", "Thing", NULL, "no matches for kind \"Thing\" in version \"nowhere.io/v1\""},
        {NULL, "deploy", "apps/v1", "Deployment"},
        {NULL, "sts", "apps/v1", "StatefulSet"},
        {NULL, "ing", "networking.k8s.io/v1", "Ingress"},
        {NULL, "pdb", "policy/v1beta1", "PodDisruptionBudget"},
        {NULL, "PODS", "v1", "Pod"},
        {NULL, "svc", "v1", "Service"},
        {NULL, "ingresses.networking.k8s.io", "networking.k8s.io/v1", "Ingress"},
        {NULL, "cronjob", "batch/v1beta1", "CronJob"},
        {NULL, "deployments.v1.apps", "apps/v1", "Deployment"},
        {NULL, "pods.v1.", "v1", "Pod"},
        {NULL, "hpa.v2beta2.autoscaling", "autoscaling/v2beta2", "HorizontalPodAutoscaler"},
        {NULL, "nosuchthing", NULL, "the server doesn't have a resource type \"nosuchthing\""},
        {NULL, "pods.apps", NULL, "the server doesn't have a resource type \"pods\""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct found s = {0};
        if (rows[i].version)
            kube_find_kind(f->admin, rows[i].version, rows[i].name, found, &s);
        else
            kube_find_name(f->admin, rows[i].name, found, &s);
        wait_for(f, &s.done);
        if (rows[i].want && !s.api_version)
            fail_msg("%s: %s", rows[i].name, s.message);
        if (rows[i].want)
            assert_string_equal(s.api_version, rows[i].want);
        assert_string_equal(rows[i].want ? s.kind : s.message, rows[i].kind);
        free(s.api_version);
        free(s.kind);
        free(s.message);
    }
}

static void applies(void **state)
{
    struct fixture *f = *state;
    struct seen s = {0};
    struct kube_action a = {.verb = KUBE_APPLY, .place = {"cm.yaml", 7}};
    act(f, a, CM("a: '1', b: '2'"), &s);
    assert_int_equal(s.status, 201);
    assert_string_equal(s.space, f->space);
    _cleanup_free_ char *uid = xstrdup(text_at(s.json, "metadata", "uid"));
    act(f, a, CM("a: '1'"), &s);
    assert_int_equal(s.status, 200);
    assert_string_equal(text_at(s.json, "metadata", "uid"), uid);
    assert_null(
        json_object_get(json_object_get(s.json, "data"), "b")); /* it was ours, and is not named any more */
    a.manager = "other";
    act(f, a, CM("a: '3'"), &s);
    assert_int_equal(s.status, 409);
    assert_string_equal(s.reason, "Conflict");
    assert_non_null(strstr(s.message, "conflict with \"gmrun\""));
    assert_string_equal(s.file, "cm.yaml");
    assert_int_equal(s.line, 7);
    a.force = true;
    act(f, a, CM("a: '3'"), &s);
    assert_int_equal(s.status, 200);
    /* an object that was read may be applied again */
    char *text = json_dumps(s.json, 0);
    act(f, a, text, &s);
    free(text);
    assert_null(s.message);
    seen_release(&s);
}

static void patches(void **state)
{
    struct fixture *f = *state;
    struct seen s = {0};
    act(f, (struct kube_action){.verb = KUBE_APPLY, .dry_run = true}, DEPLOY("extensions/v1beta1"), &s);
    assert_string_equal(s.version, "apps/v1");
    assert_null(s.message);
    assert_non_null(
        strstr(s.notices.data, "does not serve extensions/v1beta1 Deployment any more: sent as apps/v1"));
    act(f, (struct kube_action){.verb = KUBE_GET}, DEPLOY("apps/v1"), &s);
    assert_int_equal(s.status, 404); /* it was a dry run */
    assert_string_equal(s.reason, "NotFound");
    assert_string_equal(s.message, "deployments.apps \"web\" not found");
    act(f, (struct kube_action){.verb = KUBE_CREATE}, DEPLOY("apps/v1beta2"), &s);
    assert_int_equal(s.status, 201);
    assert_string_equal(
        text_at(json_object_get(json_object_get(s.json, "spec"), "selector"), "matchLabels", "app"), "web");
    struct kube_action a = {
        .verb = KUBE_PATCH_STRATEGIC, .api_version = "apps/v1", .kind = "Deployment", .name = "web"};
    act(f, a, "{spec: {template: {spec: {containers: [{name: more, image: busybox}]}}}}", &s);
    assert_null(s.message);
    json_t *pod = json_object_get(json_object_get(json_object_get(s.json, "spec"), "template"), "spec");
    assert_int_equal(json_array_size(json_object_get(pod, "containers")), 2);
    a.verb = KUBE_PATCH_JSON;
    act(f, a, "[{op: remove, path: /spec/template/spec/containers/0}]", &s);
    assert_null(s.message);
    a.verb = KUBE_PATCH_MERGE;
    a.sub = "scale";
    act(f, a, "{spec: {replicas: 5}}", &s);
    assert_null(s.message);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(s.json, "spec"), "replicas")), 5);
    a.verb = KUBE_DELETE;
    a.sub = NULL;
    a.api_version = NULL;
    a.kind = "deploy";
    act(f, a, NULL, &s);
    assert_null(s.message);
    act(f, a, NULL, &s);
    assert_int_equal(s.status, 404);
    seen_release(&s);
}

static void refusals(void **state)
{
    struct fixture *f = *state;
    struct seen s = {0};
    struct kube_action a = {.verb = KUBE_APPLY, .place = {"m.yaml", 3}};
    act(f, a, "{apiVersion: v1, kind: Nothing, metadata: {name: a}}", &s);
    assert_string_equal(s.message, "no matches for kind \"Nothing\" in version \"v1\"");
    assert_int_equal(s.line, 3);
    act(f, a, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: elsewhere}}", &s);
    assert_non_null(strstr(s.message, "namespace from the provided object \"elsewhere\" does not match"));
    act(f, a, "{apiVersion: v1, kind: ConfigMap, metadata: {name: A_b}}", &s);
    assert_int_equal(s.status, 422);
    assert_string_equal(s.reason, "Invalid");
    act(f, a, "{apiVersion: v1, kind: ConfigMap, metadata: {labels: {}}}", &s);
    assert_string_equal(s.message, "the ConfigMap has no name");
    if (f->limited) {
        ask(f, f->limited, "/api/v1/namespaces/default/secrets", &s);
        assert_int_equal(s.status, 403);
        assert_string_equal(s.reason, "Forbidden");
        assert_non_null(strstr(s.message, "secrets is forbidden: User"));
    }
    seen_release(&s);
}

static int left;

static void one_less(void *data, const struct kube_result *r)
{
    if (r->end.err)
        fail_msg("%s", r->end.err->message);
    left--;
}

/* Side by side, in whatever order: the budget's case. */
static void many(void **state)
{
    struct fixture *f = *state;
    int64_t start = loop_now(&f->loop);
    struct seen s = {0};
    left = MANY;
    for (int i = 0; i < MANY; i++) {
        _cleanup_free_ char *yaml =
            xasprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: m-%d, labels: {many: yes1}}}", i);
        json_t *o = object(yaml);
        struct kube_action a = {.verb = KUBE_APPLY, .object = o, .space = f->space};
        kube_act(f->admin, &a, one_less, NULL);
        json_decref(o);
    }
    while (left)
        assert_true(loop_run_once(&f->loop, 30000, NULL) > 0);
    print_message("%d objects applied in %d ms\n", MANY, (int)(loop_now(&f->loop) - start));
    act(f, (struct kube_action){.verb = KUBE_LIST, .kind = "cm", .query = "labelSelector=many%3Dyes1"}, NULL,
        &s);
    assert_int_equal(json_array_size(json_object_get(s.json, "items")), MANY);
    seen_release(&s);
}

/* ---- watches */

struct watched {
    struct buf log;
    bool synced, gone;
    struct kube_watch *watch;
};

static void event(void *data, enum kube_event type, json_t *o)
{
    static const char *const names[] = {"ADDED", "MODIFIED", "DELETED", "SYNCED"};
    struct watched *w = data;
    if (!o || strcmp(text_at(o, "metadata", "name"), "w") == 0)
        buf_printf(&w->log, "%s %s %s\n", names[type],
                   o ? json_string_value(json_object_get(o, "kind")) : "-", o ? text_at(o, "data", "a") : "");
    w->synced |= type == KUBE_SYNCED;
    if (type == KUBE_DELETED) {
        w->gone = true;
        kube_watch_stop(w->watch);
    }
}

static void watch_failed(void *data, const struct error *err)
{
    fail_msg("%s", err->message);
}

static void watches(void **state)
{
    static const struct kube_watch_callbacks callbacks = {.event = event, .failed = watch_failed};
    struct fixture *f = *state;
    struct watched w = {0};
    struct seen s = {0};
    struct kube_action a = {.verb = KUBE_APPLY};
    _cleanup_free_ char *path = xasprintf("/api/v1/namespaces/%s/configmaps", f->space);
    struct kube_watch_request r = {.path = path, .query = "fieldSelector=metadata.name%3Dw"};
    act(f, a, "{apiVersion: v1, kind: ConfigMap, metadata: {name: w}, data: {a: '1'}}", &s);
    w.watch = kube_watch_start(f->admin, &r, &callbacks, &w);
    wait_for(f, &w.synced);
    act(f, a, "{apiVersion: v1, kind: ConfigMap, metadata: {name: w}, data: {a: '2'}}", &s);
    a.verb = KUBE_DELETE;
    act(f, a, "{apiVersion: v1, kind: ConfigMap, metadata: {name: w}}", &s);
    wait_for(f, &w.gone);
    assert_string_equal(w.log.data,
                        "ADDED ConfigMap 1\nSYNCED - \nMODIFIED ConfigMap 2\nDELETED ConfigMap 2\n");
    buf_release(&w.log);
    seen_release(&s);
}

static void refused(void *data, const struct error *err)
{
    struct seen *s = data;
    s->done = true;
    s->message = xstrdup(err->message);
    s->status = err->code;
}

static void a_watch_that_may_not_be(void **state)
{
    static const struct kube_watch_callbacks callbacks = {.event = event, .failed = refused};
    struct fixture *f = *state;
    struct seen s = {0};
    struct kube_watch_request r = {.path = "/api/v1/secrets"};
    if (!f->limited)
        skip();
    kube_watch_start(f->limited, &r, &callbacks, &s);
    wait_for(f, &s.done);
    assert_int_equal(s.status, 403);
    seen_release(&s);
}

/* ---- TLS */

static void is_told(struct fixture *f, struct kube_config *c, const char *message)
{
    struct seen s = {0};
    struct kube *k = kube_new(&f->loop, NULL, c);
    ask(f, k, "/version", &s);
    if (!message)
        assert_null(s.message);
    else if (!s.message || !strstr(s.message, message))
        fail_msg("'%s' does not say '%s'", s.message ? s.message : "success", message);
    kube_free(k);
    seen_release(&s);
}

static struct kube_config admin_config(void)
{
    struct kube_config c = {0};
    struct kube_config_from from = {.files = getenv("GMRUN_TEST_KUBECONFIG")};
    assert_int_equal(kube_config_load(&c, &from, NULL), 0);
    return c;
}

static void trust(void **state)
{
    struct fixture *f = *state;
    struct kube_config c = admin_config();
    c.tls_server_name = xstrdup("kubernetes.default.svc");
    is_told(f, &c, NULL);
    c = admin_config();
    c.tls_server_name = xstrdup("example.org");
    is_told(f, &c, "is not trusted");
    c = admin_config();
    free(c.ca);
    c.ca = NULL;
    is_told(f, &c, "is not trusted");
    c = admin_config();
    free(c.ca);
    c.ca = NULL;
    c.insecure = true;
    is_told(f, &c, NULL);
    c = admin_config();
    free(c.server);
    c.server = xstrdup("https://127.0.0.1:1");
    is_told(f, &c, "cannot reach the Kubernetes API server https://127.0.0.1:1");
    c = admin_config();
    free(c.cert);
    free(c.key);
    c.cert = c.key = NULL;
    c.token = xstrdup("wrong");
    is_told(f, &c, "does not know the user");
}

static int begin(void **state)
{
    struct fixture *f = xcalloc(1, sizeof(*f));
    struct seen s = {0};
    *state = f;
    if (loop_init(&f->loop, NULL) < 0)
        return -1;
    f->admin = connect_by(&f->loop, "GMRUN_TEST_KUBECONFIG");
    f->limited = connect_by(&f->loop, "GMRUN_TEST_KUBECONFIG_LIMITED");
    snprintf(f->space, sizeof(f->space), "gmrun-client-%d", (int)getpid());
    _cleanup_free_ char *yaml =
        xasprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", f->space);
    act(f, (struct kube_action){.verb = KUBE_CREATE}, yaml, &s);
    if (s.message)
        print_error("%s\n", s.message);
    int rc = s.message ? -1 : 0;
    seen_release(&s);
    return rc;
}

static int end(void **state)
{
    struct fixture *f = *state;
    struct seen s = {0};
    act(f,
        (struct kube_action){.verb = KUBE_DELETE, .api_version = "v1", .kind = "Namespace", .name = f->space},
        NULL, &s);
    seen_release(&s);
    kube_free(f->admin);
    if (f->limited)
        kube_free(f->limited);
    int rc = loop_idle(&f->loop) ? 0 : -1;
    loop_release(&f->loop);
    free(f);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_kinds), cmocka_unit_test(applies),
        cmocka_unit_test(patches),     cmocka_unit_test(refusals),
        cmocka_unit_test(many),        cmocka_unit_test(watches),
        cmocka_unit_test(trust),       cmocka_unit_test(a_watch_that_may_not_be),
    };
    if (!getenv("GMRUN_TEST_KUBECONFIG")) {
        printf("skip: no GMRUN_TEST_KUBECONFIG\n0 passed, 0 failed, %zu skipped\n", ARRAY_LEN(tests));
        return 0;
    }
    return cmocka_run_group_tests(tests, begin, end);
}
