/* sshagent(credentials: […]) { }: keys in an agent of the block's own [ssh-agent]; on a far node see
 * sshagent_far.h.
 *
 * The agent runs in the foreground as our child; on every path the step ends only when it is gone. Keys go to
 * ssh-add on its standard input and never lie on disk; a passphrase goes by SSH_ASKPASS, in the environment
 * of ssh-add alone. */
#include "base/fs.h"
#include "runner/steps/rows.h"
#include "runner/steps/sshagent_far.h"
#include "runner/steps/workspace.h"
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { POLL_MS = 5, START_LIMIT_MS = 10000 };

struct agent_process {
    struct proc *proc; /* NULL: gone */
    struct run *run;
    struct step_call *waiting; /* for its end */
    char *dir, *socket;
    VEC(char *) secrets;
};

struct adding {
    struct step_call *call;
    struct agent_process *agent;
    struct outcome outcome; /* of the block, kept while the agent ends; its value is owned */
    struct loop_timer poll;
    int64_t deadline;
    VEC(const struct credential *) keys;
    size_t next;
    struct proc *adder;
    struct buf said;
    char *error;
    bool cancelled;
};

/* ---- the agent */

static void agent_free(struct agent_process *a)
{
    for (size_t i = 0; i < a->secrets.len; i++) {
        mask_set_remove(a->run->masks, a->secrets.items[i], strlen(a->secrets.items[i]));
        explicit_bzero(a->secrets.items[i], strlen(a->secrets.items[i]));
        free(a->secrets.items[i]);
    }
    vec_release(&a->secrets);
    free(a->dir);
    free(a->socket);
    free(a);
}

static void agent_done(void *data, const struct proc_exit *e)
{
    struct agent_process *a = data;
    a->proc = NULL;
    if (a->waiting)
        step_wake(a->waiting);
}

static struct agent_process *agent_start(struct run *run, struct error *err)
{
    static const struct proc_callbacks callbacks = {.done = agent_done};
    struct agent_process *a = xcalloc(1, sizeof(*a));
    a->run = run;
    a->dir = fs_tempdir("/tmp", "gmrun-ssh-",
                        err); /* a socket's path may have 107 bytes: workspaces are too deep */
    a->socket = a->dir ? path_join(a->dir, "agent") : NULL;
    const char *argv[] = {"ssh-agent", "-D", "-a", a->socket, NULL};
    struct proc_options o = {.argv = argv};
    if (a->dir)
        a->proc = proc_start(&run->procs, &o, &callbacks, a, err);
    if (a->proc)
        return a;
    if (a->dir)
        fs_rm_rf(a->dir, NULL);
    agent_free(a);
    return NULL;
}

/* ---- ssh-add */

static void adding_free(void *data)
{
    struct adding *s = data;
    loop_timer_stop(s->call->run->loop, &s->poll);
    vec_release(&s->keys);
    buf_release(&s->said);
    value_release(s->outcome.v);
    if (s->agent)
        agent_free(s->agent);
    free(s->error);
    free(s);
}

static void add_next(struct adding *s);

static void add_output(void *data, int stream, const char *bytes, size_t n)
{
    buf_add(&((struct adding *)data)->said, bytes, n);
}

static void add_done(void *data, const struct proc_exit *e)
{
    struct adding *s = data;
    s->adder = NULL;
    while (s->said.len && s->said.data[s->said.len - 1] == '\n')
        s->said.data[--s->said.len] = 0;
    if (s->said.len)
        step_log(s->call, "%s", s->said.data);
    if (e->status && !s->error)
        s->error = xasprintf("Failed to run ssh-add: exit status %d", e->status);
    add_next(s);
}

static char **add_env(const struct adding *s, const struct credential *key, const char *askpass)
{
    struct env env = {0};
    run_environment(s->call->run, s->call->branch->scope, &env);
    env_set(&env, "SSH_AUTH_SOCK", s->agent->socket);
    env_set(&env, "SSH_ASKPASS", askpass);
    env_set(&env, "SSH_ASKPASS_REQUIRE", "force");
    env_set(&env, "DISPLAY", ":0");
    env_set(&env, "GMRUN_PASSPHRASE", key->passphrase ? key->passphrase : "");
    char **block = env_block(&env);
    env_release(&env);
    return block;
}

static void write_key(struct proc *p, const char *key)
{
    _cleanup_(buf_release) struct buf text = {0};
    for (; *key; key++)
        if (*key != '\r')
            buf_addch(&text, *key);
    if (text.len && text.data[text.len - 1] != '\n')
        buf_addch(&text, '\n');
    proc_write(p, text.data ? text.data : "", text.len, true);
    explicit_bzero(text.data, text.len);
}

static int add_key(struct adding *s, const struct credential *key, struct error *err)
{
    static const char script[] = "#!/bin/sh\nprintf '%s\\n' \"$GMRUN_PASSPHRASE\"\n";
    static const struct proc_callbacks callbacks = {.output = add_output, .done = add_done};
    static const char *const argv[] = {"ssh-add", "-", NULL};
    _cleanup_free_ char *askpass = path_join(s->agent->dir, "askpass");
    if (fs_write_file(askpass, script, sizeof(script) - 1, 0700, err) < 0)
        return -1;
    char **env = add_env(s, key, askpass);
    struct proc_options o = {
        .argv = argv, .env = (const char *const *)env, .stdio = {PROC_PIPE, PROC_PIPE, PROC_MERGE}};
    buf_clear(&s->said);
    s->adder = proc_start(&s->call->run->procs, &o, &callbacks, s, err);
    env_block_free(env);
    if (!s->adder)
        return -1;
    write_key(s->adder, key->private_key ? key->private_key : "");
    return 0;
}

