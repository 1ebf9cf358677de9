/* See pod.h. Requests in a row (pod, claim), then two watches: of the pod, whose status decides, and of its
 * events, which are shown. */
#include "agents/kube/pod.h"
#include "agents/kube/pod_state.h"
#include "agents/kube/watch.h"
#include "base/util.h"
#include <stdarg.h>
#include <string.h>

enum {
    PULLS_MAX = 2,
    NO_NODE_MS = 15000,
    NO_ROOM_MS = 60000,
    NO_VOLUME_MS = 180000,
    NO_ACCOUNT_MS = 60000,
    CREATE_AGAIN_MS = 1000,
    ROOM_MADE_MS = 5000
};

struct pod {
    struct kube *kube;
    char *cloud, *name, *space;
    json_t *body, *claims; /* claims: those that are not made yet */
    struct pod_callbacks cb;
    void *data;
    struct kube_call *call;
    struct kube_watch *watch, *events;
    struct loop_timer patience, room; /* until it runs; until a node, or a quota, takes it */
    struct loop_timer again;          /* the next try to make it */
    struct loop_task tell;
    struct error failure;
    char *cause;                            /* of its loss, in a word of the API: "OOMKilled" */
    json_t *last;                           /* as it was seen last */
    bool created, was_ready, told, growing; /* growing: an autoscaler makes a node for it */
    int pulls;
    int64_t waits_since;    /* for a refusal to pass; 0: none */
    int64_t homeless_since; /* no node took it; 0: not yet */
    char *state;            /* that was told last */
    struct {
        void (*done)(void *data, const struct error *err);
        void *data;
        bool asked, keep;
    } end;
};

static void say(struct pod *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct pod *p, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    if (p->end.asked || !p->cb.log)
        return;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    p->cb.log(p->data, text.data);
}

