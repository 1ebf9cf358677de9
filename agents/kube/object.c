/* See object.h. An act is a search for its resource, repeated with the next version while the server lacks
 * the one that is written there, then one request. */
#include "agents/kube/object.h"
#include "agents/kube/versions.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

struct kube_act {
    struct kube *kube;
    struct kube_action a; /* its texts are those below */
    char *api_version, *kind, *name, *space, *sub, *query, *manager, *propagation, *file;
    const char *tried; /* the version looked for now */
    int grace;
    json_t *object;      /* a copy once it is rewritten */
    struct error missed; /* that of the first version */
    const struct kube_resource *resource;
    struct kube_search *search;
    struct kube_call *call;
    struct loop_task begin;
    kube_result_fn *fn;
    void *data;
};

static const struct {
    const char *method, *type;
    bool writes, whole, named; /* changes something; object is a whole one; needs a name */
} verbs[] = {
    [KUBE_GET] = {"GET", NULL, false, false, true},
    [KUBE_LIST] = {"GET", NULL, false, false, false},
    [KUBE_CREATE] = {"POST", KUBE_JSON, true, true, false},
    [KUBE_REPLACE] = {"PUT", KUBE_JSON, true, true, true},
    [KUBE_APPLY] = {"PATCH", KUBE_APPLY_PATCH, true, true, true},
    [KUBE_PATCH_MERGE] = {"PATCH", KUBE_MERGE_PATCH, true, false, true},
    [KUBE_PATCH_STRATEGIC] = {"PATCH", KUBE_STRATEGIC_PATCH, true, false, true},
    [KUBE_PATCH_JSON] = {"PATCH", KUBE_JSON_PATCH, true, false, true},
    [KUBE_DELETE] = {"DELETE", NULL, false, false, true},
};

