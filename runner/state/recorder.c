/* The recorder: stages of a build as JSON in its record. Objects are found again by the stage's number. */
#include "base/util.h"
#include "runner/state/build.h"

enum { SAVE_MS = 1000 };

struct recorder {
    struct sink sink;
    struct build_record *build;
    json_t *stages; /* borrowed from build->json */
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

static void recorder_event(struct sink *s, const struct event *e)
{
    struct recorder *r = CONTAINER_OF(s, struct recorder, sink);
    if (e->kind == EVENT_STAGE_START && e->stage)
        json_object_set_new(stage_object(r, e->stage), "started_ms", json_integer(e->time_ms));
    else if (e->kind == EVENT_STAGE_END && e->stage)
        stage_ended(r, e);
    else
        return;
    r->dirty = true;
}

static void recorder_tick(struct sink *s, int64_t now_ms)
{
    struct recorder *r = CONTAINER_OF(s, struct recorder, sink);
    if (!r->dirty || now_ms - r->saved_ms < SAVE_MS)
        return;
    r->saved_ms = now_ms;
    r->dirty = false;
    build_write(r->build, NULL);
}

static void recorder_release(struct sink *s)
{
    free(CONTAINER_OF(s, struct recorder, sink));
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
