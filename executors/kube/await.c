/* The wait as a whole: which collections are watched, time, and the end. The end always comes from a task of
 * the loop, so that what a watch's callback holds stays valid until it returns. */
#include "executors/kube/await_internal.h"
#include "executors/kube/field.h"
#include "executors/kube/status.h"
#include <stdarg.h>
#include <string.h>

enum { LOOK_FIRST_MS = 2000, LOOK_MS = 2500 };

void await_line(struct await *a, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    if (!a->cb.line)
        return;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    a->cb.line(a->data, text.data);
}

/* ---- the end */

/* group_count 0: a second call finds nothing to stop. */
static void stop_all(struct await *a)
{
    loop_timer_stop(a->loop, &a->look);
    loop_timer_stop(a->loop, &a->deadline);
    loop_defer_cancel(a->loop, &a->task);
    for (size_t i = 0; i < a->group_count; i++)
        if (a->groups[i].watch)
            kube_watch_stop(a->groups[i].watch);
    a->group_count = 0;
    for (size_t i = 0; i < a->len; i++) {
        inquiry_cancel(a->targets[i].inquiry);
        a->targets[i].inquiry = NULL;
        if (a->targets[i].storage)
            kube_cancel(a->targets[i].storage);
        a->targets[i].storage = NULL;
    }
}

void await_free(struct await *a)
{
    if (!a)
        return;
    stop_all(a);
    story_cancel(a->story);
    for (size_t i = 0; i < a->len; i++) {
        struct target *t = &a->targets[i];
        json_decref(t->object);
        char *const texts[] = {t->space, t->name, t->file, t->title, t->text, t->reason};
        for (size_t k = 0; k < ARRAY_LEN(texts); k++)
            free(texts[k]);
    }
    free(a->targets);
    free(a->groups);
    free(a->condition);
    free(a);
}

static void add_failure(struct buf *text, const struct target *t)
{
    if (text->len)
        buf_addstr(text, "; ");
    buf_printf(text, "%s: %s", t->title, t->reason);
    if (t->file)
        buf_printf(text, " (%s:%d)", t->file, t->line);
}

/* All failures in one error, each with the place of its manifest; done() may free the wait. */
static void finish(struct await *a)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf failures = {0};
    for (size_t i = 0; i < a->len; i++)
        if (a->targets[i].state == TARGET_FAILED)
            add_failure(&failures, &a->targets[i]);
    if (failures.len)
        error_set(&err, ERROR_REMOTE, "%s", failures.data);
    a->cb.done(a->data, failures.len ? &err : NULL);
}

static void tell_next_story(struct await *a);

