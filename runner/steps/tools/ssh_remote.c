/* An ssh configuration made for one step. "Host remote" is the machine, "remote-N" a command on it
 * (RemoteCommand, so that no argument list shows it), "gateway" the way there. Values go into quoted
 * lines, so what could end a quote or line is refused rather than escaped: ssh_config has no escapes. */
#include "runner/steps/tools/ssh_remote.h"
#include "base/fs.h"
#include "runner/steps/workspace.h"
#include "agents/worker.h"
#include <jansson.h>
#include <string.h>

int ssh_remote_login(struct ssh_remote *r, struct run *run, const char *id, struct error *err)
{
    const struct credential *c = credentials_find(run->credentials, id);
    if (!c)
        return error_set(err, ERROR_INVALID, "Could not find credentials entry with ID '%s'", id);
    if (c->type != CRED_SSH_KEY && c->type != CRED_USERNAME_PASSWORD)
        return error_set(err, ERROR_INVALID, "Credentials '%s' hold neither a key nor a password for ssh",
                         id);
    if (c->username && !r->user)
        r->user = c->username;
    r->password = c->password;
    r->key = c->private_key;
    r->passphrase = c->passphrase;
    return 0;
}

static char *key_path(const struct ssh_setup *s, const char *alias)
{
    return xasprintf("%s/%s-key", s->dir, alias);
}

static void add_login(const struct ssh_setup *s, json_t *answers, const struct ssh_remote *r,
                      const char *alias)
{
    _cleanup_free_ char *own = r->key ? key_path(s, alias) : NULL;
    if (!r->password && !r->passphrase)
        return;
    json_array_append_new(answers, json_pack("{s:b,s:s*,s:s*,s:s*,s:s*}", "ssh", 1, "host", r->host, "key",
                                             own ? own : r->key_file, "password", r->password, "passphrase",
                                             r->passphrase));
}

/* What ssh is asked for is answered by the helper program (agents/worker/askpass.h). */
static int place_answers(struct ssh_setup *s, const struct ssh_remote *r, struct error *err)
{
    json_t *answers = json_array();
    add_login(s, answers, r, "remote");
    if (r->gateway)
        add_login(s, answers, r->gateway, "gateway");
    if (!json_array_size(answers)) {
        json_decref(answers);
        return 0;
    }
    _cleanup_free_ char *program = worker_program(err);
    _cleanup_free_ char *file = path_join(s->dir, "answers");
    char *text = program ? json_dumps(answers, JSON_COMPACT) : NULL;
    int status = text ? fs_write_file(file, text, strlen(text), 0600, err) : -1;
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
    json_decref(answers);
    if (status < 0)
        return -1;
    env_set(&s->vars, "SSH_ASKPASS", program);
    env_set(&s->vars, "SSH_ASKPASS_REQUIRE", "force");
    env_set(&s->vars, "GMRUN_ASKPASS", file);
    return 0;
}

/* A line of the configuration; a value that would be more than that is refused. */
static int add_line(struct ssh_setup *s, const char *key, const char *value, struct error *err)
{
    for (const char *p = value; p && *p; p++)
        if ((unsigned char)*p < ' ' || *p == '"')
            return error_set(err, ERROR_INVALID, "ssh: %s cannot hold line ends or quotes", key);
    if (value && *value)
        buf_printf(&s->config, "  %s \"%s\"\n", key, value);
    return 0;
}

static int place_text(struct ssh_setup *s, const char *name, const char *key, const char *text,
                      struct error *err)
{
    size_t n = strlen(text);
    _cleanup_free_ char *path = path_join(s->dir, name);
    _cleanup_free_ char *whole = xasprintf("%s%s", text, n && text[n - 1] == '\n' ? "" : "\n");
    int status = fs_write_file(path, whole, strlen(whole), 0600, err);
    explicit_bzero(whole, strlen(whole));
    return status < 0 ? -1 : add_line(s, key, path, err);
}

static int add_known_hosts(struct ssh_setup *s, const char *alias, const struct ssh_remote *r,
                           struct error *err)
{
    buf_printf(&s->config, "  StrictHostKeyChecking %s\n", r->any_host ? "no" : "yes");
    if (r->any_host)
        return add_line(s, "UserKnownHostsFile", "/dev/null", err);
    if (!r->host_key)
        return add_line(s, "UserKnownHostsFile", r->known_hosts, err);
    bool other_port = r->port && r->port != 22;
    _cleanup_free_ char *name = xasprintf("%s-hosts", alias);
    _cleanup_free_ char *line = other_port ? xasprintf("[%s]:%d %s", r->host, r->port, r->host_key)
                                           : xasprintf("%s %s", r->host, r->host_key);
    return place_text(s, name, "UserKnownHostsFile", line, err);
}

