/* See far.h. */
#include "agents/far.h"
#include "agents/file_request.h"
#include "agents/launch_far.h"
#include "agents/launch_prefix.h"
#include "agents/session.h"
#include "agents/shell.h"
#include "base/util.h"
#include <string.h>

enum { PIECE = 4 << 20 };

/* The files' side, shared by the agents of one place. */
struct far_files {
    unsigned refs;
    struct agent_helper helper;
    struct session *session;
};

struct far {
    struct agent agent;
    struct agent_ops ops;         /* of its own for the kind's name */
    struct far_launcher launcher; /* over one that takes only argv and input */
    struct launcher *scripts;     /* that, or the one which was given */
    struct far_files *files;
    struct prefix_launcher *within; /* owned; NULL: none */
};

static struct far *far_of(struct agent *a)
{
    return CONTAINER_OF(a, struct far, agent);
}

/* ---- commands */

static struct shell_job *far_shell(struct agent *agent, const struct shell_options *o,
                                   const struct shell_callbacks *cb, void *data, struct error *err)
{
    return shell_start(far_of(agent)->scripts, NULL, o, cb, data, err);
}

static void far_cancel(struct agent *agent, struct shell_job *job)
{
    shell_cancel(job);
}

/* ---- files */

struct far_op {
    struct session *session;
    agent_file_fn *done;
    void *arg;
    struct agent_file op; /* WRITE: what is left of it */
    char *path, *data;
};

static void op_free(struct far_op *o)
{
    free(o->path);
    free(o->data);
    free(o);
}

static void op_answered(void *data, const struct worker_end *end, struct buf *bytes);

/* A long text goes in pieces: a request is held as a whole at both ends. */
static void op_send(struct far_op *o)
{
    struct agent_file piece = o->op;
    if (piece.len > PIECE) {
        piece.len = PIECE;
        o->op.data = (const char *)o->op.data + PIECE;
        o->op.append = true;
    }
    o->op.len -= piece.len;
    json_t *request = file_request(&piece);
    session_ask(o->session, request, op_answered, o);
    json_decref(request);
}

static void op_answered(void *data, const struct worker_end *end, struct buf *bytes)
{
    struct far_op *o = data;
    if (end->result && o->op.len) {
        op_send(o);
        return;
    }
    struct agent_reply reply = {.found = json_is_true(json_object_get(end->result, "found"))};
    struct agent_entry *entries = file_entries_read(end->result, &reply.count);
    _cleanup_(error_release) struct error err = {0};
    reply.entries = entries;
    reply.data = *bytes;
    *bytes = (struct buf){0};
    if (!end->result)
        error_set(&err, ERROR_REMOTE, "%s", end->message);
    o->done(o->arg, &reply, end->result ? NULL : &err);
    buf_release(&reply.data);
    free(entries);
    op_free(o);
}

static int far_file(struct agent *agent, const struct agent_file *op, agent_file_fn *done, void *arg,
                    struct error *err)
{
    struct far_op *o = xcalloc(1, sizeof(*o));
    *o = (struct far_op){.session = far_of(agent)->files->session, .done = done, .arg = arg, .op = *op};
    if (op->mode && op->len > PIECE) { /* could not be replaced at once */
        op_free(o);
        return error_set(err, ERROR_INVALID, "%s is too large to be written there at once", op->path);
    }
    o->op.path = o->path = xstrdup(op->path);
    if (op->len > PIECE) {
        o->data = xmalloc(op->len);
        memcpy(o->data, op->data, op->len);
        o->op.data = o->data;
    }
    op_send(o);
    return 0;
}

static const struct agent_helper *far_helper(struct agent *agent)
{
    return &far_of(agent)->files->helper;
}

/* ---- the environment */

struct asking {
    far_env_fn *done;
    void *data;
    struct buf text;
};

static void env_output(void *data, int stream, const char *bytes, size_t n)
{
    if (stream == 1)
        buf_add(&((struct asking *)data)->text, bytes, n);
}

static void env_done(void *data, const struct launch_end *end)
{
    struct asking *a = data;
    VEC(const char *) env = {0};
    _cleanup_(error_release) struct error err = {0};
    for (char *p = a->text.data, *stop = p + a->text.len; p < stop; p += strlen(p) + 1)
        if (strchr(p, '='))
            vec_push(&env, p);
    vec_push(&env, NULL);
    if (end->err || end->status)
        error_set(&err, ERROR_REMOTE, "the environment there could not be read: %s",
                  end->err ? end->err->message : "cat /proc/self/environ failed");
    a->done(a->data, err.message ? NULL : env.items, err.message ? &err : NULL);
    vec_release(&env);
    buf_release(&a->text);
    free(a);
}

