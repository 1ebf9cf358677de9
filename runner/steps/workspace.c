/* See workspace.h. The answers of one function's runs are kept until a run needs no more of them. */
#include "runner/steps/workspace.h"
#include "base/fs.h"
#include "base/hash.h"
#include "runner/engine/node.h"
#include "runner/steps/workspace_ask.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { MARK_DIGITS = 24 };

/* Made by the first question of a call, so that most steps pay a NULL check only. */
struct step_files {
    VEC(struct ws_answer) answers;
    size_t next;         /* of them, in this run */
    struct ws_ask *ask;  /* what this run could not be told; then under way */
    bool parked;         /* the fiber waits for it */
    bool undoing;        /* the function has failed: held is what is thrown then */
    ws_after_fn *after;  /* the function; NULL: the step's start … */
    struct outcome held; /* … and what it is given */
    struct ws_answer near;
    VEC(char *) views; /* folders that go with the call */
};

static struct agent *agent_of(struct step_call *c)
{
    struct lease *l = scope_lease(c->branch->scope);
    return l ? l->agent : NULL;
}

/* Agents with a helper of their own keep files elsewhere; outside of node nothing is far. */
bool ws_far(struct step_call *c)
{
    struct agent *a = agent_of(c);
    return a && a->ops->helper;
}

bool ws_waits(const struct step_call *c)
{
    return c->files && c->files->ask;
}

/* All answers of earlier runs have been used up: what comes now is new. */
bool ws_first(const struct step_call *c)
{
    const struct step_files *f = c->files;
    return !f || (!f->ask && f->next >= f->answers.len);
}

static struct step_files *files_of(struct step_call *c)
{
    if (!c->files)
        c->files = xcalloc(1, sizeof(*c->files));
    return c->files;
}

/* ---- runs */

static void forget(struct step_files *f)
{
    for (size_t i = 0; i < f->answers.len; i++)
        ws_answer_release(&f->answers.items[i]);
    f->answers.len = f->next = 0;
    value_release(f->held.v);
    f->held = (struct outcome){.v = NULL_VALUE};
}

void ws_release(struct step_call *c)
{
    struct step_files *f = c->files;
    if (!f)
        return;
    forget(f);
    ws_answer_release(&f->near);
    vec_release(&f->answers);
    for (size_t i = 0; i < f->views.len; i++) {
        fs_rm_rf(f->views.items[i], NULL);
        free(f->views.items[i]);
    }
    vec_release(&f->views);
    free(f);
    c->files = NULL;
}

static void answered(struct step_call *c, struct ws_answer *answer) /* takes what is in it */
{
    vec_push(&c->files->answers, *answer);
    c->files->ask = NULL;
    if (c->files->parked)
        step_wake(c);
}

/* The fiber wakes into the interruption: of a script once it is gone. */
static void cancel(struct step_call *c)
{
    struct ws_ask *ask = c->files->ask;
    if (ask && ws_ask_cancel(ask))
        return;
    c->files->ask = NULL;
    step_wake(c);
}

