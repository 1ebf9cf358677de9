/* See client.h. Requests wait in one queue until there are credentials and a free place among those that run;
 * the places are few by HTTP/1.1, where each is a connection, and many by HTTP/2. Streams (logs, watches)
 * need none.
 *
 * Sent again is what the server surely did not carry out (429, no connection) and what may be done twice:
 * GET, PUT, DELETE and patches, but not a JSON patch, whose operations are relative. [client-go does so only
 * on Retry-After.] */
#include "agents/kube/client.h"
#include "agents/engine.h"
#include "agents/kube/credential.h"
#include "agents/kube/discovery.h"
#include "agents/kube/status.h"
#include "base/util.h"
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

enum {
    PLACES_FEW = 8,
    PLACES_MANY = 64, /* API servers allow 100 streams or more */
    TRY_MS = 60000,   /* the server's own limit of a request */
    TRIES = 6,
    CONNECT_TRIES = 3,
    RESTART_TRIES = 12, /* 36 s: a server that has answered before is being restarted, or asks for patience */
    BACK_OFF_MS = 100,
    BACK_OFF_MAX_MS = 5000,
    RETRY_AFTER_MAX_S = 60,
    COLLECT = 256 << 20,
};

TAILQ_HEAD(call_list, kube_call);
TAILQ_HEAD(entry_list, kube_entry);

struct kube {
    struct loop *loop;
    struct kube_config config;
    struct kube_credential credential;
    struct http http;
    char *base, *host, *connect_to; /* base: of URLs; host: a header where the URL has another name */
    struct kube_discovery *discovery;
    struct call_list waiting, running;
    struct entry_list entries;
    struct loop_task kick;
    unsigned busy; /* running calls that are no streams */
    bool many;     /* the server speaks HTTP/2 */
    bool answered; /* it has answered, whatever it said */
};

struct kube_call {
    struct kube *kube;
    TAILQ_ENTRY(kube_call) link;
    struct http_call *http;
    struct loop_timer again;
    char *method, *url, *body, *content_type, *accept, *file;
    struct kube_request r; /* its texts are those above */
    kube_done_fn *done;
    void *data;
    int tries, retry_after_s;
    bool told_when; /* the answer says when to try again */
    bool runs, asked_anew, cut, streamed;
};

struct kube_entry {
    struct kube *kube;
    TAILQ_ENTRY(kube_entry) link;
    kube_entry_fn *fn;
    void *data;
};

/* ---- access */

typedef VEC(char *) texts;

static void headers_release(texts *v)
{
    for (size_t i = 0; i < v->len; i++) {
        if (v->items[i])
            explicit_bzero(v->items[i], strlen(v->items[i]));
        free(v->items[i]);
    }
    vec_release(v);
}

static void access_headers(struct kube *k, texts *out)
{
    const struct kube_config *c = &k->config;
    char *authorization = kube_credential_header(&k->credential);
    if (authorization)
        vec_push(out, authorization);
    if (c->as)
        vec_push(out, xasprintf("Impersonate-User: %s", c->as));
    if (c->as_uid)
        vec_push(out, xasprintf("Impersonate-Uid: %s", c->as_uid));
    for (size_t i = 0; i < json_array_size(c->as_groups); i++)
        vec_push(out, xasprintf("Impersonate-Group: %s", json_string_value(json_array_get(c->as_groups, i))));
    if (k->host)
        vec_push(out, xasprintf("Host: %s", k->host));
}

static void use_certificates(struct kube *k)
{
    k->http.peer.cert = kube_credential_cert(&k->credential);
    k->http.peer.key = kube_credential_key(&k->credential);
}

/* ---- calls */

static void kick_later(struct kube *k)
{
    loop_defer(k->loop, &k->kick);
}