static void env_refused(struct asking *a, const struct error *err)
{
    a->done(a->data, NULL, err);
    free(a);
}

void far_env(struct launcher *l, far_env_fn *done, void *data)
{
    static const struct launch_callbacks callbacks = {.output = env_output, .done = env_done};
    static const char *const argv[] = {"cat", "/proc/self/environ", NULL};
    _cleanup_(error_release) struct error err = {0};
    struct asking *a = xcalloc(1, sizeof(*a));
    *a = (struct asking){.done = done, .data = data};
    struct launch what = {.argv = argv, .split = true};
    if (!l->ops->start(l, &what, &callbacks, a, &err))
        env_refused(a, &err);
}

/* ---- the end */

struct sweep {
    struct far *far;
    char *cookie;
    struct loop_timer grace;
    int grace_ms;
    void (*done)(void *arg);
    void *arg;
};

static void sweep_end(void *data, bool found)
{
    struct sweep *s = data;
    s->done(s->arg);
    free(s->cookie);
    free(s);
}

static void sweep_hard(struct loop_timer *t)
{
    struct sweep *s = t->data;
    far_kill(s->far->launcher.under, "KILL", s->cookie, "1", sweep_end, s);
}

static void sweep_found(void *data, bool found)
{
    struct sweep *s = data;
    if (found)
        loop_timer_start(s->far->launcher.launcher.loop, &s->grace, s->grace_ms);
    else
        sweep_end(s, false);
}

static void far_sweep(struct agent *agent, const char *cookie, int grace_ms, void (*done)(void *arg),
                      void *arg)
{
    struct sweep *s = xcalloc(1, sizeof(*s));
    *s = (struct sweep){
        .far = far_of(agent), .cookie = xstrdup(cookie), .grace_ms = grace_ms, .done = done, .arg = arg};
    s->grace = (struct loop_timer){.fn = sweep_hard, .data = s};
    far_kill(s->far->launcher.under, "TERM", s->cookie, "1", sweep_found, s);
}

static void files_unref(struct far_files *f)
{
    if (!f || --f->refs)
        return;
    free((char *)(uintptr_t)f->helper.program);
    free(f);
}

void far_agent_end(struct agent *agent, void (*done)(void *data), void *data)
{
    struct far_files *f = far_of(agent)->files;
    struct session *s = f->session;
    if (f->refs > 1 || !s) {
        done(data);
        return;
    }
    f->session = NULL;
    session_free(s, done, data);
}

static void far_free(struct agent *agent)
{
    struct far *a = far_of(agent);
    files_unref(a->files);
    if (a->within)
        prefix_launcher_release(a->within);
    free(a->within);
    free(a);
}

/* ---- the beginning */

static struct agent *far_new(const char *kind, const char *name, struct launcher *commands,
                             struct far_files *files)
{
    struct far *a = xcalloc(1, sizeof(*a));
    a->ops = (struct agent_ops){
        .kind = kind,
        .shell = far_shell,
        .cancel = far_cancel,
        .file = far_file,
        .sweep = far_sweep,
        .helper = far_helper,
        .free = far_free,
    };
    a->agent = (struct agent){.ops = &a->ops, .name = name};
    far_launcher_init(&a->launcher, commands);
    a->scripts = commands->ops->places_scripts ? commands : &a->launcher.launcher;
    a->files = files;
    files->refs++;
    return &a->agent;
}

struct agent *far_agent_new(const struct far_options *o)
{
    struct far_files *f = xcalloc(1, sizeof(*f));
    f->helper = (struct agent_helper){o->helper.launcher, xstrdup(o->helper.program)};
    f->session = session_new(&f->helper);
    return far_new(o->kind, o->name, o->commands, f);
}

struct agent *far_agent_beside(struct agent *agent, struct launcher *commands)
{
    struct far *a = far_of(agent);
    return far_new(a->ops.kind, agent->name, commands, a->files);
}

struct agent *far_agent_within(struct agent *agent, const char *const *words)
{
    struct far *a = far_of(agent);
    struct prefix_launcher *l = xmalloc(sizeof(*l));
    prefix_launcher_init(l, a->launcher.under, words);
    struct agent *inside = far_new(a->ops.kind, agent->name, &l->launcher, a->files);
    far_of(inside)->within = l;
    return inside;
}