static enum call_status begin(struct step_call *c)
{
    struct step_files *f = c->files;
    f->parked = false;
    ws_ask_begin(f->ask, answered);
    if (!f->ask)
        return CALL_OK;
    f->parked = true;
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

/* The run could not go on: nothing of what it came to counts.
 * Values and states of the unfinished run; the continuation of a body keeps the state of its start. */
static void throw_away(struct step_call *c, enum call_status status, bool start, struct value *out)
{
    if (status == CALL_THROW)
        value_release(fiber_take_exception(c->fiber));
    value_release(*out);
    *out = NULL_VALUE;
    if (start && c->state_release) {
        c->state_release(c->state);
        c->state = NULL;
        c->state_release = NULL;
    }
}

static struct ws_ask *take_undo(struct step_files *f)
{
    for (size_t i = f->answers.len; i-- > 0;) {
        struct ws_ask *undo = f->answers.items[i].undo;
        f->answers.items[i].undo = NULL;
        if (undo)
            return undo;
    }
    return NULL;
}

/* Throws o.v, after what has to be undone, the last first. */
static enum call_status undo(struct step_call *c, struct outcome o)
{
    struct step_files *f = c->files;
    struct value thrown = value_retain(o.v);
    f->ask = take_undo(f);
    value_release(f->held.v);
    f->held = (struct outcome){.thrown = true, .v = thrown};
    f->undoing = f->ask != NULL;
    if (f->ask)
        return step_await(c, begin, ws_run_again);
    f->held.v = NULL_VALUE;
    forget(f);
    return vm_throw_value(c->fiber, thrown);
}

static enum call_status throw_undone(struct step_call *c)
{
    struct value thrown = fiber_take_exception(c->fiber);
    enum call_status status = undo(c, (struct outcome){.thrown = true, .v = thrown});
    value_release(thrown);
    return status;
}

/* held keeps what the function was given, for the next run of it. */
enum call_status ws_run(struct step_call *c, ws_after_fn *after, struct outcome o, struct value *out)
{
    enum call_status status = after ? after(c, o, out) : c->step->start(c, out);
    struct step_files *f = c->files;
    if (LIKELY(!f))
        return status;
    if (!f->ask && status == CALL_THROW)
        return throw_undone(c);
    if (!f->ask) {
        forget(f);
        return status;
    }
    throw_away(c, status, !after, out);
    c->run->asking = false;
    f->after = after;
    f->held = (struct outcome){.thrown = o.thrown, .v = value_retain(o.v)};
    return step_await(c, begin, ws_run_again);
}

enum call_status ws_run_again(struct step_call *c, struct outcome o, struct value *out)
{
    struct step_files *f = c->files;
    struct outcome held = f->held;
    f->held = (struct outcome){.v = NULL_VALUE};
    f->next = 0;
    bool undoing = f->undoing;
    enum call_status status =
        undoing || o.thrown ? undo(c, undoing ? held : o) : ws_run(c, f->after, held, out);
    value_release(held.v);
    return status;
}

/* ---- questions */

/* The answer, borrowed; NULL: not yet, and the run leads nowhere.
 * The questions of a run come in the same order each time, so their number is enough to find an answer. */
static struct ws_answer *ask(struct step_call *c, struct ws_ask *what) /* takes */
{
    struct step_files *f = files_of(c);
    if (!f->ask && f->next < f->answers.len) {
        ws_ask_free(what);
        return &f->answers.items[f->next++];
    }
    if (!f->ask)
        f->ask = what;
    else
        ws_ask_free(what);
    c->run->asking = true;
    return NULL;
}

static int answer_error(const struct ws_answer *a, struct error *err)
{
    if (!a)
        return error_set(err, ERROR_INVALID, "the node has not answered yet");
    return a->err.message ? error_set(err, a->err.kind, "%s", a->err.message) : 0;
}

static void near_done(void *arg, struct agent_reply *reply, const struct error *err)
{
    ws_answer_take(arg, reply, err);
}

/* The answer, borrowed until the next question.
 * Near agents answer from within the call. */
static struct ws_answer *file(struct step_call *c, const struct agent_file *op)
{
    if (ws_far(c))
        return ask(c, ws_ask_file(c, op));
    struct ws_answer *a = &files_of(c)->near;
    ws_answer_release(a);
    agent_of(c)->ops->file(agent_of(c), op, near_done, a, &a->err);
    return a;
}

static int simple(struct step_call *c, enum agent_file_kind kind, const char *path, mode_t mode,
                  struct error *err)
{
    return answer_error(file(c, &(struct agent_file){.kind = kind, .path = path, .mode = mode}), err);
}

static const struct agent_entry *look(struct step_call *c, const char *path)
{
    struct ws_answer *a = file(c, &(struct agent_file){.kind = AGENT_STAT, .path = path});
    return a && a->reply.count ? a->reply.entries : NULL;
}

bool ws_exists(struct step_call *c, const char *path)
{
    return ws_far(c) ? look(c, path) != NULL : fs_exists(path);
}

bool ws_is_dir(struct step_call *c, const char *path)
{
    if (!ws_far(c))
        return fs_is_dir(path);
    const struct agent_entry *e = look(c, path);
    return e && e->is_dir;
}

int ws_read_file(struct step_call *c, const char *path, size_t limit, struct buf *out, struct error *err)
{
    if (!ws_far(c))
        return fs_read_file(path, limit, out, err);
    struct ws_answer *a = file(c, &(struct agent_file){.kind = AGENT_READ, .path = path, .limit = limit});
    if (answer_error(a, err) < 0)
        return -1;
    buf_add(out, a->reply.data.data ? a->reply.data.data : "", a->reply.data.len);
    return 0;
}

/* Near: in place, so that links and modes of an existing file stay. */
int ws_write_file(struct step_call *c, const char *path, const void *data, size_t n, mode_t mode,
                  struct error *err)
{
    struct agent_file op = {.kind = AGENT_WRITE, .path = path, .data = data, .len = n, .mode = mode};
    if (ws_far(c))
        return answer_error(file(c, &op), err);
    _cleanup_free_ char *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0755, err) < 0)
        return -1;
    return fs_write_file(path, data ? data : "", n, mode ? mode : 0644, err);
}

