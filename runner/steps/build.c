/* build(job: …): another pipeline of the same project, as a build of its own: a gmrun process with the same
 * home and configuration [pipeline-build-step: BuildTriggerStep]. Parameters go to it in a memory file on its
 * standard input, so that passwords among them stand in no argument list and on no disk.
 *
 * A child is watched by its JSON events: the first one tells its number, its exit status its result. A
 * detached one (wait: false, waitForStart) outlives this build in a session of its own and is found again by
 * what it records as its upstream. */
#include "base/fs.h"
#include "runner/engine/run_wrapper.h"
#include "runner/cli/run_options.h"
#include "runner/steps/job_file.h"
#include "runner/steps/rows.h"
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_DEPTH = 32, STOP_GRACE_MS = 30000, POLL_MS = 50, START_LIMIT_MS = 60000 };

extern char **environ;

/* Owned by the call as its state. */
struct child {
    struct step_call *call;
    struct proc *proc;
    char *job;
    char *upstream; /* JOB#NUMBER:STEP of this call: stands in the child's build.json */
    struct buf line, errors;
    int number, before; /* its build; the job's last build before it */
    int params_fd;
    bool detached, cancelled; /* started by setsid --fork; the step was interrupted */
    struct loop_timer poll;   /* waitForStart: looks for its number */
    int64_t deadline;
};

static void child_free(void *data)
{
    struct child *b = data;
    loop_timer_stop(b->call->run->loop, &b->poll);
    close_fd(&b->params_fd);
    buf_release(&b->line);
    buf_release(&b->errors);
    free(b->job);
    free(b->upstream);
    free(b);
}

/* ---- parameters: [string(name: …, value: …), …] or [[$class: …, name: …, value: …]] */

static json_t *param_value(struct fiber *f, struct value v)
{
    struct value hold = NULL_VALUE;
    if (v.tag == VAL_BOOL)
        return json_boolean(v.u.b);
    json_t *text = json_string(value_is_null(v) ? "" : value_text(f, v, &hold));
    value_release(hold);
    return text;
}

/* Entries without a name are passed over, as is what is no map: symbols of unknown parameter kinds. */
static json_t *params_json(struct step_call *c)
{
    struct value list = step_arg(c, "parameters");
    json_t *all = json_object();
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value item = AS_LIST(list)->items[i], name, value = NULL_VALUE, hold = NULL_VALUE;
        if (!value_is(item, OBJ_MAP) || !map_get_str(AS_MAP(item), "name", &name))
            continue;
        map_get_str(AS_MAP(item), "value", &value);
        json_object_set_new(all, value_text(c->fiber, name, &hold), param_value(c->fiber, value));
        value_release(hold);
    }
    return all;
}

