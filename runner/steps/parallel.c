/* parallel [workflow-cps: ParallelStep, CpsParallel]: every branch is a fiber; the step ends when all have.
 */
#include "runner/engine/unknown.h"
#include "runner/steps/rows.h"
#include <string.h>

/* Arms never move: fibers hold pointers to them. */
struct arm { /* one branch */
    struct group *group;
    char *name;
    struct fiber *fiber; /* NULL once it has ended */
    struct branch *branch;
    bool thrown;
    struct value value; /* result or exception */
};

struct group {
    struct step_call *call;
    struct arm *arms;
    size_t len, running;
    bool fail_fast;      /* failFast: true among the branches */
    size_t first_failed; /* in order of time; len: none */
    size_t *failures, n_failures;
};

/* Fibers are over by then: group_end() comes with the last one. */
static void group_free(void *data)
{
    struct group *g = data;
    for (size_t i = 0; i < g->len; i++) {
        free(g->arms[i].name);
        value_release(g->arms[i].value);
    }
    free(g->arms);
    free(g->failures);
    free(g);
}

/* Interrupts every branch that still runs, but `except`.
 * Each gets an exception of its own, as each fiber takes one. The mark failFast tells its end from an abort
 * of the build. */
static void interrupt_arms(struct group *g, const struct arm *except, const char *cause)
{
    for (size_t i = 0; i < g->len; i++) {
        struct arm *arm = &g->arms[i];
        if (arm == except || !arm->fiber)
            continue;
        struct value e = interruption_new(arm->fiber, RESULT_ABORTED, cause);
        if (except)
            exception_set_field(e, "failFast", value_bool(true));
        fiber_interrupt(arm->fiber, e);
    }
}

/* Errors count most, then those of hudson.AbortException, then interruptions by their result; of equals the
 * earlier one. What failFast ended is never the reason.
 * [ParallelStep.ResultHandler.ThrowableComparator]. */
static int gravity(struct run *run, struct value exception)
{
    enum result r;
    struct value mark;
    if (exception_get_field(exception, "failFast", &mark))
        return -1;
    if (is_interruption(run, exception, &r))
        return (int)r;
    return RESULT_NONE + !value_instance_of(run->vm, exception, "AbortException");
}

/* Results stand under the branches' names, as parallel returns them. */
static void group_end(struct group *g)
{
    struct step_call *c = g->call;
    const struct arm *worst = NULL;
    for (size_t i = 0; i < g->n_failures; i++) {
        const struct arm *arm = &g->arms[g->failures[i]];
        if (!worst || gravity(c->run, arm->value) > gravity(c->run, worst->value))
            worst = arm;
    }
    for (size_t i = 0; i < g->n_failures; i++) {
        struct value other = g->arms[g->failures[i]].value;
        if (other.u.o != worst->value.u.o) /* two branches may throw one exception */
            exception_add_suppressed(c->run->vm, worst->value, other);
    }
    if (worst) {
        step_fail(c, value_retain(worst->value));
        return;
    }
    struct value results = map_new(c->run->vm);
    for (size_t i = 0; i < g->len; i++)
        map_set_str(AS_MAP(results), g->arms[i].name, g->arms[i].value);
    step_done(c, results);
}

/* The branch's end is told before the failure, whose line still belongs to it. */
static void arm_done(struct fiber *f, bool thrown, struct value v, void *data)
{
    struct arm *arm = data;
    struct group *g = arm->group;
    struct run *run = g->call->run;
    arm->fiber = NULL;
    arm->thrown = thrown;
    arm->value = value_retain(v);
    struct event e = {.kind = EVENT_BLOCK_END, .step = g->call->id, .name = "parallel"};
    run_emit(run, arm->branch, &e);
    if (thrown) {
        g->failures[g->n_failures++] = (size_t)(arm - g->arms);
        run_logf(run, arm->branch, "Failed in branch %s", arm->name);
    }
    branch_free(arm->branch);
    if (thrown && g->fail_fast && g->n_failures == 1) {
        _cleanup_free_ char *cause = xasprintf("Failed in branch %s", arm->name);
        interrupt_arms(g, arm, cause);
    }
    if (--g->running == 0)
        group_end(g);
}

static void cancel_group(struct step_call *c)
{
    interrupt_arms(c->state, NULL, "Aborted with the block around it");
}

static void arm_start(struct group *g, const char *name, struct value body)
{
    struct step_call *c = g->call;
    struct arm *arm = &g->arms[g->len++];
    struct scope *scope = scope_new(c->branch->scope);
    arm->group = g;
    arm->name = xstrdup(name);
    arm->value = NULL_VALUE;
    scope->branch = run_shown_name(c->run, name);
    scope->step = c->id;
    arm->fiber = fiber_start(c->run->vm, body, 0, NULL, arm_done, arm);
    arm->branch = branch_new(c->run, arm->fiber, scope);
    _cleanup_free_ char *label = xasprintf("Branch: %s", scope->branch);
    scope_unref(scope);
    struct event e = {.kind = EVENT_BLOCK_START, .step = c->id, .name = label};
    run_emit(c->run, arm->branch, &e);
}

/* Every value is a closure, but that of failFast [ParallelStep.DescriptorImpl.newInstance]; checked before
 * the first branch starts. */
static enum call_status check_branches(struct step_call *c, struct map *branches, struct group *g)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(branches, &i, &slot);) {
        _cleanup_(buf_release) struct buf text = {0};
        if (value_is(slot->value, OBJ_CLOSURE) || is_unknown(c->run, slot->value))
            continue;
        value_print(c->fiber, slot->key, &text);
        if (str_eq(text.data, "failFast") && slot->value.tag == VAL_BOOL) {
            g->fail_fast = slot->value.u.b;
            continue;
        }
        buf_addch(&text, '=');
        value_print(c->fiber, slot->value, &text);
        return vm_throw(c->fiber, "IllegalArgumentException", "Expected a closure or failFast but found %s",
                        text.data);
    }
    return CALL_OK;
}

/* running counts before the arm starts: an arm that ended at once must not end the group. */
static void start_arms(struct group *g, struct map *branches)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(branches, &i, &slot);) {
        struct value hold = NULL_VALUE;
        if (value_is(slot->value, OBJ_CLOSURE)) {
            g->running++;
            arm_start(g, value_text(g->call->fiber, slot->key, &hold), slot->value);
        }
        value_release(hold);
    }
}

/* An empty map returns one at once [CpsParallel]. */
enum call_status step_parallel(struct step_call *c, struct value *out)
{
    struct value map = step_arg(c, "");
    if (is_unknown(c->run, map)) {
        *out = value_retain(map);
        return CALL_OK;
    }
    if (!value_is(map, OBJ_MAP))
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "parallel takes a map of branch names to closures");
    struct group *g = xcalloc(1, sizeof(*g));
    struct map *branches = AS_MAP(map);
    g->call = c;
    g->arms = xcalloc(branches->len + 1, sizeof(*g->arms));
    g->failures = xcalloc(branches->len + 1, sizeof(*g->failures));
    c->state = g;
    c->state_release = group_free;
    if (check_branches(c, branches, g) != CALL_OK)
        return CALL_THROW;
    start_arms(g, branches);
    if (!g->running) {
        step_log(c, "No branches to run");
        *out = map_new(c->run->vm);
        return CALL_OK;
    }
    step_on_cancel(c, cancel_group);
    return CALL_WAIT;
}