static void call_free(struct kube_call *c)
{
    struct kube *k = c->kube;
    TAILQ_REMOVE(c->runs ? &k->running : &k->waiting, c, link);
    if (c->runs && !c->r.piece) {
        k->busy--;
        kick_later(k);
    }
    loop_timer_stop(k->loop, &c->again);
    if (c->http)
        http_cancel(c->http);
    free(c->method);
    free(c->url);
    free(c->content_type);
    free(c->accept);
    free(c->file);
    if (c->body)
        explicit_bzero(c->body, strlen(c->body)); /* it may be a Secret */
    free(c->body);
    free(c);
}

static void call_end(struct kube_call *c, int status, json_t *json, const struct error *err)
{
    struct kube_end end = {
        .status = status, .json = json, .reason = err ? kube_status_reason(json) : "", .err = err};
    c->done(c->data, &end);
    call_free(c);
}

static void call_fail(struct kube_call *c, const struct error *why)
{
    _cleanup_(error_release) struct error err = {0};
    if (c->file)
        error_at(&err, why->kind, c->file, c->r.place.line, 0, "%s", why->message);
    else
        error_set(&err, why->kind, "%s", why->message);
    err.code = why->code;
    call_end(c, 0, NULL, &err);
}

/* ---- how it ended */

static bool in_list(int code, const int *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == code)
            return true;
    return false;
}

static bool not_reached(int curl)
{
    static const int codes[] = {CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_SSL_CONNECT_ERROR};
    return in_list(curl, codes, ARRAY_LEN(codes));
}

static bool was_dropped(int curl)
{
    static const int codes[] = {CURLE_GOT_NOTHING,  CURLE_SEND_ERROR, CURLE_RECV_ERROR,
                                CURLE_PARTIAL_FILE, CURLE_HTTP2,      CURLE_HTTP2_STREAM};
    return in_list(curl, codes, ARRAY_LEN(codes));
}

static bool may_repeat(const struct kube_call *c)
{
    if (strcmp(c->method, "POST") == 0)
        return false;
    return strcmp(c->method, "PATCH") != 0 || !str_eq(c->content_type, KUBE_JSON_PATCH);
}

/* Not begun, with the time of the next try: also a POST goes once more [client-go rest/request.go
   checkWait()]. A pod in a namespace that has just been made is refused this way until its service account
   has its token. */
static bool refused_for_now(const struct kube_call *c, int status)
{
    return status == 429 || (status >= 500 && c->told_when);
}

/* libcurl sends once more by itself where a kept connection turns out to be closed. Not what may be done only
 * once, nor a DELETE, of whose second answer another thing is to be made. */
static bool needs_own_connection(const struct kube_call *c)
{
    return !may_repeat(c) || strcmp(c->method, "DELETE") == 0;
}

static bool try_again(const struct kube_call *c, const struct http_end *end)
{
    static const int busy[] = {500, 502, 503, 504};
    bool known = c->kube->answered;
    if (c->r.once || c->streamed)
        return false;
    if (end->err && not_reached(end->err->code))
        return c->tries < (known ? RESTART_TRIES : CONNECT_TRIES);
    if (end->err)
        return c->tries < (known ? RESTART_TRIES : TRIES) && was_dropped(end->err->code) && may_repeat(c);
    if (refused_for_now(c, end->status))
        return c->tries < RESTART_TRIES;
    return c->tries < TRIES && in_list(end->status, busy, ARRAY_LEN(busy)) && may_repeat(c);
}

static void call_again(struct loop_timer *t);

static void call_later(struct kube_call *c)
{
    int ms = BACK_OFF_MS << (c->tries - 1);
    if (c->retry_after_s)
        ms = c->retry_after_s * 1000;
    else if (ms > BACK_OFF_MAX_MS)
        ms = BACK_OFF_MAX_MS;
    c->again = (struct loop_timer){.fn = call_again, .data = c};
    loop_timer_start(c->kube->loop, &c->again, ms);
}

