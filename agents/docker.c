/* See docker.h. The steps of a start are requests in a row: image, create, start, top. A cancel or a failure
 * goes through remove(), so that on no way a container is left; ready() is told after the removal.
 *
 * The container's main process is `cat` without input, as in Jenkins: it waits for ever and uses nothing.
 * Scripts are exec'd beside it (launch_exec.c). A service runs what its image says instead and is never
 * exec'd into. */
#include "agents/docker.h"
#include "agents/docker_pull.h"
#include "agents/launch_exec.h"
#include "agents/run_options.h"
#include "agents/scratch.h"
#include "agents/shell.h"
#include "base/json.h"
#include "base/util.h"
#include "base/words.h"
#include <string.h>
#include <unistd.h>

/* Ten seconds: a loaded machine takes a while from the start of a container to its command. */
enum { LOOKS = 100, LOOK_MS = 100 };

struct docker_agent {
    struct agent agent;
    struct agent *host;
    struct engine *engine;
    /* env: of the image, NULL-terminated; entries are owned */
    char *id, **env;
    size_t env_len;
    struct exec_launcher launcher;
    /* of scripts, below the workspace's @tmp twin, which is mounted */
    struct scratch scratch;
    struct { /* of docker_agent_end() */
        void (*done)(void *data, const struct error *err);
        void *data;
    } end;
};

struct docker_start {
    struct engine *engine;
    struct loop *loop;
    struct docker_agent *agent; /* its id is set once the container exists */
    struct docker_callbacks cb;
    void *data;
    json_t *create; /* body of the request */
    struct run_options_result options;
    char *image, *auth;
    bool service, always_pull, cancelled;
    struct docker_pull *pull; /* NULL: over, or a request of our own is on its way */
    struct error failure;
    struct loop_task refuse;
    struct loop_timer again;
    int looks; /* at the processes */
};

/* ---- the agent */

static struct shell_job *agent_shell(struct agent *agent, const struct shell_options *o,
                                     const struct shell_callbacks *cb, void *data, struct error *err)
{
    struct docker_agent *a = CONTAINER_OF(agent, struct docker_agent, agent);
    return shell_start(&a->launcher.launcher, &a->scratch, o, cb, data, err);
}

static void agent_cancel(struct agent *agent, struct shell_job *job)
{
    shell_cancel(job);
}

static int agent_file(struct agent *agent, const struct agent_file *op, agent_file_fn *done, void *arg,
                      struct error *err)
{
    struct agent *host = CONTAINER_OF(agent, struct docker_agent, agent)->host;
    return host->ops->file(host, op, done, arg, err);
}

static void agent_free(struct agent *agent)
{
    struct docker_agent *a = CONTAINER_OF(agent, struct docker_agent, agent);
    for (size_t i = 0; i < a->env_len; i++)
        free(a->env[i]);
    free(a->env);
    free(a->id);
    scratch_release(&a->scratch);
    free(a);
}

static struct docker_agent *agent_new(struct engine *engine, struct agent *host)
{
    static const struct agent_ops ops = {
        .kind = "docker",
        .shell = agent_shell,
        .cancel = agent_cancel,
        .file = agent_file, /* no sweep: what runs in the container goes with it */
        .free = agent_free,
    };
    struct docker_agent *a = xcalloc(1, sizeof(*a));
    a->agent = (struct agent){.ops = &ops, .name = host->name};
    a->host = host;
    a->engine = engine;
    a->env = xcalloc(1, sizeof(*a->env));
    return a;
}

const char *docker_agent_id(const struct agent *a)
{
    return CONTAINER_OF(a, struct docker_agent, agent)->id;
}

const char *const *docker_agent_env(const struct agent *a)
{
    return (const char *const *)CONTAINER_OF(a, struct docker_agent, agent)->env;
}

/* ---- the end: removed by force with its anonymous volumes. Jenkins gives it a second to stop before; but
 * the main process is `cat`, which the kernel spares every signal but KILL as the first of its container. */