int ws_append_file(struct step_call *c, const char *path, const void *data, size_t n, struct error *err)
{
    return answer_error(
        file(c,
             &(struct agent_file){.kind = AGENT_WRITE, .path = path, .data = data, .len = n, .append = true}),
        err);
}

int ws_mkdir_p(struct step_call *c, const char *path, mode_t mode, struct error *err)
{
    return ws_far(c) ? simple(c, AGENT_MKDIR, path, mode, err) : fs_mkdir_p(path, mode, err);
}

int ws_rm_rf(struct step_call *c, const char *path, struct error *err)
{
    return ws_far(c) ? simple(c, AGENT_DELETE, path, 0, err) : fs_rm_rf(path, err);
}

int ws_empty_dir(struct step_call *c, const char *path, struct error *err)
{
    return ws_far(c) ? simple(c, AGENT_EMPTY, path, 0, err) : fs_empty_dir(path, err);
}

char *ws_tempdir(struct step_call *c, const char *parent, const char *prefix, struct error *err)
{
    if (!ws_far(c))
        return fs_tempdir(parent, prefix, err);
    struct ws_answer *a =
        file(c, &(struct agent_file){.kind = AGENT_TEMP, .path = parent, .includes = prefix});
    return answer_error(a, err) < 0 ? NULL : xstrdup(a->reply.data.data);
}

int ws_digest(struct step_call *c, enum hash_kind kind, const char *path, char hex[HASH_HEX_MAX],
              struct error *err)
{
    if (!ws_far(c))
        return hash_file(kind, path, hex, err);
    struct ws_answer *a = file(c, &(struct agent_file){.kind = AGENT_DIGEST, .path = path, .digest = kind});
    if (answer_error(a, err) < 0)
        return -1;
    snprintf(hex, HASH_HEX_MAX, "%s", a->reply.data.data ? a->reply.data.data : "");
    return 0;
}

int ws_touch(struct step_call *c, const char *path, int64_t mtime_ms, struct agent_entry *out,
             struct error *err)
{
    struct ws_answer *a =
        file(c, &(struct agent_file){.kind = AGENT_TOUCH, .path = path, .mtime_ms = mtime_ms});
    if (answer_error(a, err) < 0)
        return -1;
    *out = a->reply.count ? a->reply.entries[0] : (struct agent_entry){.path = path};
    return 0;
}

static int each(const struct ws_answer *a, ws_entry_fn *fn, void *data, struct error *err)
{
    int rc = answer_error(a, err);
    for (size_t i = 0; rc == 0 && i < a->reply.count; i++)
        rc = fn(data, &a->reply.entries[i], err);
    return rc;
}

int ws_list(struct step_call *c, const char *dir, ws_entry_fn *fn, void *data, struct error *err)
{
    return each(file(c, &(struct agent_file){.kind = AGENT_LIST, .path = dir}), fn, data, err);
}

int ws_prune(struct step_call *c, const struct ant_scan *scan, bool dirs, struct error *err)
{
    struct agent_file op = {.kind = AGENT_PRUNE,
                            .path = scan->root,
                            .includes = scan->includes,
                            .excludes = scan->excludes,
                            .split = scan->split,
                            .dirs = dirs};
    return answer_error(file(c, &op), err);
}

