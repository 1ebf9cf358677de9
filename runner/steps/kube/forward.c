/* k8sPortForward: a port of this machine that leads into a pod, for the time of a block. Each connection is a
 * WebSocket of its own; bytes go both ways with back-pressure. */
#include "agents/kube/socket.h"
#include "executors/kube/field.h"
#include "runner/steps/kube/cluster.h"
#include "runner/steps/rows.h"
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 64 << 10, WAITING_MOST = 1 << 20 };

struct forward;
struct line { /* one connection */
    struct line *next;
    struct forward *forward;
    struct loop_fd client; /* fd -1: closed */
    struct kube_socket *socket;
    struct buf back; /* from the pod, not yet taken by the client */
    bool full;       /* the socket has enough: the client is not read */
    bool client_ended, paused;
};

struct forward {
    struct cluster_step step;
    char *path; /* of the pod's port */
    int port;   /* of this machine */
    struct loop_fd listener;
    struct line *lines;
};

static struct loop *loop_of(struct forward *f)
{
    return f->step.call->run->loop;
}

static void line_end(struct line *l)
{
    struct line **at = &l->forward->lines;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    loop_fd_del(loop_of(l->forward), &l->client);
    close(l->client.fd);
    if (l->socket)
        kube_socket_close(l->socket);
    buf_release(&l->back);
    free(l);
}

static void forward_release(struct cluster_step *s)
{
    struct forward *f = (struct forward *)s;
    while (f->lines)
        line_end(f->lines);
    loop_fd_del(loop_of(f), &f->listener);
    if (f->listener.fd >= 0)
        close(f->listener.fd);
    free(f->path);
}

/* ---- one connection */

/* Which events of the client matter now. */
static void set_events(struct line *l)
{
    uint32_t events = (l->full || l->client_ended ? 0 : EPOLLIN) | (l->back.len ? EPOLLOUT : 0);
    loop_fd_del(loop_of(l->forward), &l->client);
    if (events)
        loop_fd_add(loop_of(l->forward), &l->client, events, NULL);
}

