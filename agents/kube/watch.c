/* See watch.h. [client-go: tools/cache Reflector] Events are told from a task of the loop, never from within
 * libcurl, so that callbacks may do what they want. The last state of every object is kept: after 410 Gone
 * only a comparison with a new list shows what was missed. */
#include "agents/kube/watch.h"
#include "agents/kube/status.h"
#include "base/util.h"
#include <string.h>

enum {
    PAGE = 500,
    WATCH_S = 300,    /* then the server ends the answer, and it is asked for again */
    DEAD_MS = 330000, /* a connection that says nothing for so long is none */
    BACK_OFF_MS = 100,
    BACK_OFF_MAX_MS = 5000,
    NO_LIST = 400, /* as good a code as any that will not pass */
};

struct kube_watch {
    struct kube *kube;
    char *path, *query;
    struct kube_watch_callbacks cb;
    void *data;
    struct kube_call *call;
    struct loop_task deliver;
    struct loop_timer again;
    struct buf text;      /* of the stream, not yet told */
    char *place;          /* resourceVersion to go on from; NULL: a list is needed */
    json_t *known, *seen; /* "namespace/name": object; seen: of the list being read */
    int failures;         /* in a row */
    bool synced, told_broken, inside, stopped;
    bool heard; /* something came of the stream that runs */
};

/* ---- telling */

static const char *meta(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(object, "metadata"), key));
    return text ? text : "";
}

static char *key_of(const json_t *object)
{
    return xasprintf("%s/%s", meta(object, "namespace"), meta(object, "name"));
}

static void tell(struct kube_watch *w, enum kube_event type, json_t *object)
{
    if (!w->stopped)
        w->cb.event(w->data, type, object);
}

/* An object of the same name is another one when it was made anew. */
static void tell_state(struct kube_watch *w, json_t *object)
{
    _cleanup_free_ char *key = key_of(object);
    json_t *before = json_incref(json_object_get(w->known, key));
    bool same = before && strcmp(meta(before, "uid"), meta(object, "uid")) == 0;
    json_object_set(w->known, key, object);
    if (before && !same)
        tell(w, KUBE_DELETED, before);
    if (!same)
        tell(w, KUBE_ADDED, object);
    else if (strcmp(meta(before, "resourceVersion"), meta(object, "resourceVersion")) != 0)
        tell(w, KUBE_MODIFIED, object);
    json_decref(before);
}

static void tell_gone(struct kube_watch *w, json_t *object)
{
    _cleanup_free_ char *key = key_of(object);
    json_t *held = json_incref(object); /* it may be the known one */
    json_object_del(w->known, key);
    tell(w, KUBE_DELETED, held);
    json_decref(held);
}

static void watch_free(struct kube_watch *w)
{
    loop_defer_cancel(kube_loop(w->kube), &w->deliver);
    loop_timer_stop(kube_loop(w->kube), &w->again);
    if (w->call)
        kube_cancel(w->call);
    buf_release(&w->text);
    json_decref(w->known);
    json_decref(w->seen);
    free(w->place);
    free(w->path);
    free(w->query);
    free(w);
}

/* ---- failures */

static bool passes(int code)
{
    return code == 0 || code == 408 || code == 410 || code == 429 || code >= 500;
}

static void set_place(struct kube_watch *w, const char *place)
{
    char *copy = place && *place ? xstrdup(place) : NULL;
    free(w->place);
    w->place = copy;
}

static void go_on_later(struct kube_watch *w)
{
    int ms = w->failures < 7 ? BACK_OFF_MS << w->failures : BACK_OFF_MAX_MS;
    loop_timer_start(kube_loop(w->kube), &w->again, ms < BACK_OFF_MAX_MS ? ms : BACK_OFF_MAX_MS);
    w->failures++;
}

