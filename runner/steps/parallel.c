/* parallel [workflow-cps: ParallelStep, CpsParallel]: every branch is a fiber; the step ends when all have.
 */
#include "runner/steps/rows.h"
#include <string.h>

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
    bool fail_fast;
    size_t first_failed; /* in order of time; len: none */
    size_t *failures, n_failures;
};

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

/* Interrupts every branch that still runs, but `except`. */
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

/* A real error counts more than an abort with a bad result, that more than a plain interruption; then the
 * earlier one. */
static int gravity(struct run *run, struct value exception)
{
    enum result r;
    if (!is_interruption(run, exception, &r))
        return 2;
    return r == RESULT_ABORTED ? 0 : 1;
}

static void group_end(struct group *g)
{
    struct step_call *c = g->call;
    const struct arm *worst = NULL;
    for (size_t i = 0; i < g->n_failures; i++) {
        const struct arm *arm = &g->arms[g->failures[i]];
        if (!worst || gravity(c->run, arm->value) > gravity(c->run, worst->value))
            worst = arm;
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

static void arm_done(struct fiber *f, bool thrown, struct value v, void *data)
{
    struct arm *arm = data;
    struct group *g = arm->group;
    struct run *run = g->call->run;
    arm->fiber = NULL;
    arm->thrown = thrown;
    arm->value = value_retain(v);
    if (thrown) {
        g->failures[g->n_failures++] = (size_t)(arm - g->arms);
        run_logf(run, arm->branch, "Failed in branch %s", arm->name);
    }
    struct event e = {.kind = EVENT_BLOCK_END, .step = g->call->id, .name = "parallel"};
    run_emit(run, arm->branch, &e);
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

enum call_status step_parallel(struct step_call *c, struct value *out)
{
    struct value map = step_arg(c, ""), flag = NULL_VALUE;
    if (!value_is(map, OBJ_MAP))
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "parallel takes a map of branch names to closures");
    struct group *g = xcalloc(1, sizeof(*g));
    struct map *branches = AS_MAP(map);
    struct map_slot *slot;
    g->call = c;
    g->arms = xcalloc(branches->len + 1, sizeof(*g->arms));
    g->failures = xcalloc(branches->len + 1, sizeof(*g->failures));
    c->state = g;
    c->state_release = group_free;
    if (map_get_str(branches, "failFast", &flag))
        g->fail_fast = flag.tag == VAL_BOOL && flag.u.b;
    for (size_t i = 0; map_next(branches, &i, &slot);) {
        struct value hold = NULL_VALUE;
        const char *name = value_text(c->fiber, slot->key, &hold);
        if (value_is(slot->value, OBJ_CLOSURE)) {
            g->running++;
            arm_start(g, name, slot->value);
        } else if (strcmp(name, "failFast")) {
            value_release(hold);
            return vm_throw(c->fiber, "IllegalArgumentException",
                            "Expected a closure or a map of closures but got: %s", name);
        }
        value_release(hold);
    }
    if (!g->running) {
        *out = map_new(c->run->vm);
        return CALL_OK;
    }
    step_on_cancel(c, cancel_group);
    return CALL_WAIT;
}
