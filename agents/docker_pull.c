/* See docker_pull.h. A name without a registry is Docker Hub's: with mirrors it is pulled from the first of
 * them that has it, under the mirror's name, and tagged with its own [moby: registry-mirrors, which only the
 * daemon's own configuration could set].
 *
 * Digests are never pulled from a mirror: the engine could not tag what it pulled with a digest. The
 * login of Docker Hub is not sent to mirrors. */
#include "agents/docker_pull.h"
#include "base/util.h"
#include <string.h>

struct docker_pull {
    struct engine *engine;
    struct docker_pull_callbacks cb;
    void *data;
    char *image, *auth, *platform; /* owned copies; auth is wiped */
    /* pulled: the image is not asked for once more if it is still not there */
    bool pulled, never;
    char *const *mirrors;
    size_t n_mirrors, mirror; /* the one that is being tried */
    char *source;             /* what is being pulled: the image, or its name at a mirror */
    struct engine_lines lines;
    char *failure; /* in the midst of a stream that began well */
    struct engine_call *call;
};

char *docker_progress(json_t *line, char **failure)
{
    const char *error = json_string_value(json_object_get(line, "error")),
               *status = json_string_value(json_object_get(line, "status")),
               *id = json_string_value(json_object_get(line, "id"));
    if (error) {
        free(*failure);
        *failure = xstrdup(error);
        return NULL;
    }
    /* A bar has numbers in progressDetail and comes many times a second. */
    if (!status || json_object_size(json_object_get(line, "progressDetail")))
        return NULL;
    /* A pause before another try is counted down second by second. */
    if (str_has_prefix(status, "Retrying in ") && strtol(status + 12, NULL, 10) % 5)
        return NULL;
    return id ? xasprintf("%s: %s", id, status) : xstrdup(status);
}

static void pull_free(struct docker_pull *p)
{
    engine_lines_release(&p->lines);
    if (p->auth)
        explicit_bzero(p->auth, strlen(p->auth));
    free(p->auth);
    free(p->image);
    free(p->platform);
    free(p->source);
    free(p->failure);
    free(p);
}

static void pull_end(struct docker_pull *p, json_t *image, const struct error *err)
{
    p->cb.done(p->data, image, err);
    pull_free(p);
}

static void look(struct docker_pull *p);

static void line(void *data, json_t *object)
{
    struct docker_pull *p = data;
    _cleanup_free_ char *text = docker_progress(object, &p->failure);
    if (text && p->cb.log)
        p->cb.log(p->data, text);
}

static void piece(void *data, const char *bytes, size_t n)
{
    engine_lines_feed(&((struct docker_pull *)data)->lines, bytes, n);
}

static void pull(struct docker_pull *p);

static void tagged(void *data, const struct engine_end *end)
{
    struct docker_pull *p = data;
    p->call = NULL;
    if (end->err)
        pull_end(p, NULL, end->err);
    else
        look(p);
}

void docker_split_image(const char *image, char **name, char **tag)
{
    const char *slash = strrchr(image, '/'), *base = slash ? slash : image;
    const char *colon = strchr(base, '@') ? NULL : strchr(base, ':');
    *name = xstrndup(image, colon ? (size_t)(colon - image) : strlen(image));
    *tag = xstrdup(colon ? colon + 1 : strchr(base, '@') ? "" : "latest");
}

static void add_pair(struct buf *path, const char *name, const char *value)
{
    buf_printf(path, "%c%s=", strchr(path->data, '?') ? '&' : '?', name);
    engine_escape(path, value);
}

static void tag_as_image(struct docker_pull *p)
{
    _cleanup_(buf_release) struct buf path = {0};
    _cleanup_free_ char *name = NULL, *tag = NULL;
    docker_split_image(p->image, &name, &tag);
    buf_printf(&path, "/images/%s/tag", p->source);
    add_pair(&path, "repo", name);
    add_pair(&path, "tag", tag);
    struct engine_request r = {.method = "POST", .path = path.data};
    p->call = engine_send(p->engine, &r, tagged, p);
}