static const char *member(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

static void act_free(struct kube_act *t)
{
    char *const texts[] = {t->api_version, t->kind,    t->name,        t->space, t->sub,
                           t->query,       t->manager, t->propagation, t->file};
    loop_defer_cancel(kube_loop(t->kube), &t->begin);
    if (t->search)
        kube_search_cancel(t->search);
    if (t->call)
        kube_cancel(t->call);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    json_decref(t->object);
    error_release(&t->missed);
    free(t);
}

static void act_end(struct kube_act *t, const struct kube_end *end)
{
    bool spaced = t->resource && t->resource->namespaced && *t->space;
    struct kube_result r = {*end, t->resource, spaced ? t->space : NULL, t->name};
    t->fn(t->data, &r);
    act_free(t);
}

static void act_fail(struct kube_act *t, const struct error *why)
{
    _cleanup_(error_release) struct error err = {0};
    if (t->file && !why->file)
        error_at(&err, why->kind, t->file, t->a.place.line, 0, "%s", why->message);
    else
        error_at(&err, why->kind, why->file, why->line, why->col, "%s", why->message);
    err.code = why->code;
    struct kube_end end = {.reason = "", .err = &err};
    act_end(t, &end);
}

/* ---- the request */

static void add_query(struct buf *path, const char *key, const char *value)
{
    if (!value)
        return;
    buf_printf(path, "%c%s=", strchr(path->data, '?') ? '&' : '?', key);
    kube_escape(path, value);
}

static char *build_path(const struct kube_act *t)
{
    struct buf path = {0};
    const struct kube_action *a = &t->a;
    bool named = a->verb != KUBE_CREATE || a->sub; /* pods/NAME/eviction is created below its pod */
    _cleanup_free_ char *base = kube_resource_path(t->resource, *t->space ? t->space : NULL,
                                                   named && a->verb != KUBE_LIST ? t->name : NULL, t->sub);
    buf_addstr(&path, base);
    if (t->query)
        buf_printf(&path, "?%s", t->query);
    if (verbs[a->verb].writes)
        add_query(&path, "fieldManager", t->manager ? t->manager : "gmrun");
    if (a->verb == KUBE_APPLY && a->force)
        add_query(&path, "force", "true");
    if (a->dry_run && (verbs[a->verb].writes || a->verb == KUBE_DELETE))
        add_query(&path, "dryRun", "All");
    if (a->verb == KUBE_DELETE) {
        _cleanup_free_ char *grace = t->grace >= 0 ? xasprintf("%d", t->grace) : NULL;
        add_query(&path, "propagationPolicy", t->propagation ? t->propagation : "Background");
        add_query(&path, "gracePeriodSeconds", grace);
    }
    return buf_steal(&path);
}

static void answered(void *data, const struct kube_end *end)
{
    struct kube_act *t = data;
    t->call = NULL;
    act_end(t, end);
}

static void pass_notice(void *data, const char *text)
{
    struct kube_act *t = data;
    t->a.notice(t->data, text);
}

static void act_send(struct kube_act *t)
{
    const struct kube_action *a = &t->a;
    _cleanup_free_ char *path = build_path(t);
    struct kube_request r = {.method = verbs[a->verb].method,
                             .path = path,
                             .content_type = verbs[a->verb].type,
                             .body = verbs[a->verb].writes ? t->object : NULL,
                             .place = {t->file, a->place.line},
                             .timeout_ms = a->timeout_ms,
                             .notice = a->notice ? pass_notice : NULL};
    t->call = kube_send(t->kube, &r, answered, t);
}

/* ---- the object */

static void own_object(struct kube_act *t)
{
    json_t *copy = json_deep_copy(t->object);
    json_decref(t->object);
    t->object = copy;
}

static int rewrite(struct kube_act *t, struct error *err)
{
    const char *to = t->resource->api_version;
    json_t *metadata = json_object_get(t->object, "metadata");
    if (t->api_version && !t->sub && strcmp(t->api_version, to) != 0) {
        _cleanup_free_ char *text =
            xasprintf("this cluster does not serve %s %s any more: sent as %s", t->api_version, t->kind, to);
        if (t->a.notice)
            t->a.notice(t->data, text);
        if (verbs[t->a.verb].whole) {
            own_object(t);
            return kube_version_rewrite(t->object, to, err);
        }
    }
    /* Of an object that was read from a cluster; the server refuses to apply these. */
    if (t->a.verb == KUBE_APPLY && json_object_get(metadata, "managedFields")) {
        own_object(t);
        json_object_del(json_object_get(t->object, "metadata"), "managedFields");
    }
    return 0;
}

static int settle_space(struct kube_act *t, struct error *err)
{
    const char *own =
        verbs[t->a.verb].whole ? member(json_object_get(t->object, "metadata"), "namespace") : NULL;
    if (!t->space)
        t->space = xstrdup(own && *own ? own : kube_config_space(kube_config_of(t->kube)));
    if (!t->resource->namespaced || !own || !*own || strcmp(own, t->space) == 0)
        return 0;
    return error_set(err, ERROR_INVALID,
                     "the namespace from the provided object \"%s\" does not match the namespace \"%s\"", own,
                     t->space);
}

static void found(void *data, const struct kube_resource *r, const struct error *err);

/* The server lacks the version: the next that takes its place, if there is one. */
static bool try_next(struct kube_act *t, const struct error *err)
{
    const char *next = t->tried ? kube_version_next(t->tried, t->kind) : NULL;
    if (err->kind != ERROR_INVALID)
        return false;
    if (!t->missed.kind)
        error_set(&t->missed, err->kind, "%s", err->message);
    if (!next)
        return false;
    t->tried = next;
    t->search = kube_find_kind(t->kube, next, t->kind, found, t);
    return true;
}

static void found(void *data, const struct kube_resource *r, const struct error *err)
{
    _cleanup_(error_release) struct error why = {0};
    struct kube_act *t = data;
    t->search = NULL;
    if (!r && try_next(t, err))
        return;
    t->resource = r;
    if (!r)
        act_fail(t, t->missed.kind && err->kind == ERROR_INVALID ? &t->missed : err);
    else if (settle_space(t, &why) < 0 || rewrite(t, &why) < 0)
        act_fail(t, &why);
    else
        act_send(t);
}

static void begin(struct loop_task *task)
{
    _cleanup_(error_release) struct error err = {0};
    struct kube_act *t = task->data;
    if (!t->kind)
        error_set(&err, ERROR_INVALID, "the object has no kind");
    else if (verbs[t->a.verb].named && (!t->name || !*t->name))
        error_set(&err, ERROR_INVALID, "the %s has no name", t->kind);
    else if (verbs[t->a.verb].writes && !t->object)
        error_set(&err, ERROR_INVALID, "there is nothing to send for %s %s", t->kind, t->name ? t->name : "");
    if (err.kind)
        act_fail(t, &err);
    else if (t->tried)
        t->search = kube_find_kind(t->kube, t->tried, t->kind, found, t);
    else
        t->search = kube_find_name(t->kube, t->kind, found, t);
}

static char *choose(const char *given, const json_t *object, const char *key)
{
    return xstrdup(given ? given : member(object, key));
}

struct kube_act *kube_act(struct kube *k, const struct kube_action *a, kube_result_fn *fn, void *data)
{
    struct kube_act *t = xcalloc(1, sizeof(*t));
    *t = (struct kube_act){.kube = k, .a = *a, .object = json_incref(a->object), .fn = fn, .data = data};
    const json_t *own = a->verb == KUBE_PATCH_JSON ? NULL : a->object;
    t->kind = choose(a->kind, own, "kind");
    t->api_version = a->kind && !a->api_version ? NULL : choose(a->api_version, own, "apiVersion");
    t->name = choose(a->name, json_object_get(own, "metadata"), "name");
    t->space = xstrdup(a->space);
    t->sub = xstrdup(a->sub);
    t->query = xstrdup(a->query);
    t->manager = xstrdup(a->manager);
    t->propagation = xstrdup(a->propagation);
    t->file = xstrdup(a->place.file);
    t->grace = a->grace_seconds ? *a->grace_seconds : -1;
    t->tried = t->api_version;
    t->begin = (struct loop_task){.fn = begin, .data = t};
    loop_defer(kube_loop(k), &t->begin);
    return t;
}

void kube_act_cancel(struct kube_act *a)
{
    act_free(a);
}

char *kube_object_label(const struct kube_resource *r, const char *name)
{
    const char *slash = strchr(r->api_version, '/');
    char *label = slash
                      ? xasprintf("%s.%.*s/%s", r->kind, (int)(slash - r->api_version), r->api_version, name)
                      : xasprintf("%s/%s", r->kind, name);
    for (char *s = label; *s && *s != '.' && *s != '/'; s++)
        *s = (char)tolower((unsigned char)*s);
    return label;
}
