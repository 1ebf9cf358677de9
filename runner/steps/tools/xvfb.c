/* xvfb { }, wrap([$class: 'Xvfb']): a virtual display for the block [xvfb: XvfbBuildWrapper]. The server says
 * its number itself (-displayfd), once it can be used; so no number is taken twice and nothing has to be
 * waited for. */
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { STOP_GRACE_MS = 3000, OUTPUT_LIMIT = 4096 };

struct display { /* held by the step until the block begins, by the scope, and by the running server */
    int refs;
    struct step_call *call; /* while it waits for the number, or for the server's end; else NULL */
    struct proc *proc;
    bool ready; /* the number is known */
    struct buf number, errors;
    struct outcome outcome; /* of the block, while the server ends; v owned */
};

static void display_unref(void *data)
{
    struct display *d = data;
    if (--d->refs)
        return;
    buf_release(&d->number);
    buf_release(&d->errors);
    value_release(d->outcome.v);
    free(d);
}

/* `call` is set only while the step waits for the number; afterwards the server may say what it likes. */
static void output(void *data, int stream, const char *bytes, size_t n)
{
    struct display *d = data;
    struct buf *to = stream == 1 ? &d->number : &d->errors;
    if (!d->call || to->len + n > OUTPUT_LIMIT)
        return;
    buf_add(to, bytes, n);
    if (stream == 1 && !d->ready && memchr(bytes, '\n', n)) {
        d->ready = true;
        struct step_call *c = d->call;
        d->call = NULL;
        step_wake(c);
    }
}

/* Wakes who waits: begin()'s ready(), which then finds no process, or stopped(). */
static void done(void *data, const struct proc_exit *ended)
{
    struct display *d = data;
    struct step_call *c = d->call;
    d->proc = NULL;
    d->call = NULL;
    if (c)
        step_wake(c);
    display_unref(d);
}

/* For a scope that ends without after_block(): an abort. The server's own reference goes in done(). */
static void stop(void *data)
{
    struct display *d = data;
    if (d->proc)
        proc_kill(d->proc, STOP_GRACE_MS);
    display_unref(d);
}

static void cancel(struct step_call *c)
{
    struct display *d = c->state;
    if (d->proc)
        proc_kill(d->proc, STOP_GRACE_MS);
}

