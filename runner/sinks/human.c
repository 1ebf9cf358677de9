/* See human.h. Steps with a body are not told (the stage lines say where one is), nor is a plain `sh` (its
 * own trace does), so that the console stays the build's output with a frame around it.
 *
 * Pretty goes to a terminal and may draw over itself; plain is for pipes and logs of other systems and
 * only appends. Both get the same events and print the same lines, so that what is said of one holds for
 * the other. */
#include "runner/sinks/human.h"
#include "base/utf8.h"
#include <string.h>
#include <unistd.h>

/* CI systems end jobs that are silent for minutes; a prompt or a bar without a line end is shown once it
 * is that long. */
enum { SILENCE_MS = 30000, HELD_MAX = 64 * 1024 };

static const struct marks pretty_marks = {.stage = "▶ ",
                                          .step = "· ",
                                          .success = "✔ ",
                                          .unstable = "⚠ ",
                                          .failure = "✘ ",
                                          .aborted = "⊘ ",
                                          .skipped = "○ ",
                                          .input = "? ",
                                          .separator = " › ",
                                          .indent = "  ",
                                          .ellipsis = "…"};
static const struct marks plain_marks = {.stage = "==> ",
                                         .step = "--> ",
                                         .success = "==> ",
                                         .unstable = "==> ",
                                         .failure = "==> ",
                                         .aborted = "==> ",
                                         .skipped = "==> ",
                                         .input = "??? ",
                                         .separator = "/",
                                         .indent = "",
                                         .ellipsis = "..."};

static const char *const escapes[] = {
    [COLOR_NONE] = "",         [COLOR_BOLD] = "\033[1m",   [COLOR_DIM] = "\033[2m",
    [COLOR_RED] = "\033[31m",  [COLOR_GREEN] = "\033[32m", [COLOR_YELLOW] = "\033[33m",
    [COLOR_CYAN] = "\033[36m",
};

void put_len(struct human *h, enum color color, const char *text, size_t len)
{
    bool colored = h->options.color && color != COLOR_NONE;
    if (colored)
        buf_addstr(&h->line, escapes[color]);
    buf_add(&h->line, text, len);
    if (colored)
        buf_addstr(&h->line, "\033[0m");
}

void put(struct human *h, enum color color, const char *text)
{
    put_len(h, color, text, strlen(text));
}

void put_result_mark(struct human *h, enum result r, bool skipped)
{
    const struct {
        const char *mark;
        enum color color;
    } of[] = {
        [RESULT_SUCCESS] = {h->marks->success, COLOR_GREEN},
        [RESULT_UNSTABLE] = {h->marks->unstable, COLOR_YELLOW},
        [RESULT_FAILURE] = {h->marks->failure, COLOR_RED},
        [RESULT_NOT_BUILT] = {h->marks->skipped, COLOR_DIM},
        [RESULT_ABORTED] = {h->marks->aborted, COLOR_YELLOW},
        /* NONE is good so far. */
        [RESULT_NONE] = {h->marks->success, COLOR_GREEN},
    };
    if (skipped)
        put(h, COLOR_DIM, h->marks->skipped);
    else
        put(h, of[r].color, of[r].mark);
}

static enum color branch_color(const char *name)
{
    /* Red is for failures. */
    static const enum color colors[] = {COLOR_CYAN, COLOR_GREEN, COLOR_YELLOW};
    unsigned hash = 0;
    for (const char *p = name; *p; p++)
        hash = hash * 31 + (unsigned char)*p;
    return colors[hash % ARRAY_LEN(colors)];
}

void line_begin(struct human *h, const struct event *e)
{
    char stamp[STAMP_MAX];
    buf_clear(&h->line);
    if (h->options.timestamps) {
        put(h, COLOR_DIM, stamp_clock(e->time_ms, stamp));
        buf_addch(&h->line, ' ');
    }
    if (!e->branch)
        return;
    put(h, branch_color(e->branch), "[");
    put(h, branch_color(e->branch), e->branch);
    put(h, branch_color(e->branch), "]");
    buf_addch(&h->line, ' ');
}

/* Everything that is printed passes here; `from` leaves out the prefix where a line goes on. */
static void line_out(struct human *h, size_t from)
{
    out_add(&h->out, h->line.data + from, h->line.len - from);
    /* Below a live region nothing may be written that does not erase it first */
    if (h->live && h->out.buf.len >= OUT_FULL / 2)
        live_flush(h, h->draw_ms, true);
}

void line_end(struct human *h)
{
    buf_addch(&h->line, '\n');
    line_out(h, 0);
}

/* Lines as one, separated by commas. */
static void put_joined(struct human *h, const char *lines)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        _cleanup_free_ char *line = xstrndup(lines, n);
        put(h, COLOR_DIM, line);
        lines += n;
        lines += strspn(lines, "\n ");
        if (*lines)
            /* "originally caused by:" is followed by its cause. */
            put(h, COLOR_DIM, line[n ? n - 1 : 0] == ':' ? " " : ", ");
    }
}

