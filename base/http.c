/* Drives libcurl's multi interface from the loop: its sockets are watches, its one timer is ours. An easy
 * handle is a call; libcurl keeps the connections and uses them again.
 *
 * libcurl forbids to remove a handle from within its own callbacks. So a call ends only in collect_ended(),
 * which runs when libcurl has returned, and pieces may not cancel.
 *
 * Errors: a server that answers, with whatever status, is a success here; who sends the request knows
 * what a 404 means to it. An error is what kept the answer from arriving whole. */
#include "base/http.h"
#include "base/util.h"
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* A server that is there answers a connection in well under a second; 15 s outlast two lost SYN packets. */
enum { CONNECT_MS = 15000, UPLOAD_BYTES = 1 << 20, KEEP_IDLE_S = 60, KEEP_INTERVAL_S = 15 };

/* A socket of libcurl's, as long as libcurl watches it. */
struct http_socket {
    struct loop_fd watch;
    struct http *http;
};

struct http_call {
    struct http *http;
    struct http_call *next, **link;
    CURL *easy;
    struct curl_slist *headers, *connect_to;
    struct http_callbacks cb;
    void *data;
    struct buf body; /* the answer's, where collected */
    size_t limit;
    /* `asked`: streams() was called, at the first piece of a body. An empty body never asks. */
    bool asked, streams, too_large, bare;
    int body_file;  /* -1: none */
    off_t file_pos; /* sent so far */
    char why[CURL_ERROR_SIZE];
};

/* ---- the end of calls ---- */

static void call_free(struct http_call *c)
{
    struct http *h = c->http;
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    h->api.multi_remove_handle(h->multi, c->easy);
    h->api.easy_cleanup(c->easy);
    h->api.slist_free_all(c->headers);
    h->api.slist_free_all(c->connect_to);
    buf_release(&c->body);
    free(c);
}

static int status_of(struct http_call *c)
{
    long status = 0;
    c->http->api.easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

static enum error_kind kind_of(CURLcode code)
{
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ERROR_INVALID;
    case CURLE_OUT_OF_MEMORY:
        return ERROR_SYSTEM;
    default:
        return ERROR_REMOTE;
    }
}

static void call_end(struct http_call *c, CURLcode code)
{
    _cleanup_(error_release) struct error err = {0};
    if (c->too_large)
        error_set(&err, ERROR_REMOTE, "the answer has more than %zu bytes", c->limit);
    else if (code != CURLE_OK)
        error_set(&err, kind_of(code), "%s", c->why[0] ? c->why : c->http->api.easy_strerror(code));
    err.code = err.message ? (int)code : 0;
    long version = 0;
    c->http->api.easy_getinfo(c->easy, CURLINFO_HTTP_VERSION, &version);
    struct http_end end = {status_of(c), version == CURL_HTTP_VERSION_2_0, &c->body,
                           err.message ? &err : NULL};
    struct http_callbacks cb = c->cb;
    /* Read before done(), which may close a wire and so free the call. */
    bool stays = c->bare && !end.err;
    cb.done(c->data, &end);
    if (!stays)
        call_free(c);
}

static void collect_ended(struct http *h)
{
    int left;
    /* done() may start and cancel other calls; the message list is libcurl's and is asked anew each time. */
    for (CURLMsg *m; (m = h->api.multi_info_read(h->multi, &left));) {
        struct http_call *c = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        /* The message goes with its handle: it is read out before the call ends. */
        CURLcode code = m->data.result;
        h->api.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
        call_end(c, code);
    }
}

/* ---- libcurl on the loop ---- */

static void act(struct http *h, curl_socket_t fd, int what)
{
    int running;
    h->api.multi_socket_action(h->multi, fd, what, &running);
    collect_ended(h);
}