/* A mirror that cannot help says so in the log; the next one is asked, at last Docker Hub itself. */
static void try_next(struct docker_pull *p, const char *why)
{
    _cleanup_free_ char *text = xasprintf("mirror %s: %s", p->mirrors[p->mirror], why);
    if (p->cb.log)
        p->cb.log(p->data, text);
    free(p->failure);
    p->failure = NULL;
    p->mirror++;
    pull(p);
}

static void pulled(void *data, const struct engine_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    struct docker_pull *p = data;
    bool from_mirror = p->mirror < p->n_mirrors;
    p->call = NULL;
    const char *why = end->err ? end->err->message : p->failure;
    if (why) /* the engine does not always say of which image it speaks */
        error_set(&err, end->err ? end->err->kind : ERROR_REMOTE, "cannot pull %s: %s", p->source, why);
    const struct error *failed = why ? &err : NULL;
    p->pulled = !failed || !from_mirror;
    if (failed && from_mirror)
        try_next(p, failed->message);
    else if (failed)
        pull_end(p, NULL, failed);
    else if (from_mirror)
        tag_as_image(p);
    else
        look(p);
}

/* [distribution/reference: a first part with a dot or a colon, or localhost, is a host] */
static bool names_host(const char *image)
{
    size_t n = strcspn(image, "/");
    return image[n] &&
           (memchr(image, '.', n) || memchr(image, ':', n) || strncmp(image, "localhost/", 10) == 0);
}

/* Official images have "library/" before their name at every registry. */
char *docker_mirror_name(const char *mirror, const char *image)
{
    if (names_host(image) || strchr(image, '@'))
        return NULL;
    const char *host = strstr(mirror, "://") ? strstr(mirror, "://") + 3 : mirror;
    return xasprintf("%.*s/%s%s", (int)strcspn(host, "/"), host, strchr(image, '/') ? "" : "library/", image);
}

/* The tag stands apart: without one the engine would pull all of them. */
static void pull(struct docker_pull *p)
{
    _cleanup_(buf_release) struct buf path = {0};
    _cleanup_free_ char *name = NULL, *tag = NULL;
    bool from_mirror = p->mirror < p->n_mirrors;
    free(p->source);
    p->source = from_mirror ? docker_mirror_name(p->mirrors[p->mirror], p->image) : xstrdup(p->image);
    docker_split_image(p->source, &name, &tag);
    buf_addstr(&path, "/images/create");
    add_pair(&path, "fromImage", name);
    /* A digest: the name holds it already. */
    if (*tag)
        add_pair(&path, "tag", tag);
    if (p->platform)
        add_pair(&path, "platform", p->platform);
    struct engine_request r = {
        .method = "POST", .path = path.data, .auth = from_mirror ? NULL : p->auth, .piece = piece};
    p->call = engine_send(p->engine, &r, pulled, p);
}

static void looked(void *data, const struct engine_end *end)
{
    struct docker_pull *p = data;
    p->call = NULL;
    /* 404: there is no such image here. */
    if (end->err && end->err->code == 404 && !p->pulled && !p->never)
        pull(p);
    else
        pull_end(p, end->err ? NULL : end->json, end->err);
}

static void look(struct docker_pull *p)
{
    _cleanup_free_ char *path = xasprintf("/images/%s/json", p->image);
    struct engine_request r = {.path = path};
    p->call = engine_send(p->engine, &r, looked, p);
}

struct docker_pull *docker_pull_start(struct engine *e, const struct docker_pull_options *o,
                                      const struct docker_pull_callbacks *cb, void *data)
{
    struct docker_pull *p = xcalloc(1, sizeof(*p));
    *p = (struct docker_pull){.engine = e, .cb = *cb, .data = data};
    p->image = xstrdup(o->image);
    p->auth = xstrdup(o->auth);
    p->platform = xstrdup(o->platform);
    p->never = o->never;
    p->mirrors = o->mirrors;
    p->n_mirrors = names_host(o->image) || strchr(o->image, '@') ? 0 : o->n_mirrors;
    p->lines = (struct engine_lines){.fn = line, .data = p};
    if (o->always)
        pull(p);
    else
        look(p);
    return p;
}

void docker_pull_cancel(struct docker_pull *p)
{
    if (p->call)
        engine_cancel(p->call);
    pull_free(p);
}
