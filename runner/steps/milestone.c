/* milestone [milestone-step]: builds of a job pass each milestone in the order of their numbers. A build that
 * comes after a newer one has passed ends as NOT_BUILT; an older one that passed the milestone before, but
 * not this one, is ended when a newer one passes it: it looks from time to time.
 *
 * Shared is one file of lines "ORDINAL NUMBER", the newest build that has passed each, below the job's
 * folder; a lock on it makes look and pass one. */
#include "base/fs.h"
#include "runner/steps/milestone.h"
#include "runner/steps/rows.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { LOOK_MS = 1000, FILE_LIMIT = 1 << 20 };

struct passed {
    int64_t ordinal;
    int number;
};
/* A line a milestone, so it stays as short as the pipeline. */
struct board { /* the file's content */
    VEC(struct passed) lines;
};

struct milestones { /* of this build, once it has passed one */
    struct run *run;
    struct loop_timer look;
    int64_t last;
};

static char *board_path(const struct run *run)
{
    _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, 0);
    return path_join(dir, "milestones");
}

static void board_parse(struct board *b, const char *text)
{
    struct passed p;
    for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (sscanf(text, "%" SCNd64 " %d", &p.ordinal, &p.number) == 2)
            vec_push(&b->lines, p);
}

static int board_read(const char *path, struct board *b, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    if (fs_exists(path) && fs_read_file(path, FILE_LIMIT, &text, err) < 0)
        return -1;
    board_parse(b, text.data);
    return 0;
}

/* The newest build that has passed `ordinal`, or with `beyond` any milestone behind it. 0: none. */
static int newest(const struct board *b, int64_t ordinal, bool beyond)
{
    int number = 0;
    for (size_t i = 0; i < b->lines.len; i++) {
        const struct passed *p = &b->lines.items[i];
        if ((beyond ? p->ordinal > ordinal : p->ordinal == ordinal) && p->number > number)
            number = p->number;
    }
    return number;
}

static int board_write(const char *path, struct board *b, int64_t ordinal, int number, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    bool found = false;
    for (size_t i = 0; i < b->lines.len; i++) {
        struct passed *p = &b->lines.items[i];
        found = found || p->ordinal == ordinal;
        buf_printf(&text, "%" PRId64 " %d\n", p->ordinal, p->ordinal == ordinal ? number : p->number);
    }
    if (!found)
        buf_printf(&text, "%" PRId64 " %d\n", ordinal, number);
    return fs_write_file_atomic(path, text.data, text.len, 0644, err);
}

/* Passes the milestone unless a newer build has: *newer is its number then.
 * A newer build behind a later milestone counts as well: this one can only be superseded. */
static int pass(struct run *run, int64_t ordinal, int *newer, struct error *err)
{
    _cleanup_free_ char *path = board_path(run), *lock = xasprintf("%s.lock", path);
    _cleanup_(close_fd) int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    struct board b = {0};
    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        return error_errno(err, "%s", lock);
    int rc = board_read(path, &b, err);
    int other = newest(&b, ordinal, false), beyond = newest(&b, ordinal, true);
    other = beyond > other ? beyond : other;
    *newer = other > run->record.number ? other : 0;
    if (rc == 0 && !*newer)
        rc = board_write(path, &b, ordinal, run->record.number, err);
    vec_release(&b.lines);
    return rc;
}

static struct value superseded(struct run *run, struct fiber *f, int number)
{
    _cleanup_free_ char *cause = xasprintf("Superseded by %s#%d", run->record.job, number);
    return interruption_new(f, RESULT_NOT_BUILT, cause);
}

/* A newer build may have passed the next milestone meanwhile.
 * Every second, without the lock: the file is replaced whole. */
static void look(struct loop_timer *t)
{
    struct milestones *m = t->data;
    struct board b = {0};
    _cleanup_free_ char *path = board_path(m->run);
    board_read(path, &b, NULL);
    int number = newest(&b, m->last, true);
    vec_release(&b.lines);
    if (number <= m->run->record.number) {
        loop_timer_start(m->run->loop, t, LOOK_MS);
    } else if (m->run->main_fiber) {
        run_logf(m->run, NULL, "Canceled since #%d got here", number);
        fiber_interrupt(m->run->main_fiber, superseded(m->run, m->run->main_fiber, number));
    }
}

void milestones_release(struct run *run)
{
    struct milestones *m = run->extra[EXTRA_MILESTONES];
    if (!m)
        return;
    loop_timer_stop(run->loop, &m->look);
    free(m);
    run->extra[EXTRA_MILESTONES] = NULL;
}

/* The timer runs from the first milestone to the build's end. */
static void remember(struct run *run, int64_t ordinal)
{
    struct milestones *m = run->extra[EXTRA_MILESTONES];
    if (!m) {
        m = run->extra[EXTRA_MILESTONES] = xcalloc(1, sizeof(*m));
        *m = (struct milestones){.run = run, .look = {.fn = look, .data = m}};
        loop_timer_start(run->loop, &m->look, LOOK_MS);
    }
    m->last = ordinal;
}

/* Without an ordinal: the one after the last. */
enum call_status step_milestone(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct run *run = c->run;
    const struct milestones *m = run->extra[EXTRA_MILESTONES];
    const char *label = step_str(c, "label", NULL);
    int64_t ordinal = step_int(c, "ordinal", m ? m->last + 1 : 1);
    int newer = 0;
    if (scope_branch(c->branch->scope) && !step_bool(c, "unsafe", false))
        return step_abort(c, "Using a milestone step inside parallel is not allowed");
    if (m && ordinal <= m->last)
        return step_abort(c, "Invalid ordinal %" PRId64 ", as the previous one was %" PRId64, ordinal,
                          m->last);
    step_log(c, "Trying to pass milestone %s%s%" PRId64 "%s", label ? label : "", label ? " (" : "", ordinal,
             label ? ")" : "");
    if (pass(run, ordinal, &newer, &err) < 0)
        return step_abort(c, "%s", err.message);
    if (newer) {
        step_log(c, "Canceled since #%d already got here", newer);
        return vm_throw_value(c->fiber, superseded(run, c->fiber, newer));
    }
    remember(run, ordinal);
    return CALL_OK;
}
