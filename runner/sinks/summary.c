/* The end of a build for people: the stage tree with results and times, each failed step with its place,
 * command and last output, where artifacts, test results and the log lie, and the result as the last line.
 *
 * Limits keep it to a screen or two, however large the build; the whole is in the log and in `gmrun
 * show`. */
#include "base/fs.h"
#include "base/utf8.h"
#include "runner/sinks/human.h"
#include "runner/state/reports.h"
#include <jansson.h>
#include <string.h>

/* With more only the stages that are not green are listed, and the others counted. */
enum { MAX_STAGES = 60, MAX_SHOWN = 5, NAME_COLUMNS = 48, ERROR_LINES = 12, FINDINGS_LINES = 40 };

static void blank_line(struct human *h)
{
    buf_clear(&h->line);
    line_end(h);
    buf_clear(&h->line);
}

static void heading(struct human *h, const char *text)
{
    blank_line(h);
    put(h, COLOR_BOLD, text);
    line_end(h);
}

static int name_columns(const struct stage_record *s)
{
    return 2 * s->info->depth + (int)utf8_width(s->info->name, strlen(s->info->name));
}

static void stage_line(struct human *h, const struct stage_record *s, int column)
{
    char time[DURATION_MAX];
    buf_clear(&h->line);
    buf_printf(&h->line, "  %*s", 2 * s->info->depth, "");
    /* Only pretty has marks here; plain names each result. */
    if (h->marks->indent[0])
        put_result_mark(h, s->result, s->skipped);
    buf_addstr(&h->line, s->info->name);
    int pad = column - name_columns(s);
    buf_printf(&h->line, "%*s", pad > 0 ? pad + 2 : 2, "");
    if (s->skipped) {
        put(h, COLOR_DIM, "skipped: ");
        put(h, COLOR_DIM, s->skipped);
    } else {
        buf_printf(&h->line, "%9s", s->ended ? duration_text(s->duration_ms, time) : "");
        if (s->result != RESULT_SUCCESS || !h->marks->indent[0])
            buf_printf(&h->line, "  %s", s->ended ? result_name(s->result) : "not finished");
    }
    line_end(h);
}

/* Stages have their number when they start, so branches that run at once interleave: the tree is made by
 * walking the children of each, in order of start. first/next are lists by index, which keeps it linear. */
struct tree {
    const struct progress *p;
    VEC(int) first, next;
};

static void tree_init(struct tree *t, const struct progress *p)
{
    t->p = p;
    for (size_t i = 0; i <= p->stages.len; i++) {
        vec_push(&t->first, 0);
        vec_push(&t->next, 0);
    }
    for (int id = (int)p->stages.len; id > 0; id--) {
        const struct stage_record *s = progress_stage(p, id);
        if (!s)
            continue;
        /* A parent that was never told leaves its children at the root. */
        int parent = s->info->parent && progress_stage(p, s->info->parent->id) ? s->info->parent->id : 0;
        t->next.items[id] = t->first.items[parent];
        t->first.items[parent] = id;
    }
}

static void tree_print(struct human *h, struct tree *t, int parent, int column, bool only_bad)
{
    for (int id = t->first.items[parent]; id; id = t->next.items[id]) {
        const struct stage_record *s = progress_stage(t->p, id);
        if (!only_bad || (s->result != RESULT_SUCCESS && !s->skipped))
            stage_line(h, s, column);
        tree_print(h, t, id, column, only_bad);
    }
}

static void print_stages(struct human *h)
{
    const struct progress *p = &h->progress;
    int column = 0, good = 0;
    for (size_t i = 0; i < p->stages.len; i++) {
        const struct stage_record *s = &p->stages.items[i];
        if (!s->started)
            continue;
        good += s->result == RESULT_SUCCESS || s->skipped;
        column = name_columns(s) > column ? name_columns(s) : column;
    }
    if (!p->stages.len)
        return;
    bool only_bad = p->stages.len > MAX_STAGES;
    struct tree t = {0};
    heading(h, "Stages");
    tree_init(&t, p);
    tree_print(h, &t, 0, column > NAME_COLUMNS ? NAME_COLUMNS : column, only_bad);
    vec_release(&t.first);
    vec_release(&t.next);
    if (!only_bad)
        return;
    buf_clear(&h->line);
    buf_printf(&h->line, "  %s%d more without failure", h->marks->ellipsis, good);
    line_end(h);
}

