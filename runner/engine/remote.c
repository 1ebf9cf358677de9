/* See remote.h. The steps of a connection: ssh's configuration in a folder of our own, the master, the
 * environment there, the helper program (copied over when it is not there yet: its name holds its digest). */
#include "runner/engine/remote.h"
#include "agents/far.h"
#include "agents/launch_ssh.h"
#include "agents/worker.h"
#include "base/fs.h"
#include "base/hash.h"
#include "runner/engine/run.h"
#include "runner/steps/tools/ssh_remote.h"
#include <string.h>

/* 64 bits of the digest tell helpers of different versions apart; the whole one is checked when it is
 * brought. */
enum { GRACE_MS = 2000, DIGEST_SHOWN = 16 };

struct waiting {
    void (*done)(void *data, const struct error *err);
    void *data;
};

struct remote {
    struct run *run;
    const struct agent_config *config;
    struct ssh_setup setup;
    char **ssh_env;
    struct ssh_launcher launcher;
    struct agent *agent;
    struct env env;
    char *helper_dir, *helper_name;
    struct buf said;
    VEC(struct waiting) waiting;
    bool connecting;
    struct error why; /* it fails, and what was begun is being ended */
    void (*gone)(void *data);
    void *gone_data;
};

struct remote *remote_new(struct run *run, const struct agent_config *config)
{
    struct remote *r = xcalloc(1, sizeof(*r));
    *r = (struct remote){.run = run, .config = config};
    return r;
}

struct agent *remote_agent(const struct remote *r)
{
    return r->agent;
}

const struct env *remote_env(const struct remote *r)
{
    return &r->env;
}

/* ---- the end of an attempt */

static void forget_setup(struct remote *r)
{
    if (r->setup.dir)
        fs_rm_rf(r->setup.dir, NULL);
    ssh_setup_release(&r->setup);
    r->setup = (struct ssh_setup){0};
    if (r->ssh_env)
        env_block_free(r->ssh_env);
    r->ssh_env = NULL;
}

static void tell(struct remote *r, const struct error *err)
{
    struct waiting *list = r->waiting.items;
    size_t n = r->waiting.len;
    r->waiting.items = NULL;
    r->waiting.len = r->waiting.cap = 0;
    r->connecting = false;
    for (size_t i = 0; i < n; i++)
        list[i].done(list[i].data, err);
    free(list);
}

/* Who is told may try again at once, with the same launcher. */
static void closed(void *data)
{
    struct remote *r = data;
    _cleanup_(error_release) struct error why = r->why;
    r->why = (struct error){0};
    tell(r, &why);
    if (r->gone)
        r->gone(r->gone_data);
}

/* The first failure counts: others follow from it. */
static void failed(struct remote *r, const struct error *err)
{
    if (!r->why.message)
        error_set(&r->why, ERROR_REMOTE, "agent '%s': %s", r->config->name, err->message);
    ssh_launcher_end(&r->launcher, closed, r);
}

/* ---- the helper program */

/* $1 folder, $2 name: status 3 when it is not there. */
static const char look_script[] = "mkdir -p \"$1\" && cd \"$1\" && { [ -x \"$2\" ] || exit 3; }";
/* $3 length, $4 digest. Others may bring it at the same time. */
static const char bring_script[] =
    "cd \"$1\" && p=$2.$$ && trap 'rm -f \"$p\"' EXIT && head -c \"$3\" >\"$p\" && chmod 755 \"$p\" && {\n"
    "s=$(sha256sum \"$p\") || s=$4\n"
    "[ \"${s%% *}\" = \"$4\" ] || { echo 'it arrived damaged' >&2; exit 4; }\n"
    "} && mv \"$p\" \"$2\"";

static void ready(struct remote *r)
{
    _cleanup_free_ char *program = path_join(r->helper_dir, r->helper_name);
    r->agent = far_agent_new(&(struct far_options){.kind = "ssh",
                                                   .name = r->config->name,
                                                   .commands = &r->launcher.launcher,
                                                   .helper = {&r->launcher.launcher, program}});
    tell(r, NULL);
}

static void helper_output(void *data, int stream, const char *bytes, size_t n)
{
    buf_add(&((struct remote *)data)->said, bytes, n);
}

static void script_failed(struct remote *r, const char *what, const struct launch_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    error_set(&err, ERROR_REMOTE, "%s: %s", what,
              end->err       ? end->err->message
              : r->said.data ? r->said.data
                             : "the command there failed");
    failed(r, &err);
}

static void brought(void *data, const struct launch_end *end)
{
    if (end->err || end->status)
        script_failed(data, "the helper program could not be copied there", end);
    else
        ready(data);
}

static int script(struct remote *r, const char *const *argv, const struct buf *input,
                  void (*done)(void *data, const struct launch_end *end), struct error *err)
{
    struct launch_callbacks callbacks = {.output = helper_output, .done = done};
    struct launch what = {
        .argv = argv, .input = input ? input->data : NULL, .input_len = input ? input->len : 0};
    buf_clear(&r->said);
    return r->launcher.launcher.ops->start(&r->launcher.launcher, &what, &callbacks, r, err) ? 0 : -1;
}

