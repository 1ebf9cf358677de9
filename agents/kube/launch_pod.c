/* See launch_pod.h. A launch may take several connections; its order is kept for that, and goes by standard
 * input since an exec's arguments stand in a URL, which proxies and the server's audit log keep. */
#include "agents/kube/launch_pod.h"
#include "agents/kube/socket.h"
#include "base/hash.h"
#include "base/util.h"
#include <signal.h>
#include <string.h>

enum {
    ID_BYTES = 8,
    FIRST_PAUSE_MS = 250,
    LAST_PAUSE_MS = 4000,
    PATIENCE_MS = 300000,
    KILL_PATIENCE_MS = 20000,
    STORY_MS = 3000 /* the pod's watch may tell of an end after its streams broke */
};
enum { OWN_FAILURE = 1, COMPLETE = 2, OWN_STATUS = 255 }; /* see agents/pod/order.h, run.h */

struct launched {
    struct launched *next, **link; /* of its launcher */
    struct pod_launcher *launcher;
    struct launch_callbacks cb;
    void *data;
    struct kube_socket *socket;
    struct buf input;  /* plain: what was written before the stream was there */
    struct buf order;  /* run: its fields but the offsets */
    char *id, *cookie; /* run; NULL: plain */
    char **argv;       /* plain */
    bool split, feed, opened, complete, killed;
    long long got[3];     /* bytes of each stream */
    struct buf complaint; /* of gmrun-pod itself */
    int64_t broken_ms;    /* since when there is no connection; 0: there is one */
    int pause_ms;
    struct loop_timer again, grace;
    struct loop_task late; /* the end that is told in a turn of its own */
    char *broken_why;      /* how a stream that cannot be taken up broke */
    struct error failure;
};

static struct loop *loop_of(const struct launched *p)
{
    return p->launcher->launcher.loop;
}

/* ---- the end */

static void remember_over(struct pod_launcher *l, char *id) /* takes */
{
    l->over = xrealloc(l->over, (l->n_over + 1) * sizeof(*l->over));
    l->over[l->n_over++] = id;
}

static void launched_free(struct launched *p)
{
    if (p->socket)
        kube_socket_close(p->socket);
    loop_timer_stop(loop_of(p), &p->again);
    loop_timer_stop(loop_of(p), &p->grace);
    loop_defer_cancel(loop_of(p), &p->late);
    *p->link = p->next;
    if (p->next)
        p->next->link = p->link;
    if (p->order.data)
        explicit_bzero(p->order.data, p->order.len);
    if (p->input.data)
        explicit_bzero(p->input.data, p->input.len);
    buf_release(&p->order);
    buf_release(&p->input);
    buf_release(&p->complaint);
    error_release(&p->failure);
    for (size_t i = 0; p->argv && p->argv[i]; i++)
        free(p->argv[i]);
    free(p->argv);
    free(p->broken_why);
    free(p->cookie);
    free(p->id);
    free(p);
}

static void finish(struct launched *p, int status, const struct error *err)
{
    struct launch_end end = {.status = err ? -1 : status, .err = err};
    if (p->id && !err)
        remember_over(p->launcher, xstrdup(p->id));
    p->cb.done(p->data, &end);
    launched_free(p);
}

static void finish_late(struct loop_task *t)
{
    struct launched *p = t->data;
    finish(p, 128 + SIGTERM, p->failure.message ? &p->failure : NULL);
}

static void fail_late(struct launched *p, const char *message)
{
    error_set(&p->failure, ERROR_REMOTE, "%s", message);
    if (p->socket)
        kube_socket_close(p->socket);
    p->socket = NULL;
    loop_timer_stop(loop_of(p), &p->again);
    loop_defer(loop_of(p), &p->late);
}

/* ---- the connection */

/* Standard error carries gmrun-pod's own words, too: a failure at its head, one byte at the end. */
static void take_errors(struct launched *p, const char *bytes, size_t n)
{
    if (p->complaint.len || (n && *bytes == OWN_FAILURE && !p->complete)) {
        buf_add(&p->complaint, bytes, n);
        return;
    }
    if (p->complete && n) { /* it was a byte of the script's */
        char held = COMPLETE;
        p->complete = false;
        p->got[2]++;
        p->cb.output(p->data, 2, &held, 1);
    }
    p->complete = n && bytes[n - 1] == COMPLETE;
    n -= p->complete;
    p->got[2] += (long long)n;
    if (n)
        p->cb.output(p->data, 2, bytes, n);
}

