/* See engine.h. One client is one engine and one pool of connections. Calls made before the engine's version
 * is known wait in a list; the ping that tells it is started by the first of them.
 *
 * The version asked for is the lower of ours and the engine's: newer engines refuse versions they dropped
 * with a clear text of their own, older ones those they do not know.
 *
 * The client frees nothing of its callers: who cancels a call gets no callback, who frees the client gets
 * none for any. A failed ping is forgotten by the next request, so that an engine that is started during
 * the build is found. */
#include "agents/engine.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define API_VERSION "1.41" /* Docker 20.10, Debian 12's */
/* An engine under load answers slowly, one that hangs never. */
enum { PING_MS = 30000, PATIENCE_STEP_MS = 100 };

/* PINGED: the answer is awaited; calls wait. FAILED: all that waited were told. */
enum engine_state { ENGINE_NEW, ENGINE_PINGED, ENGINE_READY, ENGINE_FAILED };

struct engine {
    struct http http;
    struct loop *loop;
    char *host, *socket, *base; /* as given or found; path of its socket; "http://localhost" */
    char *ca, *cert, *key;
    char version[16];
    enum engine_state state;
    struct error failure;  /* of the last ping */
    int64_t patient_until; /* on the loop's clock: until then a ping is repeated */
    struct loop_timer again;
    struct engine_call *calls;
    struct http_call *ping;
};

struct engine_call {
    struct engine *engine;
    /* of engine.calls, the newest first */
    struct engine_call *next, **link;
    struct http_call *http;
    struct loop_task begin; /* its turn: at once, or when the version is known */
    char *method, *path, *body, *auth;
    int body_file; /* -1: none */
    bool no_json;  /* the body holds what JSON cannot: it is refused at its turn */
    void (*piece)(void *data, const char *bytes, size_t n);
    engine_done_fn *done;
    void *data;
};

/* ---- where it is */

/* [Docker: the default socket; Podman: that of the root's and of the user's service]. Owned, NULL: none. */
static char *find_socket(void)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    _cleanup_free_ char *of_user = xasprintf("%s/podman/podman.sock", runtime ? runtime : "/nonexistent");
    const char *const places[] = {"/var/run/docker.sock", of_user, "/run/podman/podman.sock"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        /* Connecting to a socket needs write permission; one of the root's that we may not use is passed
         * over. */
        if (access(places[i], R_OK | W_OK) == 0)
            return xstrdup(places[i]);
    return NULL;
}

bool engine_is_known(void)
{
    const char *host = getenv("DOCKER_HOST");
    _cleanup_free_ char *found = host && *host ? NULL : find_socket();
    return found || (host && *host);
}

/* An authority is a must; without a certificate of its own the client is none, and the engine says whether it
 * wants one [docker/cli: the files of --tlscert and --tlskey are dropped where they do not exist]. */
static void use_certificates(struct engine *e, const char *dir)
{
    _cleanup_free_ char *cert = path_join(dir, "cert.pem"), *key = path_join(dir, "key.pem");
    e->ca = path_join(dir, "ca.pem");
    e->cert = fs_exists(cert) ? xstrdup(cert) : NULL;
    e->key = fs_exists(key) ? xstrdup(key) : NULL;
}

char *engine_certificates(const char *verify, const char *cert_path, const char *home)
{
    if (!verify || !*verify)
        return NULL;
    return cert_path && *cert_path ? xstrdup(cert_path) : path_join(home ? home : "", ".docker");
}

/* tcp:// is TLS where certificates are given, as for the docker program. */
static void locate(struct engine *e, const char *host, const char *cert_path)
{
    _cleanup_free_ char *own =
        engine_certificates(getenv("DOCKER_TLS_VERIFY"), getenv("DOCKER_CERT_PATH"), getenv("HOME"));
    if (!host || !*host)
        host = getenv("DOCKER_HOST");
    if (!cert_path)
        cert_path = own;
    _cleanup_free_ char *found = !host || !*host ? find_socket() : NULL;
    if (!host || !*host)
        e->socket = found ? xstrdup(found) : xstrdup("/var/run/docker.sock");
    else if (str_has_prefix(host, "unix://"))
        e->socket = xstrdup(host + 7);
    if (e->socket) {
        e->host = xasprintf("unix://%s", e->socket);
        /* The host of a URL over a Unix socket is only for the Host header. */
        e->base = xstrdup("http://localhost");
        return;
    }
    const char *address = strstr(host, "://") ? strstr(host, "://") + 3 : host;
    bool tls = (cert_path && *cert_path) || str_has_prefix(host, "https://");
    e->host = xstrdup(host);
    e->base = xasprintf("%s://%.*s", tls ? "https" : "http", (int)strcspn(address, "/"), address);
    if (tls && cert_path && *cert_path)
        use_certificates(e, cert_path);
}

