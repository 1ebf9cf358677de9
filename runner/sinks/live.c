/* The live region: below the scrolling output, the stages that run now as a tree with their times and steps.
 * It is erased and drawn again together with new output in one write, at most 20 times a second, so that
 * neither flicker nor much output costs anything. Lines are cut to the width: a wrapped one could not be
 * erased.
 *
 * Cursor movement is by lines (ESC [ n A) and erasing to the end of the screen (ESC [ J): all that every
 * terminal of today has. A terminal that is resized while the region stands may keep a part of it: it is
 * drawn anew within a quarter of a second. */
#include "base/utf8.h"
#include "runner/sinks/human.h"
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A third of the screen at most, so that output stays in sight. */
enum { DRAW_MS = 50, MAX_ROWS = 12 };

static void terminal_size(struct human *h, int *columns, int *rows)
{
    struct winsize w;
    *columns = h->options.width > 0 ? h->options.width : 80;
    *rows = 24;
    /* Asked each time: no signal handler for SIGWINCH is needed. */
    if (ioctl(h->out.fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0) {
        *columns = w.ws_col;
        *rows = w.ws_row;
    }
}

static bool is_running(const struct progress *p, const struct stage_info *info)
{
    const struct stage_record *s = info ? progress_stage(p, info->id) : NULL;
    return s && !s->ended;
}

/* Adds "  sh mvn package" for the stage's running steps: one stands behind the stage, of several each has its
 * own row. */
static void add_step(struct buf *line, const struct step_record *step, const char *stage)
{
    const char *more = step->label ? step->label : step->detail ? step->detail : "";
    buf_addstr(line, "  ");
    if (step->branch && strcmp(step->branch, stage) != 0) /* a branch that is a stage has its name there */
        buf_printf(line, "[%s] ", step->branch);
    buf_printf(line, "%s ", step->name);
    add_clean_line(line, more, strcspn(more, "\n"), false);
}

/* Linear in the running steps, of which there are as many as processes may run. */
static int steps_in(const struct progress *p, int stage)
{
    int n = 0;
    for (size_t i = 0; i < p->running.len; i++)
        n += p->running.items[i].stage == stage;
    return n;
}

/* Adds the line up to `columns` wide; colours of h->line are none here. */
static void add_cut(struct human *h, struct buf *out, const struct buf *line, int columns)
{
    /* One column is left: some terminals wrap when the last is written. */
    size_t fit = utf8_fit(line->data, line->len, (size_t)(columns > 1 ? columns - 1 : 1));
    if (h->options.color)
        buf_addstr(out, "\033[2m");
    buf_add(out, line->data, fit);
    if (h->options.color)
        buf_addstr(out, "\033[0m");
    buf_addch(out, '\n');
}

static const char *row_mark(const struct human *h, const struct stage_record *s)
{
    static const char *const frames[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    if (!s->ended)
        return frames[h->frame % (int)ARRAY_LEN(frames)];
    return s->skipped ? "○" : s->result == RESULT_SUCCESS ? "✔" : s->result == RESULT_UNSTABLE ? "⚠" : "✘";
}

static void indent(struct buf *line, int depth)
{
    for (int i = 0; i < depth; i++)
        buf_addstr(line, "  ");
}

/* Returns how many rows it took. */
static int add_rows(struct human *h, struct buf *out, const struct stage_record *s, int64_t now_ms,
                    int columns, int room)
{
    char time[DURATION_MAX];
    struct buf line = {0};
    const struct progress *p = &h->progress;
    int steps = s->ended ? 0 : steps_in(p, s->info->id), rows = 1;
    indent(&line, s->info->depth);
    buf_printf(&line, "%s %s  %s", row_mark(h, s), s->info->name,
               duration_text(s->ended ? s->duration_ms : now_ms - s->started_ms, time));
    for (size_t i = 0; i < p->running.len && steps && rows <= room; i++) {
        if (p->running.items[i].stage != s->info->id)
            continue;
        if (steps > 1) {
            add_cut(h, out, &line, columns);
            buf_clear(&line);
            indent(&line, s->info->depth + 1);
            rows++;
        }
        add_step(&line, &p->running.items[i], s->info->name);
    }
    add_cut(h, out, &line, columns);
    buf_release(&line);
    return rows;
}

/* Running stages first in importance: finished branches are left out when there is no room for all. */
static int region(struct human *h, struct buf *out, int64_t now_ms)
{
    const struct progress *p = &h->progress;
    int columns, rows, running = 0, finished = 0, drawn = 0;
    terminal_size(h, &columns, &rows);
    int room = rows / 3 < MAX_ROWS ? rows / 3 : MAX_ROWS;
    for (size_t i = 0; i < p->stages.len; i++) {
        const struct stage_record *s = &p->stages.items[i];
        running += s->started && !s->ended;
        finished += s->ended && is_running(p, s->info->parent);
    }
    bool all = running + finished <= room;
    for (size_t i = 0; i < p->stages.len && drawn < room; i++) {
        const struct stage_record *s = &p->stages.items[i];
        if (!s->started || (s->ended && (!all || !is_running(p, s->info->parent))))
            continue;
        drawn += add_rows(h, out, s, now_ms, columns, room - drawn);
        running -= !s->ended;
    }
    if (running > 0 && drawn > 0) {
        struct buf line = {0};
        buf_printf(&line, "… and %d more", running);
        add_cut(h, out, &line, columns);
        buf_release(&line);
        drawn++;
    }
    return drawn;
}

static void erase(struct human *h, struct buf *out)
{
    if (h->drawn)
        buf_printf(out, "\r\033[%dA\033[J", h->drawn);
    h->drawn = 0;
}

/* Erasing, new output and the new region are one write: a terminal never shows a state between. */
void live_flush(struct human *h, int64_t now_ms, bool force)
{
    struct buf text = {0};
    if (!force && now_ms >= h->draw_ms && now_ms - h->draw_ms < DRAW_MS && h->out.buf.len < OUT_FULL / 2)
        return;
    h->draw_ms = now_ms;
    h->frame++;
    erase(h, &text);
    if (h->out.buf.len)
        buf_add(&text, h->out.buf.data, h->out.buf.len);
    buf_clear(&h->out.buf);
    if (!h->suspended)
        h->drawn = region(h, &text, now_ms);
    out_add(&h->out, text.data ? text.data : "", text.len);
    out_flush(&h->out);
    buf_release(&text);
}

void live_clear(struct human *h)
{
    struct buf text = {0};
    if (!h->live || !h->drawn)
        return;
    erase(h, &text);
    buf_add(&text, h->out.buf.data, h->out.buf.len);
    buf_clear(&h->out.buf);
    out_add(&h->out, text.data, text.len);
    out_flush(&h->out);
    buf_release(&text);
}
