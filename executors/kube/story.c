/* See story.h. A chain of answers: the inquiry, then pod by pod its text and perhaps a log; every step of it
 * keeps s->call or s->inquiry, so that story_cancel() finds what is under way. */
#include "executors/kube/story.h"
#include "base/util.h"
#include "executors/kube/explain.h"
#include "executors/kube/field.h"
#include "executors/kube/inquiry.h"
#include "executors/kube/trouble.h"
#include <string.h>

struct story {
    struct kube *kube;
    json_t *workload, *pods, *events;
    struct inquiry *inquiry;
    struct kube_call *call;
    size_t next;           /* pod */
    const char *container; /* whose log is being read; borrowed from its pod */
    struct buf text, log;
    story_fn *fn;
    void *data;
};

static void story_free(struct story *s)
{
    json_decref(s->workload);
    json_decref(s->pods);
    json_decref(s->events);
    buf_release(&s->text);
    buf_release(&s->log);
    free(s);
}

void story_cancel(struct story *s)
{
    if (!s)
        return;
    inquiry_cancel(s->inquiry);
    if (s->call)
        kube_cancel(s->call);
    story_free(s);
}

/* Recursion is bounded by EXPLAIN_PODS. fn() comes before the story is freed, since it borrows the text. */
static void next_pod(struct story *s);

static void add_log(struct buf *text, const char *container, const char *log)
{
    buf_printf(text, "    last lines of %s:\n", container);
    for (const char *p = log; *p;) {
        size_t n = strcspn(p, "\n");
        buf_printf(text, "    | %.*s\n", (int)n, p);
        p += n + (p[n] == '\n');
    }
}

static void piece(void *data, const char *bytes, size_t n)
{
    buf_add(&((struct story *)data)->log, bytes, n);
}

/* A log that cannot be had (the container has never run) is left out without a word: the state said so. */
static void logged(void *data, const struct kube_end *end)
{
    struct story *s = data;
    s->call = NULL;
    if (!end->err && s->log.len)
        add_log(&s->text, s->container, s->log.data);
    next_pod(s);
}

/* Twenty lines, 64 KiB at most: a line may be of any length. */
static void ask_log(struct story *s, const json_t *pod, const struct explain_log *log)
{
    _cleanup_(buf_release) struct buf path = {0};
    buf_addstr(&path, "/api/v1/namespaces/");
    kube_escape(&path, object_namespace(pod));
    buf_addstr(&path, "/pods/");
    kube_escape(&path, object_name(pod));
    buf_printf(&path, "/log?tailLines=%d&limitBytes=65536%s&container=", EXPLAIN_LOG_LINES,
               log->previous ? "&previous=true" : "");
    kube_escape(&path, log->container);
    struct kube_request r = {.path = path.data, .accept = "*/*", .piece = piece, .silence_ms = 10000};
    buf_clear(&s->log);
    s->container = log->container;
    s->call = kube_send(s->kube, &r, logged, s);
}

static void next_pod(struct story *s)
{
    struct explain_log log;
    if (s->next == json_array_size(s->pods) || s->next == EXPLAIN_PODS) {
        if (json_array_size(s->pods) > s->next)
            buf_printf(&s->text, "  and %zu more pods\n", json_array_size(s->pods) - s->next);
        s->fn(s->data, s->text.data ? s->text.data : "");
        story_free(s);
        return;
    }
    const json_t *pod = json_array_get(s->pods, s->next++);
    explain_pod_text(pod, &s->text);
    explain_events_text(s->events, field_text(pod, "metadata.uid"), &s->text);
    if (explain_log_of(pod, &log))
        ask_log(s, pod, &log);
    else
        next_pod(s);
}

static void conditions_text(const json_t *workload, struct buf *text)
{
    struct trouble t = {0};
    trouble_of_workload(workload, &t);
    if (t.text.len)
        buf_printf(text, "  %s\n", t.text.data);
    trouble_release(&t);
}

static void inquired(void *data, const struct inquiry_result *r)
{
    struct story *s = data;
    s->inquiry = NULL;
    s->pods = json_incref((json_t *)r->pods);
    s->events = json_incref((json_t *)r->events);
    conditions_text(s->workload, &s->text);
    if (!str_eq(object_kind(s->workload), "Pod"))
        explain_events_text(s->events, field_text(s->workload, "metadata.uid"), &s->text);
    next_pod(s);
}

struct story *story_start(struct kube *k, const json_t *workload, story_fn *fn, void *data)
{
    struct story *s = xcalloc(1, sizeof(*s));
    *s = (struct story){.kube = k, .workload = json_incref((json_t *)workload), .fn = fn, .data = data};
    s->inquiry = inquiry_start(k, workload, inquired, s);
    return s;
}
