/* See ssh_config.h. The program ssh of this machine, as for nodes of kind ssh; the folder with its
 * configuration and key goes when it has ended. */
#include "runner/steps/kube/ssh_config.h"
#include "agents/launch_local.h"
#include "runner/steps/tools/ssh_remote.h"
#include <string.h>

enum { TEXT_MAX = 1 << 20, SAID_MAX = 4000, TIMEOUT_S = 30, GRACE_MS = 2000 };

struct ssh_config {
    ssh_config_fn *fn; /* NULL: cancelled */
    void *data;
    struct local_launcher launcher;
    struct launched *ssh;
    struct undo *undo;
    char *server;
    struct buf text, said;
};

static void fetch_free(struct ssh_config *f)
{
    undo_release(f->undo);
    if (f->text.data)
        explicit_bzero(f->text.data, f->text.cap);
    buf_release(&f->text);
    buf_release(&f->said);
    free(f->server);
    free(f);
}

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct ssh_config *f = data;
    struct buf *to = stream == 1 ? &f->text : &f->said;
    size_t limit = stream == 1 ? TEXT_MAX : SAID_MAX, room = to->len < limit ? limit - to->len : 0;
    buf_add(to, bytes, n < room ? n : room);
}

static void on_done(void *data, const struct launch_end *end)
{
    struct ssh_config *f = data;
    _cleanup_(error_release) struct error err = {0};
    while (f->said.len && strchr("\r\n", f->said.data[f->said.len - 1]))
        f->said.data[--f->said.len] = 0;
    if (end->err || end->status || !f->text.len)
        error_set(&err, ERROR_REMOTE, "cannot fetch ~/.kube/config of %s: %s", f->server,
                  end->err      ? end->err->message
                  : f->said.len ? f->said.data
                                : "ssh gives nothing");
    if (f->fn)
        f->fn(f->data, err.message ? NULL : f->text.data, &err);
    fetch_free(f);
}

/* Which host key it has to have. */
static void find_host_key(const struct config *config, struct ssh_remote *r)
{
    for (size_t i = 0; i < config->n_ssh_servers; i++) {
        const struct ssh_server_config *s = &config->ssh_servers[i];
        if (!str_eq(s->host, r->host) || (s->port ? s->port : 22) != (r->port ? r->port : 22))
            continue;
        r->host_key = s->host_key;
        r->known_hosts = s->known_hosts;
        return;
    }
}

static int launch(struct ssh_config *f, struct step_call *c, struct ssh_setup *setup, struct error *err)
{
    static const struct launch_callbacks callbacks = {.output = on_output, .done = on_done};
    _cleanup_free_ char *config = xasprintf("%s/config", setup->dir);
    const char *argv[] = {"ssh", "-F", config, "remote", "cat .kube/config", NULL};
    struct env env = {0};
    env_copy(&env, &c->run->host_env);
    env_copy(&env, &setup->vars);
    char **block = env_block(&env);
    env_release(&env);
    local_launcher_init(&f->launcher, &c->run->procs);
    struct launch what = {.argv = argv, .env = (const char *const *)block, .split = true};
    f->ssh = f->launcher.launcher.ops->start(&f->launcher.launcher, &what, &callbacks, f, err);
    env_block_free(block);
    return f->ssh ? 0 : -1;
}

struct ssh_config *ssh_config_fetch(struct step_call *c, const char *server, const char *credential,
                                    ssh_config_fn *fn, void *data, struct error *err)
{
    const char *colon = strrchr(server, ':');
    bool port = colon && !strchr(colon, ']') && strchr(server, ':') == colon;
    _cleanup_free_ char *host = port ? xstrndup(server, (size_t)(colon - server)) : xstrdup(server);
    struct ssh_remote r = {.name = server,
                           .host = host,
                           .port = port ? (int)strtol(colon + 1, NULL, 10) : 0,
                           .timeout_s = TIMEOUT_S};
    struct ssh_setup setup = {0};
    struct ssh_config *f = xcalloc(1, sizeof(*f));
    *f = (struct ssh_config){.fn = fn, .data = data, .undo = undo_new(c->run), .server = xstrdup(server)};
    find_host_key(c->run->config, &r);
    int status = ssh_remote_login(&r, c->run, credential ? credential : "", err);
    if (status == 0)
        status = ssh_setup_start(&setup, c, &r, f->undo, err);
    if (status == 0 && (status = ssh_setup_finish(&setup, err)) == 0)
        status = launch(f, c, &setup, err);
    ssh_setup_release(&setup);
    if (status == 0)
        return f;
    fetch_free(f);
    return NULL;
}

void ssh_config_cancel(struct ssh_config *f)
{
    f->fn = NULL;
    f->launcher.launcher.ops->kill(&f->launcher.launcher, f->ssh, GRACE_MS);
}
