/* dockerBuild, dockerPull, dockerTag, dockerPush: images by the engine's API, told as the docker program
 * tells it. */
#include "agents/docker_pull.h"
#include "executors/build_options.h"
#include "runner/engine/docker.h"
#include "runner/engine/node.h"
#include "runner/engine/registry.h"
#include "runner/steps/helper.h"
#include "runner/steps/docker/program.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* ---- dockerBuild */

static void add_tags(struct step_call *c, struct build_options *b)
{
    struct value v = step_arg(c, "tags");
    if (step_has(c, "image"))
        build_options_tag(b, step_str(c, "image", ""));
    for (size_t i = 0; value_is(v, OBJ_LIST) && i < AS_LIST(v)->len; i++) {
        struct value hold = NULL_VALUE;
        build_options_tag(b, value_text(c->fiber, AS_LIST(v)->items[i], &hold));
        value_release(hold);
    }
}

static void add_arguments(struct step_call *c, struct build_options *b)
{
    struct value v = step_arg(c, "buildArgs");
    struct map_slot *slot;
    for (size_t i = 0; value_is(v, OBJ_MAP) && map_next(AS_MAP(v), &i, &slot);) {
        struct value hold[2] = {NULL_VALUE, NULL_VALUE};
        _cleanup_free_ char *entry = xasprintf("%s=%s", value_text(c->fiber, slot->key, &hold[0]),
                                               value_text(c->fiber, slot->value, &hold[1]));
        build_options_arg(b, entry);
        value_release(hold[0]);
        value_release(hold[1]);
    }
}

static void add_plain(struct step_call *c, struct build_options *b)
{
    static const char *const texts[][2] = {
        {"target", "target"}, {"platform", "platform"}, {"network", "networkmode"}};
    static const char *const flags[][2] = {{"noCache", "nocache"}, {"pull", "pull"}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        json_put_text(b->query, texts[i][1], step_str(c, texts[i][0], NULL));
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (step_bool(c, flags[i][0], false))
            json_object_set_new(b->query, flags[i][1], json_true());
}

static json_t *build_request(struct step_call *c, struct build_options *b, struct error *err)
{
    _cleanup_(buf_release) struct buf query = {0};
    const char *file = b->dockerfile ? b->dockerfile : step_str(c, "file", NULL);
    _cleanup_free_ char *dir = step_path(c, b->context ? b->context : step_str(c, "dir", "."));
    /* As the docker program: a file of --file is looked for where it runs, the default one in the context. */
    _cleanup_free_ char *dockerfile = file ? step_path(c, file) : NULL;
    _cleanup_free_ char *config = registry_config(c->run, c->branch->scope, err);
    if (err->message)
        return NULL;
    build_options_query(b, &query);
    json_t *r = json_pack("{s:s, s:s, s:s}", "op", "image_build", "dir", dir, "query", query.data);
    engine_describe(run_engine(c->run, c->branch->scope), r);
    json_put_text(r, "dockerfile", dockerfile);
    json_put_text(r, "registryConfig", config);
    return r;
}

static bool built(struct step_call *c, const struct worker_end *end)
{
    if (!end->result)
        return false;
    step_done(c, string_from(json_string_value(json_object_get(end->result, "id"))));
    return true;
}

static enum call_status build(struct step_call *c)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(scope_words_release) struct scope_words words;
    scope_words_init(&words, c->run, c->branch->scope, true);
    struct build_options b = {.env = &words.env};
    build_options_init(&b);
    add_tags(c, &b);
    add_arguments(c, &b);
    add_plain(c, &b);
    json_t *request = NULL;
    if (build_options_apply(&b, step_str(c, "args", ""), &err) == 0)
        request = build_request(c, &b, &err);
    build_options_release(&b);
    return request ? helper_start(c, request, built) : step_abort(c, "%s", err.message);
}

/* The helper speaks to the engine itself; which version, has to be known before. */
struct meeting {
    struct step_call *call;
    char *failure;
};

