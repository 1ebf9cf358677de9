/* See launch_far.h. Names of variables that a shell cannot set are left out: those that are no identifiers,
 * and the few that some shells keep for themselves.
 *
 * The text that is sent is a whole shell program: folders, script file, environment, then the interpreter
 * in a subshell, then the clean-up. It is evaluated by a shell that reads exactly so many bytes (head
 * -c), since an exec's input cannot always be closed. Exit status 126: the folders could not be made. */
#include "agents/launch_far.h"
#include "agents/kill_script.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/util.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 8, LOOK_MS = 200 };

struct launched {
    struct far_launcher *launcher;
    struct launch_callbacks cb;
    void *data;
    struct launched *under;
    char *cookie; /* NULL: ends with its streams */
    struct loop_timer grace, again;
    bool stopping, hard; /* TERM, KILL was sent … */
    bool ended;          /* … and the process is gone, maybe not all that it began */
    int status;
};

static const char bootstrap[] = "eval \"$(head -c \"$1\")\"";

/* ---- the text */

static bool can_export(const char *entry)
{
    const char *equals = strchr(entry, '=');
    size_t n = equals ? (size_t)(equals - entry) : 0;
    if (!n || isdigit((unsigned char)*entry))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)entry[i]) && entry[i] != '_')
            return false;
    _cleanup_free_ char *name = xstrndup(entry, n);
    /* Read-only in bash: an assignment would end the script with status 1. */
    return !str_in_words("UID EUID PPID GROUPS SHELLOPTS BASHOPTS BASH_VERSINFO", name);
}

static void add_exports(struct buf *text, const char *const *env)
{
    for (; env && *env; env++) {
        if (!can_export(*env))
            continue;
        const char *equals = strchr(*env, '=');
        buf_printf(text, "export %.*s=", (int)(equals - *env), *env);
        buf_add_quoted(text, equals + 1);
        buf_addch(text, '\n');
    }
}

static void add_folders(struct buf *text, const struct launch *what)
{
    const char *folders[] = {what->cwd, what->script ? what->tmp : NULL};
    buf_addstr(text, "{ :");
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        if (!folders[i])
            continue;
        buf_addstr(text, " && mkdir -p ");
        buf_add_quoted(text, folders[i]);
    }
}

/* printf is the shell's own: what it gets stands in no argument list. */
static void add_script(struct buf *text, const struct launch *what)
{
    char hex[2 * NAME_BYTES + 1];
    random_hex(hex, NAME_BYTES);
    _cleanup_free_ char *dir = xasprintf("%s/durable-%s", what->tmp, hex);
    buf_addstr(text, " && d=");
    buf_add_quoted(text, dir);
    buf_addstr(text, " && mkdir -m 700 \"$d\" && (umask 077 && printf %s ");
    buf_add_quoted(text, what->script);
    buf_addstr(text, " >\"$d/script.sh\") && chmod 700 \"$d/script.sh\"");
}

/* The program runs in a subshell, so that what it does to PATH does not keep its folder from being removed.
 * The shell around it does not say that it was killed. */
static void compose(struct buf *text, const struct launch *what)
{
    add_folders(text, what);
    if (what->script)
        add_script(text, what);
    buf_addstr(text, "; } || exit 126\nexec 3>&2 2>/dev/null\n(\n");
    if (what->cwd) {
        buf_addstr(text, "cd ");
        buf_add_quoted(text, what->cwd);
        buf_addstr(text, " || exit 126\n");
    }
    add_exports(text, what->env);
    buf_addstr(text, "exec");
    for (size_t i = 0; what->argv[i]; i++) {
        buf_addch(text, ' ');
        buf_add_quoted(text, !i && str_eq(what->argv[0], "sh") ? "/bin/sh" : what->argv[i]);
    }
    buf_addstr(text, what->script ? " \"$d/script.sh\"\n" : "\n");
    buf_printf(text, ") </dev/null 2>&%c 3>&-\ns=$?\n%sexit $s\n", what->split ? '3' : '1',
               what->script ? "rm -rf \"$d\"\n" : "");
}

/* ---- the process */

static void launched_free(struct launched *p)
{
    loop_timer_stop(p->launcher->launcher.loop, &p->grace);
    loop_timer_stop(p->launcher->launcher.loop, &p->again);
    p->launcher->running--;
    free(p->cookie);
    free(p);
}

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct launched *p = data;
    p->cb.output(p->data, stream, bytes, n);
}

static void finish(struct launched *p, const struct launch_end *end)
{
    p->cb.done(p->data, end);
    launched_free(p);
}