/* Read from its beginning by the child, which gets it as standard input. */
static int memory_file(json_t *json, struct error *err)
{
    int fd = memfd_create("gmrun-params", MFD_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "cannot make a memory file");
    if (json_dumpfd(json, fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
        close(fd);
        return error_errno(err, "cannot write a memory file");
    }
    return fd;
}

/* ---- the command */

struct command {
    VEC(const char *) argv;
    VEC(char *) env;
};

static void add(struct command *o, const char *option, const char *value)
{
    if (!value)
        return;
    vec_push(&o->argv, option);
    vec_push(&o->argv, value);
}

static void add_flag(struct command *o, const char *option, bool set)
{
    if (set)
        vec_push(&o->argv, option);
}

/* What the user said to this build holds for those it starts; its --param do not. */
static void add_options(struct command *o, const struct run_options *from)
{
    add(o, "--home", from->home.dir);
    add(o, "--config", from->config.file);
    add(o, "--credentials", fs_exists(from->credentials_file) ? from->credentials_file : NULL);
    add(o, "--user", from->user);
    add(o, "--branch", from->branch);
    add(o, "--scm", from->scm);
    add_flag(o, "--no-branch", from->no_branch);
    add_flag(o, "--dirty", from->dirty);
    add_flag(o, "--in-place", from->in_place);
    add_flag(o, "--yes", from->yes);
    add_flag(o, "--no-input", from->no_input);
    for (size_t i = 0; i < from->answers.len; i++)
        add(o, "--answer", from->answers.items[i]);
    for (size_t i = 0; i < from->env.len; i++)
        add(o, "--env", from->env.items[i]);
}

static bool is_ours(const char *entry)
{
    return str_has_prefix(entry, "GMRUN_DEPTH=") || str_has_prefix(entry, "GMRUN_UPSTREAM=") ||
           str_has_prefix(entry, "GMRUN_QUIET=");
}

/* quiet: seconds that the step gives, instead of the job's own quietPeriod (engine/turn.c); -1: none.
 * GMRUN_DEPTH ends circles of builds that start each other; ours are dropped first, as a child of a child
 * inherits them. */
static void fill_env(struct command *o, const char *upstream, int depth, int64_t quiet)
{
    for (char **p = environ; *p; p++)
        if (!is_ours(*p))
            vec_push(&o->env, xstrdup(*p));
    if (quiet >= 0)
        vec_push(&o->env, xasprintf("GMRUN_QUIET=%d", (int)quiet));
    vec_push(&o->env, xasprintf("GMRUN_DEPTH=%d", depth));
    vec_push(&o->env, xasprintf("GMRUN_UPSTREAM=%s", upstream));
    vec_push(&o->env, NULL);
}

static void command_release(struct command *o)
{
    for (size_t i = 0; i < o->env.len; i++)
        free(o->env.items[i]);
    vec_release(&o->env);
    vec_release(&o->argv);
}

/* ---- its end */

/* From the child's record, as it wrote it: null when it left none. */
static struct value run_object(struct child *b)
{
    struct run *run = b->call->run;
    json_t *record = b->number ? build_load(&run->home, b->job, b->number, NULL) : NULL;
    return record ? run_wrapper_new(run, record) : NULL_VALUE;
}

static void read_line(struct child *b)
{
    if (b->number || !strstr(b->line.data, "build-start"))
        return;
    json_t *event = json_loadb(b->line.data, b->line.len, 0, NULL);
    const char *kind = json_string_value(json_object_get(event, "event"));
    if (kind && strcmp(kind, "build-start") == 0) {
        b->number = (int)json_integer_value(json_object_get(event, "number"));
        step_log(b->call, "Starting building: %s #%d", b->job, b->number);
    }
    json_decref(event);
}

static void output(void *data, int stream, const char *bytes, size_t n)
{
    struct child *b = data;
    if (b->detached)
        return;
    if (stream == 2) {
        buf_add(&b->errors, bytes, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != '\n') {
            if (!b->number) /* only the first event is of interest */
                buf_addch(&b->line, bytes[i]);
            continue;
        }
        if (b->line.len)
            read_line(b);
        buf_clear(&b->line);
    }
}

/* The exit statuses of `gmrun run` (docs/getting-started.md), by number. */
static enum result result_of(const struct proc_exit *ended)
{
    static const enum result of[] = {RESULT_SUCCESS,  RESULT_FAILURE, RESULT_FAILURE,
                                     RESULT_UNSTABLE, RESULT_ABORTED, RESULT_NOT_BUILT};
    return ended->signal || ended->status >= (int)ARRAY_LEN(of) ? RESULT_ABORTED : of[ended->status];
}

/* A failed downstream build is an interruption with its result, as BuildTriggerStepExecution makes it:
 * catchError sees UNSTABLE as that. */
static void report(struct child *b, enum result r)
{
    struct step_call *c = b->call;
    step_log(c, "Build %s #%d completed: %s", b->job, b->number, result_name(r));
    if (r == RESULT_SUCCESS || !step_bool(c, "propagate", true)) {
        step_done(c, run_object(b));
        return;
    }
    _cleanup_free_ char *text = xasprintf("%s #%d completed with status %s (propagate: false to ignore)",
                                          b->job, b->number, result_name(r));
    step_fail(c, interruption_new(c->fiber, r, text));
}

/* The build of the job that this call has started; 0: not there yet.
 * Newest first, down to the build that was last before the start: other builds of the job may have begun
 * meanwhile. */
static int started_number(const struct child *b)
{
    struct home *home = &b->call->run->home;
    for (int n = build_last(home, b->job); n > b->before; n--) {
        json_t *record = build_load(home, b->job, n, NULL);
        bool ours = str_eq(json_string_value(json_object_get(record, "upstream")), b->upstream);
        json_decref(record);
        if (ours)
            return n;
    }
    return 0;
}

static void look_for_start(struct loop_timer *t)
{
    struct child *b = t->data;
    struct run *run = b->call->run;
    b->number = started_number(b);
    if (b->number) {
        step_log(b->call, "Starting building: %s #%d", b->job, b->number);
        step_done(b->call, run_object(b));
    } else if (b->cancelled || loop_now(run->loop) > b->deadline) {
        step_fail_text(b->call, "%s did not start", b->job);
    } else {
        loop_timer_start(run->loop, t, POLL_MS);
    }
}

static const char *first_line(struct buf *text)
{
    if (!text->len)
        return "no message";
    text->data[strcspn(text->data, "\n")] = 0;
    return text->data;
}

static void ended(void *data, const struct proc_exit *e)
{
    struct child *b = data;
    struct step_call *c = b->call;
    b->proc = NULL;
    if (b->detached && e->status)
        step_fail_text(c, "cannot start %s: setsid: exit status %d", b->job, e->status);
    else if (b->detached && step_bool(c, "waitForStart", false))
        look_for_start(&b->poll);
    else if (b->detached)
        step_done(c, NULL_VALUE);
    else if (!b->number)
        step_fail_text(c, "%s did not start: %s", b->job, first_line(&b->errors));
    else
        report(b, result_of(e));
}

/* TERM, and KILL after 30 s: a build needs its time to end its own steps and post sections. A detached one
 * is left alone. */
static void cancel(struct step_call *c)
{
    struct child *b = c->state;
    b->cancelled = true;
    if (b->proc)
        proc_kill(b->proc, STOP_GRACE_MS);
}

/* ---- its start */

static int start(struct child *b, const char *file, int depth, struct error *err)
{
    static const struct proc_callbacks callbacks = {.output = output, .done = ended};
    struct run *run = b->call->run;
    struct command o = {0};
    char self[PATH_MAX] = "";
    if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
        return error_errno(err, "cannot find this program");
    if (b->detached) { /* out of reach of what ends with this build */
        vec_push(&o.argv, "setsid");
        vec_push(&o.argv, "--fork");
        vec_push(&o.argv, self);
    } else {
        vec_push(&o.argv, "gmrun");
    }
    vec_push(&o.argv, "run");
    vec_push(&o.argv, file);
    add(&o, "--job", b->job);
    add(&o, "--cause", "upstream");
    add(&o, "--console", "json");
    add(&o, "--params-file", b->params_fd >= 0 ? "/dev/stdin" : NULL);
    add_options(&o, run->options);
    vec_push(&o.argv, NULL);
    fill_env(&o, b->upstream, depth, step_int(b->call, "quietPeriod", -1));
    struct proc_options po = {
        .argv = o.argv.items,
        .program = b->detached ? NULL : self,
        .env = (const char *const *)o.env.items,
        .stdio = {b->params_fd >= 0 ? PROC_FD + b->params_fd : PROC_NULL, PROC_PIPE, PROC_PIPE}};
    if (b->detached)
        po.stdio[1] = po.stdio[2] = PROC_NULL;
    b->proc = proc_start(&run->procs, &po, &callbacks, b, err);
    command_release(&o);
    return b->proc ? 0 : -1;
}

static int depth_here(void)
{
    const char *text = getenv("GMRUN_DEPTH");
    return text ? (int)strtol(text, NULL, 10) : 0;
}

static int prepare(struct child *b, const char *file, struct error *err)
{
    struct step_call *c = b->call;
    int depth = depth_here() + 1;
    if (depth > MAX_DEPTH)
        return error_set(err, ERROR_INVALID, "more than %d builds have started each other", MAX_DEPTH);
    json_t *params = params_json(c);
    b->params_fd = json_object_size(params) ? memory_file(params, err) : -1;
    bool failed = json_object_size(params) && b->params_fd < 0;
    json_decref(params);
    return failed ? -1 : start(b, file, depth, err);
}

enum call_status step_build(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct child *b = xcalloc(1, sizeof(*b));
    *b = (struct child){.call = c, .params_fd = -1, .poll = {.fn = look_for_start, .data = b}};
    c->state = b;
    c->state_release = child_free;
    _cleanup_free_ char *file = job_file_find(c->run, step_str(c, "job", ""), &b->job, &err);
    if (!file)
        return step_abort(c, "%s", err.message);
    b->detached = !step_bool(c, "wait", true) || step_bool(c, "waitForStart", false);
    b->upstream = xasprintf("%s#%d:%d", c->run->record.job, c->run->record.number, c->id);
    b->before = build_last(&c->run->home, b->job);
    b->deadline = loop_now(c->run->loop) + START_LIMIT_MS;
    step_log(c, "Scheduling project: %s", b->job);
    if (prepare(b, file, &err) < 0)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}