static enum call_status begin(struct step_call *c)
{
    static const struct proc_callbacks callbacks = {.output = output, .done = done};
    _cleanup_(error_release) struct error err = {0};
    struct display *d = c->state;
    int64_t wanted = step_int(c, "displayName", 0);
    _cleanup_free_ char *named = wanted > 0 ? xasprintf(":%d", (int)wanted) : NULL;
    const char *const argv[] = {
        "Xvfb", "-displayfd", "1", "-screen", "0", step_str(c, "screen", "1024x768x24"), named, NULL};
    struct proc_options o = {.argv = argv, .stdio = {PROC_NULL, PROC_PIPE, PROC_PIPE}};
    step_log(c, "Xvfb starting$ Xvfb -displayfd 1 -screen 0 %s%s%s", argv[5], named ? " " : "",
             named ? named : "");
    d->call = c;
    d->proc = proc_start(&c->run->procs, &o, &callbacks, d, &err);
    if (!d->proc)
        return step_abort(c, "xvfb: %s; install the package xvfb on this machine", err.message);
    d->refs++;
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

static enum call_status stop_begin(struct step_call *c)
{
    struct display *d = c->state;
    if (!d->proc)
        return CALL_OK;
    d->call = c;
    proc_kill(d->proc, STOP_GRACE_MS);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

static enum call_status stopped(struct step_call *c, struct outcome o, struct value *out)
{
    struct display *d = c->state;
    return step_after_plain(c, o.thrown ? o : d->outcome, out);
}

/* The step ends when the server has. */
static enum call_status after_block(struct step_call *c, struct outcome o, struct value *out)
{
    struct display *d = c->state;
    step_log(c, "Xvfb stopping");
    d->outcome = (struct outcome){.v = value_retain(o.v), .thrown = o.thrown};
    return step_await(c, stop_begin, stopped);
}

/* An interruption leaves the server to cancel(), which has killed it. */
static enum call_status ready(struct step_call *c, struct outcome o, struct value *out)
{
    struct display *d = c->state;
    if (o.thrown) {
        d->call = NULL;
        return vm_throw_value(c->fiber, value_retain(o.v));
    }
    if (!d->proc)
        return step_abort(c, "xvfb: the server did not start: %s",
                          d->errors.data ? d->errors.data : "no message");
    struct scope *scope = scope_new(c->branch->scope);
    _cleanup_free_ char *name = xasprintf(":%.*s", (int)strcspn(d->number.data, "\r\n"), d->number.data);
    env_set(&scope->vars, "DISPLAY", name);
    d->refs++;
    scope->data = d;
    scope->release = stop;
    return step_body(c, scope, NULL, 0, NULL, after_block);
}

/* ---- on a far node two scripts: the server outlives the first, and the second waits for its end */

static const char start_script[] =
    "#!/bin/sh\n"
    "command -v Xvfb >/dev/null || { echo 'there is no Xvfb (package xvfb)'; exit 1; }\n"
    "d=$(mktemp -d) || exit 1\n"
    "export d\n"
    "(\n"
    "    sh -c 'echo $$ >\"$d/pid\"; exec Xvfb -displayfd 3 -screen 0 \"$GMRUN_SCREEN\" $GMRUN_NAME' "
    "3>\"$d/number\" 2>\"$d/errors\"\n"
    "    : >\"$d/over\"\n"
    ") >/dev/null </dev/null 2>&1 &\n"
    "until [ -s \"$d/number\" ] || [ -e \"$d/over\" ]; do sleep 0.1 2>/dev/null || sleep 1; done\n"
    "[ -s \"$d/number\" ] || { cat \"$d/errors\"; rm -rf \"$d\"; exit 1; }\n"
    "echo \"$(cat \"$d/number\") $(cat \"$d/pid\") $d\"\n";
static const char stop_script[] = "#!/bin/sh\n"
                                  "kill \"$GMRUN_PID\" 2>/dev/null\n"
                                  "for i in $(seq 30); do\n"
                                  "    [ -e \"$GMRUN_DIR/over\" ] && break\n"
                                  "    sleep 0.1 2>/dev/null || sleep 1\n"
                                  "done\n"
                                  "[ -e \"$GMRUN_DIR/over\" ] || kill -9 \"$GMRUN_PID\"\n"
                                  "rm -rf \"$GMRUN_DIR\"\n";

/* d->number is "NUMBER PID FOLDER". */
static enum call_status far_after(struct step_call *c, struct outcome o, struct value *out)
{
    const struct display *d = c->state;
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    const char *pid = strchr(d->number.data, ' ') + 1, *dir = strchr(pid, ' ') + 1;
    _cleanup_free_ char *process = xstrndup(pid, (size_t)(dir - pid - 1)), *folder = xstrdup(dir);
    struct env vars = {0};
    env_set(&vars, "GMRUN_PID", process);
    env_set(&vars, "GMRUN_DIR", folder);
    step_log(c, "Xvfb stopping");
    ws_script(c, stop_script, &vars, &said, &err);
    env_release(&vars);
    return step_after_plain(c, o, out);
}

static enum call_status far_start(struct step_call *c)
{
    struct display *d = c->state;
    _cleanup_(error_release) struct error err = {0};
    const char *screen = step_str(c, "screen", "1024x768x24");
    int64_t wanted = step_int(c, "displayName", 0);
    _cleanup_free_ char *named = wanted > 0 ? xasprintf(":%d", (int)wanted) : xstrdup("");
    struct env vars = {0};
    env_set(&vars, "GMRUN_SCREEN", screen);
    env_set(&vars, "GMRUN_NAME", named);
    step_log(c, "Xvfb starting$ Xvfb -displayfd 3 -screen 0 %s%s%s", screen, *named ? " " : "", named);
    int status = ws_script(c, start_script, &vars, &d->number, &err);
    env_release(&vars);
    const char *blank = d->number.len ? strchr(d->number.data, ' ') : NULL;
    if (status || !blank || !strchr(blank + 1, ' '))
        return step_abort(c, "xvfb: the server did not start: %s",
                          err.message      ? err.message
                          : d->number.data ? d->number.data
                                           : "no message");
    _cleanup_free_ char *name = xasprintf(":%.*s", (int)(blank - d->number.data), d->number.data);
    struct scope *scope = scope_new(c->branch->scope);
    env_set(&scope->vars, "DISPLAY", name);
    return step_body(c, scope, NULL, 0, NULL, far_after);
}

enum call_status step_xvfb(struct step_call *c, struct value *out)
{
    struct display *d = xcalloc(1, sizeof(*d));
    if (c->run->dry_run) {
        free(d);
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    }
    d->refs = 1;
    c->state = d;
    c->state_release = display_unref;
    return ws_far(c) ? far_start(c) : step_await(c, begin, ready);
}