static void print_lines(struct human *h, const char *indent, const char *text, size_t len, int max)
{
    const char *end = text + len, *line;
    while (max-- > 0 && next_line(&text, end, &line, &len)) {
        buf_clear(&h->line);
        buf_addstr(&h->line, indent);
        add_clean_line(&h->line, line, len, false);
        line_end(h);
    }
}

/* What Maven prints behind every failure, ten lines of advice, is cut off: the reason stands before them. */
static size_t tail_length(const struct step_record *s)
{
    static const char advice[] = "[ERROR] To see the full stack trace of the errors", empty[] = "[ERROR] \n";
    const char *text = s->tail.data, *at = memmem(text, s->tail.len, advice, strlen(advice));
    size_t len = at ? (size_t)(at - text) : s->tail.len, n = strlen(empty);
    while (at && len >= n && memcmp(text + len - n, empty, n) == 0)
        len -= n;
    return len;
}

/* The last TAIL_LINES lines, without a first one that was cut. */
static void print_tail(struct human *h, const struct step_record *s)
{
    const char *text = s->tail.data;
    size_t len = tail_length(s), from = len, lines = 0;
    if (from && text[from - 1] == '\n')
        from--;
    while (from > 0 && !(text[from - 1] == '\n' && ++lines == TAIL_LINES))
        from--;
    /* The first line may lack its beginning. */
    if (from == 0 && s->tail_cut)
        from = strcspn(text, "\n") + 1;
    if (from >= len)
        return;
    buf_clear(&h->line);
    buf_addstr(&h->line, "  last lines of its output:");
    line_end(h);
    print_lines(h, "    ", text + from, len - from, TAIL_LINES);
}

static void print_failure(struct human *h, const struct step_record *s)
{
    const struct stage_record *stage = progress_stage(&h->progress, s->stage);
    blank_line(h);
    put(h, COLOR_RED, s->result == RESULT_ABORTED ? "Aborted: " : "Failed: ");
    if (stage) {
        stage_trail(&h->line, stage->info, h->marks->separator);
        buf_addstr(&h->line, h->marks->separator);
    }
    buf_addstr(&h->line, s->name);
    if (s->label)
        buf_printf(&h->line, " (%s)", s->label);
    if (s->file && s->line)
        buf_printf(&h->line, "  %s:%d:%d", s->file, s->line, s->col);
    line_end(h);
    if (s->detail)
        print_lines(h, "  ", s->detail, strlen(s->detail), 3);
    if (s->error)
        print_lines(h, "  ", s->error, strlen(s->error), ERROR_LINES);
    if (s->findings)
        print_lines(h, "  ", s->findings, strlen(s->findings), FINDINGS_LINES);
    if (s->tail.len)
        print_tail(h, s);
}

/* What ended the build, when it was no step, or another one than those that failed: those were caught. */
static void print_script_failure(struct human *h, const struct event *e)
{
    const struct progress *p = &h->progress;
    for (size_t i = 0; i < p->failed.len; i++)
        if (!e->file || (str_eq(p->failed.items[i].file, e->file) && p->failed.items[i].line == e->line))
            return;
    if (!e->text)
        return;
    blank_line(h);
    if (e->file) {
        buf_clear(&h->line);
        buf_printf(&h->line, "Failed: %s:%d:%d", e->file, e->line, e->col);
        line_end(h);
    }
    print_lines(h, "", e->text, e->len ? e->len : strlen(e->text), ERROR_LINES);
}