static void on_output(void *data, int channel, const char *bytes, size_t n)
{
    struct launched *p = data;
    if (channel == KUBE_STDERR && p->id) {
        take_errors(p, bytes, n);
    } else if (channel == KUBE_STDOUT || channel == KUBE_STDERR) {
        p->got[channel] += (long long)n;
        p->cb.output(p->data, channel == KUBE_STDOUT ? 1 : 2, bytes, n);
    }
}

static void send_order(struct launched *p)
{
    _cleanup_(buf_release) struct buf text = {0}, offsets = {0};
    struct pod_launcher *l = p->launcher;
    buf_printf(&offsets, "O%lld%cF%lld%c", p->got[1], 0, p->got[2], 0);
    for (size_t i = 0; i < l->n_over; i++) {
        buf_printf(&offsets, "R%s%c", l->over[i], 0);
        free(l->over[i]);
    }
    l->n_over = 0;
    buf_printf(&text, "%zu\n", p->order.len + offsets.len);
    buf_add(&text, p->order.data, p->order.len);
    buf_add(&text, offsets.data, offsets.len);
    kube_socket_write(p->socket, KUBE_STDIN, text.data, text.len);
    explicit_bzero(text.data, text.len);
}

static void on_opened(void *data)
{
    struct launched *p = data;
    p->opened = true;
    p->broken_ms = 0;
    p->pause_ms = FIRST_PAUSE_MS;
    if (p->id)
        send_order(p);
    else if (p->input.len)
        kube_socket_write(p->socket, KUBE_STDIN, p->input.data, p->input.len);
}

/* What the pod's own story says counts more than how the stream broke. */
static const char *reason_of_end(struct launched *p, struct buf *text)
{
    if (pod_lost_reason(p->launcher->pod))
        return pod_lost_reason(p->launcher->pod);
    size_t start = text->len;
    buf_printf(text, "container %s ", p->launcher->container);
    if (pod_container_gone(p->launcher->pod, p->launcher->container, text))
        return text->data;
    text->len = start;
    return NULL;
}

static void retry(struct launched *p, const char *why)
{
    _cleanup_(buf_release) struct buf text = {0};
    const char *final = reason_of_end(p, &text);
    int64_t now = loop_now(loop_of(p)), patience = p->killed ? KILL_PATIENCE_MS : PATIENCE_MS;
    if (!p->broken_ms)
        p->broken_ms = now;
    if (!final && now - p->broken_ms > patience)
        final = why;
    if (final) {
        fail_late(p, final);
        return;
    }
    loop_timer_start(loop_of(p), &p->again, p->pause_ms);
    p->pause_ms = p->pause_ms * 2 > LAST_PAUSE_MS ? LAST_PAUSE_MS : p->pause_ms * 2;
}

/* What the same request would get again. */
static bool is_final(const struct kube_socket_end *end)
{
    static const char *const never[] = {"OCI runtime", "no such file", "executable file"};
    const struct error *err = end->err;
    if (!err)
        return false;
    for (size_t i = 0; err->code == 500 && i < ARRAY_LEN(never); i++)
        if (strstr(err->message, never[i]))
            return true;
    /* 404: the pod is gone, which its watch will tell with the reason */
    return end->exit >= 0 ||
           (err->code >= 400 && err->code < 500 && err->code != 404 && err->code != 408 && err->code != 429);
}

static void end_broken(struct launched *p, const char *why)
{
    _cleanup_(buf_release) struct buf text = {0};
    const char *reason = reason_of_end(p, &text);
    if (reason)
        error_set(&p->failure, ERROR_REMOTE, "%s", reason);
    else
        error_set(&p->failure, ERROR_REMOTE, "container %s of pod %s: %s", p->launcher->container,
                  pod_name(p->launcher->pod), why);
    finish(p, -1, &p->failure);
}

