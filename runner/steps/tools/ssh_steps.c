/* sshCommand, sshScript, sshPut, sshGet, sshRemove [ssh-steps], by the ssh and sftp programs of the node; for
 * a far one by those of this machine, with the files that cross. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/shell_task.h"
#include "runner/steps/tools/ssh_remote.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { OUTPUT_LIMIT = 64 << 20, SCRIPT_LIMIT = 16 << 20 };

struct ssh_call {
    struct undo *undo;
    char *output;     /* file with what the command printed; NULL: nothing is returned */
    const char *told; /* of a failure: the command; of the call */
    char *host;
    char *got, *into; /* a folder of this machine whose content goes into one of the far node; or NULL */
};

static void ssh_call_free(void *data)
{
    struct ssh_call *s = data;
    if (s->got)
        fs_rm_rf(s->got, NULL);
    free(s->got);
    free(s->into);
    undo_release(s->undo);
    free(s->output);
    free(s->host);
    free(s);
}

/* The call's state, this data included, goes when the files do. */
static void send_got(struct step_call *c, struct ssh_call *s)
{
    _cleanup_free_ char *got = s->got, *into = xstrdup(s->into);
    s->got = NULL;
    if (helper_start_put(c, got, into, false, NULL) == CALL_THROW)
        step_fail(c, fiber_take_exception(c->fiber));
}

static void ended(struct step_call *c, void *data, const struct shell_result *r)
{
    struct ssh_call *s = data;
    _cleanup_(buf_release) struct buf text = {0};
    bool lenient = s->output && !step_bool(c, "failOnError", true);
    if (r->status == 255 && !lenient) {
        step_fail_text(c, "ssh: no connection with %s could be made, or it broke", s->host);
        return;
    }
    if (r->status && !lenient) {
        step_fail_text(c, "Command returned exit status %d: %s", r->status, s->told);
        return;
    }
    if (s->got) {
        send_got(c, s);
        return;
    }
    if (!s->output || fs_read_file(s->output, OUTPUT_LIMIT, &text, NULL) < 0) {
        step_done(c, NULL_VALUE);
        return;
    }
    while (text.len && strchr("\r\n", text.data[text.len - 1]))
        text.len--;
    step_done(c, string_new(text.data ? text.data : "", text.len));
}

/* ---- remote: [name: …, host: …, user: …] */

static void read_remote(struct step_call *c, struct map *m, struct ssh_remote *r)
{
    const char *port = described_str(c, m, "port", "0"), *timeout = described_str(c, m, "timeoutSec", "0");
    *r = (struct ssh_remote){
        .name = described_str(c, m, "name", ""),
        .host = described_str(c, m, "host", NULL),
        .user = described_str(c, m, "user", NULL),
        .password = described_str(c, m, "password", NULL),
        .key = described_str(c, m, "identity", NULL),
        .key_file = described_str(c, m, "identityFile", NULL),
        .passphrase = described_str(c, m, "passphrase", NULL),
        .known_hosts = described_str(c, m, "knownHosts", NULL),
        .port = (int)strtol(port, NULL, 10),
        .timeout_s = (int)strtol(timeout, NULL, 10),
        .any_host = described_bool(c, m, "allowAnyHosts", false),
        .terminal = described_bool(c, m, "pty", false),
    };
}

struct ssh_start { /* while a step starts */
    struct step_call *call;
    struct ssh_remote remote, gateway;
    char *files[4]; /* of a far node: texts of keys, paths of known hosts */
    size_t n_files;
    struct ssh_call *work;
    struct ssh_setup setup;
    struct buf script;
    struct error *err;
};

/* Files of a login lie on the node: withCredentials puts keys there. A file of known hosts that is not there
 * is this machine's. */
static int fetch_login(struct ssh_start *s, struct ssh_remote *r)
{
    struct step_call *c = s->call;
    _cleanup_(buf_release) struct buf key = {0};
    if (!ws_far(c))
        return 0;
    if (r->known_hosts && *r->known_hosts) {
        _cleanup_free_ char *path = step_path(c, r->known_hosts);
        if (ws_exists(c, path) && (s->files[s->n_files] = ws_local_file(c, path, s->err)))
            r->known_hosts = s->files[s->n_files++];
    }
    if (!r->key_file || !*r->key_file || r->key)
        return ws_waits(c) ? -1 : 0;
    _cleanup_free_ char *path = step_path(c, r->key_file);
    if (ws_read_file(c, path, SCRIPT_LIMIT, &key, s->err) < 0)
        return -1;
    buf_add(&key, "", 0);
    r->key = s->files[s->n_files++] = buf_steal(&key);
    r->key_file = NULL;
    return 0;
}

static void start_release(struct ssh_start *s)
{
    for (size_t i = 0; i < s->n_files; i++) {
        explicit_bzero(s->files[i], strlen(s->files[i]));
        free(s->files[i]);
    }
    ssh_setup_release(&s->setup);
    buf_release(&s->script);
}

