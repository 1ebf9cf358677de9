/* See socket.h. The way of a socket: credentials, connection (wire), handshake, frames. One task moves the
 * bytes; it is run by readiness, by writes and by itself when it has done enough for one turn of the loop.
 *
 * Callbacks may close the socket: memory then goes when the task has returned. */
#include "agents/kube/socket.h"
#include "agents/kube/frames.h"
#include "agents/kube/handshake.h"
#include "agents/kube/status.h"
#include "base/util.h"
#include "base/wire.h"
#include <string.h>

enum {
    READ_SIZE = 64 << 10,
    READ_ROUNDS = 16, /* of a turn */
    HANDSHAKE_MS = 60000,
    REASON_MS = 2000,  /* for the rest of a refusal */
    GOODBYE_MS = 5000, /* from the command's end to that of the connection */
    PING_MS = 30000,   /* load balancers forget silent connections */
    STATUS_MAX = 1 << 20,
};

enum state { ENTERING, CONNECTING, SHAKING, OPEN };

struct kube_socket {
    struct kube *kube;
    char *path;
    struct kube_socket_callbacks cb;
    void *data;
    enum state state;
    struct kube_entry *entry;
    struct wire *wire;
    struct kube_handshake handshake;
    struct kube_frames frames;
    struct buf out, status; /* out: bytes for the wire, from out_pos */
    size_t out_pos;
    struct loop_task pump;
    struct loop_timer timer, ping;
    int exit;
    bool ports, has_status, paused, inside, closed, asked_drain;
    struct error failure; /* of the Status */
};

static void socket_free(struct kube_socket *s)
{
    struct loop *loop = kube_loop(s->kube);
    loop_defer_cancel(loop, &s->pump);
    loop_timer_stop(loop, &s->timer);
    loop_timer_stop(loop, &s->ping);
    if (s->entry)
        kube_entry_cancel(s->entry);
    if (s->wire)
        wire_close(s->wire);
    kube_handshake_release(&s->handshake);
    kube_frames_release(&s->frames);
    buf_release(&s->out);
    buf_release(&s->status);
    error_release(&s->failure);
    free(s->path);
    free(s);
}

/* The socket is freed by whoever looks at `closed` next. */
static void end(struct kube_socket *s, int exit, const struct error *err)
{
    struct kube_socket_end e = {exit, err};
    if (s->closed)
        return;
    s->closed = true;
    s->cb.done(s->data, &e);
}

static void fail(struct kube_socket *s, const char *what, const struct error *cause)
{
    _cleanup_(error_release) struct error err = {0};
    error_set(&err, ERROR_REMOTE, "%s%s%s", what, *what ? ": " : "", cause->message);
    err.code = cause->code;
    end(s, -1, &err);
}

/* ---- bytes in */

static void take_status(struct kube_socket *s)
{
    json_t *o = json_loadb(s->status.data, s->status.len, 0, NULL);
    if (!o || s->has_status)
        return; /* not all of it yet */
    s->has_status = true;
    s->exit = kube_status_exit(o, &s->failure);
    json_decref(o);
    loop_timer_start(kube_loop(s->kube), &s->timer, GOODBYE_MS);
}

static void output(void *data, int channel, const char *bytes, size_t n)
{
    struct kube_socket *s = data;
    if (s->closed)
        return;
    if (s->ports || channel != KUBE_STATUS) {
        s->cb.output(s->data, channel, bytes, n);
    } else if (s->status.len + n <= STATUS_MAX) {
        buf_add(&s->status, bytes, n);
        take_status(s);
    }
}

/* The peer has closed, or the connection is gone (err: how it failed; not set: its end). */
static void over(struct kube_socket *s, const struct error *err)
{
    static const struct error broken = {ERROR_REMOTE, 0, (char *)(uintptr_t) "the connection ended too early",
                                        NULL,         0, 0};
    if (s->state == SHAKING) {
        _cleanup_(error_release) struct error why = {0};
        if (err->kind)
            error_set(&why, err->kind, "%s", err->message);
        else
            kube_handshake_end(&s->handshake, &why);
        fail(s, "", &why);
    } else if (s->has_status) {
        end(s, s->exit, s->failure.kind ? &s->failure : NULL);
    } else if (s->ports && !err->kind && s->frames.closed) {
        end(s, 0, NULL);
    } else {
        fail(s, "the stream with the container broke off", err->kind ? err : &broken);
    }
}