static void ping_again(struct loop_timer *t);

struct engine *engine_new(struct loop *loop, const char *host, const char *cert_path)
{
    struct engine *e = xcalloc(1, sizeof(*e));
    e->loop = loop;
    e->again = (struct loop_timer){.fn = ping_again, .data = e};
    locate(e, host, cert_path);
    struct http_peer peer = {
        .unix_socket = e->socket, .ca_file = e->ca, .cert_file = e->cert, .key_file = e->key};
    if (e->socket)
        /* HTTP_PROXY is not for sockets. */
        peer.proxy = "";
    http_init(&e->http, loop, &peer);
    return e;
}

const char *engine_host(const struct engine *e)
{
    return e->host;
}

const char *engine_version(const struct engine *e)
{
    return e->version;
}

static void put(json_t *o, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(o, key, json_string(text));
}

void engine_describe(const struct engine *e, json_t *request)
{
    put(request, "socket", e->socket);
    put(request, "base", e->base);
    put(request, "ca", e->ca);
    put(request, "cert", e->cert);
    put(request, "key", e->key);
    put(request, "version", e->version);
}

/* ---- calls */

static void call_free(struct engine_call *c)
{
    loop_defer_cancel(c->engine->loop, &c->begin);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    free(c->method);
    free(c->path);
    free(c->body);
    if (c->auth)
        explicit_bzero(c->auth, strlen(c->auth));
    free(c->auth);
    free(c);
}

static void call_fail(struct engine_call *c, const struct error *err)
{
    struct engine_end end = {.err = err};
    c->done(c->data, &end);
    call_free(c);
}

static bool succeeded(int status)
{
    return status >= 200 && status < 400; /* 304: it was so already */
}

static bool call_streams(void *data, int status)
{
    return succeeded(status) && ((struct engine_call *)data)->piece;
}

static void call_piece(void *data, const char *bytes, size_t n)
{
    struct engine_call *c = data;
    c->piece(c->data, bytes, n);
}

/* The engine says {"message": "…"}; Podman adds a cause. */
static void refusal(struct error *err, int status, json_t *json, const struct buf *body)
{
    const char *text = json_string_value(json_object_get(json, "message"));
    if (!text)
        text = body->len ? body->data : "no reason given";
    error_set(err, ERROR_REMOTE, "Error response from daemon: %.*s", (int)strcspn(text, "\r\n"), text);
    err->code = status;
}

static void unreachable(const struct engine *e, struct error *err, const struct error *cause)
{
    error_set(err, ERROR_REMOTE,
              "Cannot connect to the Docker daemon at %s. Is the docker daemon running? (%s)", e->host,
              cause->message);
}

static void call_done(void *data, const struct http_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    struct engine_call *c = data;
    c->http = NULL;
    json_t *json = end->body->len ? json_loadb(end->body->data, end->body->len, JSON_DECODE_ANY, NULL) : NULL;
    /* No answer at all; with a status it broke off in the midst. */
    if (end->err && !end->status)
        unreachable(c->engine, &err, end->err);
    else if (end->err)
        error_set(&err, ERROR_REMOTE, "the engine at %s: %s", c->engine->host, end->err->message);
    else if (!succeeded(end->status))
        refusal(&err, end->status, json, end->body);
    /* "OK" of /_ping aside every answer is JSON, or empty (204). */
    else if (end->body->len && !json)
        error_set(&err, ERROR_REMOTE, "the engine at %s: its answer is no JSON", c->engine->host);
    struct engine_end result = {end->status, json, err.message ? &err : NULL};
    c->done(c->data, &result);
    json_decref(json);
    call_free(c);
}

static void call_send(struct engine_call *c)
{
    static const struct http_callbacks callbacks = {
        .streams = call_streams, .piece = call_piece, .done = call_done};
    _cleanup_(error_release) struct error err = {0};
    struct engine *e = c->engine;
    _cleanup_free_ char *url = xasprintf("%s/v%s%s", e->base, e->version, c->path);
    _cleanup_free_ char *auth = c->auth ? xasprintf("X-Registry-Auth: %s", c->auth) : NULL;
    bool tar = c->body_file >= 0;
    /* JSON is what http.c says of a body by itself. */
    const char *headers[] = {tar ? "Content-Type: application/x-tar" : auth, tar ? auth : NULL, NULL};
    struct http_request r = {.method = c->method,
                             .url = url,
                             .headers = headers,
                             .body = c->body,
                             .body_file = tar ? &c->body_file : NULL,
                             .body_len = c->body ? strlen(c->body) : 0};
    c->http = http_start(&e->http, &r, &callbacks, c, &err);
    if (!c->http)
        call_fail(c, &err);
}

