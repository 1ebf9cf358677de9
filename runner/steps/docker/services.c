/* See services.h. Requests in a row: the network, each container, then each one's readiness by its
 * HEALTHCHECK and by `wait: {port}`. A failure or a cancel goes through remove_all(), as the end does. */
#include "runner/steps/docker/services.h"
#include "agents/docker.h"
#include "agents/launch_exec.h"
#include "base/hash.h"
#include "runner/engine/docker.h"
#include "runner/engine/node.h"
#include "runner/engine/registry.h"
#include <string.h>

enum { NOT_LISTENING = 9 /* exit status of the probe */, WAIT_S = 60, LOOK_MS = 300, LOG_LINES = 50 };

struct services {
    struct step_call *call;
    struct engine *engine;
    struct scope *scope;
    const struct service_config *list;
    size_t n, at; /* at: the one that is being started, waited for, looked at or removed */
    char **ids;   /* of containers; NULL: not made */
    char *network;
    services_done_fn *done; /* of ready, then of the end */
    void *data;
    struct docker_start *start;
    struct loop_timer again;
    int64_t deadline; /* of the one that is waited for */
    struct exec_launcher launcher;
    bool probing, cancelled, ending;
    bool refused;                     /* the probe could not be run */
    bool removed;                     /* all, while the probe's own end is still to come */
    void (*told)(struct services *s); /* what comes after its last lines were told */
    struct engine_frames frames;
    struct buf line;
    struct error failure;
};

static const struct service_config *current(const struct services *s)
{
    return &s->list[s->at];
}

static void ask(struct services *s, const char *method, const char *path, engine_done_fn *done)
{
    struct engine_request r = {.method = method, .path = path};
    engine_send(s->engine, &r, done, s);
}

/* ---- removal: the containers, then their network */

static void remove_next(struct services *s);

static void removed(void *data, const struct engine_end *end)
{
    struct services *s = data;
    if (end->err && end->err->code != 404 && !s->failure.message)
        error_set(&s->failure, end->err->kind, "%s", end->err->message);
    remove_next(s);
}

static void remove_next(struct services *s)
{
    while (s->at > 0 && !s->ids[s->at - 1])
        s->at--;
    if (s->at > 0) { /* the id stays: a probe that is not over yet has it */
        _cleanup_free_ char *path = xasprintf("/containers/%s?force=1&v=1", s->ids[--s->at]);
        ask(s, "DELETE", path, removed);
    } else if (s->network) {
        _cleanup_free_ char *id = s->network, *path = xasprintf("/networks/%s", id);
        s->network = NULL;
        ask(s, "DELETE", path, removed);
    } else if (s->probing) { /* its end comes with that of its container */
        s->removed = true;
    } else {
        s->done(s->data, s->failure.message ? &s->failure : NULL);
    }
}

static void remove_all(struct services *s)
{
    s->ending = true;
    s->at = s->n;
    remove_next(s);
}

__attribute__((format(printf, 2, 3))) static void fail(struct services *s, const char *fmt, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0)
        abort();
    va_end(args);
    if (s->cancelled)
        error_set(&s->failure, ERROR_INVALID, "the start of services was cancelled");
    else if (!s->failure.message)
        error_set(&s->failure, ERROR_REMOTE, "%s", text);
}

/* ---- what one said last */

static void flush_line(struct services *s)
{
    if (s->line.len)
        step_log(s->call, "[%s] %s", current(s)->name, s->line.data);
    buf_clear(&s->line);
}

static void log_bytes(void *data, int stream, const char *bytes, size_t n)
{
    struct services *s = data;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            flush_line(s);
        else if (bytes[i] != '\r')
            buf_addch(&s->line, bytes[i]);
    }
}

static void log_piece(void *data, const char *bytes, size_t n)
{
    engine_frames_feed(&((struct services *)data)->frames, bytes, n);
}

static void logs_over(void *data, const struct engine_end *end)
{
    struct services *s = data;
    flush_line(s);
    s->told(s);
}