/* What the client takes of the pod's bytes. -1: it is gone. */
static int give_back(struct line *l)
{
    while (l->back.len) {
        ssize_t n = send(l->client.fd, l->back.data, l->back.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? 0 : -1;
        l->back.len -= (size_t)n;
        memmove(l->back.data, l->back.data + n, l->back.len + 1);
    }
    return 0;
}

static void client_ready(struct loop_fd *w, uint32_t events)
{
    struct line *l = w->data;
    char bytes[PIECE];
    if (give_back(l) < 0 || (!l->socket && !l->back.len)) {
        line_end(l);
        return;
    }
    if (l->paused && l->socket && l->back.len < WAITING_MOST) {
        l->paused = false;
        kube_socket_pause(l->socket, false);
    }
    ssize_t n =
        events & (EPOLLIN | EPOLLHUP) && l->socket ? recv(w->fd, bytes, sizeof(bytes), MSG_DONTWAIT) : -1;
    if (n > 0)
        l->full = kube_socket_write(l->socket, 0, bytes, (size_t)n) > KUBE_SOCKET_HIGH;
    else if (n == 0 && !l->client_ended) {
        l->client_ended = true;
        kube_socket_end_input(l->socket, 0);
    }
    set_events(l);
}

static void output(void *data, int channel, const char *bytes, size_t n)
{
    struct line *l = data;
    if (channel == 1) {
        if (n)
            step_log(l->forward->step.call, "port-forward: %.*s", (int)n, bytes);
        return;
    }
    buf_add(&l->back, bytes, n);
    if (l->back.len >= WAITING_MOST && !l->paused) {
        l->paused = true;
        kube_socket_pause(l->socket, true);
    }
    set_events(l);
}

static void drained(void *data)
{
    struct line *l = data;
    l->full = false;
    set_events(l);
}

static void socket_done(void *data, const struct kube_socket_end *end)
{
    struct line *l = data;
    l->socket = NULL;
    if (end->err)
        step_log(l->forward->step.call, "port-forward: %s", end->err->message);
    if (give_back(l) < 0 || !l->back.len)
        line_end(l);
    else
        set_events(l);
}

static void accepted(struct loop_fd *w, uint32_t events)
{
    static const struct kube_socket_callbacks callbacks = {
        .output = output, .drained = drained, .done = socket_done};
    struct forward *f = w->data;
    int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct line *l = xcalloc(1, sizeof(*l));
    l->forward = f;
    l->client = (struct loop_fd){.fd = fd, .fn = client_ready, .data = l};
    l->next = f->lines;
    f->lines = l;
    l->socket = kube_socket_open(f->step.kube, f->path, &callbacks, l);
    set_events(l);
}

/* ---- the listener */

static int listen_on(struct forward *f, int port, struct error *err)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof(at);
    int on = 1;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f->listener = (struct loop_fd){.fn = accepted, .data = f};
    f->listener.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(f->listener.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (f->listener.fd < 0 || bind(f->listener.fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
        listen(f->listener.fd, 64) < 0 || getsockname(f->listener.fd, (struct sockaddr *)&at, &size) < 0)
        return error_errno(err, "cannot listen on 127.0.0.1:%d", port);
    f->port = ntohs(at.sin_port);
    return loop_fd_add(loop_of(f), &f->listener, EPOLLIN, err);
}

/* ---- which port of the pod */

static int named_port(const json_t *pod, const char *name)
{
    size_t i, k;
    json_t *container, *port;
    json_array_foreach(field_at(pod, "spec.containers"), i, container)
    {
        json_array_foreach(json_object_get(container, "ports"), k, port)
        {
            if (field_is(port, "name", name))
                return (int)field_int(port, "containerPort", 0);
        }
    }
    return 0;
}

/* The port of a Service leads to another one of its pods. */
static int pod_port(const json_t *workload, const json_t *pod, int port)
{
    size_t i;
    json_t *row;
    json_array_foreach(str_eq(object_kind(workload), "Service") ? field_at(workload, "spec.ports") : NULL, i,
                       row)
    {
        const char *name = field_text(row, "targetPort");
        if (field_int(row, "port", 0) == port)
            return *name ? named_port(pod, name) : (int)field_int(row, "targetPort", port);
    }
    return port;
}

static void pod_found(struct cluster_step *s, const json_t *pod)
{
    struct forward *f = (struct forward *)s;
    _cleanup_(error_release) struct error err = {0};
    const char *given = step_str(s->call, "port", ""), *colon = strchr(given, ':');
    long asked = strtol(colon ? colon + 1 : given, NULL, 10);
    int local = (int)step_int(s->call, "localPort", colon ? strtol(given, NULL, 10) : 0);
    int port = asked > 0 && asked < 65536 ? pod_port(s->workload, pod, (int)asked) : 0;
    if (port <= 0) {
        cluster_fail_text(s, "k8sPortForward needs port: a port of the pod, or 'LOCAL:PORT'");
        return;
    }
    f->path = kube_portforward_path(object_namespace(pod), object_name(pod), &port, 1);
    if (listen_on(f, local, &err) < 0) {
        cluster_fail(s, &err);
        return;
    }
    step_log(s->call, "Forwarding from 127.0.0.1:%d to port %d of pod %s", f->port, port, object_name(pod));
    cluster_opened(s);
}

static void begin(struct cluster_step *s)
{
    struct cluster_object o;
    if (cluster_object(s, &o, true))
        cluster_pod(s, &o, pod_found);
}

/* ---- the block */

static enum call_status enter(struct cluster_step *s)
{
    struct forward *f = (struct forward *)s;
    struct scope *scope = scope_new(s->call->branch->scope);
    _cleanup_free_ char *port = xasprintf("%d", f->port);
    struct value argument = value_int(f->port);
    env_set(&scope->vars, "K8S_LOCAL_PORT", port);
    return step_body(s->call, scope, NULL, 1, &argument, step_after_plain);
}

enum call_status step_k8s_port_forward(struct step_call *c, struct value *out)
{
    struct value none = value_int(0);
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 1, &none, step_after_plain);
    struct forward *f = xcalloc(1, sizeof(*f));
    f->listener.fd = -1;
    return cluster_open(c, &f->step, begin, forward_release, enter);
}
