/* The state that the forms for people draw from. Steps are copied, since events are borrowed; stages are
 * not, as their infos live as long as the build. Only steps without a body count as running: a `timeout`
 * around a `sh` is no work of its own. */
#include "runner/sinks/progress.h"
#include "runner/sinks/lines.h"
#include <string.h>

/* A broken matrix of a thousand cells must not hold the output of each. */
enum { MAX_FAILED = 20 };

static void step_release(struct step_record *s)
{
    free(s->branch);
    free(s->name);
    free(s->label);
    free(s->detail);
    free(s->file);
    free(s->error);
    free(s->findings);
    buf_release(&s->tail);
}

void progress_release(struct progress *p)
{
    for (size_t i = 0; i < p->stages.len; i++)
        free(p->stages.items[i].skipped);
    for (size_t i = 0; i < p->running.len; i++)
        step_release(&p->running.items[i]);
    for (size_t i = 0; i < p->failed.len; i++)
        step_release(&p->failed.items[i]);
    vec_release(&p->stages);
    vec_release(&p->running);
    vec_release(&p->failed);
}

const struct stage_record *progress_stage(const struct progress *p, int id)
{
    return id > 0 && (size_t)id <= p->stages.len && p->stages.items[id - 1].started ? &p->stages.items[id - 1]
                                                                                    : NULL;
}

static void stage_event(struct progress *p, const struct event *e)
{
    if (!e->stage || e->stage->id < 1)
        return;
    /* Branches start in any order: the gaps are filled when their turn comes. */
    while (p->stages.len < (size_t)e->stage->id)
        vec_push(&p->stages, (struct stage_record){0});
    struct stage_record *s = &p->stages.items[e->stage->id - 1];
    s->info = e->stage;
    if (e->kind == EVENT_STAGE_START || !s->started) {
        s->started = true;
        s->started_ms = e->time_ms;
    }
    if (e->kind == EVENT_STAGE_END) {
        s->ended = true;
        s->result = e->result;
        s->duration_ms = e->duration_ms;
        free(s->skipped);
        s->skipped = xstrdup(e->skipped);
    }
}

static void step_started(struct progress *p, const struct event *e)
{
    struct step_record s = {
        .id = e->step,
        .stage = e->stage ? e->stage->id : 0,
        .branch = xstrdup(e->branch),
        .name = xstrdup(e->name),
        .label = xstrdup(e->label),
        .detail = xstrdup(e->detail),
        .file = xstrdup(e->file),
        .line = e->line,
        .col = e->col,
        .started_ms = e->time_ms,
        .output_ms = e->time_ms,
    };
    vec_push(&p->running, s);
}

/* Output without a step's number belongs to the step that runs in its branch: the youngest, when a script
 * runs several. */
static void output(struct progress *p, const struct event *e)
{
    int stage = e->stage ? e->stage->id : 0;
    for (size_t i = p->running.len; i-- > 0;) {
        struct step_record *s = &p->running.items[i];
        if (e->step ? s->id != e->step : s->stage != stage || !str_eq(s->branch, e->branch))
            continue;
        s->output_ms = e->time_ms;
        s->tail_cut |= tail_add(&s->tail, e->text, e->len, TAIL_KEEP);
        return;
    }
}

static bool same_place(const struct step_record *a, const struct step_record *b)
{
    return a->line == b->line && a->col == b->col && str_eq(a->file, b->file) &&
           str_eq(a->branch, b->branch) && str_eq(a->name, b->name);
}

/* A retried step is one failure: the latest. When it succeeds in the end it is none. */
static void forget_place(struct progress *p, const struct step_record *s)
{
    for (size_t i = 0; i < p->failed.len; i++) {
        if (!same_place(&p->failed.items[i], s))
            continue;
        step_release(&p->failed.items[i]);
        memmove(&p->failed.items[i], &p->failed.items[i + 1],
                (--p->failed.len - i) * sizeof(*p->failed.items));
        return;
    }
}

/* Order among running steps means nothing: the last one fills the gap. */
static void step_ended(struct progress *p, const struct event *e)
{
    for (size_t i = 0; i < p->running.len; i++) {
        struct step_record s = p->running.items[i];
        if (s.id != e->step)
            continue;
        p->running.items[i] = p->running.items[--p->running.len];
        /* Also when it succeeded: then an earlier attempt's failure is forgotten. */
        if (p->failed.len)
            forget_place(p, &s);
        if (e->result == RESULT_SUCCESS || e->result == RESULT_NONE || p->failed.len == MAX_FAILED) {
            p->failed_more += e->result != RESULT_SUCCESS && e->result != RESULT_NONE;
            step_release(&s);
            return;
        }
        s.error = xstrdup(e->text);
        s.findings = xstrdup(e->findings);
        s.result = e->result;
        vec_push(&p->failed, s);
        return;
    }
}

void progress_event(struct progress *p, const struct event *e)
{
    switch (e->kind) {
    case EVENT_BUILD_START:
        p->started_ms = e->time_ms;
        break;
    case EVENT_STAGE_START:
    case EVENT_STAGE_END:
        stage_event(p, e);
        break;
    case EVENT_STEP_START:
        if (!e->has_body)
            step_started(p, e);
        break;
    case EVENT_STEP_END:
        if (!e->has_body)
            step_ended(p, e);
        break;
    case EVENT_LOG:
        output(p, e);
        break;
    default:
        break;
    }
}

void stage_trail(struct buf *out, const struct stage_info *s, const char *separator)
{
    if (s->parent) {
        stage_trail(out, s->parent, separator);
        buf_addstr(out, separator);
    }
    buf_addstr(out, s->name);
}