static void tell_last(struct services *s, void (*then)(struct services *s))
{
    _cleanup_free_ char *path =
        xasprintf("/containers/%s/logs?stdout=1&stderr=1&tail=%d", s->ids[s->at], LOG_LINES);
    struct engine_request r = {.path = path, .piece = log_piece};
    s->told = then;
    s->frames = (struct engine_frames){.fn = log_bytes, .data = s};
    engine_send(s->engine, &r, logs_over, s);
}

/* Of a container's description; NULL: it runs. Owned. */
static char *how_it_ended(const json_t *container)
{
    json_t *state = json_object_get(container, "State");
    if (!json_is_false(json_object_get(state, "Running")))
        return NULL;
    return xasprintf("ended with exit status %d%s",
                     (int)json_integer_value(json_object_get(state, "ExitCode")),
                     json_is_true(json_object_get(state, "OOMKilled")) ? ", out of memory" : "");
}

/* ---- readiness */

static void wait_next(struct services *s);
static void look(struct services *s);

static void one_ready(struct services *s)
{
    step_log(s->call, "Service %s is ready", current(s)->name);
    s->at++;
    wait_next(s);
}

/* The ports that listen stand in /proc/net, which needs no more than a shell's own commands. $1: the port in
 * hex, $2: tries. Loopback addresses do not count: nobody else reaches them. */
static const char port_script[] = "n=0\n"
                                  "while [ $n -lt \"$2\" ]; do\n"
                                  "    while read -r i a b st rest; do\n"
                                  "        case $a:$st in 0100007F:*) ;; *:$1:0A) exit 0 ;; esac\n"
                                  "    done <<END\n"
                                  "$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)\n"
                                  "END\n"
                                  "    n=$((n + 1))\n"
                                  "    sleep 0.2 || sleep 1\n"
                                  "done 2>/dev/null\n"
                                  "exit 9\n";

static void probe_output(void *data, int stream, const char *bytes, size_t n)
{
}

static void give_up_waiting(struct services *s)
{
    const struct service_config *one = current(s);
    if (s->refused)
        fail(s, "service %s: `wait: {port}` needs a shell and cat in the image %s; use a HEALTHCHECK there",
             one->name, one->image);
    else
        fail(s, "service %s does not listen on port %d after %d s", one->name, one->wait_port,
             one->wait_seconds ? one->wait_seconds : WAIT_S);
    tell_last(s, remove_all);
}

static void probed(void *data, const struct launch_end *end)
{
    struct services *s = data;
    s->probing = false;
    if (s->ending) {
        if (s->removed)
            remove_next(s);
        return;
    }
    if (end->status == 0) {
        one_ready(s);
        return;
    }
    s->refused = end->status == 126 || end->status == 127;
    if (s->refused || end->status == NOT_LISTENING)
        give_up_waiting(s);
    else /* it was killed: by the end of its container, most likely */
        loop_timer_start(s->call->run->loop, &s->again, LOOK_MS);
}

static void probe(struct services *s)
{
    static const struct launch_callbacks callbacks = {.output = probe_output, .done = probed};
    _cleanup_(error_release) struct error err = {0};
    const struct service_config *one = current(s);
    int64_t left_ms = s->deadline - loop_now(s->call->run->loop);
    _cleanup_free_ char *port = xasprintf("%04X", (unsigned)one->wait_port),
                        *tries = xasprintf("%lld", (long long)(left_ms > 200 ? left_ms / 200 : 1));
    const char *argv[] = {"sh", "-c", port_script, "sh", port, tries, NULL};
    struct launch what = {.argv = argv, .cwd = "/", .cookie = "", .split = true};
    exec_launcher_init(&s->launcher, s->call->run->loop, s->engine, s->ids[s->at]);
    s->probing = s->launcher.launcher.ops->start(&s->launcher.launcher, &what, &callbacks, s, &err) != NULL;
    if (s->probing)
        return;
    fail(s, "service %s: %s", one->name, err.message);
    remove_all(s);
}

static void look_again(struct loop_timer *t)
{
    struct services *s = t->data;
    if (s->cancelled) {
        fail(s, " ");
        remove_all(s);
    } else {
        look(s);
    }
}

