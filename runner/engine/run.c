/* The life of a build: set up, script on the main fiber, loop, result, tear down.
 *
 * The order of a build: prepare (VM and its objects), compile, build_create (by the command line), start,
 * loop, end, release. Everything runs on one thread: vm_run() gives the script a slice, loop_run_once()
 * looks for what has happened; neither is called from within the other. */
#include "agents/agent.h"
#include "base/fs.h"
#include "runner/engine/docker.h"
#include "runner/engine/pod_node.h"
#include "runner/engine/registry.h"
#include "runner/engine/embedded.h"
#include "runner/engine/internals.h"
#include "runner/engine/kube.h"
#include "runner/engine/job_options.h"
#include "runner/engine/lower.h"
#include "runner/engine/library.h"
#include "runner/engine/loaded_classes.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/engine/question.h"
#include "runner/engine/result_class.h"
#include "runner/cli/run_options.h"
#include "runner/engine/run_life.h"
#include "runner/engine/run_wrapper.h"
#include "runner/engine/turn.h"
#include "runner/steps/csv.h"
#include "runner/steps/file_wrapper.h"
#include "runner/steps/notify/http_answer.h"
#include "runner/steps/milestone.h"
#include "runner/steps/pom.h"
#include "runner/steps/report/badges.h"
#include "runner/steps/step.h"
#include <string.h>
#include <unistd.h>

enum {
    SLICE = 20000, /* a millisecond or two of steps: ended processes wait no longer for their successors */
    /* what "a quarter of a second" in sinks' headers means */
    TICK_MS = 250
};

/* ---- sinks' clock */

static void tick(struct loop_timer *t)
{
    struct run *run = t->data;
    run_flush(run);
    loop_timer_start(run->loop, t, TICK_MS);
}

/* ---- the script */

/* The fiber frees itself behind this; run->finished ends the loop at its next turn. */
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

int run_compile(struct run *run, struct error *err)
{
    if (libraries_begin(run, err) < 0)
        return -1;
    if (run->model)
        lower_pipeline(run->ast, run->model);
    struct code *code = vm_compile(run->vm, run->ast, "WorkflowScript", err);
    if (!code) {
        library_class_error(run, err); /* says why a class "is not there" */
        return -1;
    }
    run->script = script_new(run->vm, code, NULL_VALUE);
    return run->model && value_is_null(embedded_object(run, EMBEDDED_DECLARATIVE, err)) ? -1 : 0;
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
    run->script = run->failure = NULL_VALUE;
    for (size_t i = 0; i < ARRAY_LEN(run->embedded); i++)
        run->embedded[i] = NULL_VALUE;
    run->params = map_new(run->vm);
    AS_MAP(run->params)->immutable = true; /* for scripts [workflow-cps: ParamsVariable] */
    run->result = run->lasting = RESULT_NONE;
    objects_register(run);
    result_class_register(run);
    steps_register(run);
    loaded_classes_register(run);
    file_wrapper_register(run);
    http_answer_register(run);
    csv_register(run);
    pom_register(run);
    badges_register(run);
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

void run_start(struct run *run)
{
    struct event e = {.kind = EVENT_BUILD_START};
    run_emit(run, NULL, &e);
    libraries_tell(run);
    run_engine_collect(run);
    turn_wait(run, start_script);
}

/* Scripts get a slice, then the loop looks for events: without waiting while some fiber is ready. */
int run_loop(struct run *run, struct error *err)
{
    struct loop_timer clock = {.fn = tick, .data = run};
    loop_timer_start(run->loop, &clock, TICK_MS);
    if (loop_run_once(run->loop, 0, err) < 0) /* the clock stood while the pipeline was read */
        return -1;
    while (!run->finished) {
        /* more: some fiber could go on at once. */
        bool more = vm_run(run->vm, SLICE);
        if (run->finished)
            break;
        if (loop_run_once(run->loop, more ? 0 : -1, err) < 0)
            return -1;
    }
    loop_timer_stop(run->loop, &clock);
    /* Pods first: the containers of engines may serve them. */
    run_pods_end(run);
    run_engine_sweep(run);
    node_pool_end(run->nodes);
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
    _cleanup_(buf_release) struct buf text = {0};
    enum result r = run->result == RESULT_NONE ? RESULT_SUCCESS : run->result;
    struct event e = {.kind = EVENT_BUILD_END, .result = r};
    /* Wall clock, like Jenkins': a clock that is set back may make it negative. */
    e.duration_ms = wall_ms() - run->started_ms;
    failure_text(run, &text);
    if (!value_is_null(run->failure))
        exception_place(run->failure, &e.file, &e.line, &e.col);
    e.text = text.data;
    e.len = text.len;
    /* The record is complete before the end is told; its file is written behind that. */
    json_t *json = run->record.json;
    json_object_set_new(json, "result", json_string(result_name(r)));
    json_object_set_new(json, "duration_ms", json_integer(e.duration_ms));
    json_object_del(json, "waiting"); /* stopped before its turn */
    if (run->global_env.len)
        json_object_set_new(json, "env", run_wrapper_env(run));
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
    if (!run->cookie || !run->procs.used) /* else the environment of every process is read */
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
    /* What has left its group is found by the cookie. */
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

/* Order: processes first, as their ends call back; values before the VM; the VM before the trees that its
 * code borrows texts from; sinks late, as the others still tell. */
void run_release(struct run *run)
{
    if (!run->vm)
        return;
    /* Two seconds between TERM and KILL: what lives now is not the build's work any more. */
    sweep(run, 2000);
    value_release(run->failure);
    value_release(run->params);
    value_release(run->script);
    for (size_t i = 0; i < ARRAY_LEN(run->embedded); i++)
        value_release(run->embedded[i]);
    for (size_t i = 0; i < ARRAY_LEN(run->objects); i++)
        value_release(run->objects[i]);
    libraries_release(run);
    questions_release(run);
    vm_free(run->vm);
    node_pool_free(run->nodes);
    for (size_t i = 0; i < run->asts.len; i++) {
        ast_release(run->asts.items[i]);
        free(run->asts.items[i]);
    }
    vec_release(&run->asts);
    vec_release(&run->stages);
    release_sinks(run);
    run_engine_free(run);
    run_registries_free(run);
    run_pods_free(run);
    run_kubes_free(run);
    env_release(&run->host_env);
    env_release(&run->base_env);
    env_release(&run->build_env);
    env_release(&run->global_env);
    json_decref(run->extra[EXTRA_REPORTS]);
    run->extra[EXTRA_REPORTS] = NULL;
    json_decref(run->changes);
    json_decref(run->given);
    json_decref(run->files);
    free(run->cookie);
    run->vm = NULL;
}
