/* The agent is a daemon there, in the container of a pod where the step stands. Keys and passphrases go into
 * the environment of a shell, which travels by standard input (agents/launch_far.h); ssh-add gets the key on
 * its standard input. Its folder has a name that is known before, so that what was begun half can be undone.
 */
#include "runner/steps/sshagent_far.h"
#include "base/fs.h"
#include "runner/steps/undo.h"
#include "runner/steps/workspace.h"
#include <string.h>

static const char start_script[] =
    "#!/bin/sh\n"
    "command -v ssh-agent >/dev/null || { echo 'ssh-agent is not there (package openssh-client)'; exit 1; }\n"
    "d=$GMRUN_DIR\n"
    "mkdir -m 700 \"$d\" || exit 1\n"
    "(umask 077; printf '#!/bin/sh\\nprintf \"%%s\\\\n\" \"$GMRUN_PASSPHRASE\"\\n' >\"$d/askpass\")\n"
    "chmod 700 \"$d/askpass\"\n"
    "said=$(ssh-agent -s -a \"$d/agent\" 2>&1 </dev/null) || { echo \"$said\"; exit 1; }\n"
    "eval \"$said\" >/dev/null\n"
    "echo \"$SSH_AGENT_PID\" >\"$d/pid\"\n";
static const char add_script[] =
    "#!/bin/sh\n"
    "export SSH_AUTH_SOCK=\"$GMRUN_DIR/agent\" SSH_ASKPASS=\"$GMRUN_DIR/askpass\"\n"
    "export SSH_ASKPASS_REQUIRE=force DISPLAY=:0\n"
    "printf %s \"$GMRUN_KEY\" | (unset GMRUN_KEY; exec ssh-add - 2>&1)\n";
static const char stop_script[] =
    "#!/bin/sh\n"
    "[ ! -s \"$GMRUN_DIR/pid\" ] || kill \"$(cat \"$GMRUN_DIR/pid\")\" 2>/dev/null\n"
    "rm -rf \"$GMRUN_DIR\"\n";

struct far_agent {
    struct undo *undo; /* the secrets */
    char *dir;
};

static void far_agent_free(void *data)
{
    struct far_agent *a = data;
    undo_release(a->undo);
    free(a->dir);
    free(a);
}

static int run(struct step_call *c, const char *script, const char *undo, const struct credential *key,
               struct buf *said, struct error *err)
{
    const struct far_agent *a = c->state;
    struct env vars = {0};
    _cleanup_(buf_release) struct buf text = {0};
    for (const char *p = key && key->private_key ? key->private_key : ""; *p; p++)
        if (*p != '\r')
            buf_addch(&text, *p);
    if (text.len && text.data[text.len - 1] != '\n')
        buf_addch(&text, '\n');
    env_set(&vars, "GMRUN_DIR", a->dir);
    if (key) {
        env_set(&vars, "GMRUN_KEY", text.data ? text.data : "");
        env_set(&vars, "GMRUN_PASSPHRASE", key->passphrase ? key->passphrase : "");
    }
    int status =
        undo ? ws_script_undo(c, script, undo, &vars, said, err) : ws_script(c, script, &vars, said, err);
    for (size_t i = 0; i < vars.len; i++)
        explicit_bzero(vars.items[i].value, strlen(vars.items[i].value));
    env_release(&vars);
    if (text.data)
        explicit_bzero(text.data, text.cap);
    return status;
}

static int start(struct step_call *c, struct error *err)
{
    _cleanup_(buf_release) struct buf said = {0};
    int status = run(c, start_script, stop_script, NULL, &said, err);
    return status > 0 ? error_set(err, ERROR_REMOTE, "cannot start ssh-agent: %s",
                                  said.len ? said.data : "no message")
                      : status;
}

static int add_key(struct step_call *c, const struct credential *key, struct error *err)
{
    _cleanup_(buf_release) struct buf said = {0};
    int status = run(c, add_script, NULL, key, &said, err);
    if (said.len)
        step_log(c, "%s", said.data);
    return status > 0 ? error_set(err, ERROR_REMOTE, "Failed to run ssh-add: exit status %d", status)
                      : status;
}

static enum call_status after_body(struct step_call *c, struct outcome o, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    run(c, stop_script, stop_script, NULL, &said, &err);
    step_log(c, "[ssh-agent] Stopped.");
    return step_after_plain(c, o, out);
}

enum call_status sshagent_far(struct step_call *c, const struct credential *const *keys, size_t n)
{
    _cleanup_(error_release) struct error err = {0};
    struct far_agent *a = xcalloc(1, sizeof(*a));
    _cleanup_free_ char *mark = ws_mark(c);
    a->undo = undo_new(c->run);
    a->dir = xasprintf("/tmp/gmrun-ssh-%s", mark);
    c->state = a;
    c->state_release = far_agent_free;
    for (size_t i = 0; i < n; i++) {
        undo_secret(a->undo, keys[i]->passphrase);
        undo_secret(a->undo, keys[i]->private_key);
    }
    int status = start(c, &err);
    for (size_t i = 0; status == 0 && i < n; i++)
        status = add_key(c, keys[i], &err);
    if (status < 0)
        return step_abort(c, "[ssh-agent] %s", err.message);
    step_log(c, "[ssh-agent] Started.");
    _cleanup_free_ char *socket = path_join(a->dir, "agent");
    struct scope *scope = scope_new(c->branch->scope);
    env_set(&scope->vars, "SSH_AUTH_SOCK", socket);
    return step_body(c, scope, NULL, 0, NULL, after_body);
}