static void by_health(struct services *s, const char *health)
{
    const struct service_config *one = current(s);
    if (!health || str_eq(health, "healthy") || str_eq(health, "none")) {
        if (one->wait_port && loop_now(s->call->run->loop) >= s->deadline)
            give_up_waiting(s);
        else if (one->wait_port)
            probe(s);
        else
            one_ready(s);
        return;
    }
    if (str_eq(health, "starting") && loop_now(s->call->run->loop) < s->deadline) {
        loop_timer_start(s->call->run->loop, &s->again, LOOK_MS);
        return;
    }
    fail(s, str_eq(health, "starting") ? "service %s is not healthy after %d s" : "service %s is unhealthy",
         one->name, one->wait_seconds ? one->wait_seconds : WAIT_S);
    tell_last(s, remove_all);
}

static void looked(void *data, const struct engine_end *end)
{
    struct services *s = data;
    _cleanup_free_ char *ended = how_it_ended(end->json);
    json_t *health = json_object_get(json_object_get(end->json, "State"), "Health");
    if (end->err || s->cancelled) {
        fail(s, "service %s: %s", current(s)->name, end->err ? end->err->message : "");
        remove_all(s);
    } else if (ended) {
        fail(s, "service %s %s", current(s)->name, ended);
        tell_last(s, remove_all);
    } else {
        by_health(s, json_string_value(json_object_get(health, "Status")));
    }
}

static void look(struct services *s)
{
    _cleanup_free_ char *path = xasprintf("/containers/%s/json", s->ids[s->at]);
    ask(s, NULL, path, looked);
}

static void wait_next(struct services *s)
{
    if (s->at == s->n) {
        s->done(s->data, NULL);
        return;
    }
    int seconds = current(s)->wait_seconds ? current(s)->wait_seconds : WAIT_S;
    s->deadline = loop_now(s->call->run->loop) + seconds * INT64_C(1000);
    look(s);
}

/* ---- the start */

static void start_next(struct services *s);

static void log_line(void *data, const char *text)
{
    step_log(((struct services *)data)->call, "%s", text);
}

static void started(void *data, struct agent *agent, const struct error *err)
{
    struct services *s = data;
    s->start = NULL;
    if (agent) {
        s->ids[s->at] = xstrdup(docker_agent_id(agent));
        agent->ops->free(agent);
    }
    if (!agent || s->cancelled) {
        fail(s, "service %s: %s", current(s)->name, err ? err->message : "");
        remove_all(s);
        return;
    }
    s->at++;
    start_next(s);
}

static char *arguments(const struct service_config *one)
{
    struct buf args = {0};
    buf_addstr(&args, one->args ? one->args : "");
    for (size_t i = 0; i < one->n_ports; i++)
        buf_printf(&args, " -p %s", one->ports[i]);
    return buf_steal(&args);
}

static char **environment(const struct service_config *one)
{
    char **env = xcalloc(one->n_env + 1, sizeof(*env));
    for (size_t i = 0; i < one->n_env; i++)
        env[i] = xasprintf("%s=%s", one->env[i].name, one->env[i].value);
    return env;
}

static void start_one(struct services *s, const char *auth)
{
    static const struct docker_callbacks callbacks = {log_line, started};
    const struct service_config *one = current(s);
    struct run *run = s->call->run;
    const char *const aliases[] = {one->name, one->alias, NULL};
    _cleanup_free_ char *args = arguments(one);
    char **env = environment(one);
    _cleanup_(scope_words_release) struct scope_words words;
    scope_words_init(&words, run, s->scope, true);
    struct docker_options o = {.image = one->image,
                               .args = args,
                               .words = &words.env,
                               .network = s->network,
                               .aliases = aliases,
                               .workdir = scope_lease(s->scope)->workspace,
                               .env = (const char *const *)env,
                               .auth = auth,
                               .always_pull = one->always_pull,
                               .mirrors = run->config->registry_mirrors,
                               .n_mirrors = run->config->n_registry_mirrors,
                               .service = true,
                               .command = one->command};
    run_engine_labels(run, o.labels);
    step_log(s->call, "Starting service %s: %s", one->name, one->image);
    s->start = docker_agent_start(s->engine, run->loop, scope_lease(s->scope)->agent, &o, &callbacks, s);
    env_block_free(env);
}