static void unreachable(const struct kube_call *c, struct error *err, const struct error *cause)
{
    const struct kube_config *f = &c->kube->config;
    const char *message = cause->message;
    if (cause->code == CURLE_PEER_FAILED_VERIFICATION)
        error_set(err, ERROR_REMOTE,
                  "the certificate of the Kubernetes API server %s is not trusted: %s (certificate-authority "
                  "of the "
                  "cluster '%s' in %s)",
                  f->server, message, f->cluster, f->source);
    else
        error_set(err, ERROR_REMOTE, "cannot reach the Kubernetes API server %s (context '%s' of %s): %s",
                  f->server, f->context, f->source, message);
}

static void refused(const struct kube_call *c, struct error *err, const struct http_end *end, json_t *json)
{
    const struct kube_config *f = &c->kube->config;
    kube_status_error(err, end->status, json, end->body->data);
    if (end->status == 401)
        error_wrap(err, "the Kubernetes API server %s does not know the user '%s' of %s", f->server,
                   f->user_name ? f->user_name : "", f->source);
}

/* A DELETE that was sent twice and finds nothing has done its work the first time. */
static bool succeeded(const struct kube_call *c, int status)
{
    return (status >= 200 && status < 300) || (c->cut && status == 404 && strcmp(c->method, "DELETE") == 0);
}

static void judge(struct kube_call *c, const struct http_end *end, json_t *json, struct error *err)
{
    if (end->err && !end->status)
        unreachable(c, err, end->err);
    else if (end->err)
        error_set(err, ERROR_REMOTE, "the answer of the Kubernetes API server %s broke off: %s",
                  c->kube->config.server, end->err->message);
    else if (!succeeded(c, end->status))
        refused(c, err, end, json);
    if (!err->kind || !c->file)
        return;
    err->file = xstrdup(c->file);
    err->line = c->r.place.line;
}

static void call_done(void *data, const struct http_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    struct kube_call *c = data;
    struct kube *k = c->kube;
    c->http = NULL;
    k->many |= end->multiplexed;
    k->answered |= end->status > 0;
    if (try_again(c, end)) {
        c->cut |= end->err && !not_reached(end->err->code);
        call_later(c);
        return;
    }
    if (end->status == 401 && !c->asked_anew && kube_credential_refused(&k->credential)) {
        c->asked_anew = true;
        call_again(&c->again);
        return;
    }
    json_t *json = end->body->len ? json_loadb(end->body->data, end->body->len, JSON_DECODE_ANY, NULL) : NULL;
    judge(c, end, json, &err);
    call_end(c, end->status, json, err.kind ? &err : NULL);
    json_decref(json);
}

/* ---- what comes */

static bool call_streams(void *data, int status)
{
    struct kube_call *c = data;
    c->streamed = c->r.piece && status >= 200 && status < 300;
    return c->streamed;
}

static void call_piece(void *data, const char *bytes, size_t n)
{
    struct kube_call *c = data;
    c->r.piece(c->data, bytes, n);
}

/* 299 - "text" [RFC 7234, k8s.io/apiserver/pkg/warning]. */
static void warn(struct kube_call *c, const char *value)
{
    _cleanup_(buf_release) struct buf text = {0};
    const char *s = strchr(value, '"');
    if (!s || !str_has_prefix(value, "299 "))
        return;
    for (s++; *s && *s != '"'; s++) {
        s += *s == '\\' && s[1];
        buf_addch(&text, *s);
    }
    if (text.len)
        c->r.notice(c->data, text.data);
}

static void call_header(void *data, const char *name, const char *value)
{
    struct kube_call *c = data;
    if (strcasecmp(name, "Retry-After") == 0) {
        long s = strtol(value, NULL, 10);
        c->told_when = true;
        c->retry_after_s = s < 0 ? 0 : s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : (int)s;
    } else if (c->r.notice && strcasecmp(name, "Warning") == 0) {
        warn(c, value);
    }
}

/* ---- sending */

