/* See session.h. The first of the queue is the one under way.
 *
 * Requests are answered in their order, so no number goes with them. A helper that was lost fails all
 * that waited, and the next request starts another: a far node that was rebooted is there again. */
#include "agents/session.h"
#include "agents/launcher.h"
#include "base/util.h"
#include <string.h>

enum { SAID_MAX = 2000, KILL_GRACE = 2000 };

struct ask {
    struct ask *next;
    char *text; /* the request's line */
    size_t len;
    session_answer_fn *answer;
    void *data;
};

struct session {
    const struct agent_helper *at;
    struct launched *process; /* NULL: none */
    /* of the first one's answer */
    struct worker_reader reader;
    struct ask *first, **end;
    struct buf bytes, said; /* bytes: of frames of this answer; said: standard error, for messages */
    struct loop_task begin;
    bool sent; /* the first one is under way */
    bool freed;
    void (*gone)(void *data);
    void *gone_data;
};

static void on_bytes(void *data, const char *bytes, size_t n)
{
    buf_add(&((struct session *)data)->bytes, bytes, n);
}

static const struct worker_callbacks reader_callbacks = {.bytes = on_bytes};

static void ask_free(struct ask *a)
{
    explicit_bzero(a->text, a->len);
    free(a->text);
    free(a);
}

static void send_next(struct session *s);

/* The reader is empty before the answer: who gets it may ask again. */
static void finish(struct session *s, const char *instead)
{
    struct ask *a = s->first;
    struct worker_reader r = s->reader;
    struct worker_end end;
    struct buf bytes = s->bytes;
    s->reader = (struct worker_reader){.cb = &reader_callbacks, .data = s, .line = r.line};
    r.line = s->bytes = (struct buf){0};
    s->first = a->next;
    if (!s->first)
        s->end = &s->first;
    s->sent = false;
    worker_reader_end(&r, instead, &end);
    a->answer(a->data, &end, &bytes);
    worker_reader_release(&r);
    buf_release(&bytes);
    ask_free(a);
}

static void session_destroy(struct session *s)
{
    for (struct ask *a = s->first, *next; a; a = next) {
        next = a->next;
        ask_free(a);
    }
    worker_reader_release(&s->reader);
    buf_release(&s->bytes);
    buf_release(&s->said);
    loop_defer_cancel(s->at->launcher->loop, &s->begin);
    if (s->gone)
        s->gone(s->gone_data);
    free(s);
}

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct session *s = data;
    if (stream == 1 && s->sent)
        worker_reader_feed(&s->reader, bytes, n);
    else if (stream == 2 && s->said.len < SAID_MAX)
        buf_add(&s->said, bytes, n < SAID_MAX ? n : SAID_MAX);
    if (!s->reader.final)
        return;
    finish(s, NULL);
    send_next(s);
    if (s->freed && !s->first)
        s->at->launcher->ops->kill(s->at->launcher, s->process, KILL_GRACE);
}

static void fail_all(struct session *s, const char *why)
{
    buf_clear(&s->reader.line);
    s->reader.left = 0;
    for (struct ask *last = CONTAINER_OF(s->end, struct ask, next); s->first;) {
        bool end = s->first == last;
        finish(s, why);
        if (end)
            break;
    }
}

static void on_done(void *data, const struct launch_end *end)
{
    struct session *s = data;
    s->process = NULL;
    _cleanup_free_ char *why =
        end->err ? xasprintf("the helper program was lost: %s", end->err->message)
                 : xasprintf("the helper program ended without an answer (status %d)%s%s", end->status,
                             s->said.len ? ": " : "", s->said.len ? s->said.data : "");
    buf_clear(&s->said);
    if (s->first)
        fail_all(s, why);
    if (s->freed && !s->first)
        session_destroy(s);
    else
        send_next(s);
}

static int start(struct session *s, struct error *err)
{
    static const struct launch_callbacks callbacks = {.output = on_output, .done = on_done};
    const char *argv[] = {s->at->program, "--session", NULL};
    struct launch what = {.argv = argv, .feed = true, .split = true};
    s->process = s->at->launcher->ops->start(s->at->launcher, &what, &callbacks, s, err);
    return s->process ? 0 : error_wrap(err, "cannot start the helper program");
}

static void send_next(struct session *s)
{
    _cleanup_(error_release) struct error err = {0};
    if (s->sent || !s->first)
        return;
    if (!s->process && start(s, &err) < 0) {
        fail_all(s, err.message);
        if (s->freed && !s->first)
            session_destroy(s);
        return;
    }
    s->sent = true;
    s->at->launcher->ops->write(s->at->launcher, s->process, s->first->text, s->first->len, false);
}

static void begin(struct loop_task *t)
{
    send_next(t->data);
}

void session_ask(struct session *s, const json_t *request, session_answer_fn *answer, void *data)
{
    struct ask *a = xcalloc(1, sizeof(*a));
    char *text = json_dumps(request, JSON_COMPACT);
    *a = (struct ask){.text = text ? text : xstrdup("{}"), .answer = answer, .data = data};
    a->len = strlen(a->text) + 1;
    a->text[a->len - 1] = '\n'; /* in place of the NUL */
    *s->end = a;
    s->end = &a->next;
    loop_defer(s->at->launcher->loop, &s->begin);
}

struct session *session_new(const struct agent_helper *at)
{
    struct session *s = xcalloc(1, sizeof(*s));
    *s = (struct session){.at = at, .begin = {.fn = begin, .data = s}};
    s->reader = (struct worker_reader){.cb = &reader_callbacks, .data = s};
    s->end = &s->first;
    return s;
}

void session_free(struct session *s, void (*done)(void *data), void *data)
{
    s->freed = true;
    s->gone = done;
    s->gone_data = data;
    if (!s->process && !s->first)
        session_destroy(s);
    else if (!s->first)
        s->at->launcher->ops->kill(s->at->launcher, s->process, KILL_GRACE);
}