static void start_next(struct services *s)
{
    _cleanup_(error_release) struct error err = {0};
    if (s->at == s->n) {
        s->at = 0;
        wait_next(s);
        return;
    }
    _cleanup_free_ char *host = registry_of_image(current(s)->image),
                        *auth = registry_auth(s->call->run, s->scope, host, &err);
    if (!err.message) {
        start_one(s, auth);
        return;
    }
    fail(s, "service %s: %s", current(s)->name, err.message);
    remove_all(s);
}

static void network_made(void *data, const struct engine_end *end)
{
    struct services *s = data;
    s->network = xstrdup(json_string_value(json_object_get(end->json, "Id")));
    if (end->err || s->cancelled || !s->network) {
        fail(s, "the network of the services: %s", end->err ? end->err->message : "the engine gave it no id");
        remove_all(s);
        return;
    }
    start_next(s);
}

struct services *services_start(struct step_call *c, struct scope *scope, const struct service_config *list,
                                size_t n, services_done_fn *ready, void *data)
{
    const char *labels[3][2];
    char random[9];
    struct services *s = xcalloc(1, sizeof(*s));
    *s = (struct services){
        .call = c, .scope = scope_ref(scope), .list = list, .n = n, .done = ready, .data = data};
    s->engine = run_engine(c->run, scope);
    s->ids = xcalloc(n + 1, sizeof(*s->ids));
    s->again = (struct loop_timer){.fn = look_again, .data = s};
    random_hex(random, 4);
    run_engine_labels(c->run, labels);
    _cleanup_free_ char *name = xasprintf("gmrun-%s", random);
    json_t *body = json_pack("{s:s, s:{s:s, s:s}}", "Name", name, "Labels", labels[0][0], labels[0][1],
                             labels[1][0], labels[1][1]);
    struct engine_request r = {.method = "POST", .path = "/networks/create", .body = body};
    engine_send(s->engine, &r, network_made, s);
    json_decref(body);
    return s;
}

void services_cancel(struct services *s)
{
    if (s->cancelled || s->ending)
        return;
    s->cancelled = true;
    if (s->start)
        docker_agent_cancel(s->start);
    else if (s->probing) {
        fail(s, " ");
        remove_all(s);
    } else if (s->again.slot)
        loop_timer_start(s->call->run->loop, &s->again, 0);
}

const char *services_network(const struct services *s)
{
    return s->network;
}

/* ---- the end */

static void look_back(struct services *s);

static void looked_back_at_next(struct services *s)
{
    s->at++;
    look_back(s);
}

static void looked_back(void *data, const struct engine_end *end)
{
    struct services *s = data;
    _cleanup_free_ char *ended = how_it_ended(end->json);
    if (!ended) {
        looked_back_at_next(s);
        return;
    }
    step_log(s->call, "WARNING: service %s %s before the block was over; its last lines:", current(s)->name,
             ended);
    tell_last(s, looked_back_at_next);
}

static void look_back(struct services *s)
{
    if (s->at == s->n) {
        remove_all(s);
        return;
    }
    _cleanup_free_ char *path = xasprintf("/containers/%s/json", s->ids[s->at]);
    ask(s, NULL, path, looked_back);
}

void services_end(struct services *s, services_done_fn *done, void *data)
{
    s->done = done;
    s->data = data;
    s->at = 0;
    look_back(s);
}

void services_free(struct services *s)
{
    if (!s)
        return;
    loop_timer_stop(s->call->run->loop, &s->again);
    for (size_t i = 0; i < s->n; i++)
        free(s->ids[i]);
    free(s->ids);
    free(s->network);
    scope_unref(s->scope);
    buf_release(&s->line);
    error_release(&s->failure);
    free(s);
}
