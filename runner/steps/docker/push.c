/* dockerPush: an image to its registry. The engine's "digest" line says what was sent; the registry is asked
 * before and after, so that a push which did not arrive is an error and not a surprise of the rollout. */
#include "agents/docker_pull.h"
#include "runner/engine/docker.h"
#include "runner/engine/registry.h"
#include "runner/steps/docker/program.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct push {
    struct step_call *call;
    struct engine_call *request;
    struct registry *registry; /* the run's */
    struct registry_call *asked;
    struct engine_lines lines;
    char *repository, *path, *tag, *auth; /* path: the repository as the registry calls it */
    char *failure, *sent, *before;        /* digests */
};

static void push_free(void *data)
{
    struct push *p = data;
    if (p->request)
        engine_cancel(p->request);
    if (p->asked)
        registry_cancel(p->asked);
    engine_lines_release(&p->lines);
    if (p->auth)
        explicit_bzero(p->auth, strlen(p->auth));
    char *const texts[] = {p->repository, p->path, p->tag, p->auth, p->failure, p->sent, p->before};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    free(p);
}

/* ---- after */

static void verified(void *data, const struct registry_answer *a)
{
    struct push *p = data;
    struct step_call *c = p->call;
    p->asked = NULL;
    if (a->err && a->err->code != 404) {
        step_log(c, "WARNING: the push could not be verified: %s", a->err->message);
    } else if (!a->digest || !str_eq(a->digest, p->sent)) {
        step_fail_text(c, "the push of %s:%s did not arrive: the registry has %s, %s was sent", p->repository,
                       p->tag, a->digest ? a->digest : "no such tag", p->sent);
        return;
    } else if (p->before && !str_eq(p->before, p->sent)) {
        step_log(c, "%s: was %s before", p->tag, p->before);
    }
    step_done(c, string_from(p->sent));
}

static void ask(struct push *p, registry_done_fn *done)
{
    _cleanup_free_ char *path = xasprintf("manifests/%s", p->tag);
    struct registry_request q = {
        .method = "HEAD", .repository = p->path, .path = path, .accept = REGISTRY_MANIFESTS};
    p->asked = registry_send(p->registry, &q, done, p);
}

/* ---- the push */

static void line(void *data, json_t *object)
{
    struct push *p = data;
    _cleanup_free_ char *text = docker_progress(object, &p->failure);
    const char *digest = json_string_value(json_object_get(json_object_get(object, "aux"), "Digest"));
    if (text)
        step_log(p->call, "%s", text);
    if (!digest)
        return;
    free(p->sent);
    p->sent = xstrdup(digest);
}

static void piece(void *data, const char *bytes, size_t n)
{
    engine_lines_feed(&((struct push *)data)->lines, bytes, n);
}

static void pushed(void *data, const struct engine_end *end)
{
    struct push *p = data;
    p->request = NULL;
    if (end->err || p->failure)
        step_fail_text(p->call, "%s", end->err ? end->err->message : p->failure);
    else if (!p->sent)
        step_fail_text(p->call, "the engine ended the push of %s:%s without a digest", p->repository, p->tag);
    else
        ask(p, verified);
}

/* ---- before */

static void looked(void *data, const struct registry_answer *a)
{
    struct push *p = data;
    _cleanup_(buf_release) struct buf path = {0};
    p->asked = NULL;
    p->before = a->err ? NULL : xstrdup(a->digest);
    buf_printf(&path, "/images/%s/push?tag=", p->repository);
    engine_escape(&path, p->tag);
    /* The engine wants the header also without a login: "{}". */
    struct engine_request r = {
        .method = "POST", .path = path.data, .auth = p->auth ? p->auth : "e30=", .piece = piece};
    p->request = engine_send(run_engine(p->call->run, p->call->branch->scope), &r, pushed, p);
}

static void cancel(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

enum call_status step_docker_push(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    _cleanup_(error_release) struct error err = {0};
    const char *image = step_str(c, "image", "");
    _cleanup_free_ char *host = registry_of_image(image);
    struct push *p = xcalloc(1, sizeof(*p));
    p->call = c;
    p->lines = (struct engine_lines){.fn = line, .data = p};
    c->state = p;
    c->state_release = push_free;
    docker_split_image(image, &p->repository, &p->tag);
    if (!*p->tag)
        return step_abort(c, "cannot push a digest reference: %s", image);
    p->path = registry_path_of(p->repository);
    p->auth = registry_auth(c->run, c->branch->scope, host, &err);
    p->registry = err.message ? NULL : registry_open(c->run, c->branch->scope, host, &err);
    if (!p->registry)
        return step_abort(c, "%s", err.message);
    ask(p, looked);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}