static const char *member(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

static char *pod_path(const struct pod *p, const char *kind, const char *name)
{
    _cleanup_(buf_release) struct buf path = {0};
    buf_addstr(&path, "/api/v1/namespaces/");
    kube_escape(&path, p->space);
    buf_printf(&path, "/%s", kind);
    if (name) {
        buf_addch(&path, '/');
        kube_escape(&path, name);
    }
    return buf_steal(&path);
}

/* ---- what is told: once, in a turn of its own */

static void stop_watching(struct pod *p)
{
    struct loop *loop = kube_loop(p->kube);
    loop_timer_stop(loop, &p->patience);
    loop_timer_stop(loop, &p->room);
    loop_timer_stop(loop, &p->again);
    if (p->watch)
        kube_watch_stop(p->watch);
    if (p->events)
        kube_watch_stop(p->events);
    p->watch = p->events = NULL;
}

static void tell(struct loop_task *t)
{
    struct pod *p = t->data;
    const struct error *err = p->failure.message ? &p->failure : NULL;
    if (!p->was_ready) {
        p->was_ready = !err;
        p->told = err != NULL;
        p->cb.ready(p->data, err);
    } else if (err && !p->told) {
        p->told = true;
        p->cb.lost(p->data, err);
    }
}

static void fail_as(struct pod *p, enum error_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define fail(p, ...) fail_as(p, ERROR_REMOTE, __VA_ARGS__)
/* Another pod of the same kind may well run. */
#define lose(p, ...) fail_as(p, ERROR_LOST, __VA_ARGS__)

static void fail_as(struct pod *p, enum error_kind kind, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    if (p->failure.message)
        return;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    error_set(&p->failure, kind, "%s", text.data);
    stop_watching(p);
    loop_defer(kube_loop(p->kube), &p->tell);
}

/* ---- events: shown as they come */

static void show_event(void *data, enum kube_event type, json_t *event)
{
    struct pod *p = data;
    json_t *about = json_object_get(event, "involvedObject");
    if ((type != KUBE_ADDED && type != KUBE_MODIFIED) || p->was_ready)
        return;
    _cleanup_free_ char *message = xstrdup(member(event, "message"));
    char *rest = message;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        if (*line)
            say(p, "[%s][%s/%s][%s] %s", member(event, "type"), member(about, "namespace"),
                member(about, "name"), member(event, "reason"), line);
    p->growing |= str_eq(member(event, "reason"), "TriggeredScaleUp");
}

/* Who may not see events builds all the same. */
static void events_failed(void *data, const struct error *err)
{
    ((struct pod *)data)->events = NULL;
}

/* ---- the pod's status */

static void no_patience(struct loop_timer *t)
{
    struct pod *p = t->data;
    _cleanup_(buf_release) struct buf where = {0};
    pod_state_describe(p->last, &where);
    fail(p, "Pod [%s/%s] did not come to run within its slaveConnectTimeout: %s", p->space, p->name,
         where.data ? where.data : "");
}

static bool is_full(const char *why)
{
    return strstr(why, "Insufficient") || strstr(why, "Too many pods");
}

/* Want of room passes when other pods end, want of a volume when it is made; a node that does not exist does
 * not come. */
static int64_t unschedulable_patience(const char *why)
{
    if (strstr(why, "unbound immediate PersistentVolumeClaims") || strstr(why, "ephemeral volume controller"))
        return NO_VOLUME_MS;
    return is_full(why) ? NO_ROOM_MS : NO_NODE_MS;
}

static enum pod_room find_room(struct pod *p)
{
    return p->cb.find_room ? p->cb.find_room(p->data) : POD_ROOM_NONE;
}

static void no_room(struct loop_timer *t)
{
    struct pod *p = t->data;
    _cleanup_(buf_release) struct buf why = {0};
    if (pod_state_of(p->last, &why) != POD_UNSCHEDULABLE)
        return;
    enum pod_room room = is_full(why.data) ? find_room(p) : POD_ROOM_NONE;
    if (p->growing || room) {
        loop_timer_start(kube_loop(p->kube), &p->room, room == POD_ROOM_MADE ? ROOM_MADE_MS : NO_ROOM_MS);
        return;
    }
    fail(p, "Pod [%s/%s] cannot be scheduled: %s", p->space, p->name, why.data);
}

static void on_unschedulable(struct pod *p, const char *why, bool news)
{
    struct loop *loop = kube_loop(p->kube);
    if (!p->homeless_since)
        p->homeless_since = loop_now(loop);
    int64_t left = p->homeless_since + unschedulable_patience(why) - loop_now(loop);
    if (news && is_full(why) && find_room(p) == POD_ROOM_MADE)
        left = ROOM_MADE_MS;
    if (news || !p->room.slot)
        loop_timer_start(loop, &p->room, left > 0 ? left : 0);
}

static void on_way(struct pod *p)
{
    _cleanup_(buf_release) struct buf why = {0};
    enum pod_state state = pod_state_of(p->last, &why);
    bool news = !str_eq(p->state, why.data);
    free(p->state);
    p->state = xstrdup(why.data);
    if (state == POD_PULL_FAILED && news && ++p->pulls >= PULLS_MAX)
        state = POD_FAILED;
    if (state == POD_FAILED)
        fail_as(p, pod_state_is_by_node(p->last) ? ERROR_LOST : ERROR_REMOTE, "Pod [%s/%s] failed: %s",
                p->space, p->name, why.data ? why.data : "");
    else if (state == POD_UNSCHEDULABLE)
        on_unschedulable(p, why.data, news);
    else
        loop_timer_stop(kube_loop(p->kube), &p->room);
    if (state != POD_RUNS || p->tell.link)
        return;
    loop_timer_stop(kube_loop(p->kube), &p->patience);
    loop_defer(kube_loop(p->kube), &p->tell);
}

static void pod_seen(void *data, enum kube_event type, json_t *object)
{
    struct pod *p = data;
    _cleanup_(buf_release) struct buf why = {0};
    if (type == KUBE_SYNCED) {
        if (!p->last)
            lose(p, "Pod %s/%s was just deleted", p->space, p->name);
        return;
    }
    json_decref(p->last);
    p->last = json_incref(object);
    if (!p->failure.message)
        p->cause = xstrdup(pod_state_cause(object));
    if (type == KUBE_DELETED || json_object_get(json_object_get(object, "metadata"), "deletionTimestamp")) {
        pod_state_disruption(object, &why);
        lose(p, "Pod %s/%s was just deleted%s", p->space, p->name, why.data ? why.data : "");
    } else if (!p->was_ready) {
        on_way(p);
    } else if (pod_state_is_over(object, &why)) {
        lose(p, "Pod %s/%s just failed: %s", p->space, p->name, why.data);
    }
}

static void watch_failed(void *data, const struct error *err)
{
    struct pod *p = data;
    p->watch = NULL;
    fail(p, "Pod [%s/%s] cannot be watched: %s", p->space, p->name, err->message);
}

static void watch(struct pod *p)
{
    static const struct kube_watch_callbacks of_pod = {.event = pod_seen, .failed = watch_failed},
                                             of_events = {.event = show_event, .failed = events_failed};
    _cleanup_free_ char *pods = pod_path(p, "pods", NULL), *events = pod_path(p, "events", NULL),
                        *name = xasprintf("fieldSelector=metadata.name%%3D%s", p->name),
                        *about = xasprintf(
                            "fieldSelector=involvedObject.name%%3D%s%%2CinvolvedObject.kind%%3DPod", p->name);
    p->events = kube_watch_start(p->kube, &(struct kube_watch_request){events, about}, &of_events, p);
    p->watch = kube_watch_start(p->kube, &(struct kube_watch_request){pods, name}, &of_pod, p);
}

/* ---- making it */

static void delete_pod(struct pod *p);

static void make_claim(struct pod *p);

static void claimed(void *data, const struct kube_end *end)
{
    struct pod *p = data;
    p->call = NULL;
    json_array_remove(p->claims, 0);
    if (p->end.asked)
        delete_pod(p);
    else if (end->err && !str_eq(end->reason, "AlreadyExists"))
        fail(p, "the volume of pod %s/%s could not be made: %s", p->space, p->name, end->err->message);
    else
        make_claim(p);
}

static void make_claim(struct pod *p)
{
    _cleanup_free_ char *path = pod_path(p, "persistentvolumeclaims", NULL);
    struct kube_request r = {.method = "POST", .path = path, .body = json_array_get(p->claims, 0)};
    if (r.body)
        p->call = kube_send(p->kube, &r, claimed, p);
}

/* They go with the pod. */
static void make_claims(struct pod *p, const json_t *pod)
{
    json_t *of_pod = json_object_get(pod, "metadata"), *claim;
    size_t i;
    json_array_foreach(p->claims, i, claim)
    {
        json_t *metadata = json_object_get(claim, "metadata"),
               *owner = json_pack("{s:s, s:s, s:s, s:s}", "apiVersion", "v1", "kind", "Pod", "name", p->name,
                                  "uid", member(of_pod, "uid"));
        json_object_set_new(metadata, "ownerReferences", json_pack("[o]", owner));
        json_object_set(metadata, "labels", json_object_get(of_pod, "labels"));
    }
    make_claim(p);
}

/* Refusals that pass: what fills the quota ends, or its count comes late after it did; two pods met in the
 * count [kubernetes issue 67761]; the account of a namespace that was just made is not there yet. */
static const struct {
    int status, patience_ms;
    const char *text, *because; /* for the log, the plugin's words */
} passing[] = {
    {403, NO_ROOM_MS, "exceeded quota", "kubernetes resource quota exceeded"},
    {409, NO_ROOM_MS, "Operation cannot be fulfilled on resourcequotas",
     "kubernetes resource quota update conflict"},
    {403, NO_ACCOUNT_MS, "serviceaccount \"default\" not found", "the namespace has no service account yet"},
    {500, NO_ACCOUNT_MS, "No API token found for service account", "the service account has no token yet"},
};

/* "…, used: pods=0,cpu=0, limited: …": nothing that could end is in its way. */
static bool is_hopeless(const char *refusal)
{
    const char *at = strstr(refusal, "used: "), *end = at ? strstr(at, ", limited: ") : NULL;
    if (!end)
        return false;
    for (at = strchr(at, '='); at && at < end; at = strchr(at + 1, '='))
        if (at[1] != '0' || (at + 2 < end && at[2] != ','))
            return false;
    return true;
}

/* Whether the same request is to be sent again in a moment. */
static bool may_pass(struct pod *p, const struct kube_end *end)
{
    struct loop *loop = kube_loop(p->kube);
    const char *text = end->err->message;
    size_t i = 0;
    while (i < ARRAY_LEN(passing) && (end->status != passing[i].status || !strstr(text, passing[i].text)))
        i++;
    if (i == ARRAY_LEN(passing) || is_hopeless(text))
        return false;
    if (!p->waits_since) {
        p->waits_since = loop_now(loop);
        say(p, "WARNING: Unable to create pod %s %s/%s because %s.", p->cloud, p->space, p->name,
            passing[i].because);
    }
    return find_room(p) || loop_now(loop) - p->waits_since < passing[i].patience_ms;
}

static void refused(struct pod *p, const struct kube_end *end)
{
    if (may_pass(p, end)) {
        loop_timer_start(kube_loop(p->kube), &p->again, CREATE_AGAIN_MS);
        return;
    }
    say(p, "ERROR: Unable to create pod %s %s/%s.", p->cloud, p->space, p->name);
    fail(p, "Unable to create pod %s/%s: %s", p->space, p->name, end->err->message);
}

static void created(void *data, const struct kube_end *end)
{
    struct pod *p = data;
    p->call = NULL;
    bool exists = end->err && str_eq(end->reason, "AlreadyExists"); /* a first try whose answer was lost */
    p->created = !end->err || exists || !end->status;
    if (p->end.asked) {
        delete_pod(p);
    } else if (end->err && !exists) {
        refused(p, end);
    } else {
        say(p, "Created Pod: %s %s/%s", p->cloud, p->space, p->name);
        watch(p);
        if (!exists)
            make_claims(p, end->json);
    }
}

static void create(struct pod *p)
{
    _cleanup_free_ char *path = pod_path(p, "pods", NULL);
    struct kube_request r = {.method = "POST", .path = path, .body = p->body};
    p->call = kube_send(p->kube, &r, created, p);
}

static void create_again(struct loop_timer *t)
{
    create(t->data);
}

struct pod *pod_start(const struct pod_options *o, const struct pod_callbacks *cb, void *data)
{
    struct pod *p = xcalloc(1, sizeof(*p));
    json_t *metadata = json_object_get(o->spec->pod, "metadata");
    *p = (struct pod){.kube = o->kube, .cb = *cb, .data = data, .cloud = xstrdup(o->cloud)};
    p->name = xstrdup(member(metadata, "name"));
    const char *space = member(metadata, "namespace");
    p->space = xstrdup(*space ? space : kube_config_space(kube_config_of(o->kube)));
    p->body = json_incref(o->spec->pod);
    p->claims = json_deep_copy(o->spec->claims);
    p->tell = (struct loop_task){.fn = tell, .data = p};
    p->patience = (struct loop_timer){.fn = no_patience, .data = p};
    p->room = (struct loop_timer){.fn = no_room, .data = p};
    p->again = (struct loop_timer){.fn = create_again, .data = p};
    loop_timer_start(kube_loop(p->kube), &p->patience, (int64_t)o->connect_timeout_s * 1000);
    create(p);
    return p;
}

/* ---- the end */

static void pod_free(struct pod *p)
{
    stop_watching(p);
    loop_defer_cancel(kube_loop(p->kube), &p->tell);
    json_decref(p->last);
    json_decref(p->claims);
    json_decref(p->body);
    error_release(&p->failure);
    free(p->state);
    free(p->cloud);
    free(p->name);
    free(p->space);
    free(p->cause);
    free(p);
}

static void ended(struct pod *p, const struct error *err)
{
    p->end.done(p->end.data, err);
    pod_free(p);
}

static void deleted(void *data, const struct kube_end *end)
{
    struct pod *p = data;
    p->call = NULL;
    ended(p, end->status == 404 ? NULL : end->err);
}

/* In a turn of its own: what its owner gives up then may be at work. */
static void end_soon(struct loop_task *t)
{
    ended(t->data, NULL);
}

/* At once: nothing in it is worth a grace, and `cat` as the first process would use all of it. */
static void delete_pod(struct pod *p)
{
    _cleanup_free_ char *path = pod_path(p, "pods", p->name),
                        *query = xasprintf("%s?gracePeriodSeconds=0", path);
    if (!p->created || p->end.keep) {
        p->tell.fn = end_soon;
        loop_defer(kube_loop(p->kube), &p->tell);
        return;
    }
    struct kube_request r = {.method = "DELETE", .path = query};
    p->call = kube_send(p->kube, &r, deleted, p);
}

void pod_end(struct pod *p, bool keep, void (*done)(void *data, const struct error *err), void *data)
{
    stop_watching(p);
    loop_defer_cancel(kube_loop(p->kube), &p->tell);
    p->end.done = done;
    p->end.data = data;
    p->end.asked = true;
    p->end.keep = keep;
    if (!p->call) /* else its answer says whether there is something to delete */
        delete_pod(p);
}

const char *pod_name(const struct pod *p)
{
    return p->name;
}

const char *pod_space(const struct pod *p)
{
    return p->space;
}

struct kube *pod_kube(const struct pod *p)
{
    return p->kube;
}

const char *pod_lost_cause(const struct pod *p)
{
    return p->cause;
}

bool pod_container_gone(const struct pod *p, const char *container, struct buf *why)
{
    return pod_container_over(p->last, container, why);
}

const char *pod_lost_reason(const struct pod *p)
{
    return p->failure.message;
}
