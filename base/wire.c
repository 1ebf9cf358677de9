/* See wire.h. libcurl makes the connection and keeps its TLS state, as long as the handle stays in the
 * multi handle; its socket is then ours to watch. A wire therefore is a call of the client that never
 * ends by itself: http_release() frees it, wire_close() before. */
#include "base/wire.h"
#include "base/util.h"

struct wire {
    struct http *http;
    struct http_call *call;
    struct loop_fd watch;
    uint32_t wanted; /* events that are watched now */
    struct wire_callbacks cb;
    void *data;
};

static void socket_ready(struct loop_fd *fd, uint32_t events)
{
    struct wire *w = CONTAINER_OF(fd, struct wire, watch);
    w->cb.ready(w->data);
}

static void connected(void *data, const struct http_end *end)
{
    struct wire *w = data;
    if (end->err) {
        w->cb.opened(w->data, end->err);
        free(w);
        return;
    }
    curl_socket_t fd = CURL_SOCKET_BAD;
    w->http->api.easy_getinfo(http_call_handle(w->call), CURLINFO_ACTIVESOCKET, &fd);
    w->watch = (struct loop_fd){.fd = fd, .fn = socket_ready};
    w->cb.opened(w->data, NULL);
}

struct wire *wire_open(struct http *h, const char *url, const struct wire_callbacks *cb, void *data,
                       struct error *err)
{
    static const struct http_callbacks callbacks = {.done = connected};
    struct http_request r = {.url = url, .bare = true};
    struct wire *w = xcalloc(1, sizeof(*w));
    *w = (struct wire){.http = h, .cb = *cb, .data = data, .watch = {.fd = -1}};
    w->call = http_start(h, &r, &callbacks, w, err);
    if (w->call)
        return w;
    free(w);
    return NULL;
}

void wire_close(struct wire *w)
{
    loop_fd_del(w->http->loop, &w->watch);
    http_cancel(w->call);
    free(w);
}

void wire_watch(struct wire *w, bool read, bool write)
{
    /* 0 as well leaves epoll: a peer that hung up would else wake us without end, since EPOLLHUP cannot
     * be masked. */
    uint32_t events = (read ? EPOLLIN : 0) | (write ? EPOLLOUT : 0);
    if (events == w->wanted)
        return;
    loop_fd_del(w->http->loop, &w->watch);
    w->wanted = events;
    if (events)
        loop_fd_add(w->http->loop, &w->watch, events, NULL);
}

static ssize_t moved(struct wire *w, CURLcode code, size_t n, struct error *err)
{
    if (code == CURLE_OK)
        return n ? (ssize_t)n : -1; /* no bytes: end of file */
    if (code == CURLE_AGAIN)
        return 0;
    return error_set(err, ERROR_REMOTE, "%s", w->http->api.easy_strerror(code));
}

ssize_t wire_read(struct wire *w, void *bytes, size_t n, struct error *err)
{
    size_t done = 0;
    CURLcode code = w->http->api.easy_recv(http_call_handle(w->call), bytes, n, &done);
    return moved(w, code, done, err);
}

ssize_t wire_write(struct wire *w, const void *bytes, size_t n, struct error *err)
{
    size_t done = 0;
    CURLcode code = w->http->api.easy_send(http_call_handle(w->call), bytes, n, &done);
    return moved(w, code, done, err);
}
