/* sshPublisher(publishers: [sshPublisherDesc(configName: …, transfers: [sshTransfer(…)])]) [publish-over-ssh:
 * BapSshPublisherPlugin, BapSshClient]. The servers are `sshServers:` of gmrun.yaml. All transfers of a step
 * are one script of sftp batches and commands, in their order; as in Jenkins the first failure ends it and
 * makes the build UNSTABLE, with failOnError FAILURE. */
#include "base/fs.h"
#include "base/glob.h"
#include "runner/engine/node.h"
#include "runner/lib/date.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/shell_task.h"
#include "runner/steps/tools/ssh_remote.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct publisher {
    struct step_call *call;
    struct undo *undo;
    const struct ssh_server_config *server;
    struct ssh_setup *setup;
    VEC(struct ssh_setup) setups; /* one for each publisher */
    struct buf script;
    struct error *err;
};

struct transfer {
    struct publisher *to;
    struct map *map;
    char *dir;        /* remote folder, absolute or relative to the login's */
    char *prefix;     /* removePrefix with its slash, or "" */
    const char *root; /* where the files can be read */
    bool flatten;
    struct buf batch;
    struct map *made; /* folders that the batch makes already */
    struct value made_value;
    int files;
};

static const char *text_of_field(struct transfer *t, const char *name)
{
    return described_str(t->to->call, t->map, name, "");
}

/* ---- files */

/* sftp makes one level at a time; - lets it go on where the folder is there. */
static void make_dirs(struct transfer *t, const char *dir)
{
    for (const char *p = dir; *p;) {
        p += strcspn(p + 1, "/") + 1;
        _cleanup_free_ char *part = xstrndup(dir, (size_t)(p - dir));
        struct value seen;
        if (strcmp(part, "/") == 0 || map_get_str(t->made, part, &seen))
            continue;
        map_set_str(t->made, part, value_bool(true));
        buf_addstr(&t->batch, "-mkdir ");
        sftp_add_quoted(&t->batch, part);
        buf_addch(&t->batch, '\n');
    }
}

static int add_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct transfer *t = data;
    if (!t->flatten && !str_has_prefix(path, t->prefix))
        return error_set(err, ERROR_INVALID, "Failed to strip prefix [%s] from the path [%s]", t->prefix,
                         path);
    const char *name = t->flatten ? path_basename(path) : path + strlen(t->prefix);
    _cleanup_free_ char *from = path_join(t->root, path), *to = path_join(t->dir, name);
    _cleanup_free_ char *dir = path_dirname(to);
    if (strcmp(dir, ".") != 0)
        make_dirs(t, dir);
    buf_addstr(&t->batch, "put ");
    sftp_add_quoted(&t->batch, from);
    buf_addch(&t->batch, ' ');
    sftp_add_quoted(&t->batch, to);
    buf_addch(&t->batch, '\n');
    t->files++;
    return 0;
}

static int add_files(struct transfer *t)
{
    struct step_call *c = t->to->call;
    _cleanup_free_ char *files = run_expand(c->run, c->branch->scope, text_of_field(t, "sourceFiles"));
    struct ant_scan scan = {
        .root = step_cwd(c),
        .includes = files,
        .excludes = text_of_field(t, "excludes"),
        .split = GLOB_BLANKS,
        .no_default_excludes = described_bool(c, t->map, "noDefaultExcludes", false),
    };
    if (!*files)
        return 0;
    if (!(t->root = scan.root = ws_view(c, &scan, t->to->err)))
        return -1;
    return ant_scan(&scan, add_file, t, t->to->err) < 0 ? -1 : 0;
}

/* The folder of the server, then that of the transfer, which may be a date's pattern. Owned. */
static char *remote_dir(struct transfer *t)
{
    struct step_call *c = t->to->call;
    const char *base = t->to->server->remote_directory ? t->to->server->remote_directory : "";
    _cleanup_free_ char *own = run_expand(c->run, c->branch->scope, text_of_field(t, "remoteDirectory"));
    _cleanup_(buf_release) struct buf dated = {0};
    if (described_bool(c, t->map, "remoteDirectorySDF", false)) {
        struct civil now = civil_at(wall_ms(), NULL);
        if (civil_format(&now, own, NULL, false, &dated, t->to->err) < 0)
            return NULL;
    }
    const char *below = dated.data ? dated.data : own;
    while (*below == '/') /* as in the plugin it is always below the server's folder */
        below++;
    _cleanup_free_ char *normal = path_normalise(below);
    if (str_eq(normal, "..") || str_has_prefix(normal, "../")) {
        error_set(t->to->err, ERROR_INVALID, "The remote directory [%s] leads out of that of the server",
                  below);
        return NULL;
    }
    return str_eq(normal, ".") ? xstrdup(base) : path_join(base, normal);
}