static int start(struct ssh_start *s)
{
    struct step_call *c = s->call;
    struct value remote = step_arg(c, "remote"), gateway;
    if (!value_is(remote, OBJ_MAP))
        return error_set(s->err, ERROR_INVALID, "%s: remote must be a map", c->step->name);
    read_remote(c, AS_MAP(remote), &s->remote);
    if (map_get_str(AS_MAP(remote), "gateway", &gateway) && value_is(gateway, OBJ_MAP)) {
        read_remote(c, AS_MAP(gateway), &s->gateway);
        s->remote.gateway = &s->gateway;
    }
    if (fetch_login(s, &s->remote) < 0 || (s->remote.gateway && fetch_login(s, &s->gateway) < 0))
        return -1;
    s->work->host = xstrdup(s->remote.host ? s->remote.host : "");
    buf_addstr(&s->script, "#!/bin/sh\n");
    return ssh_setup_start(&s->setup, c, &s->remote, s->work->undo, s->err);
}

/* Runs what fill() makes of the arguments. */
static enum call_status ssh_step(struct step_call *c, int (*fill)(struct ssh_start *s))
{
    _cleanup_(error_release) struct error err = {0};
    struct ssh_call *work = xcalloc(1, sizeof(*work));
    struct ssh_start s = {.call = c, .work = work, .err = &err};
    enum call_status status;
    work->undo = undo_new(c->run);
    if (start(&s) < 0 || fill(&s) < 0 || ssh_setup_finish(&s.setup, &err) < 0) {
        status = step_abort(c, "%s", err.message);
        ssh_call_free(work);
    } else {
        struct shell_task task = {
            .vars = s.setup.vars, .ended = ended, .data = work, .release = ssh_call_free};
        task.here = ws_far(c) ? s.setup.dir : NULL;
        status = shell_task_start(c, s.script.data, &task);
    }
    start_release(&s);
    return status;
}

/* ---- commands and scripts: what they print is shown and returned */

/* Appends "CAT FILES | WORDS", whose output goes to a file as well and whose status counts. */
static void add_captured(struct ssh_start *s, const char *input, const char *words)
{
    _cleanup_free_ char *status = path_join(s->setup.dir, "status");
    s->work->output = path_join(s->setup.dir, "output");
    buf_printf(&s->script, "{ %s%s%s; echo $? > ", input, *input ? " | " : "", words);
    buf_add_quoted(&s->script, status);
    buf_addstr(&s->script, "; } | tee ");
    buf_add_quoted(&s->script, s->work->output);
    buf_addstr(&s->script, "\nexit $(cat ");
    buf_add_quoted(&s->script, status);
    buf_addstr(&s->script, ")\n");
}

/* sudo: the command as root; the password of the login goes to sudo's standard input. */
static int add_execution(struct ssh_start *s, const char *command, const char *script_file)
{
    _cleanup_(buf_release) struct buf whole = {0}, words = {0}, input = {0};
    bool sudo = step_bool(s->call, "sudo", false);
    const char *password = sudo ? s->remote.password : NULL;
    if (sudo) {
        buf_addstr(&whole, password ? "sudo -S -p '' -- sh -c " : "sudo -n -- sh -c ");
        buf_add_quoted(&whole, command);
    } else {
        buf_addstr(&whole, command);
    }
    if (password) {
        _cleanup_free_ char *file = path_join(s->setup.dir, "sudo");
        _cleanup_free_ char *line = xasprintf("%s\n", password);
        buf_addstr(&input, "cat ");
        buf_add_quoted(&input, file);
        int status = fs_write_file(file, line, strlen(line), 0600, s->err);
        explicit_bzero(line, strlen(line));
        if (status < 0)
            return -1;
    }
    if (script_file) {
        buf_addstr(&input, input.len ? " " : "cat ");
        buf_add_quoted(&input, script_file);
    }
    ssh_setup_command(&s->setup, whole.data, &words);
    add_captured(s, input.data ? input.data : "", words.data);
    return 0;
}

static const char *yes_no(bool b)
{
    return b ? "true" : "false";
}

static int fill_command(struct ssh_start *s)
{
    struct step_call *c = s->call;
    const char *command = step_str(c, "command", "");
    if (!*command)
        return error_set(s->err, ERROR_INVALID, "sshCommand: command cannot be empty");
    step_log(c, "Executing command on %s[%s]: %s sudo: %s", s->remote.name, s->work->host, command,
             yes_no(step_bool(c, "sudo", false)));
    s->work->told = command;
    return add_execution(s, command, NULL);
}

/* The script is read by the program that its first line names, else by sh. */
static int fill_script(struct ssh_start *s)
{
    struct step_call *c = s->call;
    _cleanup_(buf_release) struct buf text = {0};
    const char *script = step_str(c, "script", "");
    _cleanup_free_ char *path = step_path(c, script), *file = ws_local_file(c, path, s->err);
    if (!file)
        return -1;
    if (!fs_exists(file))
        return error_set(s->err, ERROR_INVALID, "%s does not exist.", path);
    if (fs_read_file(file, SCRIPT_LIMIT, &text, s->err) < 0)
        return -1;
    bool named = text.len > 2 && text.data[0] == '#' && text.data[1] == '!';
    int n = named ? (int)strcspn(text.data + 2, "\r\n") : 0;
    _cleanup_free_ char *command = named ? xasprintf("%.*s -s", n, text.data + 2) : xstrdup("sh -s");
    step_log(c, "Executing script on %s[%s]: %s sudo: %s", s->remote.name, s->work->host, script,
             yes_no(step_bool(c, "sudo", false)));
    s->work->told = script;
    return add_execution(s, command, file);
}