static void add_next(struct adding *s)
{
    _cleanup_(error_release) struct error err = {0};
    if (!s->error && !s->cancelled && s->next < s->keys.len) {
        if (add_key(s, s->keys.items[s->next++], &err) == 0)
            return;
        s->error = xstrdup(err.message);
    }
    step_wake(s->call);
}

/* The socket's file is there a moment before the agent listens. */
static bool agent_listens(const struct agent_process *a)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || strlen(a->socket) >= sizeof(address.sun_path))
        return false;
    memcpy(address.sun_path, a->socket, strlen(a->socket));
    return connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static void await_socket(struct loop_timer *t)
{
    struct adding *s = t->data;
    if (s->cancelled || agent_listens(s->agent)) {
        add_next(s);
    } else if (!s->agent->proc || loop_now(s->call->run->loop) > s->deadline) {
        s->error = xstrdup("ssh-agent did not start");
        step_wake(s->call);
    } else {
        loop_timer_start(s->call->run->loop, t, POLL_MS);
    }
}

static void cancel(struct step_call *c)
{
    struct adding *s = c->state;
    s->cancelled = true;
    if (s->adder)
        proc_kill(s->adder, 0);
}

static enum call_status begin(struct step_call *c)
{
    struct adding *s = c->state;
    s->poll = (struct loop_timer){.fn = await_socket, .data = s};
    s->deadline = loop_now(c->run->loop) + START_LIMIT_MS;
    loop_timer_start(c->run->loop, &s->poll, POLL_MS);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

/* ---- the block */

static enum call_status agent_gone(struct step_call *c, struct outcome o, struct value *out)
{
    struct adding *s = c->state;
    return step_after_plain(c, o.thrown ? o : s->outcome, out);
}

static enum call_status await_end(struct step_call *c)
{
    struct agent_process *a = ((struct adding *)c->state)->agent;
    if (!a->proc)
        return CALL_OK;
    a->waiting = c;
    return CALL_WAIT;
}

static enum call_status stop(struct step_call *c, struct outcome o)
{
    struct adding *s = c->state;
    s->outcome = (struct outcome){o.thrown, value_retain(o.v)};
    fs_rm_rf(s->agent->dir, NULL);
    if (s->agent->proc)
        proc_kill(s->agent->proc, 0);
    return step_await(c, await_end, agent_gone);
}

static enum call_status after_body(struct step_call *c, struct outcome o, struct value *out)
{
    step_log(c, "[ssh-agent] Stopped.");
    return stop(c, o);
}

static enum call_status keys_added(struct step_call *c, struct outcome o, struct value *out)
{
    struct adding *s = c->state;
    if (o.thrown)
        return stop(c, o);
    if (s->error) {
        struct value e = exception_new(c->fiber, "AbortException", "[ssh-agent] %s", s->error);
        enum call_status status = stop(c, (struct outcome){true, e});
        value_release(e);
        return status;
    }
    step_log(c, "[ssh-agent] Started.");
    struct scope *scope = scope_new(c->branch->scope);
    env_set(&scope->vars, "SSH_AUTH_SOCK", s->agent->socket);
    return step_body(c, scope, NULL, 0, NULL, after_body);
}

static void hide(struct agent_process *a, const char *secret)
{
    if (!secret || !*secret)
        return;
    mask_set_add(a->run->masks, secret, strlen(secret));
    vec_push(&a->secrets, xstrdup(secret));
}

/* A key that is not there fails the step, unless ignoreMissing. */
static enum call_status find_keys(struct step_call *c, struct adding *s)
{
    struct value list = step_arg(c, "credentials");
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value hold = NULL_VALUE;
        const char *id = value_text(c->fiber, AS_LIST(list)->items[i], &hold);
        const struct credential *key = credentials_find(c->run->credentials, id);
        bool good = key && key->type == CRED_SSH_KEY;
        if (good) {
            step_log(c, "[ssh-agent] Using credentials %s%s%s%s", key->username ? key->username : "",
                     key->description ? " (" : "", key->description ? key->description : "",
                     key->description ? ")" : "");
            vec_push(&s->keys, key);
        } else if (!step_bool(c, "ignoreMissing", false)) {
            enum call_status status =
                step_abort(c, "[ssh-agent] Could not find specified credentials %s", id);
            value_release(hold);
            return status;
        } else {
            step_log(c, "[ssh-agent] Could not find specified credentials %s", id);
        }
        value_release(hold);
    }
    return CALL_OK;
}

enum call_status step_sshagent(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    struct adding *s = xcalloc(1, sizeof(*s));
    s->call = c;
    c->state = s;
    c->state_release = adding_free;
    enum call_status status = find_keys(c, s);
    if (status != CALL_OK)
        return status;
    if (ws_far(c)) {
        status = sshagent_far(c, s->keys.items, s->keys.len);
        adding_free(s);
        return status;
    }
    s->agent = agent_start(c->run, &err);
    if (!s->agent)
        return step_abort(c, "[ssh-agent] cannot start ssh-agent: %s", err.message);
    for (size_t i = 0; i < s->keys.len; i++) {
        hide(s->agent, s->keys.items[i]->passphrase);
        hide(s->agent, s->keys.items[i]->private_key);
    }
    return step_await(c, begin, keys_added);
}