/* ---- the version */

static bool version_less(const char *a, const char *b)
{
    char *rest_a, *rest_b;
    long major_a = strtol(a, &rest_a, 10), major_b = strtol(b, &rest_b, 10);
    if (major_a != major_b)
        return major_a < major_b;
    return strtol(rest_a + (*rest_a == '.'), NULL, 10) < strtol(rest_b + (*rest_b == '.'), NULL, 10);
}

static void ping_header(void *data, const char *name, const char *value)
{
    struct engine *e = data;
    /* A proxy in between may lack it: then ours is used. */
    if (strcasecmp(name, "Api-Version") == 0)
        snprintf(e->version, sizeof(e->version), "%s",
                 version_less(value, API_VERSION) ? value : API_VERSION);
}

static void ping(struct engine *e);

static void ping_again(struct loop_timer *t)
{
    ping(t->data);
}

void engine_be_patient(struct engine *e, int ms)
{
    e->patient_until = loop_now(e->loop) + ms;
}

/* No callback of a call is made here: each begins anew in the next turn. */
static void ping_done(void *data, const struct http_end *end)
{
    struct engine *e = data;
    e->ping = NULL;
    if (end->err && loop_now(e->loop) < e->patient_until) {
        loop_timer_start(e->loop, &e->again, PATIENCE_STEP_MS);
        return;
    }
    error_release(&e->failure);
    if (end->err)
        unreachable(e, &e->failure, end->err);
    else if (end->status != 200)
        refusal(&e->failure, end->status, NULL, end->body);
    else if (!e->version[0])
        snprintf(e->version, sizeof(e->version), "%s", API_VERSION);
    e->state = e->failure.message ? ENGINE_FAILED : ENGINE_READY;
    for (struct engine_call *c = e->calls; c; c = c->next)
        loop_defer(e->loop, &c->begin);
}

static void ping(struct engine *e)
{
    static const struct http_callbacks callbacks = {.header = ping_header, .done = ping_done};
    _cleanup_free_ char *url = xasprintf("%s/_ping", e->base);
    struct http_request r = {.url = url, .timeout_ms = PING_MS};
    error_release(&e->failure);
    e->ping = http_start(&e->http, &r, &callbacks, e, &e->failure);
    e->state = e->ping ? ENGINE_PINGED : ENGINE_FAILED;
}

static void call_begin(struct loop_task *t)
{
    struct engine_call *c = t->data;
    struct engine *e = c->engine;
    if (c->no_json) {
        _cleanup_(error_release) struct error err = {0};
        error_set(&err, ERROR_INVALID, "the request to the engine holds a text that is no UTF-8");
        call_fail(c, &err);
        return;
    }
    if (e->state == ENGINE_NEW)
        ping(e);
    if (e->state == ENGINE_FAILED)
        call_fail(c, &e->failure);
    else if (e->state == ENGINE_READY && c->path)
        call_send(c);
    else if (e->state == ENGINE_READY) {
        c->done(c->data, &(struct engine_end){.status = 200});
        call_free(c);
    }
}

struct engine_call *engine_send(struct engine *e, const struct engine_request *r, engine_done_fn *done,
                                void *data)
{
    struct engine_call *c = xcalloc(1, sizeof(*c));
    *c = (struct engine_call){.engine = e, .piece = r->piece, .done = done, .data = data};
    c->method = xstrdup(r->method);
    c->path = xstrdup(r->path);
    c->auth = xstrdup(r->auth);
    c->body_file = r->body_file ? *r->body_file : -1;
    c->body = r->body ? json_dumps(r->body, JSON_COMPACT) : NULL;
    c->no_json = r->body && !c->body;
    c->begin = (struct loop_task){.fn = call_begin, .data = c};
    c->next = e->calls;
    c->link = &e->calls;
    if (c->next)
        c->next->link = &c->next;
    e->calls = c;
    if (e->state == ENGINE_FAILED)
        e->state = ENGINE_NEW; /* it may have been started meanwhile */
    loop_defer(e->loop, &c->begin);
    return c;
}

void engine_cancel(struct engine_call *c)
{
    if (c->http)
        http_cancel(c->http);
    call_free(c);
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    while (e->calls)
        engine_cancel(e->calls);
    loop_timer_stop(e->loop, &e->again);
    http_release(&e->http);
    error_release(&e->failure);
    free(e->host);
    free(e->socket);
    free(e->base);
    free(e->ca);
    free(e->cert);
    free(e->key);
    free(e);
}