/* ---- the script */

static void add_failing(struct publisher *p, const char *words, const char *message)
{
    _cleanup_free_ char *line =
        xasprintf("ERROR: Exception when publishing, exception message [%s]", message);
    buf_printf(&p->script, "%s || { echo ", words);
    buf_add_quoted(&p->script, line);
    buf_addstr(&p->script, "; exit 1; }\n");
}

static void add_execution(struct transfer *t)
{
    struct publisher *p = t->to;
    struct step_call *c = p->call;
    _cleanup_(buf_release) struct buf words = {0};
    _cleanup_free_ char *command = run_expand(c->run, c->branch->scope, text_of_field(t, "execCommand"));
    long ms = strtol(described_str(c, t->map, "execTimeout", "120000"), NULL, 10);
    if (!*command)
        return;
    if (ms > 0)
        buf_printf(&words, "timeout %ld.%03ld ", ms / 1000, ms % 1000);
    ssh_setup_command(p->setup, command, &words);
    buf_addstr(&p->script, "echo 'SSH: EXEC: STDOUT/STDERR from command [");
    for (const char *q = command; *q && *q != '\n'; q++)
        if (*q == '\'')
            buf_addstr(&p->script, "'\\''");
        else
            buf_addch(&p->script, *q);
    buf_addstr(&p->script, "] ...'\nstatus=0\n");
    buf_printf(&p->script, "%s || status=$?\n", words.data);
    buf_addstr(&p->script,
               "[ $status -eq 0 ] || { echo \"ERROR: Exception when publishing, exception message [Exec "
               "exit status not zero. Status [$status]]\"; exit 1; }\necho 'SSH: EXEC: completed'\n");
}

static int add_cleaning(struct transfer *t)
{
    _cleanup_(buf_release) struct buf command = {0}, words = {0};
    if (!described_bool(t->to->call, t->map, "cleanRemote", false))
        return 0;
    if (!*t->dir || strcmp(t->dir, "/") == 0)
        return error_set(t->to->err, ERROR_INVALID, "cleanRemote needs a remoteDirectory");
    buf_addstr(&command, "cd ");
    buf_add_quoted(&command, t->dir);
    buf_addstr(&command, " 2>/dev/null && find . -mindepth 1 -delete || :");
    ssh_setup_command(t->to->setup, command.data, &words);
    add_failing(t->to, words.data, "Failed to clean the remote directory");
    return 0;
}

/* Folders that are there already are no news. */
static int add_batch(struct transfer *t)
{
    _cleanup_(buf_release) struct buf words = {0};
    _cleanup_free_ char *errors = path_join(t->to->setup->dir, "errors");
    buf_addstr(&words, "{ ");
    if (ssh_setup_batch(t->to->setup, t->batch.data, &words, t->to->err) < 0)
        return -1;
    buf_addstr(&words, " >/dev/null 2>");
    buf_add_quoted(&words, errors);
    buf_addstr(&words, "; sent=$?; grep -v -e '^remote mkdir ' -e '^Couldn.t create directory' ");
    buf_add_quoted(&words, errors);
    buf_addstr(&words, "; [ $sent -eq 0 ]; }");
    add_failing(t->to, words.data, "Could not write the files");
    return 0;
}

static int add_transfer(struct publisher *p, struct value item, int *files)
{
    struct step_call *c = p->call;
    if (!value_is(item, OBJ_MAP))
        return error_set(p->err, ERROR_INVALID, "transfers is a list of sshTransfer(…)");
    struct transfer t = {.to = p, .map = AS_MAP(item), .made_value = map_new(c->run->vm)};
    t.made = AS_MAP(t.made_value);
    _cleanup_free_ char *prefix = run_expand(c->run, c->branch->scope, text_of_field(&t, "removePrefix"));
    t.prefix = *prefix && !str_has_suffix(prefix, "/") ? xasprintf("%s/", prefix) : xstrdup(prefix);
    t.flatten = described_bool(c, t.map, "flatten", false);
    t.dir = remote_dir(&t);
    int status = t.dir && add_cleaning(&t) == 0 ? add_files(&t) : -1;
    if (status == 0 && t.batch.len)
        status = add_batch(&t);
    if (status == 0)
        add_execution(&t);
    *files += t.files;
    buf_release(&t.batch);
    value_release(t.made_value);
    free(t.prefix);
    free(t.dir);
    return status;
}

/* ---- publishers */

