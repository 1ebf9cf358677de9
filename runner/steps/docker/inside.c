/* See inside.h, and withDockerContainer [docker-workflow: WithContainerStep]. The
 * container lives as long as the block; on every way out of it the step waits until the container is gone. */
#include "runner/steps/docker/inside.h"
#include "agents/docker.h"
#include "base/fs.h"
#include "runner/engine/docker.h"
#include "runner/engine/registry.h"
#include "runner/steps/docker/inside_far.h"
#include "runner/steps/docker/login.h"
#include "runner/steps/docker/services.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct inside {
    struct step_call *call;
    struct docker_start *start; /* while it begins */
    struct agent *agent;        /* until the lease has it */
    struct lease *outer;        /* of the workspace */
    char *image, *args;
    bool always_pull;
    struct scope *around;
    const struct agent_config *config; /* NULL: no services */
    struct services *services;
    struct lease *lease; /* the block's; kept until the container is gone */
    char *failure;
    struct outcome outcome; /* of the block */
};

static void inside_free(void *data)
{
    struct inside *s = data;
    services_free(s->services);
    scope_unref(s->around);
    lease_unref(s->lease);
    lease_unref(s->outer);
    free(s->image);
    free(s->args);
    value_release(s->outcome.v);
    free(s->failure);
    free(s);
}

/* ---- the end */

static void services_ended(void *data, const struct error *err)
{
    struct inside *s = data;
    if (err)
        step_log(s->call, "WARNING: the services could not be removed: %s", err->message);
    step_wake(s->call);
}

static void ended(void *data, const struct error *err)
{
    struct inside *s = data;
    if (err)
        step_log(s->call, "WARNING: the container could not be removed: %s", err->message);
    if (s->services)
        services_end(s->services, services_ended, s);
    else
        step_wake(s->call);
}

static enum call_status end(struct step_call *c)
{
    struct inside *s = c->state;
    step_log(c, "$ docker rm -f --volumes %s", docker_agent_id(s->lease->agent));
    docker_agent_end(s->lease->agent, ended, s);
    return CALL_WAIT;
}

static enum call_status finish(struct step_call *c, struct outcome o, struct value *out)
{
    struct inside *s = c->state;
    return step_after_plain(c, s->outcome, out);
}

static enum call_status left(struct step_call *c, struct outcome o, struct value *out)
{
    struct inside *s = c->state;
    s->outcome = (struct outcome){.thrown = o.thrown, .v = value_retain(o.v)};
    return step_await(c, end, finish);
}

/* ---- the beginning */

static void log_line(void *data, const char *text)
{
    step_log(((struct inside *)data)->call, "%s", text);
}

static void failed(struct inside *s)
{
    step_wake(s->call);
}

static void services_gone(void *data, const struct error *err)
{
    failed(data);
}

static void ready(void *data, struct agent *agent, const struct error *err)
{
    struct inside *s = data;
    s->start = NULL;
    s->agent = agent;
    s->failure = agent ? NULL : xstrdup(err->message);
    if (!agent && s->services)
        services_end(s->services, services_gone, s);
    else
        step_wake(s->call);
}

static void cancel(struct step_call *c)
{
    struct inside *s = c->state;
    if (s->start)
        docker_agent_cancel(s->start);
    else if (s->services)
        services_cancel(s->services);
}

static void start_container(struct inside *s)
{
    static const struct docker_callbacks callbacks = {log_line, ready};
    _cleanup_(error_release) struct error err = {0};
    struct run *run = s->call->run;
    _cleanup_free_ char *host = registry_of_image(s->image), *tmp = xasprintf("%s@tmp", s->outer->workspace),
                        *auth = registry_auth(run, s->around, host, &err);
    const char *mounts[] = {s->outer->workspace, tmp, NULL};
    _cleanup_(scope_words_release) struct scope_words words;
    scope_words_init(&words, run, s->around, false);
    struct docker_options o = {.image = s->image,
                               .words = &words.env,
                               .args = s->args,
                               .network =
                                   s->services ? services_network(s->services) : lease_network(s->outer),
                               .mounts = mounts,
                               .auth = auth,
                               .workdir = s->outer->workspace,
                               .always_pull = s->always_pull,
                               .mirrors = run->config->registry_mirrors,
                               .n_mirrors = run->config->n_registry_mirrors};
    run_engine_labels(run, o.labels);
    s->start = docker_agent_start(run_engine(run, s->around), run->loop, s->outer->agent, &o, &callbacks, s);
}

static void services_ready(void *data, const struct error *err)
{
    struct inside *s = data;
    if (!err) {
        start_container(s);
        return;
    }
    s->failure = xstrdup(err->message);
    failed(s);
}

static enum call_status begin(struct step_call *c)
{
    struct inside *s = c->state;
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *host = registry_of_image(s->image), *tmp = xasprintf("%s@tmp", s->outer->workspace),
                        *auth = registry_auth(c->run, s->around, host, &err);
    if (err.message || fs_mkdir_p(tmp, 0700, &err) < 0)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, cancel);
    if (s->config && s->config->n_services)
        s->services =
            services_start(c, s->around, s->config->services, s->config->n_services, services_ready, s);
    else
        start_container(s);
    return CALL_WAIT;
}