static void opened_up(struct kube_socket *s)
{
    loop_timer_stop(kube_loop(s->kube), &s->timer);
    loop_timer_start(kube_loop(s->kube), &s->ping, PING_MS);
    s->state = OPEN;
    if (s->cb.opened)
        s->cb.opened(s->data);
}

static void feed(struct kube_socket *s, const char *bytes, size_t n)
{
    _cleanup_(error_release) struct error err = {0};
    size_t rest = n;
    if (s->state == SHAKING) {
        int rc = kube_handshake_feed(&s->handshake, bytes, n, &rest, &err);
        if (rc < 0)
            fail(s, "", &err);
        else if (!rc && strstr(s->handshake.answer.data, "\r\n\r\n"))
            loop_timer_start(kube_loop(s->kube), &s->timer, REASON_MS);
        if (rc <= 0)
            return;
        opened_up(s);
    }
    if (!s->closed && rest && kube_frames_feed(&s->frames, bytes + n - rest, rest, &err) < 0)
        fail(s, "", &err);
    if (!s->closed && s->frames.closed)
        over(s, &err);
}

/* True when there may be more at once: TLS keeps decoded bytes that the socket does not show. */
static bool read_some(struct kube_socket *s)
{
    static const struct error none;
    _cleanup_(error_release) struct error err = {0};
    char bytes[READ_SIZE];
    for (int i = 0; i < READ_ROUNDS; i++) {
        if (s->closed || s->paused)
            return false;
        ssize_t n = wire_read(s->wire, bytes, sizeof(bytes), &err);
        if (n == 0)
            return false;
        if (n < 0) {
            over(s, err.kind ? &err : &none);
            return false;
        }
        feed(s, bytes, (size_t)n);
    }
    return true;
}

/* ---- bytes out */

static void take_frames(struct kube_socket *s)
{
    if (s->state != OPEN || !s->frames.out.len)
        return;
    if (s->out_pos == s->out.len) {
        struct buf empty = s->out;
        s->out = s->frames.out;
        s->frames.out = empty;
        s->out_pos = 0;
    } else {
        buf_add(&s->out, s->frames.out.data, s->frames.out.len);
    }
    buf_clear(&s->frames.out);
}

static void write_some(struct kube_socket *s)
{
    static const struct error none;
    _cleanup_(error_release) struct error err = {0};
    for (;;) {
        take_frames(s);
        if (s->out_pos == s->out.len)
            return;
        ssize_t n = wire_write(s->wire, s->out.data + s->out_pos, s->out.len - s->out_pos, &err);
        if (n == 0)
            return;
        if (n < 0) {
            over(s, err.kind ? &err : &none);
            return;
        }
        s->out_pos += (size_t)n;
    }
}

static bool is_writing(const struct kube_socket *s)
{
    return s->out_pos < s->out.len || (s->state == OPEN && s->frames.out.len);
}

static void pump(struct loop_task *t)
{
    struct kube_socket *s = t->data;
    s->inside = true;
    write_some(s);
    bool more = !s->closed && read_some(s);
    if (!s->closed && s->state == OPEN && s->asked_drain && !is_writing(s)) {
        s->asked_drain = false;
        if (s->cb.drained)
            s->cb.drained(s->data);
    }
    if (!s->closed)
        write_some(s);
    s->inside = false;
    if (s->closed) {
        socket_free(s);
        return;
    }
    wire_watch(s->wire, !s->paused, is_writing(s));
    if (more)
        loop_defer(kube_loop(s->kube), &s->pump);
}

static void pump_later(struct kube_socket *s)
{
    if (s->wire && s->state >= SHAKING)
        loop_defer(kube_loop(s->kube), &s->pump);
}

/* ---- the beginning */

static void ready(void *data)
{
    pump(&((struct kube_socket *)data)->pump);
}

static void end_and_free(struct kube_socket *s, const struct error *err)
{
    s->inside = true;
    fail(s, "", err);
    socket_free(s);
}

static void connected(void *data, const struct error *err)
{
    struct kube_socket *s = data;
    if (err) {
        _cleanup_(error_release) struct error why = {0};
        s->wire = NULL;
        error_set(&why, ERROR_REMOTE, "cannot reach the Kubernetes API server %s: %s",
                  kube_config_of(s->kube)->server, err->message);
        end_and_free(s, &why);
        return;
    }
    s->state = SHAKING;
    loop_timer_start(kube_loop(s->kube), &s->timer, HANDSHAKE_MS);
    pump_later(s);
}