static const struct ssh_server_config *server_find(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->n_ssh_servers; i++)
        if (strcmp(c->ssh_servers[i].name, name) == 0)
            return &c->ssh_servers[i];
    return NULL;
}

static int open_server(struct publisher *p, const char *name)
{
    const struct ssh_server_config *server = server_find(p->call->run->config, name);
    if (!server)
        return error_set(
            p->err, ERROR_INVALID,
            "Failed to get a configuration named [%s]: there is none in sshServers: of gmrun.yaml", name);
    struct ssh_remote r = {.name = server->name,
                           .host = server->host,
                           .user = server->user,
                           .known_hosts = server->known_hosts,
                           .host_key = server->host_key,
                           .port = server->port,
                           .any_host = server->any_host};
    p->server = server;
    vec_push(&p->setups, (struct ssh_setup){0});
    p->setup = &p->setups.items[p->setups.len - 1];
    if (server->credentials_id && ssh_remote_login(&r, p->call->run, server->credentials_id, p->err) < 0)
        return -1;
    return ssh_setup_start(p->setup, p->call, &r, p->undo, p->err);
}

static void add_line(struct publisher *p, const char *before, const char *name, const char *after)
{
    _cleanup_free_ char *line = xasprintf("%s%s%s", before, name, after);
    buf_addstr(&p->script, "echo ");
    buf_add_quoted(&p->script, line);
    buf_addch(&p->script, '\n');
}

static int add_publisher(struct publisher *p, struct value item)
{
    struct step_call *c = p->call;
    struct value transfers = NULL_VALUE;
    if (!value_is(item, OBJ_MAP))
        return error_set(p->err, ERROR_INVALID, "publishers is a list of sshPublisherDesc(…)");
    const char *name = described_str(c, AS_MAP(item), "configName", "");
    if (open_server(p, name) < 0)
        return -1;
    for (size_t i = 0; i < p->setup->vars.len; i++) { /* each has its own answers to ssh's questions */
        buf_printf(&p->script, "export %s=", p->setup->vars.items[i].name);
        buf_add_quoted(&p->script, p->setup->vars.items[i].value);
        buf_addch(&p->script, '\n');
    }
    add_line(p, "SSH: Connecting with configuration [", name, "] ...");
    map_get_str(AS_MAP(item), "transfers", &transfers);
    int files = 0;
    for (uint32_t i = 0; value_is(transfers, OBJ_LIST) && i < AS_LIST(transfers)->len; i++)
        if (add_transfer(p, AS_LIST(transfers)->items[i], &files) < 0)
            return -1;
    add_line(p, "SSH: Disconnecting configuration [", name, "] ...");
    buf_printf(&p->script, "echo 'SSH: Transferred %d file(s)'\n", files);
    return ssh_setup_finish(p->setup, p->err);
}

static void mark_failed(struct step_call *c)
{
    enum result r = step_bool(c, "failOnError", false) ? RESULT_FAILURE : RESULT_UNSTABLE;
    step_log(c, "Build step 'Send files or execute commands over SSH' changed build result to %s",
             result_name(r));
    stage_mark(c->run, c->branch->scope, r);
    run_set_result(c->run, r);
}

static void ended(struct step_call *c, void *data, const struct shell_result *r)
{
    if (r->cancelled) {
        step_fail_text(c, "interrupted");
        return;
    }
    if (r->status)
        mark_failed(c);
    step_done(c, NULL_VALUE);
}

static void publisher_release(struct publisher *p)
{
    for (size_t i = 0; i < p->setups.len; i++)
        ssh_setup_release(&p->setups.items[i]);
    vec_release(&p->setups);
    buf_release(&p->script);
}

enum call_status step_ssh_publisher(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value list = step_arg(c, "publishers");
    struct publisher p = {.call = c, .undo = undo_new(c->run), .err = &err};
    struct shell_task task = {.ended = ended, .data = p.undo, .release = undo_release};
    enum call_status status = CALL_OK;
    int failed = 0;
    buf_addstr(&p.script, "#!/bin/sh\n");
    for (uint32_t i = 0; !failed && value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++)
        failed = add_publisher(&p, AS_LIST(list)->items[i]);
    if (ws_waits(c)) {
        undo_release(p.undo);
    } else if (failed) {
        step_log(c, "ERROR: Exception when publishing, exception message [%s]", err.message);
        mark_failed(c);
        undo_release(p.undo);
    } else {
        task.here = ws_far(c) ? p.setups.len ? p.setups.items[0].dir : c->run->record.dir : NULL;
        status = shell_task_start(c, p.script.data, &task);
    }
    publisher_release(&p);
    return status;
}