/* code: of HTTP, or of a Status within the stream. Without a first list there is nothing to resume. */
static void fail(struct kube_watch *w, int code, const struct error *err)
{
    if (w->stopped)
        return;
    if (!passes(code) || (!w->synced && !code)) {
        w->stopped = true;
        w->cb.failed(w->data, err);
        return;
    }
    if (code == 410)
        set_place(w, NULL);
    else if (w->cb.broken && !w->told_broken)
        w->cb.broken(w->data, err);
    w->told_broken = code != 410;
    if (!w->stopped)
        go_on_later(w);
}

/* ---- the stream */

static void take_error(struct kube_watch *w, const json_t *status)
{
    _cleanup_(error_release) struct error err = {0};
    json_t *n = json_object_get(status, "code");
    int code = json_is_integer(n) ? (int)json_integer_value(n) : 500;
    kube_status_error(&err, code, status, NULL);
    if (w->call)
        kube_cancel(w->call);
    w->call = NULL;
    fail(w, code, &err);
}

static void take_line(struct kube_watch *w, const char *line, size_t n)
{
    json_t *event = json_loadb(line, n, 0, NULL), *object = json_object_get(event, "object");
    const char *type = json_string_value(json_object_get(event, "type"));
    if (str_eq(type, "ERROR")) {
        take_error(w, object);
    } else if (type && json_is_object(object)) {
        w->heard = true;
        w->failures = 0;
        w->told_broken = false;
        if (*meta(object, "resourceVersion"))
            set_place(w, meta(object, "resourceVersion"));
        if (strcmp(type, "DELETED") == 0)
            tell_gone(w, object);
        else if (strcmp(type, "BOOKMARK") != 0)
            tell_state(w, object);
    }
    json_decref(event);
}

/* Tells what has come. False: the watch is gone. */
static bool take_lines(struct kube_watch *w)
{
    size_t start = 0;
    w->inside = true;
    for (;;) {
        const char *from = w->text.data ? w->text.data + start : NULL,
                   *end = from ? memchr(from, '\n', w->text.len - start) : NULL;
        if (!end || w->stopped)
            break;
        start += (size_t)(end - from) + 1;
        take_line(w, from, (size_t)(end - from));
    }
    w->inside = false;
    if (w->stopped) {
        watch_free(w);
        return false;
    }
    memmove(w->text.data, w->text.data + start, w->text.len - start);
    w->text.len -= start;
    return true;
}

static void deliver(struct loop_task *t)
{
    struct kube_watch *w = t->data;
    if (w->text.data)
        take_lines(w);
}

static void piece(void *data, const char *bytes, size_t n)
{
    struct kube_watch *w = data;
    buf_add(&w->text, bytes, n);
    if (memchr(bytes, '\n', n))
        loop_defer(kube_loop(w->kube), &w->deliver);
}

static void list(struct kube_watch *w, const char *page);
static void follow(struct kube_watch *w);

static void stream_ended(void *data, const struct kube_end *end)
{
    struct kube_watch *w = data;
    w->call = NULL;
    if (w->text.data && !take_lines(w))
        return;
    w->inside = true;
    buf_clear(&w->text);
    if (w->again.slot)
        ; /* an ERROR in the stream has been dealt with */
    else if (!end->err && w->heard)
        follow(w);
    else if (!end->err) /* a proxy may end every stream at once [client-go: "very short watch"] */
        go_on_later(w);
    else
        fail(w, end->status >= 300 ? end->status : 0, end->err);
    w->inside = false;
    if (w->stopped)
        watch_free(w);
}

static void follow(struct kube_watch *w)
{
    _cleanup_free_ char *path =
        xasprintf("%s?%s%swatch=true&allowWatchBookmarks=true&timeoutSeconds=%d&resourceVersion=%s", w->path,
                  w->query ? w->query : "", w->query ? "&" : "", WATCH_S, w->place);
    struct kube_request r = {.path = path, .piece = piece, .timeout_ms = DEAD_MS};
    buf_clear(&w->text);
    w->heard = false;
    w->call = kube_send(w->kube, &r, stream_ended, w);
}

