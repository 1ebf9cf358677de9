/* See launch_exec.h. An exec is three requests: made (which gives its id), started (whose answer is the
 * output, to its end), looked at (which gives the exit status).
 *
 * The engine cannot end an exec. Its processes are found as Jenkins finds those of a local step, by the
 * cookie in their environment, from a second exec as root; the script for that uses nothing but a shell's own
 * commands. */
#include "agents/launch_exec.h"
#include "agents/kill_script.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/util.h"
#include <signal.h>
#include <string.h>

struct launched {
    struct exec_launcher *launcher;
    struct launch_callbacks cb;
    void *data;
    char *id, *cookie;
    const char *program; /* what could not be run, for the message; owned */
    struct engine_frames frames;
    struct engine_call *call; /* the request that is under way */
    struct loop_timer grace, again;
    int status, looks; /* looks: at the container, after the end */
    bool stopped;
};

/* The engine learns of the end of a container a little after that of what ran in it. */
enum { LOOKS = 5, LOOK_MS = 200 };

/* Standard error goes into standard output inside the container: two streams would lose their order. */
static const char merge_script[] = "exec \"$@\" 2>&1";

static void exec_free(struct launched *p)
{
    loop_timer_stop(p->launcher->launcher.loop, &p->grace);
    loop_timer_stop(p->launcher->launcher.loop, &p->again);
    p->launcher->running--;
    free(p->id);
    free(p->cookie);
    free((char *)(uintptr_t)p->program);
    free(p);
}

static void exec_end(struct launched *p, int status, const struct error *err)
{
    struct launch_end end = {.status = err ? -1 : status, .err = err};
    p->cb.done(p->data, &end);
    exec_free(p);
}

/* ---- a request each, in their order */

static void look_at_container(struct launched *p);

static void look_again(struct loop_timer *t)
{
    look_at_container(t->data);
}

/* Whether it was the script that was killed, or all with it. */
static void container_known(void *data, const struct engine_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    struct launched *p = data;
    json_t *state = json_object_get(end->json, "State");
    p->call = NULL;
    if (!end->err && json_is_true(json_object_get(state, "Running")) && ++p->looks < LOOKS) {
        p->again = (struct loop_timer){.fn = look_again, .data = p};
        loop_timer_start(p->launcher->launcher.loop, &p->again, LOOK_MS);
        return;
    }
    if (end->err && end->err->code == 404)
        error_set(&err, ERROR_REMOTE, "the container %.12s was removed while the script ran in it",
                  p->launcher->container);
    else if (end->err)
        error_set(&err, end->err->kind, "%s", end->err->message);
    else if (json_is_false(json_object_get(state, "Running")))
        error_set(
            &err, ERROR_REMOTE, "the container %.12s ended while the script ran in it: %s (exit status %d)",
            p->launcher->container,
            json_is_true(json_object_get(state, "OOMKilled")) ? "out of memory" : "it was stopped or killed",
            (int)json_integer_value(json_object_get(state, "ExitCode")));
    exec_end(p, p->status, err.message ? &err : NULL);
}

static void look_at_container(struct launched *p)
{
    _cleanup_free_ char *path = xasprintf("/containers/%s/json", p->launcher->container);
    struct engine_request r = {.path = path};
    p->call = engine_send(p->launcher->engine, &r, container_known, p);
}

/* Killed, or no status at all: the container may have gone with its processes. */
static void inspected(void *data, const struct engine_end *end)
{
    struct launched *p = data;
    json_t *code = json_object_get(end->json, "ExitCode");
    p->call = NULL;
    p->status = json_is_integer(code) ? (int)json_integer_value(code) : -1;
    /* ExitCode is null when the engine lost track of the exec: with its container, mostly. */
    bool known = !end->err && p->status >= 0;
    /* 137 by itself: killed by us, or by the kernel for want of memory, or together with the container. */
    if (known && (p->stopped || p->status != 128 + SIGKILL))
        exec_end(p, p->status, NULL);
    else
        look_at_container(p);
}

static void output(void *data, const char *bytes, size_t n)
{
    engine_frames_feed(&((struct launched *)data)->frames, bytes, n);
}

static void frame(void *data, int stream, const char *bytes, size_t n)
{
    struct launched *p = data;
    p->cb.output(p->data, stream, bytes, n);
}

/* As a shell that starts a program reports it: 127 not found, 126 not executable. The texts are runc's. */
static int refused_status(const struct error *err)
{
    if (err->code != 400)
        return 0;
    if (strstr(err->message, "executable file not found") ||
        strstr(err->message, "no such file or directory"))
        return 127;
    return strstr(err->message, "permission denied") ? 126 : 0;
}

static void streamed(void *data, const struct engine_end *end)
{
    struct launched *p = data;
    p->call = NULL;
    int status = end->err ? refused_status(end->err) : 0;
    if (status) {
        _cleanup_free_ char *text =
            xasprintf("%s: %s\n", p->program, status == 127 ? "not found" : "Permission denied");
        p->cb.output(p->data, 1, text, strlen(text));
        exec_end(p, status, NULL);
        return;
    }
    if (end->err) {
        exec_end(p, -1, end->err);
        return;
    }
    _cleanup_free_ char *path = xasprintf("/exec/%s/json", p->id);
    struct engine_request r = {.path = path};
    p->call = engine_send(p->launcher->engine, &r, inspected, p);
}