static void socket_ready(struct loop_fd *w, uint32_t events)
{
    struct http_socket *s = CONTAINER_OF(w, struct http_socket, watch);
    int what = (events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
               (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (events & EPOLLERR ? CURL_CSELECT_ERR : 0);
    act(s->http, w->fd, what);
}

static void timer_ready(struct loop_timer *t)
{
    act(t->data, CURL_SOCKET_TIMEOUT, 0);
}

static int watch_timer(CURLM *multi, long ms, void *data)
{
    struct http *h = data;
    if (ms < 0)
        loop_timer_stop(h->loop, &h->timer);
    else
        loop_timer_start(h->loop, &h->timer, ms);
    return 0;
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *of_socket)
{
    struct http *h = data;
    struct http_socket *s = of_socket;
    if (s)
        /* Level-triggered and without a modify: a socket changes its direction seldom, and the kernel's
         * answer is cheap. */
        loop_fd_del(h->loop, &s->watch);
    if (what == CURL_POLL_REMOVE) {
        free(s);
        return 0;
    }
    if (!s) {
        s = xcalloc(1, sizeof(*s));
        *s = (struct http_socket){.watch = {.fd = fd, .fn = socket_ready}, .http = h};
        h->api.multi_assign(h->multi, fd, s);
    }
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
    return loop_fd_add(h->loop, &s->watch, events, NULL);
}

static int open_multi(struct http *h, struct error *err)
{
    if (h->multi)
        return 0;
    if (curl_load(&h->api, err) < 0)
        return -1;
    h->multi = h->api.multi_init();
    if (!h->multi)
        return error_set(err, ERROR_SYSTEM, "cannot start libcurl");
    h->api.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    h->api.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    h->api.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, watch_timer);
    h->api.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    return 0;
}

/* ---- what comes in ---- */

static size_t receive(char *bytes, size_t size, size_t n, void *data)
{
    struct http_call *c = data;
    n *= size;
    if (!c->asked) {
        c->asked = true;
        c->streams = c->cb.streams && c->cb.streams(c->data, status_of(c));
    }
    if (c->streams) {
        c->cb.piece(c->data, bytes, n);
        return n;
    }
    /* 0 bytes taken makes libcurl fail the transfer with CURLE_WRITE_ERROR; call_end() says why. */
    c->too_large = n > c->limit - c->body.len;
    if (c->too_large)
        return 0;
    buf_add(&c->body, bytes, n);
    return n;
}

static size_t receive_header(char *bytes, size_t size, size_t n, void *data)
{
    struct http_call *c = data;
    const char *colon = memchr(bytes, ':', n);
    /* The status line, and the empty line at the end. */
    if (!colon || !c->cb.header)
        return n;
    const char *value = colon + 1, *end = bytes + n;
    while (value < end && *value == ' ')
        value++;
    while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    _cleanup_free_ char *name_text = xstrndup(bytes, (size_t)(colon - bytes));
    _cleanup_free_ char *value_text = xstrndup(value, (size_t)(end - value));
    c->cb.header(c->data, name_text, value_text);
    return n;
}

/* ---- what goes out ---- */

static size_t send_file(char *bytes, size_t size, size_t n, void *data)
{
    struct http_call *c = data;
    ssize_t got = pread(c->body_file, bytes, size * n, c->file_pos);
    if (got < 0)
        return CURL_READFUNC_ABORT;
    c->file_pos += got;
    return (size_t)got;
}

/* libcurl sends once more from the start when a kept connection turns out to be closed. */
static int rewind_file(void *data, curl_off_t offset, int origin)
{
    ((struct http_call *)data)->file_pos = offset;
    return origin == SEEK_SET ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK;
}

static void set_body_file(struct http_call *c)
{
    const struct curl_api *api = &c->http->api;
    struct stat st = {0};
    /* The length is fixed here: a file that grows meanwhile is sent as it was, one that shrinks ends the
     * transfer. */
    fstat(c->body_file, &st);
    api->easy_setopt(c->easy, CURLOPT_POST, 1L);
    api->easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)st.st_size);
    api->easy_setopt(c->easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BYTES);
    api->easy_setopt(c->easy, CURLOPT_READFUNCTION, send_file);
    api->easy_setopt(c->easy, CURLOPT_READDATA, c);
    api->easy_setopt(c->easy, CURLOPT_SEEKFUNCTION, rewind_file);
    api->easy_setopt(c->easy, CURLOPT_SEEKDATA, c);
}

