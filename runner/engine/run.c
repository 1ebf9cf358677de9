/* The life of a build: set up, script on the main fiber, loop, result, tear down. */
#include "agents/agent.h"
#include "base/fs.h"
#include "runner/engine/declarative.h"
#include "runner/engine/internals.h"
#include "runner/engine/job_options.h"
#include "runner/engine/lower.h"
#include "runner/engine/library.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/cli/run_options.h"
#include "runner/engine/run_life.h"
#include "runner/steps/csv.h"
#include "runner/steps/file_wrapper.h"
#include "runner/steps/milestone.h"
#include "runner/steps/pom.h"
#include "runner/steps/step.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SLICE = 200000, TICK_MS = 250, TURN_MS = 100 };

/* ---- sinks' clock */

static void tick(struct loop_timer *t)
{
    struct run *run = t->data;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < run->sinks.len; i++)
        if (run->sinks.items[i]->tick)
            run->sinks.items[i]->tick(run->sinks.items[i],
                                      (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    loop_timer_start(run->loop, t, TICK_MS);
}

/* ---- the script */

static void main_done(struct fiber *f, bool thrown, struct value v, void *data)
{
    struct run *run = data;
    branch_free(branch_of(f));
    run->main_fiber = NULL;
    run->finished = true;
    if (!thrown)
        return;
    run->failure = value_retain(v);
    run_set_result(run, result_of_exception(run, v));
}

static void print_hook(struct fiber *f, const char *text, size_t len)
{
    struct run *run = run_of(f);
    _cleanup_(buf_release) struct buf masked = {0};
    mask_text(run->masks, text, len, &masked);
    run_log(run, branch_of(f), masked.data, masked.len);
}

int run_load_engine(struct run *run, struct error *err)
{
    size_t len;
    const char *text = declarative_text(&len);
    struct ast *ast = value_is_null(run->engine) ? xcalloc(1, sizeof(*ast)) : NULL;
    if (!ast)
        return 0;
    vec_push(&run->asts, ast);
    if (ast_parse(ast, "declarative.groovy", text, len, err) < 0)
        return -1;
    struct code *code = vm_compile_hidden(run->vm, ast, "Declarative", err);
    if (!code)
        return -1;
    run->engine = script_new(run->vm, code, run->script);
    return 0;
}

int run_compile(struct run *run, struct error *err)
{
    if (libraries_begin(run, err) < 0)
        return -1;
    if (run->model)
        lower_pipeline(run->ast, run->model);
    struct code *code = vm_compile(run->vm, run->ast, "WorkflowScript", err);
    if (!code)
        return -1;
    run->script = script_new(run->vm, code, NULL_VALUE);
    return run->model ? run_load_engine(run, err) : 0;
}

void run_prepare(struct run *run)
{
    const struct vm_host host = {.data = run,
                                 .call = internals_call,
                                 .parks = step_parks,
                                 .get = objects_get,
                                 .print = print_hook,
                                 .find_class = library_find_class};
    run->vm = vm_new(&host);
    run->script = run->engine = run->failure = NULL_VALUE;
    run->params = map_new(run->vm);
    run->result = RESULT_NONE;
    objects_register(run);
    steps_register(run);
    file_wrapper_register(run);
    csv_register(run);
    pom_register(run);
}

static void start_script(struct run *run)
{
    struct value main = method_of(run->vm, run->script, "run");
    struct scope *scope = scope_new(NULL);
    run->main_fiber = fiber_start(run->vm, main, 0, NULL, main_done, run);
    branch_new(run, run->main_fiber, scope);
    scope_unref(scope);
    value_release(main);
}

static void look_for_turn(struct loop_timer *t)
{
    struct run *run = t->data;
    pid_t pid = 0;
    bool abort = false;
    turn_is_wanted(run, &abort);
    int blocker = turn_blocker(run, &pid);
    if (!blocker) {
        start_script(run);
        return;
    }
    if (abort)
        turn_stop(run, blocker, pid);
    loop_timer_start(run->loop, t, TURN_MS);
}

static void wait_turn(struct run *run)
{
    bool abort = false;
    int blocker = !run->dry_run && turn_is_wanted(run, &abort) ? turn_blocker(run, NULL) : 0;
    if (!blocker) {
        start_script(run);
        return;
    }
    if (abort)
        run_notice(run, "ends build #%d first (disableConcurrentBuilds abortPrevious)", blocker);
    else
        run_notice(run, "waits for build #%d (disableConcurrentBuilds)", blocker);
    run->turn = (struct loop_timer){.fn = look_for_turn, .data = run};
    loop_timer_start(run->loop, &run->turn, 0);
}

void run_start(struct run *run)
{
    struct event e = {.kind = EVENT_BUILD_START};
    run_emit(run, NULL, &e);
    wait_turn(run);
}

int run_loop(struct run *run, struct error *err)
{
    struct loop_timer clock = {.fn = tick, .data = run};
    loop_timer_start(run->loop, &clock, TICK_MS);
    while (!run->finished) {
        bool more = vm_run(run->vm, SLICE);
        if (run->finished)
            break;
        if (loop_run_once(run->loop, more ? 0 : -1, err) < 0)
            return -1;
    }
    loop_timer_stop(run->loop, &clock);
    milestones_release(run);
    loop_timer_stop(run->loop, &run->turn);
    return 0;
}

/* ---- the end */

static void failure_text(struct run *run, struct buf *out)
{
    _cleanup_(buf_release) struct buf plain = {0};
    if (value_is_null(run->failure))
        return;
    exception_text(run, run->failure, &plain);
    mask_text(run->all_masks, plain.data ? plain.data : "", plain.len, out);
    if (out->len && out->data[out->len - 1] != '\n')
        buf_addch(out, '\n');
}

enum result run_end(struct run *run)
{
    struct timespec now;
    _cleanup_(buf_release) struct buf text = {0};
    enum result r = run->result == RESULT_NONE ? RESULT_SUCCESS : run->result;
    clock_gettime(CLOCK_REALTIME, &now);
    struct event e = {.kind = EVENT_BUILD_END, .result = r};
    e.duration_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - run->started_ms;
    failure_text(run, &text);
    e.text = text.data;
    e.len = text.len;
    json_t *json = run->record.json;
    json_object_set_new(json, "result", json_string(result_name(r)));
    json_object_set_new(json, "duration_ms", json_integer(e.duration_ms));
    if (run->changes)
        json_object_set(json, "changes", run->changes);
    run_emit(run, NULL, &e);
    _cleanup_(error_release) struct error err = {0};
    if (build_save(&run->record, &err) < 0)
        run_warning(run, NULL, 0, 0, "%s", err.message);
    if (!run->dry_run)
        job_options_discard(run);
    return r;
}

static void sweep(struct run *run, int grace_ms)
{
    if (!run->cookie)
        return;
    _cleanup_free_ char *entry = xasprintf("JENKINS_NODE_COOKIE=%s", run->cookie);
    proc_sweep(entry, grace_ms);
}

static void release_sinks(struct run *run)
{
    for (size_t i = 0; i < run->sinks.len; i++)
        run->sinks.items[i]->release(run->sinks.items[i]);
    vec_release(&run->sinks);
}

void run_abandon(struct run *run)
{
    procs_release(&run->procs);
    sweep(run, 0);
    for (struct branch *b = run->branches; b; b = b->next) {
        struct lease *lease = scope_lease(b->scope);
        scope_abandon(b->scope);
        if (lease && str_eq(lease->agent->ops->kind, "local")) {
            _cleanup_free_ char *tmp = xasprintf("%s@tmp", lease->workspace);
            fs_rm_rf(tmp, NULL); /* scripts that were running, with what was interpolated into them */
            if (lease->lock)
                unlink(lease->lock);
        }
    }
    release_sinks(run);
}

void run_release(struct run *run)
{
    if (!run->vm)
        return;
    sweep(run, 2000);
    value_release(run->failure);
    value_release(run->params);
    value_release(run->script);
    value_release(run->engine);
    for (size_t i = 0; i < ARRAY_LEN(run->objects); i++)
        value_release(run->objects[i]);
    libraries_release(run);
    vm_free(run->vm);
    node_pool_free(run->nodes);
    for (size_t i = 0; i < run->asts.len; i++) {
        ast_release(run->asts.items[i]);
        free(run->asts.items[i]);
    }
    vec_release(&run->asts);
    vec_release(&run->stages);
    release_sinks(run);
    env_release(&run->base_env);
    env_release(&run->build_env);
    env_release(&run->global_env);
    json_decref(run->changes);
    json_decref(run->previous);
    json_decref(run->given);
    json_decref(run->files);
    free(run->cookie);
    run->vm = NULL;
}
