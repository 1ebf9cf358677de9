/* ansiblePlaybook [ansible: AnsiblePlaybookStep, AnsiblePlaybookInvocation]: one call of the node's
 * ansible-playbook. Keys, passwords and extra variables go into files that only the user can read; the
 * plugin's `-e name=value` would show them to everybody on the machine. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/steps/report/described.h"
#include "runner/steps/undo.h"
#include "runner/steps/rows.h"
#include "runner/steps/shell_task.h"
#include "runner/steps/workspace.h"
#include <jansson.h>
#include <string.h>

/* The command line as it is put together; words are for a shell, secrets only in files of `dir`. */
struct playbook {
    struct step_call *call;
    struct undo *undo;
    char *dir;
    struct buf words; /* of the command line, for a shell */
    struct env vars;
    json_t *extra; /* variables for -e @file */
    struct error *err;
};

/* Plain words stay readable in the log line; the rest is quoted. */
static void add_word(struct playbook *p, const char *word)
{
    buf_addstr(&p->words, p->words.len ? " " : "");
    if (strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=@,:") ==
            strlen(word) &&
        *word)
        buf_addstr(&p->words, word);
    else
        buf_add_quoted(&p->words, word);
}

/* `option value` for an argument that is given; an option that ends in = takes it in the same word. */
static void add_option(struct playbook *p, const char *option, const char *argument)
{
    const char *text = step_str(p->call, argument, NULL);
    if (!text || !*text)
        return;
    _cleanup_free_ char *value = run_expand(p->call->run, p->call->branch->scope, text);
    _cleanup_free_ char *joined = xasprintf("%s%s", option, value);
    bool one = !*option || str_has_suffix(option, "=");
    add_word(p, one ? joined : option);
    if (!one)
        add_word(p, value);
}

/* A file of the call's own folder. Owned path, NULL/err. */
static char *place(struct playbook *p, const char *name, const char *text, mode_t mode)
{
    char *path = path_join(p->dir, name);
    if (ws_write_file(p->call, path, text, strlen(text), mode, p->err) == 0)
        return path;
    free(path);
    return NULL;
}

/* ansible and ssh want a line feed at the end of a key or password file. The copy is wiped. */
static int add_secret_file(struct playbook *p, const char *option, const char *name, const char *text)
{
    size_t n = strlen(text);
    _cleanup_free_ char *whole = xasprintf("%s%s", text, n && text[n - 1] == '\n' ? "" : "\n");
    _cleanup_free_ char *path = place(p, name, whole, 0600);
    undo_secret(p->undo, text);
    explicit_bzero(whole, strlen(whole));
    if (!path)
        return -1;
    add_word(p, option);
    add_word(p, path);
    return 0;
}

static const struct credential *credential_of(struct playbook *p, const char *argument)
{
    const char *id = step_str(p->call, argument, NULL);
    const struct credential *c = id && *id ? credentials_find(p->call->run->credentials, id) : NULL;
    if (id && *id && !c)
        error_set(p->err, ERROR_INVALID, "Could not find credentials entry with ID '%s'", id);
    return c;
}

/* A password goes as ansible_password in the file of variables: ansible-playbook had no option for it but a
 * prompt for long. */
static int add_credentials(struct playbook *p)
{
    const struct credential *login = credential_of(p, "credentialsId");
    const struct credential *vault = p->err->message ? NULL : credential_of(p, "vaultCredentialsId");
    if (p->err->message)
        return -1;
    if (login && login->private_key && add_secret_file(p, "--private-key", "key", login->private_key) < 0)
        return -1;
    if (login && login->username) {
        add_word(p, "-u");
        add_word(p, login->username);
    }
    if (login && login->password) {
        undo_secret(p->undo, login->password);
        json_object_set_new(p->extra, "ansible_password", json_string(login->password));
    }
    const char *secret = vault ? vault->secret     ? vault->secret
                                 : vault->password ? vault->password
                                                   : vault->content
                               : NULL;
    if (vault && vault->path && !secret) {
        add_word(p, "--vault-password-file");
        add_word(p, vault->path);
        return 0;
    }
    return secret ? add_secret_file(p, "--vault-password-file", "vault", secret) : 0;
}

/* extraVars: [name: value] or [name: [value: …, hidden: true]].
 * hidden is true by default for described values [ExtraVar]. */