/* ---- the start ---- */

/* Whether libcurl's TLS library takes certificates from memory shows only here. */
static int set_pem(const struct curl_api *api, CURL *e, CURLoption option, const char *pem, struct error *err)
{
    struct curl_blob blob = {(void *)(uintptr_t)pem, pem ? strlen(pem) : 0, CURL_BLOB_COPY};
    if (!pem || api->easy_setopt(e, option, &blob) == CURLE_OK)
        return 0;
    return error_set(err, ERROR_SYSTEM, "this libcurl takes no certificates from memory: install libcurl4");
}

int http_set_peer(const struct curl_api *api, CURL *e, const struct http_peer *p, struct error *err)
{
    const struct {
        CURLoption option;
        const char *text;
    } texts[] = {
        {CURLOPT_UNIX_SOCKET_PATH, p->unix_socket},
        /* CAINFO takes the place of the system's certificates: a private authority is the only one then. */
        {CURLOPT_CAINFO, p->ca_file},
        {CURLOPT_SSLCERT, p->cert_file},
        {CURLOPT_SSLKEY, p->key_file},
        {CURLOPT_PROXY, p->proxy},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].text)
            api->easy_setopt(e, texts[i].option, texts[i].text);
    if (p->insecure) {
        api->easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
        api->easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    api->easy_setopt(e, CURLOPT_PIPEWAIT, (long)p->share);
    if (set_pem(api, e, CURLOPT_CAINFO_BLOB, p->ca, err) < 0 ||
        set_pem(api, e, CURLOPT_SSLCERT_BLOB, p->cert, err) < 0)
        return -1;
    return set_pem(api, e, CURLOPT_SSLKEY_BLOB, p->key, err);
}

static void set_body(struct http_call *c, const struct http_request *r)
{
    const struct curl_api *api = &c->http->api;
    const char *method = r->method ? r->method : "GET";
    if (r->body_file) {
        set_body_file(c);
    } else if (r->body || strcmp(method, "POST") == 0) {
        api->easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
        /* The size has to be set before: else libcurl would copy up to the first NUL. */
        api->easy_setopt(c->easy, CURLOPT_COPYPOSTFIELDS, r->body ? r->body : "");
    }
    /* When a kept connection ends without an answer, libcurl sends again on a new one, though the server may
     * have taken the request before [Curl_retry_request]. On one of its own it does not. */
    api->easy_setopt(c->easy, CURLOPT_FRESH_CONNECT, (long)(r->once || strcmp(method, "POST") == 0));
    /* A HEAD by CUSTOMREQUEST would wait for the body that its Content-Length announces. */
    if (strcmp(method, "HEAD") == 0)
        api->easy_setopt(c->easy, CURLOPT_NOBODY, 1L);
    else
        api->easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, method);
}

static bool has_header(const struct http_request *r, const char *name)
{
    for (const char *const *h = r->headers; h && *h; h++)
        if (strncasecmp(*h, name, strlen(name)) == 0)
            return true;
    return false;
}

static void set_headers(struct http_call *c, const struct http_request *r)
{
    const struct curl_api *api = &c->http->api;
    /* libcurl would wait a second for "100 Continue" before a body, and call every body a form. */
    c->headers = api->slist_append(c->headers, "Expect:");
    if (r->body && !has_header(r, "Content-Type:"))
        c->headers = api->slist_append(c->headers, "Content-Type: application/json");
    for (const char *const *h = r->headers; h && *h; h++)
        c->headers = api->slist_append(c->headers, *h);
    api->easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
}