static void entered(void *data, const struct kube_access *a, const struct error *err)
{
    static const struct wire_callbacks callbacks = {.opened = connected, .ready = ready};
    _cleanup_(error_release) struct error why = {0};
    struct kube_socket *s = data;
    s->entry = NULL;
    if (!err) {
        s->state = CONNECTING;
        kube_handshake_start(&s->handshake, &s->out, a->base, s->path, a->headers);
        s->wire = wire_open(a->http, a->base, &callbacks, s, &why);
    }
    if (!s->wire)
        end_and_free(s, err ? err : &why);
}

static void too_long(struct loop_timer *t)
{
    static const struct error none;
    static const struct error silent = {ERROR_REMOTE, 0, (char *)(uintptr_t) "the server does not answer",
                                        NULL,         0, 0};
    struct kube_socket *s = t->data;
    bool answered = s->handshake.answer.len > 0;
    s->inside = true;
    over(s, s->state == OPEN || answered ? &none : &silent);
    socket_free(s);
}

static void send_ping(struct loop_timer *t)
{
    struct kube_socket *s = t->data;
    kube_frames_ping(&s->frames);
    loop_timer_start(kube_loop(s->kube), t, PING_MS);
    pump_later(s);
}

struct kube_socket *kube_socket_open(struct kube *k, const char *path, const struct kube_socket_callbacks *cb,
                                     void *data)
{
    struct kube_socket *s = xcalloc(1, sizeof(*s));
    *s = (struct kube_socket){.kube = k, .cb = *cb, .data = data, .path = xstrdup(path), .exit = -1};
    s->pump = (struct loop_task){.fn = pump, .data = s};
    s->timer = (struct loop_timer){.fn = too_long, .data = s};
    s->ping = (struct loop_timer){.fn = send_ping, .data = s};
    kube_frames_init(&s->frames, output, s);
    const char *query = path + strcspn(path, "?");
    s->ports = query - path > 12 && strncmp(query - 12, "/portforward", 12) == 0;
    if (s->ports)
        memset(s->frames.skip, 2, sizeof(s->frames.skip)); /* the port's number, little end first */
    s->entry = kube_enter(k, entered, s);
    return s;
}

/* ---- while it is open */

size_t kube_socket_write(struct kube_socket *s, int channel, const void *bytes, size_t n)
{
    kube_frames_send(&s->frames, channel, bytes, n);
    s->asked_drain = true;
    pump_later(s);
    return s->frames.out.len + s->out.len - s->out_pos;
}

int kube_socket_end_input(struct kube_socket *s, int channel)
{
    const unsigned char which = (unsigned char)channel;
    if (s->state == OPEN && s->handshake.version < 5)
        return -1;
    kube_frames_send(&s->frames, KUBE_CLOSE_CHANNEL, &which, 1);
    pump_later(s);
    return 0;
}

void kube_socket_pause(struct kube_socket *s, bool pause)
{
    s->paused = pause;
    pump_later(s);
}

void kube_socket_close(struct kube_socket *s)
{
    s->closed = true;
    if (!s->inside)
        socket_free(s);
}

/* ---- paths */

static void add(struct buf *path, const char *key, const char *value)
{
    buf_printf(path, "%c%s=", strchr(path->data, '?') ? '&' : '?', key);
    kube_escape(path, value);
}

static struct buf pod_path(const char *space, const char *pod, const char *sub)
{
    struct buf path = {0};
    buf_addstr(&path, "/api/v1/namespaces/");
    kube_escape(&path, space);
    buf_addstr(&path, "/pods/");
    kube_escape(&path, pod);
    buf_printf(&path, "/%s", sub);
    return path;
}

char *kube_exec_path(const struct kube_exec_options *o)
{
    struct buf path = pod_path(o->space, o->pod, o->argv ? "exec" : "attach");
    add(&path, "stdout", "true");
    if (o->container)
        add(&path, "container", o->container);
    if (o->stdin_open || o->tty) /* dockershim gives a terminal nothing to write to without it */
        add(&path, "stdin", "true");
    if (o->stderr_own)
        add(&path, "stderr", "true");
    if (o->tty)
        add(&path, "tty", "true");
    for (const char *const *a = o->argv; a && *a; a++)
        add(&path, "command", *a);
    return buf_steal(&path);
}

char *kube_portforward_path(const char *space, const char *pod, const int *ports, size_t n)
{
    struct buf path = pod_path(space, pod, "portforward");
    for (size_t i = 0; i < n; i++)
        buf_printf(&path, "%cports=%d", i ? '&' : '?', ports[i]);
    return buf_steal(&path);
}
