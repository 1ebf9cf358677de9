/* registryTags, registryCleanup: a repository's tags, and the removal of old ones.
 *
 * A tag's age is the creation time in its image's configuration, two requests a tag. The API removes
 * manifests, not tags: one that a kept tag shares is kept. */
#include "runner/engine/registry.h"
#include "runner/steps/rows.h"
#include "base/glob.h"
#include <string.h>

struct tag {
    char *name, *digest, *created;
};

struct tags {
    struct step_call *call;
    struct registry *registry; /* the run's */
    struct registry_call *asked;
    char *path; /* the repository as the registry calls it */
    VEC(struct tag) found;
    void (*listed)(struct tags *t);
    size_t at; /* of found, while one after the other is looked at or removed */
    size_t removed;
};

static void tags_free(void *data)
{
    struct tags *t = data;
    if (t->asked)
        registry_cancel(t->asked);
    for (size_t i = 0; i < t->found.len; i++) {
        free(t->found.items[i].name);
        free(t->found.items[i].digest);
        free(t->found.items[i].created);
    }
    vec_release(&t->found);
    free(t->path);
    free(t);
}

static void cancel(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

static void ask(struct tags *t, const char *method, const char *path, const char *accept,
                registry_done_fn *done)
{
    struct registry_request q = {.method = method, .repository = t->path, .path = path, .accept = accept};
    t->asked = registry_send(t->registry, &q, done, t);
}

/* ---- the list, page by page */

static void page(void *data, const struct registry_answer *a)
{
    struct tags *t = data;
    json_t *name;
    size_t i;
    t->asked = NULL;
    if (a->err && a->err->code != 404) {
        step_fail_text(t->call, "%s", a->err->message);
        return;
    }
    json_array_foreach(json_object_get(a->json, "tags"), i, name) if (json_is_string(name))
        vec_push(&t->found, ((struct tag){.name = xstrdup(json_string_value(name))}));
    if (a->next)
        ask(t, NULL, a->next, NULL, page);
    else
        t->listed(t);
}

static enum call_status start(struct step_call *c, void (*listed)(struct tags *t))
{
    _cleanup_(error_release) struct error err = {0};
    const char *repository = step_str(c, "repository", "");
    _cleanup_free_ char *host = registry_of_image(repository);
    struct registry *registry = registry_open(c->run, c->branch->scope, host, &err);
    if (!registry)
        return step_abort(c, "%s", err.message);
    struct tags *t = xcalloc(1, sizeof(*t));
    *t = (struct tags){
        .call = c, .registry = registry, .path = registry_path_of(repository), .listed = listed};
    c->state = t;
    c->state_release = tags_free;
    ask(t, NULL, "tags/list", NULL, page);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

/* ---- registryTags */

static void give_list(struct tags *t)
{
    struct value list = list_new(t->call->run->vm, t->found.len);
    for (size_t i = 0; i < t->found.len; i++) {
        struct value name = string_from(t->found.items[i].name);
        list_push(AS_LIST(list), name);
        value_release(name);
    }
    step_done(t->call, list);
}

enum call_status step_registry_tags(struct step_call *c, struct value *out)
{
    return start(c, give_list);
}

/* ---- registryCleanup */

static int newest_first(const void *a, const void *b)
{
    const struct tag *x = a, *y = b;
    int order = strcmp(y->created ? y->created : "", x->created ? x->created : "");
    return order ? order : strcmp(y->name, x->name);
}

static bool is_kept(const struct tags *t, const char *digest, size_t keep)
{
    for (size_t i = 0; i < keep && i < t->found.len; i++)
        if (str_eq(t->found.items[i].digest, digest))
            return true;
    return false;
}

static void remove_next(struct tags *t);

static void removed(void *data, const struct registry_answer *a)
{
    struct tags *t = data;
    t->asked = NULL;
    if (a->err && a->err->code != 404) {
        step_fail_text(t->call, a->err->code == 405 ? "%s; removal is switched off there" : "%s",
                       a->err->message);
        return;
    }
    step_log(t->call, "Removed %s:%s", step_str(t->call, "repository", ""), t->found.items[t->at].name);
    t->removed++;
    t->at++;
    remove_next(t);
}

static void remove_next(struct tags *t)
{
    size_t keep = (size_t)step_int(t->call, "keep", 10);
    while (t->at < t->found.len &&
           (!t->found.items[t->at].digest || is_kept(t, t->found.items[t->at].digest, keep)))
        t->at++;
    if (t->at >= t->found.len) {
        step_done(t->call, value_int((int64_t)t->removed));
        return;
    }
    _cleanup_free_ char *path = xasprintf("manifests/%s", t->found.items[t->at].digest);
    ask(t, "DELETE", path, NULL, removed);
}

static void look_next(struct tags *t);

static void config_known(void *data, const struct registry_answer *a)
{
    struct tags *t = data;
    t->asked = NULL;
    t->found.items[t->at++].created = xstrdup(json_string_value(json_object_get(a->json, "created")));
    look_next(t);
}

/* A list of platforms has no time of its own: it counts as the newest, and stays. */
static void manifest_known(void *data, const struct registry_answer *a)
{
    struct tags *t = data;
    struct tag *tag = &t->found.items[t->at];
    const char *config = json_string_value(json_object_get(json_object_get(a->json, "config"), "digest"));
    t->asked = NULL;
    tag->digest = xstrdup(a->digest);
    if (!config) {
        tag->created = a->err ? NULL : xstrdup("9999");
        t->at++;
        look_next(t);
        return;
    }
    _cleanup_free_ char *path = xasprintf("blobs/%s", config);
    ask(t, NULL, path, NULL, config_known);
}

static void look_next(struct tags *t)
{
    if (t->at < t->found.len) {
        _cleanup_free_ char *path = xasprintf("manifests/%s", t->found.items[t->at].name);
        ask(t, NULL, path, REGISTRY_MANIFESTS, manifest_known);
        return;
    }
    qsort(t->found.items, t->found.len, sizeof(*t->found.items), newest_first);
    t->at = (size_t)step_int(t->call, "keep", 10);
    remove_next(t);
}

/* Only tags that the pattern takes are counted and removed. */
static void select_tags(struct tags *t)
{
    const char *pattern = step_str(t->call, "pattern", NULL);
    size_t n = 0;
    for (size_t i = 0; i < t->found.len; i++) {
        if (!pattern || glob_match_one(pattern, t->found.items[i].name, true))
            t->found.items[n++] = t->found.items[i];
        else
            free(t->found.items[i].name);
    }
    t->found.len = n;
    look_next(t);
}

enum call_status step_registry_cleanup(struct step_call *c, struct value *out)
{
    if (step_int(c, "keep", 10) < 1)
        return step_abort(c, "registryCleanup keeps at least one tag; keep: %lld was given",
                          (long long)step_int(c, "keep", 10));
    return start(c, select_tags);
}