static void call_start(struct kube_call *c)
{
    static const struct http_callbacks callbacks = {
        .streams = call_streams, .piece = call_piece, .header = call_header, .done = call_done};
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(headers_release) texts headers = {0};
    struct kube *k = c->kube;
    use_certificates(k);
    access_headers(k, &headers);
    /* The second is for what is text in any case, as logs */
    vec_push(&headers, xasprintf("Accept: %s", c->accept ? c->accept : KUBE_JSON ", */*"));
    if (c->body)
        vec_push(&headers, xasprintf("Content-Type: %s", c->content_type ? c->content_type : KUBE_JSON));
    vec_push(&headers, NULL);
    struct http_request r = {.method = c->method,
                             .url = c->url,
                             .headers = (const char *const *)headers.items,
                             .body = c->body,
                             .body_len = c->body ? strlen(c->body) : 0,
                             .timeout_ms = c->r.timeout_ms ? c->r.timeout_ms
                                           : c->r.piece    ? 0
                                                           : TRY_MS,
                             .silence_ms = c->r.silence_ms,
                             .once = needs_own_connection(c),
                             .collect = c->r.collect ? c->r.collect : COLLECT};
    c->tries++;
    c->retry_after_s = 0;
    c->told_when = false;
    c->http = http_start(&k->http, &r, &callbacks, c, &err);
    if (!c->http)
        call_fail(c, &err);
}

/* Back into the queue, before all others. */
static void call_again(struct loop_timer *t)
{
    struct kube_call *c = t->data;
    struct kube *k = c->kube;
    TAILQ_REMOVE(&k->running, c, link);
    TAILQ_INSERT_HEAD(&k->waiting, c, link);
    c->runs = false;
    k->busy -= !c->r.piece;
    kick_later(k);
}

static void enter_all(struct kube *k, const struct error *err)
{
    _cleanup_(headers_release) texts headers = {0};
    use_certificates(k);
    access_headers(k, &headers);
    vec_push(&headers, NULL);
    struct kube_access a = {(const char *const *)headers.items, &k->http, k->base};
    for (struct kube_entry *e; (e = TAILQ_FIRST(&k->entries));) {
        TAILQ_REMOVE(&k->entries, e, link);
        e->fn(e->data, err ? NULL : &a, err);
        free(e);
    }
}

static void send_all(struct kube *k, const struct error *err)
{
    unsigned places = k->many ? PLACES_MANY : PLACES_FEW;
    for (struct kube_call *c; (c = TAILQ_FIRST(&k->waiting));) {
        if (err) {
            call_fail(c, err);
            continue;
        }
        if (!c->r.piece && k->busy >= places)
            return;
        TAILQ_REMOVE(&k->waiting, c, link);
        TAILQ_INSERT_TAIL(&k->running, c, link);
        c->runs = true;
        k->busy += !c->r.piece;
        call_start(c);
    }
}

static void kick(struct loop_task *t)
{
    _cleanup_(error_release) struct error err = {0};
    struct kube *k = t->data;
    if (TAILQ_EMPTY(&k->waiting) && TAILQ_EMPTY(&k->entries))
        return;
    int rc = kube_credential_get(&k->credential, &err);
    if (rc == 0)
        return; /* the plugin's end kicks again */
    enter_all(k, rc < 0 ? &err : NULL);
    send_all(k, rc < 0 ? &err : NULL);
}

static void credential_ready(void *data)
{
    kick_later(data);
}