static int add_host(struct ssh_setup *s, const char *alias, const struct ssh_remote *r, struct error *err)
{
    _cleanup_free_ char *key_name = xasprintf("%s-key", alias);
    if (!r->host || !*r->host)
        return error_set(err, ERROR_INVALID, "ssh: the remote '%s' has no host", r->name ? r->name : "");
    buf_printf(&s->config, "Host %s %s-*\n  NumberOfPasswordPrompts 1\n  LogLevel ERROR\n", alias, alias);
    if (r->port)
        buf_printf(&s->config, "  Port %d\n", r->port);
    if (r->timeout_s)
        buf_printf(&s->config, "  ConnectTimeout %d\n", r->timeout_s);
    if (r->terminal)
        buf_addstr(&s->config, "  RequestTTY force\n");
    if (r->key || r->key_file)
        buf_addstr(&s->config, "  IdentitiesOnly yes\n");
    if (r->gateway)
        buf_addstr(&s->config, "  ProxyJump gateway\n");
    if (!r->password && !r->passphrase)
        buf_addstr(&s->config, "  BatchMode yes\n");
    if (add_line(s, "HostName", r->host, err) < 0 || add_line(s, "User", r->user, err) < 0 ||
        add_line(s, "IdentityFile", r->key ? NULL : r->key_file, err) < 0 ||
        add_known_hosts(s, alias, r, err) < 0)
        return -1;
    return r->key ? place_text(s, key_name, "IdentityFile", r->key, err) : 0;
}

int ssh_setup_fill(struct ssh_setup *s, const struct ssh_remote *r, struct error *err)
{
    if (place_answers(s, r, err) < 0 || (r->gateway && add_host(s, "gateway", r->gateway, err) < 0))
        return -1;
    return add_host(s, "remote", r, err);
}

int ssh_setup_start(struct ssh_setup *s, struct step_call *c, const struct ssh_remote *r, struct undo *undo,
                    struct error *err)
{
    const struct ssh_remote *const hosts[] = {r, r->gateway};
    /* A far node's connection is made from here: its folder goes with the build at the latest. */
    _cleanup_free_ char *temp = ws_far(c) ? xstrdup(c->run->record.dir) : step_temp(c, err);
    s->dir = temp ? fs_tempdir(temp, "ssh-", err) : NULL;
    if (!s->dir)
        return -1;
    undo_path(undo, s->dir);
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        if (hosts[i]) {
            undo_secret(undo, hosts[i]->password);
            undo_secret(undo, hosts[i]->passphrase);
            undo_secret(undo, hosts[i]->key);
        }
    return ssh_setup_fill(s, r, err);
}

/* A command is one line of the configuration, as it is; one of several lines is put together there. */
static void add_command_text(struct buf *config, const char *command)
{
    bool lines = strpbrk(command, "\r\n") != NULL;
    buf_addstr(config, lines ? "eval \"$(printf '%%b' '" : "");
    for (const char *p = command; *p; p++)
        if (*p == '%')
            buf_addstr(config, "%%");
        else if (lines && ((unsigned char)*p < ' ' || *p == '\'' || *p == '\\'))
            buf_printf(config, "\\0%03o", (unsigned char)*p);
        else
            buf_addch(config, *p);
    buf_addstr(config, lines ? "')\"" : "");
}

void ssh_setup_command(struct ssh_setup *s, const char *command, struct buf *words)
{
    _cleanup_free_ char *file = path_join(s->dir, "config");
    buf_printf(&s->config, "Host remote-%d\n  RemoteCommand ", ++s->commands);
    add_command_text(&s->config, command);
    buf_addch(&s->config, '\n');
    buf_addstr(words, "ssh -F ");
    buf_add_quoted(words, file);
    buf_printf(words, " remote-%d", s->commands);
}

int ssh_setup_batch(struct ssh_setup *s, const char *batch, struct buf *words, struct error *err)
{
    _cleanup_free_ char *config = path_join(s->dir, "config");
    _cleanup_free_ char *file = xasprintf("%s/batch-%d", s->dir, ++s->commands);
    /* -b means BatchMode, in which no password is asked for: the first setting counts. */
    buf_addstr(words, "sftp -q -oBatchMode=no -F ");
    buf_add_quoted(words, config);
    buf_addstr(words, " -b ");
    buf_add_quoted(words, file);
    buf_addstr(words, " remote");
    return fs_write_file(file, batch, strlen(batch), 0600, err);
}

int ssh_setup_finish(struct ssh_setup *s, struct error *err)
{
    _cleanup_free_ char *file = path_join(s->dir, "config");
    return fs_write_file(file, s->config.data, s->config.len, 0600, err);
}

void ssh_setup_release(struct ssh_setup *s)
{
    free(s->dir);
    buf_release(&s->config);
    env_release(&s->vars);
}

void sftp_add_quoted(struct buf *out, const char *path)
{
    buf_addch(out, '"');
    for (; *path; path++) {
        if (strchr("\"\\*?[", *path))
            buf_addch(out, '\\');
        buf_addch(out, *path == '\n' ? ' ' : *path);
    }
    buf_addch(out, '"');
}
