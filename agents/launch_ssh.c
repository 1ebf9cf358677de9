/* See launch_ssh.h. The master's command there is `cat`, which ends with its input: so nothing is left of it
 * when this process is gone. Status 255 is ssh's own word for a failure, but also what a command may return:
 * they differ in that ssh says why, in a log of its own. */
#include "agents/launch_ssh.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/util.h"
#include <string.h>
#include <unistd.h>

/* LOG_MAX: what ssh says fits a few lines; -v of a user's configuration must not fill a message. */
enum { KILL_GRACE = 2000, LOG_MAX = 4000, SSH_FAILED = 255 };

struct launched {
    struct ssh_launcher *launcher;
    struct launch_callbacks cb;
    void *data;
    struct launched *client; /* the program ssh */
    char *log;               /* where ssh -E writes; removed with the process */
};

static void trim_end(struct buf *b)
{
    while (b->len && strchr("\r\n ", b->data[b->len - 1]))
        b->data[--b->len] = '\0';
}

/* ---- the connection */

static void tell_ready(struct ssh_launcher *l, const struct error *err)
{
    void (*ready)(void *, const struct error *) = l->ready;
    l->ready = NULL;
    if (ready)
        ready(l->data, err);
}

/* The launcher may be gone afterwards. */
static void tell_gone(struct ssh_launcher *l)
{
    void (*gone)(void *) = l->gone;
    if (!gone || l->master || l->running)
        return;
    l->gone = NULL;
    gone(l->data);
}

static void master_output(void *data, int stream, const char *bytes, size_t n)
{
    struct ssh_launcher *l = data;
    if (l->said.len < LOG_MAX)
        buf_add(&l->said, bytes, n < LOG_MAX ? n : LOG_MAX);
    /* Login shells greet (motd, profiles): the word is looked for within what they say. */
    if (l->connected || stream != 1 || !strstr(l->said.data, "gmrun:ready\n"))
        return;
    l->connected = true;
    buf_clear(&l->said);
    tell_ready(l, NULL);
}

static void master_done(void *data, const struct launch_end *end)
{
    struct ssh_launcher *l = data;
    _cleanup_(error_release) struct error err = {0};
    l->master = NULL;
    l->connected = false;
    trim_end(&l->said);
    error_set(&err, ERROR_REMOTE, "ssh: %s",
              l->said.len ? l->said.data : "the connection could not be opened");
    tell_ready(l, &err);
    tell_gone(l);
}

static struct launched *run(struct ssh_launcher *l, const char *const *argv, const struct launch *what,
                            const struct launch_callbacks *cb, void *data, struct error *err)
{
    struct launch here = {.argv = argv,
                          .env = l->env,
                          .input = what->input,
                          .input_len = what->input_len,
                          .feed = what->feed,
                          .split = what->split};
    return l->local.launcher.ops->start(&l->local.launcher, &here, cb, data, err);
}

int ssh_launcher_connect(struct ssh_launcher *l, void (*ready)(void *data, const struct error *err),
                         void *data, struct error *err)
{
    static const struct launch_callbacks callbacks = {.output = master_output, .done = master_done};
    _cleanup_free_ char *config = path_join(l->dir, "config"), *control = path_join(l->dir, "control");
    const char *argv[] = {"ssh",    "-F",
                          config,   "-M",
                          "-S",     control,
                          "-o",     "ControlPersist=no",
                          "remote", "echo gmrun:ready; exec cat",
                          NULL};
    l->ready = ready;
    l->data = data;
    l->master = run(l, argv, &(struct launch){.feed = true, .split = true}, &callbacks, l, err);
    return l->master ? 0 : -1;
}

void ssh_launcher_end(struct ssh_launcher *l, void (*done)(void *data), void *data)
{
    l->ready = NULL;
    l->gone = done;
    l->data = data;
    if (l->master)
        l->local.launcher.ops->kill(&l->local.launcher, l->master, KILL_GRACE);
    else
        tell_gone(l);
}

void ssh_launcher_release(struct ssh_launcher *l)
{
    buf_release(&l->said);
}

/* ---- commands */

static void launched_free(struct launched *p)
{
    struct ssh_launcher *l = p->launcher;
    l->running--;
    unlink(p->log);
    free(p->log);
    free(p);
    tell_gone(l);
}

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct launched *p = data;
    p->cb.output(p->data, stream, bytes, n);
}

static void on_done(void *data, const struct launch_end *end)
{
    struct launched *p = data;
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf log = {0};
    if (end->status == SSH_FAILED)
        fs_read_file(p->log, LOG_MAX, &log, NULL);
    trim_end(&log);
    struct launch_end told = {.status = end->status, .err = end->err};
    if (log.len || end->signal) {
        error_set(&err, ERROR_REMOTE, "ssh: %s", log.len ? log.data : "the connection was ended");
        told = (struct launch_end){.status = -1, .err = &err};
    }
    p->cb.done(p->data, &told);
    launched_free(p);
}

/* ssh joins its arguments and gives them to the login shell there. */
static char *command_of(const struct launch *what)
{
    struct buf b = {0};
    for (size_t i = 0; what->argv[i]; i++) {
        buf_addstr(&b, i ? " " : "");
        buf_add_quoted(&b, what->argv[i]);
    }
    return buf_steal(&b);
}

static struct launched *start(struct launcher *base, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err)
{
    static const struct launch_callbacks callbacks = {.output = on_output, .done = on_done};
    struct ssh_launcher *l = CONTAINER_OF(base, struct ssh_launcher, launcher);
    if (!l->connected) {
        error_set(err, ERROR_REMOTE, "ssh: the connection was lost%s%s", l->said.len ? ": " : "",
                  l->said.len ? l->said.data : "");
        return NULL;
    }
    _cleanup_free_ char *config = path_join(l->dir, "config"), *control = path_join(l->dir, "control"),
                        *command = command_of(what);
    struct launched *p = xcalloc(1, sizeof(*p));
    *p = (struct launched){.launcher = l, .cb = *cb, .data = data};
    p->log = xasprintf("%s/log-%u", l->dir, ++l->started);
    const char *argv[] = {"ssh", "-F",   config,   "-S",    control, "-o", "ControlMaster=no",
                          "-E",  p->log, "remote", command, NULL};
    l->running++;
    p->client = run(l, argv, what, &callbacks, p, err);
    if (p->client)
        return p;
    launched_free(p);
    return NULL;
}

static void stop(struct launcher *base, struct launched *p, int grace_ms)
{
    struct launcher *local = &p->launcher->local.launcher;
    local->ops->kill(local, p->client, grace_ms);
}

static bool busy(struct launcher *base)
{
    return CONTAINER_OF(base, struct ssh_launcher, launcher)->running > 0;
}

static void feed(struct launcher *base, struct launched *p, const void *bytes, size_t n, bool end)
{
    struct launcher *local = &p->launcher->local.launcher;
    local->ops->write(local, p->client, bytes, n, end);
}

void ssh_launcher_init(struct ssh_launcher *l, struct procs *ps, const char *dir, const char *const *env)
{
    static const struct launcher_ops ops = {.start = start, .kill = stop, .busy = busy, .write = feed};
    *l = (struct ssh_launcher){.launcher = {.ops = &ops, .loop = ps->loop}, .dir = dir, .env = env};
    local_launcher_init(&l->local, ps);
}