static int bring(struct remote *r, struct error *err)
{
    _cleanup_(buf_release) struct buf program = {0};
    _cleanup_free_ char *path = worker_program(err);
    if (!path || fs_read_file(path, 0, &program, err) < 0)
        return -1;
    char hex[HASH_HEX_MAX];
    hash_hex(HASH_SHA256, program.data, program.len, hex);
    _cleanup_free_ char *length = xasprintf("%zu", program.len);
    const char *argv[] = {"sh", "-c", bring_script, "sh", r->helper_dir, r->helper_name, length, hex, NULL};
    return script(r, argv, &program, brought, err);
}

static void looked(void *data, const struct launch_end *end)
{
    struct remote *r = data;
    _cleanup_(error_release) struct error err = {0};
    if (!end->err && end->status == 0)
        ready(r);
    else if (end->err || end->status != 3)
        script_failed(r, "the agent's folder", end);
    else if (bring(r, &err) < 0)
        failed(r, &err);
}

static int look(struct remote *r, struct error *err)
{
    char hex[HASH_HEX_MAX];
    const char *root = agent_extra(r->config, "workspace");
    _cleanup_free_ char *path = worker_program(err), *base = remote_path(r, root ? root : REMOTE_ROOT);
    if (!path || hash_file(HASH_SHA256, path, hex, err) < 0)
        return -1;
    free(r->helper_dir);
    free(r->helper_name);
    r->helper_dir = path_join(base, ".gmrun");
    r->helper_name = xasprintf("gmrun-worker-%.*s", DIGEST_SHOWN, hex);
    const char *argv[] = {"sh", "-c", look_script, "sh", r->helper_dir, r->helper_name, NULL};
    return script(r, argv, NULL, looked, err);
}

char *remote_path(const struct remote *r, const char *path)
{
    const char *home = env_get(&r->env, "HOME");
    return str_has_prefix(path, "~/") && home ? xasprintf("%s%s", home, path + 1) : xstrdup(path);
}

/* ---- the beginning */

static void environment(void *data, const char *const *env, const struct error *err)
{
    struct remote *r = data;
    _cleanup_(error_release) struct error why = {0};
    for (; env && *env; env++) {
        _cleanup_free_ char *name = xstrndup(*env, strcspn(*env, "="));
        env_set(&r->env, name, strchr(*env, '=') + 1);
    }
    if (err || look(r, &why) < 0)
        failed(r, err ? err : &why);
}

static void connected(void *data, const struct error *err)
{
    struct remote *r = data;
    if (err)
        failed(r, err);
    else
        far_env(&r->launcher.launcher, environment, r);
}

static int set_up(struct remote *r, struct error *err)
{
    const struct agent_config *a = r->config;
    const char *port = agent_extra(a, "port"), *id = agent_extra(a, "credentialsId");
    struct ssh_remote to = {.name = a->name,
                            .host = agent_extra(a, "host"),
                            .user = agent_extra(a, "user"),
                            .key_file = agent_extra(a, "identityFile"),
                            .known_hosts = agent_extra(a, "knownHosts"),
                            .host_key = agent_extra(a, "hostKey"),
                            .port = port ? (int)strtol(port, NULL, 10) : 0};
    if (id && ssh_remote_login(&to, r->run, id, err) < 0)
        return -1;
    r->setup.dir = fs_tempdir("/tmp", "gmrun-ssh-", err);
    if (!r->setup.dir || ssh_setup_fill(&r->setup, &to, err) < 0 || ssh_setup_finish(&r->setup, err) < 0)
        return -1;
    struct env env = {0};
    env_copy(&env, &r->run->host_env);
    env_copy(&env, &r->setup.vars);
    r->ssh_env = env_block(&env);
    env_release(&env);
    ssh_launcher_release(&r->launcher); /* of an earlier try */
    ssh_launcher_init(&r->launcher, &r->run->procs, r->setup.dir, (const char *const *)r->ssh_env);
    return 0;
}

void remote_connect(struct remote *r, void (*done)(void *data, const struct error *err), void *data)
{
    _cleanup_(error_release) struct error err = {0};
    if (r->agent) {
        done(data, NULL);
        return;
    }
    vec_push(&r->waiting, ((struct waiting){done, data}));
    if (r->connecting)
        return;
    r->connecting = true;
    forget_setup(r);
    if (set_up(r, &err) < 0)
        tell(r, &err);
    else if (ssh_launcher_connect(&r->launcher, connected, r, &err) < 0)
        failed(r, &err);
}

/* ---- the end: what the build left running, the helper that stays, the connection */

static void agent_ended(void *data)
{
    struct remote *r = data;
    ssh_launcher_end(&r->launcher, r->gone, r->gone_data);
}

static void swept(void *data)
{
    struct remote *r = data;
    far_agent_end(r->agent, agent_ended, r);
}

void remote_end(struct remote *r, void (*done)(void *data), void *data)
{
    static const struct error ended = {.message = (char *)"the build has ended"};
    if (!r->agent && !r->connecting) {
        done(data);
        return;
    }
    r->gone = done;
    r->gone_data = data;
    if (!r->agent) {
        failed(r, &ended);
        return;
    }
    _cleanup_free_ char *cookie = xasprintf("JENKINS_NODE_COOKIE=%s", r->run->cookie);
    r->agent->ops->sweep(r->agent, cookie, GRACE_MS, swept, r);
}

void remote_free(struct remote *r)
{
    if (!r)
        return;
    forget_setup(r);
    if (r->agent)
        r->agent->ops->free(r->agent);
    ssh_launcher_release(&r->launcher);
    env_release(&r->env);
    free(r->helper_dir);
    free(r->helper_name);
    buf_release(&r->said);
    vec_release(&r->waiting);
    free(r);
}
