/* quietPeriod, rateLimitBuilds [branch-api: RateLimitBranchProperty], throttleJobProperty
 * [throttle-concurrents], disableConcurrentBuilds [workflow-job]. Read from the text, as they have to be
 * known before the first step; what is no literal there has no effect. A build that waits holds its lock
 * already and says `waiting` in build.json, so that of several that wait each follows the one before it.
 *
 * Who goes first: numbers are in the order of starts, and a build only waits for older ones, so that two
 * that wait for each other cannot be. A build that is killed while it waits frees its place with its
 * lock. */
#include "runner/engine/turn.h"
#include "base/fs.h"
#include "parser/model.h"
#include "runner/cli/run_options.h"
#include "runner/engine/time_span.h"
#include <signal.h>
#include <string.h>

enum { LOOK_BACK = 64 /* builds older than that do not run any more */, LOOK_MS = 100 };

struct rules {
    int64_t quiet_ms, gap_ms;
    int together; /* builds of the job that may run at once; 0: any number */
    bool abort;   /* ends older ones instead of waiting for them */
};

struct turn {
    struct run *run;
    struct rules rules;
    void (*begin)(struct run *run);
    int superseded;   /* number of the build that was asked to end */
    const char *told; /* what it waits for, by the option's name */
};

/* ---- the text */

static const struct node *call_of(const struct node *n, const char *name)
{
    bool is = n && n->kind == NODE_CALL && !n->u.call.obj && n->u.call.method &&
              n->u.call.method->kind == NODE_STRING && strcmp(n->u.call.method->u.str.bytes, name) == 0;
    return is ? n : NULL;
}

/* The argument of that name; with `sole` also the first one without a name. */
static const struct node *argument(const struct node *args, const char *name, bool sole)
{
    for (const struct node *a = args; a; a = a->next) {
        if (a->kind != NODE_ENTRY && sole)
            return a;
        if (a->kind == NODE_ENTRY && a->u.entry.key->kind == NODE_STRING &&
            strcmp(a->u.entry.key->u.str.bytes, name) == 0)
            return a->u.entry.value;
    }
    return NULL;
}

/* Anything but a literal number above 0 is no limit. */
static int64_t whole(const struct node *n)
{
    return n && n->kind == NODE_INT && n->u.num > 0 ? n->u.num : 0;
}

static bool is_true(const struct node *n)
{
    return n && n->kind == NODE_TRUE;
}

static int64_t duration_ms(const struct node *name)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } durations[] = {{"second", 1},       {"minute", 60},        {"hour", 3600},       {"day", 86400},
                     {"week", 7 * 86400}, {"month", 31 * 86400}, {"year", 366 * 86400}};
    for (size_t i = 0; name && name->kind == NODE_STRING && i < ARRAY_LEN(durations); i++)
        if (strcmp(name->u.str.bytes, durations[i].name) == 0)
            return durations[i].seconds * 1000;
    return 3600 * 1000; /* as the plugin has it for a name that it does not know */
}

static void read_quiet(const struct run *run, struct rules *r, const struct node *args)
{
    /* "Build Now" and timers start at once, whatever the job says */
    if (run->options->cause == CAUSE_SCM || run->options->cause == CAUSE_UPSTREAM)
        r->quiet_ms = whole(argument(args, "quietPeriod", true)) * 1000;
}

/* Builds are spread evenly: two an hour is one in thirty minutes. */
static void read_rate(const struct run *run, struct rules *r, const struct node *args)
{
    const struct node *throttle = argument(args, "throttle", true);
    const struct node *entries = throttle && throttle->kind == NODE_MAP ? throttle->u.map.entries : NULL;
    int64_t count = whole(argument(entries, "count", false));
    bool boost = is_true(argument(entries, "userBoost", false));
    if (count && !(boost && run->options->cause == CAUSE_USER))
        r->gap_ms = duration_ms(argument(entries, "durationName", false)) / count;
}

static void read_throttle(const struct run *run, struct rules *r, const struct node *args)
{
    const struct node *enabled = argument(args, "throttleEnabled", false),
                      *option = argument(args, "throttleOption", false);
    if (enabled && enabled->kind == NODE_FALSE)
        return;
    if (option && option->kind == NODE_STRING && strcmp(option->u.str.bytes, "project"))
        return; /* by categories: limits that Jenkins' configuration holds */
    int64_t total = whole(argument(args, "maxConcurrentTotal", false));
    if (total && (!r->together || total < r->together))
        r->together = (int)total;
}

static void read_alone(const struct run *run, struct rules *r, const struct node *args)
{
    r->together = 1;
    r->abort = is_true(argument(args, "abortPrevious", true));
}

static void read_option(const struct run *run, struct rules *r, const char *name, const struct node *args)
{
    static const struct {
        const char *name;
        void (*read)(const struct run *run, struct rules *r, const struct node *args);
    } options[] = {{"quietPeriod", read_quiet},
                   {"rateLimitBuilds", read_rate},
                   {"throttleJobProperty", read_throttle},
                   {"disableConcurrentBuilds", read_alone}};
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (strcmp(options[i].name, name) == 0)
            options[i].read(run, r, args);
}

/* What the step `build` says counts more than the job. */
static void read_given_quiet(const struct run *run, struct rules *r)
{
    const char *given = run->options->cause == CAUSE_UPSTREAM ? getenv("GMRUN_QUIET") : NULL;
    if (given)
        r->quiet_ms = strtol(given, NULL, 10) * 1000;
}

