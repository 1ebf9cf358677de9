/* The recorder: stages of a build and the steps that failed, as JSON in its record. Objects are found again
 * by the stage's number.
 *
 * The result in build.json stays null until run_end() writes it: readers take that, with the lock, for
 * "running". Stage numbers may come out of order (branches), so gaps are filled with empty objects and
 * become stages later. */
#include "base/utf8.h"
#include "base/util.h"
#include "runner/sinks/lines.h"
#include "runner/sinks/progress.h"
#include "runner/state/build.h"
#include <string.h>

/* The file of a build with thousands of stages is long: a stage takes some five microseconds each time. */
enum { SAVE_MS = 1000, STAGES_PER_MS = 4 };

struct recorder {
    struct sink sink;
    struct build_record *build;
    /* by number - 1 */
    json_t *stages;           /* borrowed from build->json */
    struct progress progress; /* which steps failed, as the summary has it; without their output */
    bool dirty;
    int64_t saved_ms;
};

static json_t *stage_object(struct recorder *r, const struct stage_info *s)
{
    while (json_array_size(r->stages) < (size_t)s->id)
        json_array_append_new(r->stages, json_object());
    json_t *o = json_array_get(r->stages, (size_t)s->id - 1);
    if (json_object_size(o))
        return o;
    json_object_set_new(o, "id", json_integer(s->id));
    json_object_set_new(o, "name", json_string(s->name));
    json_object_set_new(o, "path", json_string(s->path));
    if (s->parent)
        json_object_set_new(o, "parent", json_integer(s->parent->id));
    if (s->parallel)
        json_object_set_new(o, "parallel", json_true());
    if (s->synthetic)
        json_object_set_new(o, "synthetic", json_true());
    /* null until it has ended */
    json_object_set_new(o, "result", json_null());
    return o;
}

static void stage_ended(struct recorder *r, const struct event *e)
{
    json_t *o = stage_object(r, e->stage);
    json_object_set_new(o, "result",
                        json_string(result_name(e->result == RESULT_NONE ? RESULT_SUCCESS : e->result)));
    json_object_set_new(o, "duration_ms", json_integer(e->duration_ms));
    if (e->skipped)
        json_object_set_new(o, "skipped", json_string(e->skipped));
}

static void set_text(json_t *o, const char *key, const char *text)
{
    if (text)
        /* Cut at the first byte that is no UTF-8: an error's text may quote any output. */
        json_object_set_new(o, key, json_stringn_nocheck(text, utf8_valid(text, strlen(text))));
}

static json_t *lines_of(const char *text)
{
    json_t *list = json_array();
    const char *end = text + strlen(text), *line;
    size_t n;
    while (next_line(&text, end, &line, &n))
        json_array_append_new(list, json_stringn_nocheck(line, utf8_valid(line, n)));
    return list;
}

static json_t *failure_object(const struct step_record *s)
{
    json_t *o = json_pack("{s:s,s:s}", "step", s->name, "result", result_name(s->result));
    if (s->stage)
        json_object_set_new(o, "stage", json_integer(s->stage));
    set_text(o, "branch", s->branch);
    set_text(o, "label", s->label);
    set_text(o, "detail", s->detail);
    set_text(o, "at", s->file);
    if (s->line) {
        json_object_set_new(o, "line", json_integer(s->line));
        json_object_set_new(o, "column", json_integer(s->col));
    }
    set_text(o, "error", s->error);
    if (s->findings)
        json_object_set_new(o, "findings", lines_of(s->findings));
    return o;
}

/* Steps whose failure a script made good are no failures of the build. */
static void build_ended(struct recorder *r, const struct event *e)
{
    if (e->result == RESULT_SUCCESS || e->result == RESULT_NONE || !r->progress.failed.len)
        return;
    json_t *failures = json_array();
    for (size_t i = 0; i < r->progress.failed.len; i++)
        json_array_append_new(failures, failure_object(&r->progress.failed.items[i]));
    json_object_set_new(r->build->json, "failures", failures);
}

static void recorder_event(struct sink *s, const struct event *e)
{
    struct recorder *r = CONTAINER_OF(s, struct recorder, sink);
    /* Not LOG: the tails of outputs are the console's. */
    if (e->kind == EVENT_STEP_START || e->kind == EVENT_STEP_END)
        progress_event(&r->progress, e);
    if (e->kind == EVENT_BUILD_END)
        build_ended(r, e);
    if (e->kind == EVENT_STAGE_START && e->stage)
        json_object_set_new(stage_object(r, e->stage), "started_ms", json_integer(e->time_ms));
    else if (e->kind == EVENT_STAGE_END && e->stage)
        stage_ended(r, e);
    else
        return;
    if (!r->saved_ms)
        r->saved_ms = e->time_ms; /* what is over within a second is written once, at its end */
    r->dirty = true;
}

static void recorder_tick(struct sink *s, int64_t now_ms)
{
    struct recorder *r = CONTAINER_OF(s, struct recorder, sink);
    if (!r->dirty || now_ms - r->saved_ms < SAVE_MS + (int64_t)json_array_size(r->stages) / STAGES_PER_MS)
        return;
    r->saved_ms = now_ms;
    r->dirty = false;
    build_write(r->build, NULL);
}

static void recorder_release(struct sink *s)
{
    struct recorder *r = CONTAINER_OF(s, struct recorder, sink);
    progress_release(&r->progress);
    free(r);
}

struct sink *build_recorder_new(struct build_record *b)
{
    struct recorder *r = xcalloc(1, sizeof(*r));
    r->sink = (struct sink){recorder_event, recorder_tick, recorder_release};
    r->build = b;
    r->stages = json_array();
    json_object_set_new(b->json, "stages", r->stages);
    return &r->sink;
}