static struct engine_call *remove_container(struct docker_agent *a, engine_done_fn *done, void *data)
{
    _cleanup_free_ char *path = xasprintf("/containers/%s?force=1&v=1", a->id);
    struct engine_request r = {.method = "DELETE", .path = path};
    return engine_send(a->engine, &r, done, data);
}

static void gone(void *data, const struct engine_end *end)
{
    struct docker_agent *a = data;
    a->end.done(a->end.data, NULL);
}

static void removed(void *data, const struct engine_end *end)
{
    struct docker_agent *a = data;
    if (end->err && end->err->code == 409) { /* somebody else is at it */
        _cleanup_free_ char *path = xasprintf("/containers/%s/wait?condition=removed", a->id);
        struct engine_request r = {.method = "POST", .path = path};
        engine_send(a->engine, &r, gone, a);
        return;
    }
    bool is_gone = !end->err || end->err->code == 404;
    a->end.done(a->end.data, is_gone ? NULL : end->err);
}

void docker_agent_end(struct agent *agent, void (*done)(void *data, const struct error *err), void *data)
{
    struct docker_agent *a = CONTAINER_OF(agent, struct docker_agent, agent);
    a->end.done = done;
    a->end.data = data;
    remove_container(a, removed, a);
}

/* ---- the start */

static void start_free(struct docker_start *s)
{
    loop_defer_cancel(s->loop, &s->refuse);
    loop_timer_stop(s->loop, &s->again);
    json_decref(s->create);
    if (s->auth)
        explicit_bzero(s->auth, strlen(s->auth));
    free(s->auth);
    run_options_release(&s->options);
    free(s->image);
    error_release(&s->failure);
    free(s);
}

static void start_failed(struct docker_start *s)
{
    /* The callback comes before the memory goes, as its error lies in there. */
    s->cb.ready(s->data, NULL, &s->failure);
    s->agent->agent.ops->free(&s->agent->agent);
    start_free(s);
}

static void undone(void *data, const struct engine_end *end)
{
    start_failed(data);
}

/* Takes back what was made. The first failure is the one that is told. */
static void give_up(struct docker_start *s, const struct error *err)
{
    if (s->cancelled)
        error_set(&s->failure, ERROR_INVALID, "the start of a container of %s was cancelled", s->image);
    else if (err)
        error_set(&s->failure, err->kind, "%s", err->message);
    if (s->agent->id)
        remove_container(s->agent, undone, s);
    else
        start_failed(s);
}

static void start_done(struct docker_start *s)
{
    exec_launcher_init(&s->agent->launcher, s->loop, s->engine, s->agent->id);
    s->cb.ready(s->data, &s->agent->agent, NULL);
    start_free(s);
}

static void topped(void *data, const struct engine_end *end);

static void look(struct docker_start *s)
{
    _cleanup_free_ char *path = xasprintf("/containers/%s/top", s->agent->id);
    struct engine_request r = {.path = path};
    s->looks++;
    engine_send(s->engine, &r, topped, s);
}

static void look_again(struct loop_timer *t)
{
    look(t->data);
}

/* The command has to be running: an entry point that does not execute it would leave no place for steps. The
 * text is Jenkins'. */
static void topped(void *data, const struct engine_end *end)
{
    struct docker_start *s = data;
    json_t *list = json_object_get(end->json, "Processes"), *row;
    size_t i;
    bool runs = false;
    json_array_foreach(list, i, row)
    {
        const char *line = json_string_value(json_array_get(row, json_array_size(row) - 1)),
                   *blank = line ? strrchr(line, ' ') : NULL, *command = blank ? blank + 1 : line;
        runs |= command && (str_eq(command, "cat") || str_has_suffix(command, "/cat"));
    }
    bool over = end->err && end->err->code == 409; /* not running any more */
    if ((end->err && !over) || s->cancelled) {
        give_up(s, end->err);
    } else if (!runs && !over && s->looks < LOOKS) {
        loop_timer_start(s->loop, &s->again, LOOK_MS); /* the runtime has not yet become the command */
    } else if (!runs) {
        error_set(
            &s->failure, ERROR_REMOTE,
            "The container started but didn't run the expected command. Please double check your "
            "ENTRYPOINT does execute the command passed as docker run argument, as required by official "
            "docker images (see https://github.com/docker-library/official-images#consistency for "
            "entrypoint consistency requirements).\nAlternatively you can force image entrypoint to be "
            "disabled by adding option `--entrypoint=''`.");
        give_up(s, NULL);
    } else {
        start_done(s);
    }
}