/* ---- the list */

/* Items of a list do not say what they are. */
static void take_page(struct kube_watch *w, json_t *page)
{
    const char *kind = json_string_value(json_object_get(page, "kind"));
    json_t *version = json_object_get(page, "apiVersion"), *item;
    size_t i, n = kind && str_has_suffix(kind, "List") ? strlen(kind) - 4 : 0;
    json_array_foreach(json_object_get(page, "items"), i, item)
    {
        _cleanup_free_ char *key = key_of(item);
        if (n && !json_object_get(item, "kind"))
            json_object_set_new(item, "kind", json_stringn(kind, n));
        if (version && !json_object_get(item, "apiVersion"))
            json_object_set(item, "apiVersion", version);
        json_object_set(w->seen, key, item);
    }
}

static void take_list(struct kube_watch *w)
{
    const char *key;
    json_t *object, *gone = json_array();
    json_object_foreach(w->known, key, object) if (!json_object_get(w->seen, key))
        json_array_append(gone, object);
    size_t i;
    json_array_foreach(gone, i, object) tell_gone(w, object);
    json_decref(gone);
    json_object_foreach(w->seen, key, object) tell_state(w, object);
    json_object_clear(w->seen);
    if (!w->synced)
        tell(w, KUBE_SYNCED, NULL);
    w->synced = true;
}

static void listed(void *data, const struct kube_end *end)
{
    _cleanup_(error_release) struct error strange = {0};
    struct kube_watch *w = data;
    w->call = NULL;
    w->inside = true;
    if (!end->err && !*meta(end->json, "resourceVersion"))
        error_set(&strange, ERROR_REMOTE, "the server's answer is no list");
    if (end->err || strange.kind) {
        fail(w, end->err ? end->status : NO_LIST, end->err ? end->err : &strange);
    } else {
        take_page(w, end->json);
        const char *next = meta(end->json, "continue");
        if (*next) {
            list(w, next);
        } else {
            set_place(w, meta(end->json, "resourceVersion"));
            w->failures = 0;
            w->told_broken = false;
            take_list(w);
            if (!w->stopped)
                follow(w);
        }
    }
    w->inside = false;
    if (w->stopped)
        watch_free(w);
}

/* page: where to go on; NULL: from the start. */
static void list(struct kube_watch *w, const char *page)
{
    struct buf path = {0};
    buf_printf(&path, "%s?%s%slimit=%d", w->path, w->query ? w->query : "", w->query ? "&" : "", PAGE);
    if (page) {
        buf_addstr(&path, "&continue=");
        kube_escape(&path, page);
    } else {
        json_object_clear(w->seen);
    }
    struct kube_request r = {.path = path.data};
    w->call = kube_send(w->kube, &r, listed, w);
    buf_release(&path);
}

static void go_on(struct loop_timer *t)
{
    struct kube_watch *w = t->data;
    if (w->place)
        follow(w);
    else
        list(w, NULL);
}

struct kube_watch *kube_watch_start(struct kube *k, const struct kube_watch_request *r,
                                    const struct kube_watch_callbacks *cb, void *data)
{
    struct kube_watch *w = xcalloc(1, sizeof(*w));
    *w = (struct kube_watch){.kube = k, .cb = *cb, .data = data};
    w->path = xstrdup(r->path);
    w->query = r->query && *r->query ? xstrdup(r->query) : NULL;
    w->known = json_object();
    w->seen = json_object();
    w->deliver = (struct loop_task){.fn = deliver, .data = w};
    w->again = (struct loop_timer){.fn = go_on, .data = w};
    list(w, NULL);
    return w;
}

void kube_watch_stop(struct kube_watch *w)
{
    w->stopped = true;
    if (!w->inside)
        watch_free(w);
}
