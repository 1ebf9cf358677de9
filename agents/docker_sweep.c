/* See docker_sweep.h. Kind after kind, as one may use the next: a network goes only when its containers are
 * gone.
 *
 * Each kind is listed by the labels, and what is listed removed one after the other; objects of other
 * builds stay in the list and are passed over. An object that somebody else removes meanwhile (404,
 * "already in progress") counts as removed. */
#include "agents/docker_sweep.h"
#include "base/utf8.h"
#include "base/util.h"
#include <string.h>

static const struct kind {
    const char *name, *list, *member; /* member: of the answer that holds the array; NULL: it is the array */
    const char *id, *remove;          /* member with the id; path and query of the removal */
} kinds[] = {
    {"container", "/containers/json?all=1&filters=", NULL, "Id", "/containers/%s?force=1&v=1"},
    {"network", "/networks?filters=", NULL, "Id", "/networks/%s"},
    {"volume", "/volumes?filters=", "Volumes", "Name", "/volumes/%s?force=1"},
    {"image", "/images/json?filters=", NULL, "Id", "/images/%s?force=1"},
};

struct docker_sweep {
    struct engine *engine;
    struct docker_sweep_options o;
    struct docker_sweep_callbacks cb;
    void *data;
    char *home, *build;
    size_t kind;     /* of kinds */
    json_t *objects; /* of this kind; the last ones first */
    /* the first */
    struct error failure;
};

static void list(struct docker_sweep *s);

void docker_sweep_free(struct docker_sweep *s)
{
    json_decref(s->objects);
    error_release(&s->failure);
    free(s->home);
    free(s->build);
    free(s);
}

static void sweep_end(struct docker_sweep *s)
{
    s->cb.done(s->data, s->failure.message ? &s->failure : NULL);
    docker_sweep_free(s);
}

static void next_object(struct docker_sweep *s);

static void removed(void *data, const struct engine_end *end)
{
    struct docker_sweep *s = data;
    if (end->err && end->err->code != 404 && !strstr(end->err->message, "already in progress"))
        error_set(&s->failure, end->err->kind, "%s", end->err->message);
    next_object(s);
}

/* Of one build by its name; of all, those whose runner is dead. */
static bool wanted(struct docker_sweep *s, const char *build)
{
    return build && (s->build ? str_eq(s->build, build) : s->o.dead(s->data, build));
}

static void next_object(struct docker_sweep *s)
{
    const struct kind *k = &kinds[s->kind];
    for (size_t n; (n = json_array_size(s->objects)) > 0;) {
        json_t *object = json_incref(json_array_get(s->objects, n - 1));
        const char *build = json_string_value(
                       json_object_get(json_object_get(object, "Labels"), DOCKER_LABEL_BUILD)),
                   *id = json_string_value(json_object_get(object, k->id));
        /* From the end: removing the first would move all others. */
        json_array_remove(s->objects, n - 1);
        bool take = id && wanted(s, build);
        if (take && s->cb.found)
            s->cb.found(s->data, k->name, id, build);
        _cleanup_free_ char *path = take ? xasprintf(k->remove, id) : NULL;
        json_decref(object);
        if (!take || s->o.dry_run)
            continue;
        struct engine_request r = {.method = "DELETE", .path = path};
        engine_send(s->engine, &r, removed, s);
        return;
    }
    if (++s->kind < ARRAY_LEN(kinds))
        list(s);
    else
        sweep_end(s);
}

static void listed(void *data, const struct engine_end *end)
{
    struct docker_sweep *s = data;
    const char *member = kinds[s->kind].member;
    if (end->err) {
        error_set(&s->failure, end->err->kind, "%s", end->err->message);
        sweep_end(s);
        return;
    }
    json_t *all = member ? json_object_get(end->json, member) : end->json;
    json_decref(s->objects);
    s->objects = json_is_array(all) ? json_copy(all) : json_array();
    next_object(s);
}

static void list(struct docker_sweep *s)
{
    _cleanup_(buf_release) struct buf path = {0};
    _cleanup_free_ char *label = s->build ? xasprintf("%s=%s", DOCKER_LABEL_BUILD, s->build)
                                          : xstrdup(DOCKER_LABEL_BUILD),
                        *home = xasprintf("%s=%s", DOCKER_LABEL_HOME, s->home);
    json_t *filter = json_pack("{s:[s,s]}", "label", home, label);
    char *text = json_dumps(filter, JSON_COMPACT);
    buf_addstr(&path, kinds[s->kind].list);
    engine_escape(&path, text);
    free(text);
    json_decref(filter);
    struct engine_request r = {.path = path.data};
    engine_send(s->engine, &r, listed, s);
}

struct docker_sweep *docker_sweep_start(struct engine *e, const struct docker_sweep_options *o,
                                        const struct docker_sweep_callbacks *cb, void *data)
{
    struct docker_sweep *s = xcalloc(1, sizeof(*s));
    *s = (struct docker_sweep){.engine = e, .o = *o, .cb = *cb, .data = data};
    struct buf home = {0};
    utf8_clean(&home, o->home, strlen(o->home));
    s->home = buf_steal(&home);
    s->build = xstrdup(o->build);
    list(s);
    return s;
}