static void meeting_free(void *data)
{
    free(((struct meeting *)data)->failure);
    free(data);
}

static void met(void *data, const struct engine_end *end)
{
    struct meeting *m = data;
    m->failure = end->err ? xstrdup(end->err->message) : NULL;
    step_wake(m->call);
}

static enum call_status meet(struct step_call *c)
{
    struct engine_request r = {0};
    engine_send(run_engine(c->run, c->branch->scope), &r, met, c->state);
    return CALL_WAIT;
}

static enum call_status build_after(struct step_call *c, struct outcome o, struct value *out)
{
    struct meeting *m = c->state;
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    enum call_status status = m->failure ? step_abort(c, "%s", m->failure) : CALL_OK;
    c->state = NULL;
    c->state_release = NULL;
    meeting_free(m);
    return status == CALL_OK ? build(c) : status;
}

enum call_status step_docker_build(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    struct meeting *m = xcalloc(1, sizeof(*m));
    m->call = c;
    c->state = m;
    c->state_release = meeting_free;
    return step_await(c, meet, build_after);
}

/* ---- dockerPull, dockerTag: requests of the engine */

struct image_call {
    struct step_call *call;
    struct docker_pull *pull;
    struct engine_call *request;
};

static void image_call_free(void *data)
{
    struct image_call *s = data;
    if (s->pull)
        docker_pull_cancel(s->pull);
    if (s->request)
        engine_cancel(s->request);
    free(s);
}

static void cancel(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

static struct image_call *image_call_new(struct step_call *c)
{
    struct image_call *s = xcalloc(1, sizeof(*s));
    s->call = c;
    c->state = s;
    c->state_release = image_call_free;
    return s;
}

static void tell(void *data, const char *text)
{
    step_log(((struct image_call *)data)->call, "%s", text);
}

static void pulled(void *data, json_t *image, const struct error *err)
{
    struct image_call *s = data;
    s->pull = NULL;
    if (err)
        step_fail_text(s->call, "%s", err->message);
    else
        step_done(s->call, string_from(json_string_value(json_object_get(image, "Id"))));
}

/* The login of the registry that the image's name begins with. -1: err. */
static int login_of(struct step_call *c, const char *image, char **auth, struct error *err)
{
    _cleanup_free_ char *host = registry_of_image(image);
    *auth = registry_auth(c->run, c->branch->scope, host, err);
    return err->message ? -1 : 0;
}

enum call_status step_docker_pull(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    static const struct docker_pull_callbacks callbacks = {tell, pulled};
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *auth = NULL;
    const char *image = step_str(c, "image", "");
    if (login_of(c, image, &auth, &err) < 0)
        return step_abort(c, "%s", err.message);
    struct image_call *s = image_call_new(c);
    struct docker_pull_options o = {.image = image,
                                    .auth = auth,
                                    .always = true,
                                    .mirrors = c->run->config->registry_mirrors,
                                    .n_mirrors = c->run->config->n_registry_mirrors};
    s->pull = docker_pull_start(run_engine(c->run, c->branch->scope), &o, &callbacks, s);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

static void answered(void *data, const struct engine_end *end)
{
    struct image_call *s = data;
    s->request = NULL;
    if (end->err)
        step_fail_text(s->call, "%s", end->err->message);
    else
        step_done(s->call, NULL_VALUE);
}

enum call_status step_docker_tag(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    _cleanup_(buf_release) struct buf path = {0};
    _cleanup_free_ char *repository = NULL, *tag = NULL;
    docker_split_image(step_str(c, "target", ""), &repository, &tag);
    buf_printf(&path, "/images/%s/tag?repo=", step_str(c, "image", ""));
    engine_escape(&path, repository);
    buf_addstr(&path, "&tag=");
    engine_escape(&path, tag);
    struct image_call *s = image_call_new(c);
    struct engine_request r = {.method = "POST", .path = path.data};
    s->request = engine_send(run_engine(c->run, c->branch->scope), &r, answered, s);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}