static void build_started(struct human *h, const struct event *e)
{
    const struct build_info *b = e->build;
    if (!b)
        return;
    buf_clear(&h->line);
    buf_printf(&h->line, "%s%s #%d%s", h->options.color ? "\033[1m" : "", b->job, b->number,
               h->options.color ? "\033[0m" : "");
    if (b->file)
        buf_printf(&h->line, "  %s", b->file);
    if (b->started_by) {
        put(h, COLOR_DIM, "  ");
        put_joined(h, b->started_by);
    }
    line_end(h);
}

static void stage_started(struct human *h, const struct event *e)
{
    if (!e->stage)
        return;
    line_begin(h, e);
    put(h, COLOR_CYAN, h->marks->stage);
    struct buf trail = {0};
    stage_trail(&trail, e->stage, h->marks->separator);
    put(h, COLOR_BOLD, trail.data);
    buf_release(&trail);
    line_end(h);
}

static void stage_ended(struct human *h, const struct event *e)
{
    char time[DURATION_MAX];
    if (!e->stage)
        return;
    line_begin(h, e);
    put_result_mark(h, e->result, e->skipped);
    stage_trail(&h->line, e->stage, h->marks->separator);
    if (e->skipped) {
        put(h, COLOR_DIM, "  skipped: ");
        put(h, COLOR_DIM, e->skipped);
    } else {
        buf_addstr(&h->line, "  ");
        /* The mark's colour and shape say SUCCESS; plain text has to. */
        if (h->marks == &plain_marks || e->result != RESULT_SUCCESS)
            buf_printf(&h->line, "%s  ", result_name(e->result));
        put(h, COLOR_DIM, duration_text(e->duration_ms, time));
    }
    line_end(h);
}