static void created(void *data, const struct engine_end *end)
{
    struct launched *p = data;
    const char *id = json_string_value(json_object_get(end->json, "Id"));
    p->call = NULL;
    if (end->err || !id) {
        exec_end(p, -1, end->err);
        return;
    }
    p->id = xstrdup(id);
    json_t *body = json_pack("{s:b, s:b}", "Detach", 0, "Tty", 0);
    _cleanup_free_ char *path = xasprintf("/exec/%s/start", id);
    struct engine_request r = {.method = "POST", .path = path, .body = body, .piece = output};
    p->call = engine_send(p->launcher->engine, &r, streamed, p);
    json_decref(body);
}

/* ---- launcher */

static json_t *texts(const char *const *list)
{
    json_t *out = json_array();
    for (; list && *list; list++)
        json_array_append_new(out, json_clean_text(*list, strlen(*list)));
    return out;
}

static struct engine_call *create(struct exec_launcher *l, json_t *body, engine_done_fn *done, void *data)
{
    _cleanup_free_ char *path = xasprintf("/containers/%s/exec", l->container);
    json_object_set_new(body, "AttachStdout", json_true());
    json_object_set_new(body, "AttachStderr", json_true());
    struct engine_request r = {.method = "POST", .path = path, .body = body};
    struct engine_call *call = engine_send(l->engine, &r, done, data);
    json_decref(body);
    return call;
}

static struct launched *start(struct launcher *base, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err)
{
    struct exec_launcher *l = CONTAINER_OF(base, struct exec_launcher, launcher);
    if (what->input || what->feed) {
        error_set(err, ERROR_INVALID, "a process in a container gets no input here");
        return NULL;
    }
    /* The folder is mounted, so it is made from outside; the engine would make it as root. */
    if (!fs_is_dir(what->cwd) && fs_mkdir_p(what->cwd, 0755, err) < 0)
        return NULL;
    struct launched *p = xcalloc(1, sizeof(*p));
    *p = (struct launched){.launcher = l, .cb = *cb, .data = data, .cookie = xstrdup(what->cookie)};
    p->program = xstrdup(what->argv[0]);
    p->frames = (struct engine_frames){.fn = frame, .data = p};
    json_t *argv = what->split ? json_array() : json_pack("[s,s,s,s]", "sh", "-c", merge_script, "sh"),
           *own = texts(what->argv);
    json_array_extend(argv, own);
    json_decref(own);
    json_t *body = json_pack("{s:o, s:o, s:o}", "Cmd", argv, "Env", texts(what->env), "WorkingDir",
                             json_stringn_nocheck(what->cwd, strlen(what->cwd)));
    l->running++;
    p->call = create(l, body, created, p);
    return p;
}

static void killer_streamed(void *data, const struct engine_end *end)
{
}

static void killer_created(void *data, const struct engine_end *end)
{
    struct engine *e = data;
    const char *id = json_string_value(json_object_get(end->json, "Id"));
    if (!id)
        return; /* the container is gone, and the processes with it */
    json_t *body = json_pack("{s:b, s:b}", "Detach", 1, "Tty", 0);
    _cleanup_free_ char *path = xasprintf("/exec/%s/start", id);
    struct engine_request r = {.method = "POST", .path = path, .body = body};
    engine_send(e, &r, killer_streamed, e);
    json_decref(body);
}

static void send_signal(struct launched *p, const char *name)
{
    json_t *body = json_pack("{s:[s,s,s,s,s,s,s], s:s}", "Cmd", "sh", "-c", kill_script, "sh", name,
                             p->cookie, KILL_LOOKS, "User", "0:0");
    /* The data is the engine, not p: the killer may outlive what it kills. */
    create(p->launcher, body, killer_created, p->launcher->engine);
}

static void grace_over(struct loop_timer *t)
{
    struct launched *p = t->data;
    p->cb.stubborn(p->data);
    send_signal(p, "KILL");
}

static void stop(struct launcher *base, struct launched *p, int grace_ms)
{
    p->stopped = true;
    send_signal(p, grace_ms ? "TERM" : "KILL");
    p->grace = (struct loop_timer){.fn = grace_over, .data = p};
    if (grace_ms)
        loop_timer_start(base->loop, &p->grace, grace_ms);
}

static bool busy(struct launcher *base)
{
    return CONTAINER_OF(base, struct exec_launcher, launcher)->running > 0;
}

void exec_launcher_init(struct exec_launcher *l, struct loop *loop, struct engine *engine,
                        const char *container)
{
    static const struct launcher_ops ops = {.start = start, .kill = stop, .busy = busy};
    *l = (struct exec_launcher){
        .launcher = {.ops = &ops, .loop = loop}, .engine = engine, .container = container};
}