static enum call_status begun(struct step_call *c, struct outcome o, struct value *out)
{
    struct inside *s = c->state;
    if (!s->agent)
        return o.thrown ? vm_throw_value(c->fiber, value_retain(o.v)) : step_abort(c, "%s", s->failure);
    s->lease = lease_inside(s->outer, s->agent, docker_agent_env(s->agent));
    step_log(c, "$ docker run -t -d -w %s %s%s%s cat", s->outer->workspace, s->args, *s->args ? " " : "",
             s->image);
    s->lease->network = s->services ? xstrdup(services_network(s->services)) : NULL;
    if (o.thrown)
        return left(c, o, out);
    struct scope *scope = scope_new(s->around);
    scope->lease = lease_ref(s->lease);
    if (scope_lease(c->branch->scope) != s->outer)
        scope->cwd = xstrdup(s->outer->workspace);
    return step_body(c, scope, NULL, 0, NULL, left);
}

enum call_status inside_enter(struct step_call *c, struct lease *outer, const struct container_options *o)
{
    struct inside *s = xcalloc(1, sizeof(*s));
    *s =
        (struct inside){.call = c, .outer = outer, .image = xstrdup(o->image), .always_pull = o->always_pull};
    s->args = xstrdup(o->args ? o->args : "");
    s->around = scope_ref(o->around ? o->around : c->branch->scope);
    s->config = o->agent;
    if (c->state_release)
        c->state_release(c->state);
    c->state = s;
    c->state_release = inside_free;
    return step_await(c, begin, begun);
}

enum call_status step_with_docker_container(struct step_call *c, struct value *out)
{
    struct container_options o = {.image = step_str(c, "image", ""), .args = step_str(c, "args", NULL)};
    if (c->run->dry_run) {
        step_log(c, "Inside %s%s%s", o.image, o.args && *o.args ? " " : "", o.args ? o.args : "");
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    }
    if (ws_far(c))
        return inside_far(c, o.image, o.args);
    return inside_enter(c, lease_ref(scope_lease(c->branch->scope)), &o);
}

/* ---- a node of kind docker */

/* As withDockerRegistry does, and the image's name gains the registry's host unless it has one. */
static int node_login(struct step_call *c, struct scope *scope, const struct agent_config *agent,
                      struct error *err)
{
    const char *id = agent_extra(agent, "registryCredentialsId"), *url = agent_extra(agent, "registryUrl");
    _cleanup_(registry_login_release) struct registry_login l = {0};
    if (!id)
        return 0;
    if (login_of_credentials(c->run, id, &l, err) < 0)
        return -1;
    _cleanup_free_ char *host = registry_host(url ? url : ""),
                        *text = registry_config_with(c->run, scope, host, &l, true, err);
    return text ? login_place(scope, text, err) : -1;
}

static int node_prepare(struct step_call *c, struct scope *scope, const struct agent_config *agent,
                        struct error *err)
{
    const char *host = agent_extra(agent, "host"), *id = agent_extra(agent, "credentialsId");
    if (host)
        env_set(&scope->vars, "DOCKER_HOST", host);
    return id && login_use_certificates(c->run, scope, id, err) < 0 ? -1 : node_login(c, scope, agent, err);
}

static char *node_image(const struct agent_config *agent)
{
    const char *image = agent_extra(agent, "image"), *url = agent_extra(agent, "registryUrl");
    _cleanup_free_ char *own = registry_of_image(image), *host = registry_host(url ? url : "");
    bool qualify =
        str_eq(own, "docker.io") && !str_has_prefix(image, "docker.io/") && !str_eq(host, "docker.io");
    return qualify ? xasprintf("%s/%s", host, image) : xstrdup(image);
}

enum call_status inside_node(struct step_call *c, struct lease *lease, const struct agent_config *agent)
{
    _cleanup_(error_release) struct error err = {0};
    const char *user = agent_extra(agent, "user"), *args = agent_extra(agent, "args");
    _cleanup_free_ char *image = node_image(agent),
                        *all = xasprintf("%s%s%s%s", user ? "-u " : "", user ? user : "", user ? " " : "",
                                         args ? args : "");
    struct scope *around = scope_new(c->branch->scope);
    around->lease = lease_ref(lease);
    around->cwd = xstrdup(lease->workspace);
    struct container_options o = {.image = image,
                                  .args = all,
                                  .always_pull = str_eq(agent_extra(agent, "alwaysPull"), "true"),
                                  .around = around,
                                  .agent = lease_network(lease) ? NULL : agent};
    enum call_status status;
    if (node_prepare(c, around, agent, &err) == 0) {
        status = inside_enter(c, lease, &o);
    } else {
        lease_unref(lease);
        status = step_abort(c, "%s", err.message);
    }
    scope_unref(around);
    return status;
}
