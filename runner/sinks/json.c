/* One JSON object a line for each event; docs/events.md describes them. Written by hand rather than through
 * jansson: the log of a build passes here, and keys are few and fixed. */
#include "base/utf8.h"
#include "base/util.h"
#include "runner/sinks/event.h"
#include "runner/sinks/lines.h"
#include "runner/sinks/out.h"
#include <string.h>

struct json_sink {
    struct sink sink;
    struct out out;
    struct buf line;
    bool eager;
};

static const char *const kinds[] = {
    [EVENT_BUILD_START] = "build-start",
    [EVENT_BUILD_END] = "build-end",
    [EVENT_STEP_START] = "step-start",
    [EVENT_STEP_END] = "step-end",
    [EVENT_BLOCK_START] = "block-start",
    [EVENT_BLOCK_END] = "block-end",
    [EVENT_STAGE_START] = "stage-start",
    [EVENT_STAGE_END] = "stage-end",
    [EVENT_LOG] = "log",
    [EVENT_NOTICE] = "notice",
    [EVENT_WARNING] = "warning",
    [EVENT_INPUT] = "input",
    [EVENT_RESULT] = "result",
};

/* Only what JSON demands; everything else, DEL and U+2028 included, goes out as it is. */
static void add_escape(struct buf *b, unsigned char c)
{
    static const char short_of[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};
    /* Zero where there is no short form. */
    if (c < sizeof(short_of) && short_of[c]) {
        buf_addch(b, '\\');
        buf_addch(b, short_of[c]);
    } else {
        buf_printf(b, "\\u%04x", c);
    }
}

static void add_string(struct buf *b, const char *s, size_t n)
{
    buf_addch(b, '"');
    for (size_t i = 0, from = 0; i <= n; i++) {
        if (i < n && (unsigned char)s[i] >= 0x20 && s[i] != '"' && s[i] != '\\')
            continue;
        buf_add(b, s + from, i - from);
        from = i + 1;
        if (i < n)
            add_escape(b, (unsigned char)s[i]);
    }
    buf_addch(b, '"');
}

static void field_bytes(struct buf *b, const char *key, const char *s, size_t n)
{
    buf_printf(b, ",\"%s\":", key);
    /* Mostly it is, and then nothing is copied. */
    if (utf8_valid(s, n) == n) {
        add_string(b, s, n);
        return;
    }
    struct buf clean = {0};
    utf8_clean(&clean, s, n);
    add_string(b, clean.data, clean.len);
    buf_release(&clean);
}

static void field_text(struct buf *b, const char *key, const char *s)
{
    if (s)
        field_bytes(b, key, s, strlen(s));
}

/* 0 is "none" for every number of an event, and is left out. */
static void field_number(struct buf *b, const char *key, int64_t n)
{
    if (n)
        buf_printf(b, ",\"%s\":%lld", key, (long long)n);
}

static void add_build(struct buf *b, const struct event *e)
{
    if (!e->build)
        return;
    field_text(b, "job", e->build->job);
    field_number(b, "number", e->build->number);
    /* The start told the rest. */
    if (e->kind == EVENT_BUILD_END)
        return;
    field_text(b, "file", e->build->file);
    field_text(b, "dir", e->build->dir);
    field_text(b, "workspace", e->build->workspace);
    field_text(b, "displayName", e->build->display_name);
    field_text(b, "startedBy", e->build->started_by);
}

static void add_stage(struct buf *b, const struct event *e)
{
    const struct stage_info *s = e->stage;
    if (!s)
        return;
    field_number(b, "stage", s->id);
    if (e->kind != EVENT_STAGE_START && e->kind != EVENT_STAGE_END)
        return;
    field_text(b, "name", s->name);
    field_text(b, "path", s->path);
    if (e->kind == EVENT_STAGE_END)
        return;
    if (s->parent)
        field_number(b, "parent", s->parent->id);
    /* Always there, as a reader draws the tree by them. */
    buf_printf(b, ",\"parallel\":%s,\"synthetic\":%s", s->parallel ? "true" : "false",
               s->synthetic ? "true" : "false");
}

static bool has_result(const struct event *e)
{
    return e->kind == EVENT_BUILD_END || e->kind == EVENT_STAGE_END || e->kind == EVENT_STEP_END ||
           e->kind == EVENT_RESULT;
}

static void add_common(struct buf *b, const struct event *e)
{
    if (e->kind == EVENT_BUILD_START || e->kind == EVENT_BUILD_END)
        add_build(b, e);
    add_stage(b, e);
    field_text(b, "branch", e->branch);
    field_number(b, "step", e->step);
    field_number(b, "parentStep", e->parent_step);
    if (e->kind != EVENT_STAGE_START && e->kind != EVENT_STAGE_END) /* add_stage() gave it */
        field_text(b, "name", e->name);
    field_text(b, "label", e->label);
    field_text(b, "detail", e->detail);
    if (e->kind == EVENT_STEP_START || e->kind == EVENT_STEP_END)
        buf_printf(b, ",\"body\":%s", e->has_body ? "true" : "false");
    if (e->text)
        field_bytes(b, "text", e->text, e->len ? e->len : strlen(e->text));
    if (e->line) {
        field_text(b, "at", e->file);
        field_number(b, "line", e->line);
        field_number(b, "column", e->col);
    }
    if (has_result(e))
        field_text(b, "result", result_name(e->result));
    field_text(b, "skipped", e->skipped);
    field_text(b, "findings", e->findings);
    if (e->kind == EVENT_BUILD_END || e->kind == EVENT_STAGE_END || e->kind == EVENT_STEP_END)
        buf_printf(b, ",\"duration\":%lld", (long long)e->duration_ms);
}

/* An input waits for whoever reads this, so it must not stay in the buffer. */
static void json_event(struct sink *s, const struct event *e)
{
    struct json_sink *j = CONTAINER_OF(s, struct json_sink, sink);
    char time[STAMP_MAX];
    buf_clear(&j->line);
    buf_printf(&j->line, "{\"event\":\"%s\",\"time\":\"%s\"", kinds[e->kind], stamp_iso(e->time_ms, time));
    add_common(&j->line, e);
    buf_addstr(&j->line, "}\n");
    out_add(&j->out, j->line.data, j->line.len);
    if (j->eager || e->kind == EVENT_INPUT || e->kind == EVENT_BUILD_END)
        out_flush(&j->out);
}

static void json_tick(struct sink *s, int64_t now_ms)
{
    out_flush(&CONTAINER_OF(s, struct json_sink, sink)->out);
}

static void json_release(struct sink *s)
{
    struct json_sink *j = CONTAINER_OF(s, struct json_sink, sink);
    out_release(&j->out);
    buf_release(&j->line);
    free(j);
}

struct sink *sink_json_new(int fd, const struct sink_options *o)
{
    struct json_sink *j = xcalloc(1, sizeof(*j));
    j->sink = (struct sink){json_event, json_tick, json_release};
    j->out.fd = fd;
    j->eager = o && o->terminal;
    return &j->sink;
}