/* ---- files */

static int add_batch(struct ssh_start *s, const char *verb, const char *from, const char *into)
{
    _cleanup_(buf_release) struct buf batch = {0};
    buf_printf(&batch, "%s ", verb);
    sftp_add_quoted(&batch, from);
    buf_addch(&batch, ' ');
    sftp_add_quoted(&batch, into);
    buf_addch(&batch, '\n');
    int status = ssh_setup_batch(&s->setup, batch.data, &s->script, s->err);
    buf_addstr(&s->script, " >/dev/null\n"); /* it repeats its commands there */
    return status;
}

/* Where a file or folder of the node, which is there, can be read on this machine. Owned; NULL/err. */
static char *path_here(struct step_call *c, const char *path, struct error *err)
{
    _cleanup_free_ char *plain = path_normalise(path), *dir = path_dirname(plain);
    _cleanup_free_ char *all = xasprintf("%s/**", path_basename(plain));
    struct ant_scan scan = {.root = dir, .includes = all, .split = GLOB_ONE, .no_default_excludes = true};
    if (!ws_far(c))
        return xstrdup(path);
    const char *view = ws_view(c, &scan, err);
    return view ? path_join(view, path_basename(plain)) : NULL;
}

static int fill_put(struct ssh_start *s)
{
    struct step_call *c = s->call;
    const char *from = step_str(c, "from", ""), *into = step_str(c, "into", "");
    _cleanup_free_ char *path = step_path(c, from);
    s->work->told = "put";
    if (!ws_exists(c, path))
        return error_set(s->err, ERROR_INVALID, "%s does not exist.", path);
    _cleanup_free_ char *here = path_here(c, path, s->err);
    if (!here)
        return -1;
    step_log(c, "Sending a file/directory to %s[%s]: from: %s into: %s", s->remote.name, s->work->host, from,
             into);
    return add_batch(s, "put -r", here, into);
}

/* For a far node the files come here first: as sftp would, into a folder that is there, else under its name.
 */
static char *place_got(struct ssh_start *s, const char *path, bool is_dir)
{
    struct step_call *c = s->call;
    _cleanup_free_ char *plain = path_normalise(path);
    if (!ws_far(c))
        return xstrdup(path);
    s->work->got = fs_tempdir(c->run->record.dir, "far-", s->err);
    s->work->into = is_dir ? xstrdup(plain) : path_dirname(plain);
    if (!s->work->got)
        return NULL;
    return is_dir ? xstrdup(s->work->got) : path_join(s->work->got, path_basename(plain));
}

static int fill_get(struct ssh_start *s)
{
    struct step_call *c = s->call;
    const char *from = step_str(c, "from", ""), *into = step_str(c, "into", "");
    _cleanup_free_ char *path = step_path(c, into);
    s->work->told = "get";
    bool there = ws_exists(c, path), is_dir = ws_is_dir(c, path);
    if (there && !is_dir && !step_bool(c, "override", false))
        return error_set(s->err, ERROR_INVALID, "%s already exist. Please set override to true just in case.",
                         path);
    _cleanup_free_ char *to = place_got(s, path, is_dir);
    if (!to)
        return -1;
    step_log(c, "Receiving a file/directory from %s[%s]: from: %s into: %s", s->remote.name, s->work->host,
             from, into);
    return add_batch(s, "get -r", from, to);
}

static int fill_remove(struct ssh_start *s)
{
    struct step_call *c = s->call;
    _cleanup_(buf_release) struct buf command = {0};
    const char *path = step_str(c, "path", "");
    if (!*path)
        return error_set(s->err, ERROR_INVALID, "sshRemove: path cannot be empty");
    step_log(c, "Removing a file/directory on %s[%s]: %s", s->remote.name, s->work->host, path);
    buf_addstr(&command, "rm -r -- ");
    buf_add_quoted(&command, path);
    s->work->told = "remove";
    ssh_setup_command(&s->setup, command.data, &s->script);
    return 0;
}

enum call_status step_ssh_command(struct step_call *c, struct value *out)
{
    return ssh_step(c, fill_command);
}

enum call_status step_ssh_script(struct step_call *c, struct value *out)
{
    return ssh_step(c, fill_script);
}

enum call_status step_ssh_put(struct step_call *c, struct value *out)
{
    return ssh_step(c, fill_put);
}

enum call_status step_ssh_get(struct step_call *c, struct value *out)
{
    return ssh_step(c, fill_get);
}

enum call_status step_ssh_remove(struct step_call *c, struct value *out)
{
    return ssh_step(c, fill_remove);
}