static void set_limits(struct http_call *c, const struct http_request *r)
{
    const struct curl_api *api = &c->http->api;
    /* Without it libcurl's resolver would use SIGALRM. */
    api->easy_setopt(c->easy, CURLOPT_NOSIGNAL, 1L);
    /* A URL comes from configuration or a server's answer: file:// and the like are refused. */
    api->easy_setopt(c->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    api->easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(r->connect_timeout_ms ? r->connect_timeout_ms : CONNECT_MS));
    api->easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
    /* A peer that vanished, or a firewall that forgot the connection, shows only so */
    api->easy_setopt(c->easy, CURLOPT_TCP_KEEPALIVE, 1L);
    api->easy_setopt(c->easy, CURLOPT_TCP_KEEPIDLE, (long)KEEP_IDLE_S);
    api->easy_setopt(c->easy, CURLOPT_TCP_KEEPINTVL, (long)KEEP_INTERVAL_S);
    if (r->silence_ms) {
        api->easy_setopt(c->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        api->easy_setopt(c->easy, CURLOPT_LOW_SPEED_TIME, (long)(r->silence_ms + 999) / 1000);
    }
}

static int set_options(struct http_call *c, const struct http_request *r, struct error *err)
{
    const struct curl_api *api = &c->http->api;
    CURL *e = c->easy;
    api->easy_setopt(e, CURLOPT_URL, r->url);
    api->easy_setopt(e, CURLOPT_PRIVATE, c);
    api->easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
    api->easy_setopt(e, CURLOPT_USERAGENT, "gmrun/" GMRUN_VERSION);
    api->easy_setopt(e, CURLOPT_WRITEFUNCTION, receive);
    api->easy_setopt(e, CURLOPT_WRITEDATA, c);
    api->easy_setopt(e, CURLOPT_HEADERFUNCTION, receive_header);
    api->easy_setopt(e, CURLOPT_HEADERDATA, c);
    if (r->user) {
        api->easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        api->easy_setopt(e, CURLOPT_USERNAME, r->user);
        api->easy_setopt(e, CURLOPT_PASSWORD, r->password ? r->password : "");
    }
    if (c->http->peer.connect_to)
        c->connect_to = api->slist_append(NULL, c->http->peer.connect_to);
    api->easy_setopt(e, CURLOPT_CONNECT_TO, c->connect_to);
    if (c->bare) {
        api->easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
        api->easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        /* A proxy that reads what is sent would not understand frames. */
        api->easy_setopt(e, CURLOPT_HTTPPROXYTUNNEL, 1L);
    }
    set_limits(c, r);
    set_body(c, r);
    set_headers(c, r);
    return http_set_peer(api, e, &c->http->peer, err);
}

struct http_call *http_start(struct http *h, const struct http_request *r, const struct http_callbacks *cb,
                             void *data, struct error *err)
{
    if (open_multi(h, err) < 0)
        return NULL;
    CURL *easy = h->api.easy_init();
    if (!easy) {
        error_set(err, ERROR_SYSTEM, "cannot start libcurl");
        return NULL;
    }
    struct http_call *c = xcalloc(1, sizeof(*c));
    *c = (struct http_call){.http = h, .easy = easy, .cb = *cb, .data = data};
    c->body_file = r->body_file ? *r->body_file : -1;
    c->limit = r->collect ? r->collect : HTTP_COLLECT;
    c->bare = r->bare;
    c->next = h->calls;
    c->link = &h->calls;
    if (h->calls)
        h->calls->link = &c->next;
    h->calls = c;
    if (set_options(c, r, err) < 0) {
        call_free(c);
        return NULL;
    }
    h->api.multi_add_handle(h->multi, easy); /* only starts libcurl's timer: nothing is done yet */
    return c;
}

CURL *http_call_handle(struct http_call *c)
{
    return c->easy;
}

void http_cancel(struct http_call *c)
{
    call_free(c);
}

void http_init(struct http *h, struct loop *loop, const struct http_peer *peer)
{
    *h = (struct http){.loop = loop, .peer = *peer};
    h->timer = (struct loop_timer){.fn = timer_ready, .data = h};
}

void http_release(struct http *h)
{
    while (h->calls)
        call_free(h->calls);
    if (h->multi)
        h->api.multi_cleanup(h->multi);
    if (h->loop)
        loop_timer_stop(h->loop, &h->timer);
    h->multi = NULL;
}