static void read_extra_vars(struct playbook *p)
{
    struct value vars = step_arg(p->call, "extraVars"), inner;
    struct map_slot *slot;
    for (size_t i = 0; value_is(vars, OBJ_MAP) && map_next(AS_MAP(vars), &i, &slot);) {
        struct value key = NULL_VALUE, hold = NULL_VALUE, value = slot->value;
        const char *name = value_text(p->call->fiber, slot->key, &key);
        bool described = value_is(value, OBJ_MAP) && map_get_str(AS_MAP(value), "value", &inner);
        bool hidden = described && described_bool(p->call, AS_MAP(value), "hidden", true);
        const char *text = value_text(p->call->fiber, described ? inner : value, &hold);
        if (hidden)
            undo_secret(p->undo, text);
        json_object_set_new(p->extra, name, json_string(text));
        value_release(hold);
        value_release(key);
    }
}

static int add_extra_vars(struct playbook *p)
{
    if (!json_object_size(p->extra))
        return 0;
    char *text = json_dumps(p->extra, JSON_COMPACT);
    _cleanup_free_ char *path = place(p, "vars.json", text, 0600);
    _cleanup_free_ char *at = path ? xasprintf("@%s", path) : NULL;
    explicit_bzero(text, strlen(text));
    free(text);
    if (!path)
        return -1;
    add_word(p, "-e");
    add_word(p, at);
    return 0;
}

static int add_inventory(struct playbook *p)
{
    const char *content = step_str(p->call, "inventoryContent", NULL);
    if (!content || !*content) {
        add_option(p, "-i", "inventory");
        return 0;
    }
    _cleanup_free_ char *expanded = run_expand(p->call->run, p->call->branch->scope, content);
    _cleanup_free_ char *path =
        place(p, "inventory", expanded, step_bool(p->call, "dynamicInventory", false) ? 0700 : 0600);
    if (!path)
        return -1;
    add_word(p, "-i");
    add_word(p, path);
    return 0;
}

/* `extras` are words for the shell as they stand, and come last. */
static int add_words(struct playbook *p)
{
    struct step_call *c = p->call;
    add_word(p, "ansible-playbook");
    add_option(p, "", "playbook");
    if (add_inventory(p) < 0)
        return -1;
    add_option(p, "-l", "limit");
    add_option(p, "-t", "tags");
    add_option(p, "--skip-tags=", "skippedTags");
    add_option(p, "--start-at-task=", "startAtTask");
    if (step_bool(c, "become", step_bool(c, "sudo", false))) {
        add_word(p, "-b");
        add_option(p, "--become-user", step_has(c, "becomeUser") ? "becomeUser" : "sudoUser");
    }
    if (step_int(c, "forks", 0) > 0)
        add_option(p, "-f", "forks");
    if (step_bool(c, "checkMode", false))
        add_word(p, "--check");
    read_extra_vars(p);
    if (add_credentials(p) < 0 || add_extra_vars(p) < 0)
        return -1;
    const char *extras = step_str(c, "extras", "");
    buf_printf(&p->words, "%s%s", *extras ? " " : "", extras);
    bool checks = step_bool(c, "hostKeyChecking", false) && !step_bool(c, "disableHostKeyChecking", false);
    env_set(&p->vars, "ANSIBLE_HOST_KEY_CHECKING", checks ? "True" : "False");
    env_set(&p->vars, "PYTHONUNBUFFERED", "1");
    if (step_bool(c, "colorized", false))
        env_set(&p->vars, "ANSIBLE_FORCE_COLOR", "true");
    return 0;
}

static void ended(struct step_call *c, void *data, const struct shell_result *r)
{
    if (r->status == 127)
        step_fail_text(c, "ansible-playbook is not installed on this node");
    else if (r->status)
        step_fail_text(c, "Ansible playbook execution failed");
    else
        step_done(c, NULL_VALUE);
}

/* undo belongs to the task from shell_task_start() on; before, it is released here. */
enum call_status step_ansible_playbook(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct playbook p = {.call = c, .undo = undo_new(c->run), .extra = json_object(), .err = &err};
    _cleanup_free_ char *temp = step_temp(c, &err);
    enum call_status status;
    undo_on(p.undo, c);
    p.dir = temp ? ws_tempdir(c, temp, "ansible-", &err) : NULL;
    if (p.dir)
        undo_path(p.undo, p.dir);
    if (!p.dir || add_words(&p) < 0) {
        status = step_abort(c, "%s", err.message);
        undo_release(p.undo);
    } else {
        _cleanup_free_ char *script = xasprintf("#!/bin/sh\nexec %s\n", p.words.data);
        struct shell_task task = {.vars = p.vars, .ended = ended, .data = p.undo, .release = undo_release};
        step_log(c, "[%s] $ %s", path_basename(step_cwd(c)), p.words.data);
        status = shell_task_start(c, script, &task);
    }
    json_decref(p.extra);
    buf_release(&p.words);
    env_release(&p.vars);
    free(p.dir);
    return status;
}
