/* What the client does about servers that are busy, break off or forget: a scripted server, since a healthy
 * API server does none of it when asked. tests/kube/client_test.c has the real one. */
#include "agents/kube/discovery.h"
#include "agents/kube/watch.h"
#include "tests/unit/check.h"
#include "tests/unit/kube_server.h"

/* ---- the server */

#define ITEM(name, version)                                                                                  \
    "{\"metadata\":{\"name\":\"" name "\",\"uid\":\"u-" name "\",\"resourceVersion\":\"" version "\"}}"
#define EVENT(type, object) "{\"type\":\"" type "\",\"object\":" object "}\n"

static void stream(int fd, const char *text)
{
    dprintf(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n", strlen(text), text);
}

/* A list; a change and half an event, then the connection breaks; the place is forgotten; what was missed
 * shows in the second list; a bookmark moves the place; the end. */
static void things(int fd, const char *request, int *count)
{
    if (strstr(request, "limit=500&continue=more"))
        say_json(fd, 200, "",
                 "{\"kind\":\"ThingList\",\"apiVersion\":\"x/"
                 "v1\",\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[" ITEM("z", "9") "]}");
    else if (strstr(request, "limit=500") && (*count)++ == 0)
        say_json(fd, 200, "",
                 "{\"kind\":\"ThingList\",\"apiVersion\":\"x/"
                 "v1\",\"metadata\":{\"continue\":\"more\",\"resourceVersion\":"
                 "\"10\"},\"items\":[" ITEM("a", "5") "]}");
    else if (strstr(request, "limit=500"))
        say_json(fd, 200, "",
                 "{\"kind\":\"ThingList\",\"apiVersion\":\"x/"
                 "v1\",\"metadata\":{\"resourceVersion\":\"20\"},\"items\":[" ITEM("b", "15") "," ITEM(
                     "z", "9") "]}");
    else if (strstr(request, "resourceVersion=10 ")) {
        stream(fd, EVENT("MODIFIED", ITEM("a", "11")) "{\"type\":\"DELE");
        _exit(0);
    } else if (strstr(request, "resourceVersion=11 ")) {
        stream(fd,
               EVENT("ERROR",
                     "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old\"}"));
        say(fd, "0\r\n\r\n");
    } else if (strstr(request, "resourceVersion=20 ")) {
        stream(fd, EVENT("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"30\"}}"));
        say(fd, "0\r\n\r\n");
    } else if (strstr(request, "resourceVersion=30 ")) {
        stream(fd, EVENT("DELETED", ITEM("b", "31")));
        pause();
    } else {
        say_json(fd, 400, "", "{}");
    }
}

#define STATUS(code, reason, message)                                                                        \
    "{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":" #code ",\"reason\":\"" reason                    \
    "\",\"message\":\"" message "\"}"

static void answer(int fd, const char *request, int *count)
{
    if (strstr(request, " /things")) {
        things(fd, request, count);
        return;
    }
    int n = ++*count;
    if (strstr(request, " /busy ")) {
        if (n < 3)
            say_json(fd, 429, "Retry-After: 0\r\n", STATUS(429, "TooManyRequests", "slow down"));
        else
            say_json(fd, 200, "", "{\"ok\":true}");
    } else if (strstr(request, " /early ")) {
        if (n == 1)
            say_json(fd, 500, "Retry-After: 0\r\n", STATUS(500, "ServerTimeout", "no API token yet"));
        else
            say_json(fd, 201, "", "{}");
    } else if (strstr(request, " /drop ")) {
        if (n < 3)
            _exit(0);
        say_json(fd, 200, "", "{\"ok\":true}");
    } else if (strstr(request, " /broken ")) {
        say_json(fd, 503, "", STATUS(503, "ServiceUnavailable", "no etcd"));
    } else if (strstr(request, " /gone")) {
        if (n == 1)
            _exit(0);
        say_json(fd, 404, "", STATUS(404, "NotFound", "it is not there"));
    } else if (strstr(request, " /warn ")) {
        say_json(fd, 200, "Warning: 299 - \"old \\\"thing\\\"\"\r\nWarning: 199 - \"other\"\r\n", "{}");
    } else if (strstr(request, "/token")) {
        bool shown =
            strstr(request, "Authorization: Bearer secret") && strstr(request, "Accept: application/json");
        say_json(fd, shown ? 200 : 401, "", "{}");
    } else if (strstr(request, " /short?")) { /* each stream ends with nothing in it */
        if (strstr(request, "watch=true"))
            say_json(fd, 200, "", "");
        else
            say_json(fd, 200, "",
                     "{\"kind\":\"ThingList\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}");
    } else if (strstr(request, " /patch ")) {
        bool one = strstr(request, "Content-Type: application/merge-patch+json\r\n") &&
                   !strstr(request, "Content-Type: application/json");
        say_json(fd, one ? 200 : 415, "", "{}");
    } else {
        say_json(fd, 500, "", "<html>");
    }
}

/* ---- requests */

struct seen {
    bool done;
    int status;
    char *message, *reason;
    struct buf notices;
};

static void ended(void *data, const struct kube_end *end)
{
    struct seen *s = data;
    s->done = true;
    s->status = end->status;
    s->message = end->err ? xstrdup(end->err->message) : NULL;
    s->reason = xstrdup(end->reason);
}

static void noticed(void *data, const char *text)
{
    buf_printf(&((struct seen *)data)->notices, "%s\n", text);
}

static void requests(void **state)
{
    static const struct {
        struct kube_request r;
        int status, sent;
        const char *message;
    } rows[] = {
        {{.path = "/busy"}, 200, 3, NULL},
        {{.path = "/busy", .method = "POST"}, 200, 3, NULL},  /* refused before it was begun */
        {{.path = "/early", .method = "POST"}, 201, 2, NULL}, /* "retry after the token is created" */
        {{.path = "/busy", .once = true}, 429, 1, "slow down"},
        {{.path = "/drop"}, 200, 3, NULL},
        {{.path = "/drop", .method = "PATCH", .content_type = KUBE_APPLY_PATCH}, 200, 3, NULL},
        {{.path = "/drop", .method = "PATCH", .content_type = KUBE_JSON_PATCH}, 0, 1, "cannot reach"},
        {{.path = "/drop", .method = "POST"}, 0, 1, "cannot reach"},
        {{.path = "/gone", .method = "DELETE"}, 404, 2, NULL}, /* the first was carried out */
        {{.path = "/broken"}, 503, 6, "no etcd"},
        {{.path = "/broken", .method = "POST"}, 503, 1, "no etcd"},
        {{.path = "/gone"}, 404, 2, "it is not there"},
        {{.path = "/token"}, 200, 1, NULL},
        {{.path = "/patch", .method = "PATCH", .content_type = KUBE_MERGE_PATCH}, 200, 1, NULL},
        {{.path = "/strange", .once = true}, 500, 1, "Internal Server Error (HTTP status 500)"},
    };
    struct kube_server *f = *state;
    json_t *body = json_object();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct kube_request r = rows[i].r;
        struct seen s = {0};
        r.body = r.method && strcmp(r.method, "PATCH") == 0 ? body : NULL;
        *f->count = 0;
        kube_send(f->kube, &r, ended, &s);
        assert_false(s.done);
        while (!s.done)
            assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
        if (s.status != rows[i].status || *f->count != rows[i].sent || !s.message != !rows[i].message ||
            (s.message && !strstr(s.message, rows[i].message)))
            fail_msg("row %zu: status %d, sent %d, %s", i, s.status, *f->count, s.message);
        free(s.message);
        free(s.reason);
    }
    json_decref(body);
}