static void read_rules(const struct run *run, struct rules *r)
{
    for (const struct model_item *i = run->model ? run->model->root.options : NULL; i; i = i->next)
        read_option(run, r, i->name, i->args);
    for (const struct node *s = run->ast->body; s; s = s->next) {
        const struct node *call = s->kind == NODE_EXPR ? call_of(s->u.unary.operand, "properties") : NULL;
        const struct node *list = call ? call->u.call.args : NULL;
        for (const struct node *i = list && list->kind == NODE_LIST ? list->u.list.items : NULL; i;
             i = i->next)
            if (i->kind == NODE_CALL && !i->u.call.obj && i->u.call.method->kind == NODE_STRING)
                read_option(run, r, i->u.call.method->u.str.bytes, i->u.call.args);
    }
    read_given_quiet(run, r);
}

/* ---- waiting */

/* Number of an older build of the job that has to end first, 0 if none; *pid may be 0 when it is not known
 * yet. */
static int blocker(struct run *run, int together, pid_t *pid)
{
    _cleanup_free_ int *numbers = NULL;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    for (size_t i = 0, seen = 0, running = 0; together && i < n && seen < LOOK_BACK; i++) {
        if (numbers[i] >= run->record.number)
            continue;
        seen++;
        if (build_running(&run->home, run->record.job, numbers[i], pid) && ++running >= (size_t)together)
            return numbers[i];
    }
    return 0;
}

/* When the build before began; 0: there is none; -1: it waits, too. */
static int64_t begin_before(struct run *run)
{
    _cleanup_free_ int *numbers = NULL;
    size_t n = build_numbers(&run->home, run->record.job, &numbers), i = 0;
    while (i < n && numbers[i] >= run->record.number)
        i++;
    json_t *build = i < n ? build_load(&run->home, run->record.job, numbers[i], NULL) : NULL;
    int64_t at = json_integer_value(json_object_get(build, "started_ms"));
    if (json_is_true(json_object_get(build, "waiting")) &&
        build_running(&run->home, run->record.job, numbers[i], NULL))
        at = -1;
    json_decref(build);
    return at;
}

static void superseded(struct run *run, int number, pid_t pid)
{
    _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, number),
                        *marker = path_join(dir, "stop");
    _cleanup_free_ char *text = xasprintf("#%d\n", run->record.number);
    /* The marker first: by it the build tells this from a signal of a person. */
    if (pid > 1 && !fs_exists(marker) && fs_write_file_atomic(marker, text, strlen(text), 0644, NULL) == 0)
        kill(pid, SIGTERM);
}

static void tell(struct turn *t, const char *option, int64_t ms, int number)
{
    char span[TIME_SPAN_MAX];
    if (t->told == option)
        return;
    t->told = option;
    time_span_text(ms, span);
    if (!number)
        run_notice(t->run, "waits %s (%s)", span, option);
    else if (t->rules.abort)
        run_notice(t->run, "ends build #%d first (%s abortPrevious)", number, option);
    else
        run_notice(t->run, "waits for build #%d (%s)", number, option);
}

/* Milliseconds until it is worth looking again; 0: now is the turn. */
static int64_t still_to_wait(struct turn *t)
{
    struct run *run = t->run;
    pid_t pid = 0;
    int64_t quiet = run->started_ms + t->rules.quiet_ms - wall_ms();
    if (t->rules.quiet_ms && quiet > 0) {
        tell(t, "quietPeriod", quiet, 0);
        return quiet;
    }
    int64_t before = t->rules.gap_ms ? begin_before(run) : 0, gap = before + t->rules.gap_ms - wall_ms();
    if (before < 0 || (before && gap > 0)) {
        tell(t, "rateLimitBuilds", before < 0 ? t->rules.gap_ms : gap, 0);
        return before < 0 ? LOOK_MS : gap;
    }
    int number = blocker(run, t->rules.together, &pid);
    if (!number)
        return 0;
    tell(t, t->rules.together == 1 ? "disableConcurrentBuilds" : "throttleJobProperty", 0, number);
    /* Once: the build takes the marker away and needs a while to end; a second signal would cut that short.
     */
    if (t->rules.abort && t->superseded != number)
        superseded(run, number, pid);
    t->superseded = number;
    return LOOK_MS;
}

static void record_waiting(struct run *run, bool waiting)
{
    if (waiting) {
        json_object_set_new(run->record.json, "waiting", json_true());
    } else {
        run->started_ms = wall_ms();
        json_object_set_new(run->record.json, "started_ms", json_integer(run->started_ms));
        json_object_del(run->record.json, "waiting");
    }
    build_save(&run->record, NULL);
}

static void look(struct loop_timer *timer)
{
    struct turn *t = timer->data;
    struct run *run = t->run;
    int64_t ms = still_to_wait(t);
    if (ms) {
        loop_timer_start(run->loop, timer, ms < LOOK_MS ? LOOK_MS : ms);
        return;
    }
    record_waiting(run, false);
    t->begin(run);
}

/* `begin` is called at once or from the timer. The wait polls: locks of other processes cannot be watched. */
void turn_wait(struct run *run, void (*begin)(struct run *run))
{
    struct turn *t = arena_new(&run->ast->arena, struct turn);
    *t = (struct turn){.run = run, .begin = begin};
    read_rules(run, &t->rules);
    if (run->dry_run || !still_to_wait(t)) {
        begin(run);
        return;
    }
    record_waiting(run, true);
    run->turn = (struct loop_timer){.fn = look, .data = t};
    loop_timer_start(run->loop, &run->turn, LOOK_MS);
}
