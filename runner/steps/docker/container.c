/* dockerRun, dockerStop, dockerPort: containers beside the build's own, as services of its tests.
 * dockerInspect: what the engine knows of an image. What a build leaves running goes at its end. */
#include "runner/engine/docker.h"
#include "runner/engine/node.h"
#include "runner/engine/registry.h"
#include "runner/lib/json.h"
#include "runner/steps/docker/program.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct container_call {
    struct step_call *call;
    struct docker_start *start;
    struct engine_call *request;
    char *id; /* of the container to be removed */
};

static void container_call_free(void *data)
{
    struct container_call *s = data;
    if (s->request)
        engine_cancel(s->request);
    free(s->id);
    free(s);
}

static struct container_call *container_call_new(struct step_call *c)
{
    struct container_call *s = xcalloc(1, sizeof(*s));
    s->call = c;
    c->state = s;
    c->state_release = container_call_free;
    return s;
}

static void cancel_request(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

/* ---- dockerRun */

static void log_line(void *data, const char *text)
{
    step_log(((struct container_call *)data)->call, "%s", text);
}

static void started(void *data, struct agent *agent, const struct error *err)
{
    struct container_call *s = data;
    if (!agent) {
        step_fail_text(s->call, "%s", err->message);
        return;
    }
    struct value id = string_from(docker_agent_id(agent));
    agent->ops->free(agent);
    step_done(s->call, id);
}

static void cancel_start(struct step_call *c)
{
    docker_agent_cancel(((struct container_call *)c->state)->start);
}

enum call_status step_docker_run(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    static const struct docker_callbacks callbacks = {log_line, started};
    _cleanup_(error_release) struct error err = {0};
    const char *image = step_str(c, "image", "");
    _cleanup_free_ char *host = registry_of_image(image);
    _cleanup_free_ char *auth = registry_auth(c->run, c->branch->scope, host, &err);
    if (err.message)
        return step_abort(c, "%s", err.message);
    _cleanup_(scope_words_release) struct scope_words words;
    scope_words_init(&words, c->run, c->branch->scope, true);
    struct docker_options o = {.image = image,
                               .words = &words.env,
                               .workdir = step_cwd(c),
                               .args = step_str(c, "args", NULL),
                               .command = step_str(c, "command", NULL),
                               .auth = auth,
                               .service = true,
                               .mirrors = c->run->config->registry_mirrors,
                               .n_mirrors = c->run->config->n_registry_mirrors};
    run_engine_labels(c->run, o.labels);
    struct container_call *s = container_call_new(c);
    s->start = docker_agent_start(run_engine(c->run, c->branch->scope), c->run->loop,
                                  scope_lease(c->branch->scope)->agent, &o, &callbacks, s);
    step_on_cancel(c, cancel_start);
    return CALL_WAIT;
}

/* ---- dockerStop */

static void gone(void *data, const struct engine_end *end)
{
    struct container_call *s = data;
    s->request = NULL;
    step_done(s->call, NULL_VALUE);
}

static void removed(void *data, const struct engine_end *end)
{
    struct container_call *s = data;
    s->request = NULL;
    if (end->err && end->err->code == 409) { /* one of --rm removes itself */
        _cleanup_free_ char *path = xasprintf("/containers/%s/wait?condition=removed", s->id);
        struct engine_request r = {.method = "POST", .path = path};
        s->request = engine_send(run_engine(s->call->run, s->call->branch->scope), &r, gone, s);
        return;
    }
    if (end->err && end->err->code != 404)
        step_fail_text(s->call, "%s", end->err->message);
    else
        step_done(s->call, NULL_VALUE);
}

static void stopped(void *data, const struct engine_end *end)
{
    struct container_call *s = data;
    _cleanup_free_ char *path = xasprintf("/containers/%s?force=1&v=1", s->id);
    struct engine_request r = {.method = "DELETE", .path = path};
    s->request = engine_send(run_engine(s->call->run, s->call->branch->scope), &r, removed, s);
}

enum call_status step_docker_stop(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    struct container_call *s = container_call_new(c);
    struct buf id = {0};
    engine_escape(&id, step_str(c, "container", ""));
    s->id = buf_steal(&id);
    _cleanup_free_ char *path = xasprintf("/containers/%s/stop", s->id);
    struct engine_request r = {.method = "POST", .path = path};
    s->request = engine_send(run_engine(c->run, c->branch->scope), &r, stopped, s);
    step_on_cancel(c, cancel_request);
    return CALL_WAIT;
}

/* ---- dockerPort, dockerInspect */

/* As `docker port ID N`: the first address, "0.0.0.0:32768". */
static void port_known(void *data, const struct engine_end *end)
{
    struct container_call *s = data;
    const char *port = step_str(s->call, "port", "");
    _cleanup_free_ char *key = strchr(port, '/') ? xstrdup(port) : xasprintf("%s/tcp", port);
    json_t *ports = json_object_get(json_object_get(end->json, "NetworkSettings"), "Ports"),
           *first = json_array_get(json_object_get(ports, key), 0);
    const char *ip = json_string_value(json_object_get(first, "HostIp")),
               *number = json_string_value(json_object_get(first, "HostPort"));
    s->request = NULL;
    if (end->err)
        step_fail_text(s->call, "%s", end->err->message);
    else if (!number)
        step_fail_text(s->call, "No public port '%s' published for %.12s", key,
                       step_str(s->call, "container", ""));
    else
        step_done(s->call, string_printf("%s:%s", ip && *ip ? ip : "0.0.0.0", number));
}

static void image_known(void *data, const struct engine_end *end)
{
    struct container_call *s = data;
    struct value v = NULL_VALUE;
    s->request = NULL;
    if (end->err && end->err->code != 404) {
        step_fail_text(s->call, "%s", end->err->message);
        return;
    }
    char *text = end->err ? NULL : json_dumps(end->json, 0);
    if (text)
        json_to_value(s->call->run->vm, text, strlen(text), &v, NULL);
    free(text);
    step_done(s->call, v);
}

static enum call_status ask(struct step_call *c, const char *what, const char *name, engine_done_fn *done)
{
    _cleanup_(buf_release) struct buf path = {0};
    struct container_call *s = container_call_new(c);
    buf_printf(&path, "/%s/", what);
    for (const char *p = name; *p; p++) /* names of images keep their slashes */
        buf_printf(&path, strchr(" ?#%", *p) ? "%%%02X" : "%c", (unsigned char)*p);
    buf_addstr(&path, "/json");
    struct engine_request r = {.path = path.data};
    s->request = engine_send(run_engine(c->run, c->branch->scope), &r, done, s);
    step_on_cancel(c, cancel_request);
    return CALL_WAIT;
}

enum call_status step_docker_port(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    return ask(c, "containers", step_str(c, "container", ""), port_known);
}

enum call_status step_docker_inspect(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program_inspect(c, out);
    return ask(c, "images", step_str(c, "image", ""), image_known);
}