static void warnings(void **state)
{
    struct kube_server *f = *state;
    struct seen s = {0};
    struct kube_request r = {.path = "/warn", .notice = noticed};
    kube_send(f->kube, &r, ended, &s);
    while (!s.done)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    assert_string_equal(s.notices.data, "old \"thing\"\n");
    buf_release(&s.notices);
    free(s.reason);
}

/* Whatever state it is in. */
static void cancelled(void **state)
{
    struct kube_server *f = *state;
    struct seen s = {0};
    struct kube_request busy = {.path = "/broken"}, other = {.path = "/token"};
    *f->count = 0;
    struct kube_call *c = kube_send(f->kube, &busy, ended, &s),
                     *waiting = kube_send(f->kube, &busy, ended, &s);
    kube_cancel(waiting);
    while (*f->count < 2)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    kube_cancel(c);
    assert_false(s.done);
    kube_send(f->kube, &other, ended, &s);
    while (!s.done)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    assert_int_equal(s.status, 200);
    free(s.reason);
}

static void not_found(void *data, const struct kube_resource *r, const struct error *err)
{
    struct seen *s = data;
    s->done = true;
    assert_null(r);
    s->message = xstrdup(err->message);
}

/* A server that cannot be reached is not one that lacks the kind. */
static void searches_that_fail(void **state)
{
    struct kube_server *f = *state;
    struct kube_config c = {.server = xstrdup("http://127.0.0.1:1")};
    struct kube *k = kube_new(&f->loop, NULL, &c);
    for (int i = 0; i < 3; i++) {
        struct seen s = {0};
        if (i == 0)
            kube_find_kind(k, "apps/v1", "Deployment", not_found, &s);
        else
            kube_find_name(k, i == 1 ? "deploy" : "things.example.org", not_found, &s);
        while (!s.done)
            assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
        assert_non_null(strstr(s.message, "cannot reach the Kubernetes API server"));
        free(s.message);
    }
    kube_free(k);
}