static void no_story(struct loop_timer *t)
{
    struct launched *p = t->data;
    end_broken(p, p->broken_why);
}

static void end_soon(struct launched *p, const char *why)
{
    p->broken_why = xstrdup(why);
    p->again.fn = no_story;
    loop_timer_start(loop_of(p), &p->again, STORY_MS);
}

static void on_done(void *data, const struct kube_socket_end *end)
{
    struct launched *p = data;
    const char *why = end->err ? end->err->message : "gmrun-pod was killed";
    p->socket = NULL;
    if (p->complaint.len) {
        error_set(&p->failure, ERROR_REMOTE, "container %s: %.*s", p->launcher->container,
                  (int)strcspn(p->complaint.data + 1, "\n"), p->complaint.data + 1);
        finish(p, -1, &p->failure);
    } else if (!end->err && end->exit >= 0 && (p->complete || !p->id)) {
        finish(p, end->exit, NULL);
    } else if (is_final(end)) {
        end_broken(p, why);
    } else if (!p->id && p->opened) {
        end_soon(p, why);
    } else {
        retry(p, why);
    }
}

static void connect_again(struct launched *p)
{
    static const struct kube_socket_callbacks callbacks = {
        .opened = on_opened, .output = on_output, .done = on_done};
    static const char *const run[] = {POD_PROGRAM, "run", NULL};
    struct pod_launcher *l = p->launcher;
    struct kube_exec_options o = {.space = pod_space(l->pod),
                                  .pod = pod_name(l->pod),
                                  .container = l->container,
                                  .argv = p->id ? run : (const char *const *)p->argv,
                                  .stdin_open = p->id || p->feed,
                                  .stderr_own = true};
    _cleanup_free_ char *path = kube_exec_path(&o);
    p->complete = false;
    p->socket = kube_socket_open(pod_kube(l->pod), path, &callbacks, p);
}

static void again(struct loop_timer *t)
{
    connect_again(t->data);
}

/* ---- launches */

static void field(struct buf *order, char letter, const char *text)
{
    buf_addch(order, letter);
    buf_add(order, text, strlen(text) + 1);
}

/* [kubernetes-plugin: ContainerExecDecorator, containerWorkingDir] */
static void field_there(struct launched *p, char letter, const char *text)
{
    const struct pod_launcher *l = p->launcher;
    const char *equals = letter == 'E' ? strchr(text, '=') : NULL, *path = equals ? equals + 1 : text;
    size_t n = l->from ? strlen(l->from) : 0;
    if (!n || strncmp(path, l->from, n) != 0 || (path[n] && path[n] != '/')) {
        field(&p->order, letter, text);
        return;
    }
    _cleanup_free_ char *moved = xasprintf("%.*s%s%s", (int)(path - text), text, l->to, path + n);
    field(&p->order, letter, moved);
}

static void write_order(struct launched *p, const struct launch *what)
{
    char id[2 * ID_BYTES + 1];
    random_hex(id, ID_BYTES);
    p->id = xstrdup(id);
    field(&p->order, 'I', id);
    if (what->cwd)
        field_there(p, 'C', what->cwd);
    if (what->script) {
        field_there(p, 'T', what->tmp);
        field(&p->order, 'S', what->script);
    }
    for (const char *const *a = what->argv; a && *a; a++)
        field(&p->order, 'A', *a);
    for (const char *const *e = what->env; e && *e; e++)
        field_there(p, 'E', *e);
    if (what->split)
        field(&p->order, 'P', "");
}

static char **plain_argv(const struct pod_launcher *l, const struct launch *what)
{
    size_t n = 0, k = 0;
    while (what->argv[n])
        n++;
    char **argv = xcalloc(n + 3, sizeof(*argv));
    if (l->helper) {
        argv[k++] = xstrdup(POD_PROGRAM);
        argv[k++] = xstrdup("work");
    }
    for (size_t i = 0; i < n; i++)
        argv[k++] = xstrdup(what->argv[i]);
    return argv;
}

static void hard(struct loop_timer *t);