/* Stories come one after the other, as their lines belong together. */
static void story_told(void *data, const char *text)
{
    struct await *a = data;
    a->story = NULL;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        await_line(a, "%.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
    tell_next_story(a);
}

static void tell_next_story(struct await *a)
{
    for (; a->told < a->len; a->told++) {
        struct target *t = &a->targets[a->told];
        if (t->state != TARGET_FAILED)
            continue;
        await_line(a, "%s: %s", t->title, t->reason);
        if (a->what != AWAIT_ROLLOUT || !t->object)
            continue;
        a->told++;
        a->story = story_start(a->kube, t->object, story_told, a);
        return;
    }
    finish(a);
}

static void ended(struct loop_task *task)
{
    struct await *a = task->data;
    stop_all(a);
    tell_next_story(a);
}

/* The first failure ends the wait; what else is failing by then is told with it. */
static void settle(struct await *a, bool failed)
{
    if (!failed && a->open)
        return;
    a->ending = true;
    loop_defer(a->loop, &a->task);
}

/* A target is settled once; later events about it are ignored. */
void target_done(struct target *t, const char *text)
{
    if (t->state != TARGET_WAITING)
        return;
    t->state = TARGET_DONE;
    t->await->open--;
    if (!t->await->quiet && *text)
        await_line(t->await, "%s: %s", t->title, text);
    settle(t->await, false);
}

void target_fail(struct target *t, const char *fmt, ...)
{
    va_list ap;
    struct buf text = {0};
    if (t->state != TARGET_WAITING)
        return;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    t->state = TARGET_FAILED;
    t->reason = buf_steal(&text);
    t->await->open--;
    settle(t->await, true);
}

/* ---- watches */

/* Resources are the discovery's own objects, one a kind, so that pointers can be compared. */
static bool is_in(const struct await_group *g, const struct target *t)
{
    return g->resource == t->resource && str_eq(g->space, t->space);
}

/* Items of a list do not say what they are. */
static void name_kind(json_t *object, const struct kube_resource *r)
{
    if (!json_object_get(object, "kind"))
        json_object_set_new(object, "kind", json_string(r->kind));
    if (!json_object_get(object, "apiVersion"))
        json_object_set_new(object, "apiVersion", json_string(r->api_version));
}

/* KUBE_SYNCED: the list is complete. Who has not been seen by then does not exist. */
static void happened(void *data, enum kube_event type, json_t *object)
{
    struct await_group *g = data;
    struct await *a = g->await;
    for (size_t i = 0; i < a->len && !a->ending; i++) {
        struct target *t = &a->targets[i];
        if (t->state != TARGET_WAITING || !is_in(g, t))
            continue;
        if (type == KUBE_SYNCED && !t->seen) {
            target_update(t, NULL);
        } else if (type != KUBE_SYNCED && str_eq(object_name(object), t->name)) {
            t->seen = true;
            name_kind(object, t->resource);
            target_update(t, type == KUBE_DELETED ? NULL : object);
        }
    }
}

/* A watch that cannot be renewed (RBAC, a server that refuses) is final; broken connections are the watch's
 * own business. */
static void lost(void *data, const struct error *err)
{
    struct await_group *g = data;
    g->watch = NULL;
    for (size_t i = 0; i < g->await->len; i++)
        if (is_in(g, &g->await->targets[i]))
            target_fail(&g->await->targets[i], "cannot be watched: %s", err->message);
}

/* The array has room for a group a target. */
static struct await_group *group_of(struct await *a, const struct target *t)
{
    for (size_t i = 0; i < a->group_count; i++)
        if (is_in(&a->groups[i], t))
            return &a->groups[i];
    a->groups[a->group_count] = (struct await_group){.await = a, .resource = t->resource, .space = t->space};
    return &a->groups[a->group_count++];
}

/* One object by its name, several by the whole collection: a field selector knows no "or". */
static void watch(struct await *a, struct await_group *g)
{
    static const struct kube_watch_callbacks callbacks = {.event = happened, .failed = lost};
    _cleanup_free_ char *path = kube_resource_path(g->resource, g->space, NULL, NULL);
    _cleanup_(buf_release) struct buf query = {0};
    size_t members = 0;
    for (size_t i = 0; i < a->len; i++)
        if (is_in(g, &a->targets[i]) && a->targets[i].state == TARGET_WAITING && !members++)
            buf_printf(&query, "fieldSelector=metadata.name%%3D%s", a->targets[i].name);
    struct kube_watch_request r = {.path = path, .query = members == 1 ? query.data : NULL};
    if (members)
        g->watch = kube_watch_start(a->kube, &r, &callbacks, g);
}

/* ---- time */

/* `text` is empty until the server has looked at the change. */
static const char *last_text(const struct target *t)
{
    return t->text && *t->text ? t->text : t->seen ? "the change was not looked at" : "it was not seen";
}

/* Silence is looked at: a target's patience, and the troubles behind it, of which its own events tell
 * nothing. */
static void look(struct loop_timer *timer)
{
    struct await *a = timer->data;
    for (size_t i = 0; i < a->len && !a->ending; i++) {
        struct target *t = &a->targets[i];
        if (t->state != TARGET_WAITING)
            continue;
        int64_t quiet = loop_now(a->loop) - t->changed_ms, patience = target_patience(t);
        if (patience && quiet >= patience)
            target_fail(t, "no progress for %lld s: %s", (long long)(quiet / 1000), last_text(t));
        else if (a->what == AWAIT_ROLLOUT)
            target_look(t);
    }
    if (!a->ending)
        loop_timer_start(a->loop, &a->look, LOOK_MS);
}

static void too_late(struct loop_timer *timer)
{
    struct await *a = timer->data;
    for (size_t i = 0; i < a->len; i++)
        target_fail(&a->targets[i], "not ready after %d s: %s", a->timeout_s, last_text(&a->targets[i]));
}

/* ---- the start */

static void take_target(struct await *a, struct target *t, const struct await_target *from)
{
    *t = (struct target){.await = a,
                         .resource = from->resource,
                         .space = from->resource->namespaced ? xstrdup(from->space) : NULL,
                         .name = xstrdup(from->name),
                         .file = xstrdup(from->file),
                         .line = from->line,
                         .generation = from->generation,
                         .changed_ms = a->started_ms};
    t->title =
        xasprintf("%s %s%s%s", from->resource->kind, t->space ? t->space : "", t->space ? "/" : "", t->name);
}

/* Groups first, since a target given with its state may be done at once, and its group then needs no watch.
 */
struct await *await_start(struct kube *k, const struct await_target *targets, size_t n,
                          const struct await_options *o, const struct await_callbacks *cb, void *data)
{
    struct await *a = xcalloc(1, sizeof(*a));
    *a = (struct await){
        .kube = k, .loop = kube_loop(k), .len = n, .open = n, .what = o->what, .cb = *cb, .data = data};
    a->condition = xstrdup(o->condition);
    a->timeout_s = o->timeout_s;
    a->stubborn = o->stubborn;
    a->quiet = o->quiet;
    a->started_ms = loop_now(a->loop);
    a->targets = xcalloc(n + 1, sizeof(*a->targets));
    a->groups = xcalloc(n + 1, sizeof(*a->groups));
    a->look = (struct loop_timer){.fn = look, .data = a};
    a->deadline = (struct loop_timer){.fn = too_late, .data = a};
    a->task = (struct loop_task){.fn = ended, .data = a};
    for (size_t i = 0; i < n; i++) {
        take_target(a, &a->targets[i], &targets[i]);
        group_of(a, &a->targets[i]);
    }
    for (size_t i = 0; i < n; i++)
        if ((a->targets[i].seen = targets[i].object != NULL))
            target_update(&a->targets[i], targets[i].object);
    for (size_t i = 0; i < a->group_count; i++)
        watch(a, &a->groups[i]);
    if (a->timeout_s)
        loop_timer_start(a->loop, &a->deadline, (int64_t)a->timeout_s * 1000);
    loop_timer_start(a->loop, &a->look, LOOK_FIRST_MS);
    settle(a, false);
    return a;
}