/* Branches that were aborted because another failed are no news. */
static void print_failures(struct human *h, const struct event *e)
{
    const struct progress *p = &h->progress;
    bool any_real = false;
    int shown = 0, left_out = p->failed_more;
    for (size_t i = 0; i < p->failed.len; i++)
        any_real |= p->failed.items[i].result != RESULT_ABORTED;
    for (size_t i = 0; i < p->failed.len; i++) {
        const struct step_record *s = &p->failed.items[i];
        if (any_real && s->result == RESULT_ABORTED)
            continue;
        if (shown == MAX_SHOWN) {
            left_out++;
            continue;
        }
        print_failure(h, s);
        shown++;
    }
    if (left_out) {
        buf_clear(&h->line);
        buf_printf(&h->line, "  %sand %d more failed steps", h->marks->ellipsis, left_out);
        line_end(h);
    }
    print_script_failure(h, e);
}

static int count_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    *(int *)data += S_ISREG(st->st_mode);
    return 0;
}

static void put_where(struct human *h, const char *what, const char *path, const char *more)
{
    buf_clear(&h->line);
    buf_printf(&h->line, "%-10s %s", what, path);
    if (more && *more)
        buf_printf(&h->line, "  (%s)", more);
    line_end(h);
}

/* Badges and the like may hold line ends and control characters of whatever a build put there. */
static void put_report(void *data, const char *what, const char *text, const char *more)
{
    struct human *h = data;
    buf_clear(&h->line);
    buf_printf(&h->line, "%-10s ", what);
    add_clean_line(&h->line, text, strcspn(text, "\n"), false);
    if (more && *more) {
        buf_addstr(&h->line, "  (");
        add_clean_line(&h->line, more, strcspn(more, "\n"), false);
        buf_addch(&h->line, ')');
    }
    line_end(h);
}

static void print_places(struct human *h, const struct build_info *b)
{
    char text[32];
    int files = 0;
    if (!b || !b->dir)
        return;
    _cleanup_free_ char *archive = path_join(b->dir, "archive"), *log = path_join(b->dir, "log"),
                        *record = path_join(b->dir, "build.json");
    blank_line(h);
    if (fs_is_dir(archive))
        fs_walk(archive, count_file, &files, NULL);
    snprintf(text, sizeof(text), "%d file%s", files, files == 1 ? "" : "s");
    if (files)
        put_where(h, "Artifacts", archive, text);
    /* What run_end() has not written yet (the result) is not asked for here. */
    json_t *json = json_load_file(record, 0, NULL);
    reports_list(b->dir, json, put_report, h);
    json_decref(json);
    if (fs_exists(log))
        put_where(h, "Log", log, NULL);
}

/* A script gave the build a name of its own. */
static bool is_renamed(const struct build_info *b)
{
    char number[16];
    snprintf(number, sizeof(number), "#%d", b->number);
    return b->display_name && strcmp(b->display_name, number) != 0;
}

void summary_print(struct human *h, const struct event *e)
{
    char time[DURATION_MAX];
    static const enum color colors[] = {
        [RESULT_SUCCESS] = COLOR_GREEN, [RESULT_UNSTABLE] = COLOR_YELLOW, [RESULT_FAILURE] = COLOR_RED,
        [RESULT_NOT_BUILT] = COLOR_DIM, [RESULT_ABORTED] = COLOR_YELLOW,  [RESULT_NONE] = COLOR_GREEN,
    };
    print_stages(h);
    if (e->result != RESULT_SUCCESS && e->result != RESULT_NONE)
        print_failures(h, e);
    print_places(h, e->build);
    buf_clear(&h->line);
    if (e->build)
        buf_printf(&h->line, "%s #%d ", e->build->job, e->build->number);
    if (e->build && is_renamed(e->build))
        buf_printf(&h->line, "(%s) ", e->build->display_name);
    put(h, colors[e->result], result_name(e->result == RESULT_NONE ? RESULT_SUCCESS : e->result));
    buf_printf(&h->line, " in %s", duration_text(e->duration_ms, time));
    line_end(h);
}