static void begun(void *data, const struct engine_end *end)
{
    struct docker_start *s = data;
    if (end->err || s->cancelled) {
        give_up(s, end->err);
        return;
    }
    if (s->service) {
        start_done(s);
        return;
    }
    look(s);
}

static void created(void *data, const struct engine_end *end)
{
    struct docker_start *s = data;
    const char *id = json_string_value(json_object_get(end->json, "Id"));
    /* Set also when it was cancelled meanwhile: then there is something to remove. */
    s->agent->id = xstrdup(id);
    if (!id || s->cancelled) {
        give_up(s, end->err);
        return;
    }
    _cleanup_free_ char *path = xasprintf("/containers/%s/start", id);
    struct engine_request r = {.method = "POST", .path = path};
    engine_send(s->engine, &r, begun, s);
}

/* What the image sets is what processes in the container find; PATH above all. */
static void keep_env(struct docker_agent *a, json_t *image)
{
    json_t *list = json_object_get(json_object_get(image, "Config"), "Env"), *entry;
    size_t i;
    a->env = xrealloc(a->env, (json_array_size(list) + 1) * sizeof(*a->env));
    json_array_foreach(list, i, entry)
    {
        if (json_string_value(entry) && strchr(json_string_value(entry), '='))
            a->env[a->env_len++] = xstrdup(json_string_value(entry));
    }
    a->env[a->env_len] = NULL;
}

static void image_known(void *data, json_t *image, const struct error *err)
{
    struct docker_start *s = data;
    _cleanup_(buf_release) struct buf path = {0};
    s->pull = NULL;
    if (!image || s->cancelled) {
        give_up(s, err);
        return;
    }
    keep_env(s->agent, image);
    const char *const query[][2] = {{"name", s->options.name}, {"platform", s->options.platform}};
    buf_addstr(&path, "/containers/create");
    for (size_t i = 0; i < ARRAY_LEN(query); i++)
        if (query[i][1]) {
            buf_printf(&path, "%c%s=", strchr(path.data, '?') ? '&' : '?', query[i][0]);
            engine_escape(&path, query[i][1]);
        }
    struct engine_request r = {.method = "POST", .path = path.data, .body = s->create};
    engine_send(s->engine, &r, created, s);
}

static void tell(void *data, const char *text)
{
    struct docker_start *s = data;
    if (s->cb.log)
        s->cb.log(s->data, text);
}

/* Of a variable's value bytes that are no UTF-8 may be lost; a folder by another name would be another one,
 * so such a request is refused as a whole (engine_send()). */
static json_t *entries(const char *const *list, const char *suffix)
{
    json_t *out = json_array();
    for (; list && *list; list++) {
        _cleanup_free_ char *mount = suffix ? xasprintf("%s:%s%s", *list, *list, suffix) : NULL;
        json_array_append_new(out, mount ? json_stringn_nocheck(mount, strlen(mount))
                                         : json_clean_text(*list, strlen(*list)));
    }
    return out;
}

/* As `docker run -t -d -u UID:GID -w DIR -v DIR:DIR:rw,z … IMAGE cat` [docker-workflow: DockerClient.run]. */
static json_t *step_body(const struct docker_options *o)
{
    _cleanup_free_ char *user = xasprintf("%u:%u", (unsigned)getuid(), (unsigned)getgid());
    return json_pack("{s:[s], s:b, s:b, s:s, s:o, s:{s:o}}", "Cmd", "cat", "Tty", 1, "OpenStdin", 1, "User",
                     user, "WorkingDir", json_stringn_nocheck(o->workdir, strlen(o->workdir)), "HostConfig",
                     "Binds", entries(o->mounts, ":rw,z"));
}