/* The proxy of the context is asked for the cluster, whose name nobody here can resolve. */
static void through_a_proxy(void **state)
{
    struct kube_server *f = *state;
    struct seen s = {0};
    struct kube_request r = {.path = "/token"};
    struct kube_config c = {.server = xstrdup("http://cluster.invalid:6443"),
                            .token = xstrdup("secret"),
                            .proxy = xstrdup(kube_config_of(f->kube)->server)};
    struct kube *k = kube_new(&f->loop, NULL, &c);
    kube_send(k, &r, ended, &s);
    while (!s.done)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    assert_int_equal(s.status, 200);
    free(s.reason);
    kube_free(k);
}

/* A token that its file has meanwhile replaced is read anew when the server refuses the old one. */
static void a_new_token(void **state)
{
    struct kube_server *f = *state;
    char path[] = "/tmp/gmrun-test-token-XXXXXX";
    int fd = mkstemp(path);
    struct kube_request r = {.path = "/token"};
    struct kube_config c = {.server = xstrdup(kube_config_of(f->kube)->server), .token_file = xstrdup(path)};
    struct kube *k = kube_new(&f->loop, NULL, &c);
    for (int i = 0; i < 2; i++) {
        struct seen s = {0};
        const char *token = i ? "secret\n" : "old\n";
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, token, strlen(token), 0), strlen(token));
        kube_send(k, &r, ended, &s);
        while (!s.done)
            assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
        assert_int_equal(s.status, i ? 200 : 401);
        free(s.message);
        free(s.reason);
    }
    kube_free(k);
    close(fd);
    unlink(path);
}

/* ---- watches */

struct watched {
    struct buf log;
    struct kube_watch *watch;
    bool over;
    const char *until;
};

static void event(void *data, enum kube_event type, json_t *o)
{
    static const char *const names[] = {"ADDED", "MODIFIED", "DELETED", "SYNCED"};
    struct watched *w = data;
    json_t *m = json_object_get(o, "metadata");
    const char *name = json_string_value(json_object_get(m, "name")),
               *version = json_string_value(json_object_get(m, "resourceVersion"));
    buf_printf(&w->log, "%s %s %s\n", names[type], name ? name : "-", version ? version : "-");
    if (type == KUBE_ADDED)
        assert_string_equal(json_string_value(json_object_get(o, "kind")), "Thing");
    if (w->until && strstr(w->log.data, w->until)) {
        w->over = true;
        kube_watch_stop(w->watch);
    }
}

static void failed(void *data, const struct error *err)
{
    struct watched *w = data;
    buf_printf(&w->log, "FAILED %d %s\n", err->code, err->message);
    w->over = true;
}

static void broken(void *data, const struct error *err)
{
    buf_addstr(&((struct watched *)data)->log, "BROKEN\n");
}

static const struct kube_watch_callbacks callbacks = {.event = event, .failed = failed, .broken = broken};

static void watch(struct kube_server *f, const char *path, const char *until, const char *want)
{
    struct watched w = {.until = until};
    struct kube_watch_request r = {.path = path};
    *f->count = 0;
    w.watch = kube_watch_start(f->kube, &r, &callbacks, &w);
    while (!w.over)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    assert_string_equal(w.log.data, want);
    buf_release(&w.log);
}

static void resumed(void **state)
{
    watch(
        *state, "/things", "DELETED b",
        "ADDED a 5\nADDED z 9\nSYNCED - -\nMODIFIED a 11\nBROKEN\nDELETED a 11\nADDED b 15\nDELETED b 31\n");
}

static void stopped_early(void **state)
{
    watch(*state, "/things", "ADDED a", "ADDED a 5\n");
}

static void enough(struct loop_timer *t)
{
    ((struct watched *)t->data)->over = true;
}

/* Without a pause it would ask some thousand times. */
static void short_streams(void **state)
{
    struct kube_server *f = *state;
    struct watched w = {0};
    struct kube_watch_request r = {.path = "/short"};
    struct loop_timer timer = {.fn = enough, .data = &w};
    *f->count = 0;
    w.watch = kube_watch_start(f->kube, &r, &callbacks, &w);
    while (*f->count < 3) /* the list, a stream, the next one */
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    loop_timer_start(&f->loop, &timer, 700);
    while (!w.over)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    kube_watch_stop(w.watch);
    assert_string_equal(w.log.data, "SYNCED - -\n");
    assert_in_range(*f->count, 3, 13);
    buf_release(&w.log);
}

static void hopeless(void **state)
{
    watch(*state, "/gone", NULL, "FAILED 404 it is not there\n");
    watch(*state, "/token", NULL, "FAILED 0 the server's answer is no list\n");
}

static int start(void **state)
{
    static struct kube_server server;
    *state = &server;
    return kube_server_start(&server, answer);
}

static int stop(void **state)
{
    return kube_server_stop(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_that_fail),
        cmocka_unit_test(through_a_proxy),
        cmocka_unit_test(a_new_token),
        cmocka_unit_test(requests),
        cmocka_unit_test(warnings),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(resumed),
        cmocka_unit_test(stopped_early),
        cmocka_unit_test(short_streams),
        cmocka_unit_test(hopeless),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