int ws_glob(struct step_call *c, const struct ant_scan *scan, ws_entry_fn *fn, void *data, struct error *err)
{
    struct agent_file op = {.kind = AGENT_GLOB,
                            .path = scan->root,
                            .includes = scan->includes,
                            .excludes = scan->excludes,
                            .split = scan->split,
                            .no_default_excludes = scan->no_default_excludes,
                            .ignore_case = scan->ignore_case,
                            .no_follow_symlinks = scan->no_follow_symlinks};
    return each(file(c, &op), fn, data, err);
}

/* ---- many files */

/* The folder passes from the answer to the call at the first run that gets it, and is removed with the call.
 */
const char *ws_view(struct step_call *c, const struct ant_scan *scan, struct error *err)
{
    if (!ws_far(c))
        return scan->root;
    struct ws_answer *a = ask(c, ws_ask_view(c, scan));
    if (answer_error(a, err) < 0)
        return NULL;
    if (a->fresh) {
        a->view = xstrdup(a->reply.data.data);
        vec_push(&c->files->views, a->view);
    }
    a->fresh = false;
    return a->view;
}

int ws_scan(struct step_call *c, struct ant_scan *scan, ant_scan_fn *fn, void *data, struct error *err)
{
    const char *root = ws_view(c, scan, err);
    if (!root)
        return -1;
    scan->root = root;
    return ant_scan(scan, fn, data, err) < 0 ? -1 : 0;
}

/* A name that cannot exist stands for a file whose folder is missing. */
char *ws_local_file(struct step_call *c, const char *path, struct error *err)
{
    if (!ws_far(c))
        return xstrdup(path);
    _cleanup_free_ char *dir = path_dirname(path);
    const char *name = path_basename(path), *view = NULL;
    struct ant_scan scan = {.root = dir, .includes = name, .split = GLOB_ONE, .no_default_excludes = true};
    if (ws_is_dir(c, dir))
        view = ws_view(c, &scan, err);
    else if (!ws_waits(c))
        return xstrdup("/nonexistent");
    return view ? path_join(view, name) : NULL;
}

static int run_script(struct step_call *c, struct ws_ask *script, struct buf *out, struct error *err)
{
    struct ws_answer *a = ask(c, script);
    if (answer_error(a, err) < 0)
        return -1;
    size_t n = a->reply.data.len;
    while (n && strchr("\r\n", a->reply.data.data[n - 1]))
        n--;
    buf_add(out, n ? a->reply.data.data : "", n);
    return a->status;
}

int ws_script(struct step_call *c, const char *script, const struct env *vars, struct buf *out,
              struct error *err)
{
    return run_script(c, ws_ask_script(c, script, vars), out, err);
}

int ws_script_undo(struct step_call *c, const char *script, const char *undo, const struct env *vars,
                   struct buf *out, struct error *err)
{
    struct ws_ask *ask = ws_ask_script(c, script, vars);
    ws_ask_undo(ask, ws_ask_script(c, undo, vars));
    return run_script(c, ask, out, err);
}

char *ws_mark(struct step_call *c)
{
    char hex[HASH_HEX_MAX];
    _cleanup_free_ char *text = xasprintf("%s %d", c->run->cookie, c->id);
    hash_hex(HASH_SHA256, text, strlen(text), hex);
    return xstrndup(hex, MARK_DIGITS);
}

/* ---- scopes that end */

static void discarded(void *arg, struct agent_reply *reply, const struct error *err)
{
    lease_unref(arg);
}

/* Asked without waiting: the scope is gone when the answer comes, so the lease is held until then. */
void ws_discard(struct run *run, struct lease *lease, const char *path)
{
    if (!lease || !lease->agent->ops->helper) {
        fs_rm_rf(path, NULL);
        return;
    }
    if (run->asking)
        return;
    struct agent_file op = {.kind = AGENT_DELETE, .path = path};
    lease_ref(lease);
    if (lease->agent->ops->file(lease->agent, &op, discarded, lease, NULL) < 0)
        lease_unref(lease);
}