/* In a dry run nothing does: no output follows. */
static bool speaks_for_itself(const char *name)
{
    static const char *const names[] = {"sh",    "bat",      "echo",  "println", "print",
                                        "error", "unstable", "sleep", "input"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void step_started(struct human *h, const struct event *e)
{
    /* A label is the author's word for the step: it is always shown. */
    if (e->has_body || (!e->label && !h->options.dry_run && speaks_for_itself(e->name)))
        return;
    line_begin(h, e);
    buf_addstr(&h->line, h->marks->indent);
    put(h, COLOR_DIM, h->marks->step);
    put(h, COLOR_DIM, e->name);
    const char *more = e->label ? e->label : e->detail;
    if (more) {
        buf_addch(&h->line, ' ');
        struct buf clean = {0};
        more += strspn(more, " \t\r\n");
        size_t first = strcspn(more, "\n");
        add_clean_line(&clean, more, first, false);
        if (more[first + strspn(more + first, " \t\r\n")])
            buf_addstr(&clean, " …");
        put_len(h, COLOR_DIM, clean.data ? clean.data : "", clean.len);
        buf_release(&clean);
    }
    line_end(h);
}

static void put_place(struct human *h, const char *file, int line, int col)
{
    if (file && line)
        buf_printf(&h->line, "%s:%d:%d: ", file, line, col);
}

/* The place is known from the start of the step. */
static void step_failed(struct human *h, const struct event *e)
{
    const struct progress *p = &h->progress;
    if (e->has_body || e->result == RESULT_SUCCESS || e->result == RESULT_NONE || !e->text)
        return;
    line_begin(h, e);
    buf_addstr(&h->line, h->marks->indent);
    put(h, COLOR_RED, h->marks->failure);
    const struct step_record *s = p->failed.len ? &p->failed.items[p->failed.len - 1] : NULL;
    if (s && s->id == e->step)
        put_place(h, s->file, s->line, s->col);
    buf_printf(&h->line, "%s: ", e->name);
    struct buf clean = {0}; /* what it quotes may be somebody else's output */
    add_clean_line(&clean, e->text, strcspn(e->text, "\n"), false);
    put_len(h, COLOR_RED, clean.data ? clean.data : "", clean.len);
    buf_release(&clean);
    line_end(h);
}

/* A prefix is made once for all lines of the event. */
static void print_lines(struct human *h, const struct event *e, const char *text, const char *end)
{
    const char *line;
    size_t len;
    line_begin(h, e);
    buf_addstr(&h->line, h->marks->indent);
    size_t prefix = h->line.len;
    while (next_line(&text, end, &line, &len)) {
        size_t from = h->mid_line ? prefix : 0;
        h->line.len = prefix;
        add_clean_line(&h->line, line, len, h->options.color);
        h->mid_line = line + len == end && !h->live;
        if (!h->mid_line)
            buf_addch(&h->line, '\n');
        line_out(h, from);
    }
}

/* Above a live region stand whole lines only: the beginning of one waits for its end. */
static void print_log(struct human *h, const struct event *e)
{
    const char *end = e->text + e->len, *last = memrchr(e->text, '\n', e->len);
    size_t whole = last ? (size_t)(last - e->text) + 1 : 0;
    if (!h->live || (whole == e->len && !h->held.len)) {
        print_lines(h, e, e->text, end);
        return;
    }
    buf_add(&h->held, e->text, e->len);
    size_t ready = whole ? h->held.len - (e->len - whole) : h->held.len < HELD_MAX ? 0 : h->held.len;
    print_lines(h, e, h->held.data, h->held.data + ready);
    memmove(h->held.data, h->held.data + ready, h->held.len - ready);
    h->held.len -= ready;
}

static void print_message(struct human *h, const struct event *e, const char *word, enum color color)
{
    line_begin(h, e);
    put(h, color, word);
    put_place(h, e->file, e->line, e->col);
    buf_add(&h->line, e->text, e->len ? e->len : strlen(e->text));
    while (h->line.len && h->line.data[h->line.len - 1] == '\n')
        h->line.len--;
    line_end(h);
}

static void print_input(struct human *h, const struct event *e)
{
    line_begin(h, e);
    put(h, COLOR_BOLD, h->marks->input);
    put(h, COLOR_BOLD, e->text ? e->text : "");
    if (e->name)
        buf_printf(&h->line, "  (%s)", e->name);
    line_end(h);
    /* A question is typed where the region would be drawn. */
    h->suspended = h->live;
}

static void print_quiet(struct human *h, const struct event *e)
{
    if (e->kind == EVENT_STEP_END)
        step_failed(h, e);
    else if (e->kind == EVENT_WARNING)
        print_message(h, e, "warning: ", COLOR_YELLOW);
    else if (e->kind == EVENT_INPUT)
        print_input(h, e);
}

static void print_event(struct human *h, const struct event *e)
{
    switch (e->kind) {
    case EVENT_BUILD_START:
        build_started(h, e);
        break;
    case EVENT_STAGE_START:
        stage_started(h, e);
        break;
    case EVENT_STAGE_END:
        stage_ended(h, e);
        break;
    case EVENT_STEP_START:
        step_started(h, e);
        break;
    case EVENT_LOG:
        print_log(h, e);
        break;
    case EVENT_NOTICE:
        print_message(h, e, "note: ", COLOR_DIM);
        break;
    default:
        print_quiet(h, e);
        break;
    }
}

/* The progress is told first: the lines below look at it (the place of a failed step). */
static void human_event(struct sink *s, const struct event *e)
{
    struct human *h = CONTAINER_OF(s, struct human, sink);
    progress_event(&h->progress, e);
    if (e->kind == EVENT_STEP_END && str_eq(e->name, "input"))
        h->suspended = false;
    if (h->options.quiet)
        print_quiet(h, e);
    else
        print_event(h, e);
    if (e->kind == EVENT_BUILD_END) {
        live_clear(h);
        h->live = false;
        summary_print(h, e);
        out_flush(&h->out);
    } else if (h->live) {
        live_flush(h, e->time_ms, e->kind == EVENT_INPUT);
    } else if (h->options.terminal) {
        out_flush(&h->out);
    }
}

/* Says every half minute which steps are silent, so that a log that is watched does not look dead. */
static void heartbeat(struct human *h, int64_t now_ms)
{
    char time[DURATION_MAX];
    if (now_ms - h->heartbeat_ms < SILENCE_MS)
        return;
    for (size_t i = 0; i < h->progress.running.len; i++) {
        const struct step_record *s = &h->progress.running.items[i];
        if (now_ms - s->output_ms < SILENCE_MS)
            continue;
        h->heartbeat_ms = now_ms;
        struct event e = {.time_ms = now_ms, .branch = s->branch};
        /* A heartbeat within a line would break it: it is ended first. */
        if (h->mid_line)
            out_add(&h->out, "\n", 1);
        h->mid_line = false;
        line_begin(h, &e);
        buf_printf(&h->line, "%s%s still running: %s %.100s (%s)", h->marks->indent, h->marks->ellipsis,
                   s->name,
                   s->label    ? s->label
                   : s->detail ? s->detail
                               : "",
                   duration_text(now_ms - s->started_ms, time));
        line_end(h);
    }
}

static void human_tick(struct sink *s, int64_t now_ms)
{
    struct human *h = CONTAINER_OF(s, struct human, sink);
    if (h->live) {
        live_flush(h, now_ms, true);
        return;
    }
    if (!h->options.quiet)
        heartbeat(h, now_ms);
    out_flush(&h->out);
}

static void human_release(struct sink *s)
{
    struct human *h = CONTAINER_OF(s, struct human, sink);
    live_clear(h);
    out_release(&h->out);
    progress_release(&h->progress);
    buf_release(&h->line);
    buf_release(&h->held);
    free(h);
}

static struct human *human_new(int fd, const struct sink_options *o, const struct marks *marks)
{
    struct human *h = xcalloc(1, sizeof(*h));
    h->sink = (struct sink){human_event, human_tick, human_release};
    h->options = o ? *o : (struct sink_options){0};
    h->marks = marks;
    h->out.fd = fd;
    return h;
}

struct sink *sink_pretty_new(int fd, const struct sink_options *o)
{
    struct human *h = human_new(fd, o, &pretty_marks);
    h->live = h->options.terminal && !h->options.quiet;
    return &h->sink;
}

struct sink *sink_plain_new(int fd, const struct sink_options *o)
{
    struct human *h = human_new(fd, o, &plain_marks);
    h->options.color = false;
    return &h->sink;
}