static struct launched *start(struct launcher *base, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err)
{
    struct pod_launcher *l = CONTAINER_OF(base, struct pod_launcher, launcher);
    struct launched *p = xcalloc(1, sizeof(*p));
    *p = (struct launched){
        .launcher = l, .cb = *cb, .data = data, .split = what->split, .pause_ms = FIRST_PAUSE_MS};
    p->cookie = xstrdup(what->cookie);
    p->feed = what->feed || what->input;
    p->again = (struct loop_timer){.fn = again, .data = p};
    p->grace = (struct loop_timer){.fn = hard, .data = p};
    p->late = (struct loop_task){.fn = finish_late, .data = p};
    p->next = l->first;
    p->link = &l->first;
    if (p->next)
        p->next->link = &p->next;
    l->first = p;
    if (what->cookie || what->script)
        write_order(p, what);
    else
        p->argv = plain_argv(l, what);
    if (!p->id && what->input)
        buf_add(&p->input, what->input, what->input_len);
    if (pod_lost_reason(l->pod))
        fail_late(p, pod_lost_reason(l->pod));
    else
        connect_again(p);
    return p;
}

static void feed(struct launcher *base, struct launched *p, const void *bytes, size_t n, bool end)
{
    if (p->opened && p->socket)
        kube_socket_write(p->socket, KUBE_STDIN, bytes, n);
    else if (!p->opened)
        buf_add(&p->input, bytes, n);
}

/* ---- ending one */

static void ignore_output(void *data, int channel, const char *bytes, size_t n)
{
}

static void signalled(void *data, const struct kube_socket_end *end)
{
}

static void send_signal(struct launched *p, const char *name)
{
    static const struct kube_socket_callbacks callbacks = {.output = ignore_output, .done = signalled};
    static const char program[] = POD_PROGRAM;
    const char *argv[] = {program, "kill", name, p->cookie, NULL};
    struct pod_launcher *l = p->launcher;
    struct kube_exec_options o = {
        .space = pod_space(l->pod), .pod = pod_name(l->pod), .container = l->container, .argv = argv};
    _cleanup_free_ char *path = kube_exec_path(&o);
    kube_socket_open(pod_kube(l->pod), path, &callbacks, l->pod);
}

static void hard(struct loop_timer *t)
{
    struct launched *p = t->data;
    if (p->cb.stubborn)
        p->cb.stubborn(p->data);
    send_signal(p, "KILL");
}

static void stop(struct launcher *base, struct launched *p, int grace_ms)
{
    if (p->killed || p->late.link)
        return;
    p->killed = true;
    if (!p->id || !p->cookie) {
        if (p->socket)
            kube_socket_close(p->socket);
        p->socket = NULL;
        loop_timer_stop(base->loop, &p->again);
        loop_defer(base->loop, &p->late);
        return;
    }
    send_signal(p, grace_ms ? "TERM" : "KILL");
    if (grace_ms)
        loop_timer_start(base->loop, &p->grace, grace_ms);
}

static bool busy(struct launcher *base)
{
    return CONTAINER_OF(base, struct pod_launcher, launcher)->first != NULL;
}

void pod_launcher_init(struct pod_launcher *l, struct pod *pod, const char *container, bool helper)
{
    static const struct launcher_ops ops = {
        .start = start, .kill = stop, .busy = busy, .write = feed, .places_scripts = true};
    *l = (struct pod_launcher){.launcher = {.ops = &ops, .loop = kube_loop(pod_kube(pod))},
                               .pod = pod,
                               .container = container,
                               .helper = helper};
}

void pod_launcher_moves(struct pod_launcher *l, const char *from, const char *to)
{
    bool alike = !from || !to || str_eq(from, to);
    l->from = alike ? NULL : from;
    l->to = alike ? NULL : to;
}

void pod_launcher_lost(struct pod_launcher *l)
{
    for (struct launched *p = l->first; p; p = p->next)
        if (!p->late.link)
            fail_late(p, pod_lost_reason(l->pod));
}

void pod_launcher_release(struct pod_launcher *l)
{
    while (l->first)
        launched_free(l->first);
    for (size_t i = 0; i < l->n_over; i++)
        free(l->over[i]);
    free(l->over);
    l->over = NULL;
    l->n_over = 0;
}