struct kube_call *kube_send(struct kube *k, const struct kube_request *r, kube_done_fn *done, void *data)
{
    struct kube_call *c = xcalloc(1, sizeof(*c));
    *c = (struct kube_call){.kube = k, .r = *r, .done = done, .data = data};
    c->again = (struct loop_timer){.fn = call_again, .data = c};
    c->method = xstrdup(r->method ? r->method : "GET");
    c->url = xasprintf("%s%s", k->base, r->path);
    c->content_type = xstrdup(r->content_type);
    c->accept = xstrdup(r->accept);
    c->body = r->body ? json_dumps(r->body, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    c->file = xstrdup(r->place.file);
    TAILQ_INSERT_TAIL(&k->waiting, c, link);
    kick_later(k);
    return c;
}

void kube_cancel(struct kube_call *c)
{
    call_free(c);
}

struct kube_entry *kube_enter(struct kube *k, kube_entry_fn *fn, void *data)
{
    struct kube_entry *e = xcalloc(1, sizeof(*e));
    *e = (struct kube_entry){.kube = k, .fn = fn, .data = data};
    TAILQ_INSERT_TAIL(&k->entries, e, link);
    kick_later(k);
    return e;
}

void kube_entry_cancel(struct kube_entry *e)
{
    TAILQ_REMOVE(&e->kube->entries, e, link);
    free(e);
}

/* ---- the client */

/* HOST[:PORT] of a URL, owned; *path: what follows. */
static char *authority(const char *url, const char **path)
{
    const char *start = strstr(url, "://") + 3;
    *path = start + strcspn(start, "/");
    return xstrndup(start, (size_t)(*path - start));
}

static bool is_loopback(const char *host)
{
    return str_has_prefix(host, "127.") || str_has_prefix(host, "[::1]") ||
           (str_has_prefix(host, "localhost") && (!host[9] || host[9] == ':'));
}

/* TLS checks for another name than the address: the URL gets the name, and is led to the address. */
static void rename_server(struct kube *k, const char *host, const char *path)
{
    const char *bracket = strchr(host, ']'), *colon = strchr(bracket ? bracket : host, ':');
    const char *port = colon ? colon + 1 : "443", *name = k->config.tls_server_name;
    free(k->base);
    k->base = xasprintf("https://%s:%s%s", name, port, path);
    k->connect_to =
        xasprintf("%s:%s:%.*s:%s", name, port, colon ? (int)(colon - host) : (int)strlen(host), host, port);
    k->host = xstrdup(host);
}

/* [Go: requests to this machine never go through a proxy of the environment] */
static void set_peer(struct kube *k)
{
    const struct kube_config *c = &k->config;
    const char *path;
    _cleanup_free_ char *host = authority(c->server, &path);
    k->base = xstrdup(c->server);
    if (c->tls_server_name && str_has_prefix(c->server, "https://"))
        rename_server(k, host, path);
    struct http_peer peer = {.ca = c->ca,
                             .connect_to = k->connect_to,
                             .share = true,
                             .insecure = c->insecure,
                             .proxy = c->proxy            ? c->proxy
                                      : is_loopback(host) ? ""
                                                          : NULL};
    http_init(&k->http, k->loop, &peer);
}

struct kube *kube_new(struct loop *loop, struct procs *procs, struct kube_config *c)
{
    struct kube *k = xcalloc(1, sizeof(*k));
    *k = (struct kube){.loop = loop, .config = *c, .kick = {.fn = kick, .data = k}};
    memset(c, 0, sizeof(*c));
    TAILQ_INIT(&k->waiting);
    TAILQ_INIT(&k->running);
    TAILQ_INIT(&k->entries);
    kube_credential_init(&k->credential, &k->config, loop, procs, credential_ready, k);
    set_peer(k);
    k->discovery = kube_discovery_new(k);
    return k;
}

void kube_free(struct kube *k)
{
    struct kube_call *c;
    struct kube_entry *e;
    kube_discovery_free(k->discovery);
    while ((e = TAILQ_FIRST(&k->entries)))
        kube_entry_cancel(e);
    while ((c = TAILQ_FIRST(&k->waiting)) || (c = TAILQ_FIRST(&k->running)))
        call_free(c);
    loop_defer_cancel(k->loop, &k->kick);
    http_release(&k->http);
    kube_credential_release(&k->credential);
    kube_config_release(&k->config);
    free(k->base);
    free(k->host);
    free(k->connect_to);
    free(k);
}

const struct kube_config *kube_config_of(const struct kube *k)
{
    return &k->config;
}

struct loop *kube_loop(const struct kube *k)
{
    return k->loop;
}

struct kube_discovery *kube_discovery_of(struct kube *k)
{
    return k->discovery;
}

void kube_escape(struct buf *out, const char *text)
{
    engine_escape(out, text);
}