/* Those that it began may outlive it: who stops it waits for them, too. */
static void looked(void *data, bool found)
{
    struct launched *p = data;
    /* After KILL nothing is waited for: what survives that hangs in its kernel. */
    if (found && !p->hard)
        loop_timer_start(p->launcher->launcher.loop, &p->again, LOOK_MS);
    else
        finish(p, &(struct launch_end){.status = p->status});
}

static void look(struct launched *p)
{
    far_kill(p->launcher->under, p->hard ? "KILL" : "0", p->cookie, "1", looked, p);
}

static void look_again(struct loop_timer *t)
{
    look(t->data);
}

static void on_done(void *data, const struct launch_end *end)
{
    struct launched *p = data;
    /* With an error the far side is gone, and nobody there to look for. */
    if (!p->stopping || end->err) {
        finish(p, end);
        return;
    }
    p->ended = true;
    p->status = end->status;
    look(p);
}

static struct launched *start(struct launcher *base, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err)
{
    static const struct launch_callbacks callbacks = {.output = on_output, .done = on_done};
    struct far_launcher *l = CONTAINER_OF(base, struct far_launcher, launcher);
    if (what->input || what->feed) {
        error_set(err, ERROR_INVALID, "a far process gets no input but its own text");
        return NULL;
    }
    struct buf text = {0};
    char length[24];
    compose(&text, what);
    snprintf(length, sizeof(length), "%zu", text.len);
    const char *argv[] = {"sh", "-c", bootstrap, "sh", length, NULL};
    struct launch raw = {.argv = argv, .input = text.data, .input_len = text.len, .split = what->split};
    struct launched *p = xcalloc(1, sizeof(*p));
    *p = (struct launched){.launcher = l, .cb = *cb, .data = data, .cookie = xstrdup(what->cookie)};
    l->running++;
    p->under = l->under->ops->start(l->under, &raw, &callbacks, p, err);
    /* It held the whole environment, secrets of withCredentials included. */
    explicit_bzero(text.data, text.len);
    buf_release(&text);
    if (p->under)
        return p;
    launched_free(p);
    return NULL;
}

static bool busy(struct launcher *base)
{
    return CONTAINER_OF(base, struct far_launcher, launcher)->running > 0;
}

/* ---- the end */

struct killer {
    void (*done)(void *data, bool found);
    void *data;
};

static void killer_output(void *data, int stream, const char *bytes, size_t n)
{
}

static void killer_done(void *data, const struct launch_end *end)
{
    struct killer *k = data;
    if (k->done)
        k->done(k->data, !end->err && end->status == 1);
    free(k);
}

void far_kill(struct launcher *under, const char *signal, const char *cookie, const char *looks,
              void (*done)(void *data, bool found), void *data)
{
    static const struct launch_callbacks callbacks = {.output = killer_output, .done = killer_done};
    const char *argv[] = {"sh", "-c", kill_script, "sh", signal, cookie, looks, NULL};
    struct launch what = {.argv = argv};
    struct killer *k = xcalloc(1, sizeof(*k));
    *k = (struct killer){done, data};
    if (under->ops->start(under, &what, &callbacks, k, NULL))
        return;
    if (done)
        done(data, false);
    free(k);
}

static void grace_over(struct loop_timer *t)
{
    struct launched *p = t->data;
    if (p->cb.stubborn)
        p->cb.stubborn(p->data);
    p->hard = true;
    if (!p->ended)
        far_kill(p->launcher->under, "KILL", p->cookie, KILL_LOOKS, NULL, NULL);
}

static void stop(struct launcher *base, struct launched *p, int grace_ms)
{
    struct launcher *under = p->launcher->under;
    if (!p->cookie) {
        under->ops->kill(under, p->under, grace_ms);
        return;
    }
    p->stopping = true;
    p->hard = !grace_ms;
    far_kill(under, grace_ms ? "TERM" : "KILL", p->cookie, KILL_LOOKS, NULL, NULL);
    p->grace = (struct loop_timer){.fn = grace_over, .data = p};
    p->again = (struct loop_timer){.fn = look_again, .data = p};
    if (grace_ms)
        loop_timer_start(base->loop, &p->grace, grace_ms);
}

void far_launcher_init(struct far_launcher *l, struct launcher *under)
{
    static const struct launcher_ops ops = {
        .start = start, .kill = stop, .busy = busy, .places_scripts = true};
    *l = (struct far_launcher){.launcher = {.ops = &ops, .loop = under->loop}, .under = under};
}