static json_t *service_body(const struct docker_options *o, struct error *err)
{
    _cleanup_(words_release) struct words words = {0};
    json_t *body = json_pack("{s:{}}", "HostConfig");
    if (o->command && words_expand(&words, o->command, o->words, err) == 0 && words.len)
        json_object_set_new(body, "Cmd", entries((const char *const *)words.items, NULL));
    return body;
}

static json_t *create_body(const struct docker_options *o, struct error *err)
{
    json_t *labels = json_object(), *body = o->service ? service_body(o, err) : step_body(o);
    for (size_t i = 0; i < ARRAY_LEN(o->labels) && o->labels[i][0]; i++)
        json_object_set_new(labels, o->labels[i][0], json_string(o->labels[i][1]));
    json_object_set_new(body, "Image", json_string(o->image));
    json_object_set_new(body, "Env", entries(o->env, NULL));
    json_object_set_new(body, "Labels", labels);
    return body;
}

static void join_network(json_t *create, const struct docker_options *o)
{
    json_t *host = json_object_get(create, "HostConfig");
    if (!o->network || json_object_get(host, "NetworkMode"))
        return;
    json_t *end = json_object();
    if (o->aliases)
        json_object_set_new(end, "Aliases", entries(o->aliases, NULL));
    json_object_set_new(host, "NetworkMode", json_string(o->network));
    json_object_set_new(create, "NetworkingConfig",
                        json_pack("{s:{s:o}}", "EndpointsConfig", o->network, end));
}

/* err says what is wrong. */
static void prepare(struct docker_start *s, const struct docker_options *o, struct error *err)
{
    s->create = create_body(o, err);
    if (!err->message && o->args)
        run_options_apply(s->create, o->args, o->words, o->workdir, &s->options, err);
    if (!o->service) /* the end is the block's, and what went wrong can be looked at until then */
        json_object_del(json_object_get(s->create, "HostConfig"), "AutoRemove");
    join_network(s->create, o);
}

static bool is_reference(const char *image)
{
    /* Whatever an engine accepts consists of these; the name goes into a URL's path, so nothing else may
     * get there. */
    return *image && strspn(image, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@") ==
                         strlen(image);
}

static void refuse_deferred(struct loop_task *t)
{
    start_failed(t->data);
}

struct docker_start *docker_agent_start(struct engine *engine, struct loop *loop, struct agent *host,
                                        const struct docker_options *o, const struct docker_callbacks *cb,
                                        void *data)
{
    static const struct docker_pull_callbacks callbacks = {tell, image_known};
    struct docker_start *s = xcalloc(1, sizeof(*s));
    *s = (struct docker_start){.engine = engine, .loop = loop, .cb = *cb, .data = data};
    s->agent = agent_new(engine, host);
    s->image = xstrdup(o->image);
    s->auth = xstrdup(o->auth);
    s->service = o->service;
    s->refuse = (struct loop_task){.fn = refuse_deferred, .data = s};
    s->again = (struct loop_timer){.fn = look_again, .data = s};
    if (!is_reference(o->image))
        error_set(&s->failure, ERROR_INVALID, "invalid reference format: '%s' is no name of an image",
                  o->image);
    else
        prepare(s, o, &s->failure);
    if (s->failure.message) {
        loop_defer(loop, &s->refuse);
        return s;
    }
    struct docker_pull_options p = {.image = o->image,
                                    .auth = o->auth,
                                    .platform = s->options.platform,
                                    .always = o->always_pull || str_eq(s->options.pull, "always"),
                                    .never = str_eq(s->options.pull, "never"),
                                    .mirrors = o->mirrors,
                                    .n_mirrors = o->n_mirrors};
    s->pull = docker_pull_start(engine, &p, &callbacks, s);
    return s;
}

void docker_agent_cancel(struct docker_start *s)
{
    /* Told already, or an error is about to be. */
    if (s->cancelled || s->refuse.link)
        return;
    s->cancelled = true;
    if (!s->pull)
        return; /* a request is on its way: its answer says whether there is something to remove */
    docker_pull_cancel(s->pull);
    s->pull = NULL;
    error_set(&s->failure, ERROR_INVALID, "the start of a container of %s was cancelled", s->image);
    loop_defer(s->loop, &s->refuse);
}
