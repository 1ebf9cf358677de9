/* Steps that shape time: timeout, retry, sleep, waitUntil [workflow-basic-steps].
 *
 * All of them are timers of the loop in the call's state: stopped by state_release, whichever way the call
 * ends. What a block returns passes through unchanged. */
#include "runner/engine/time_span.h"
#include "runner/steps/pod/condition.h"
#include "runner/steps/rows.h"
#include "runner/steps/time_unit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- units */

/* Long.MAX_VALUE of any unit is a way to say "no limit": a thousand years, which no clock added to overflows.
 */
static const double FOR_EVER_MS = 1000.0 * 365 * 86400 * 1000;

static const struct {
    const char *name, *text;
    int64_t ms;
} units[] = {
    {"NANOSECONDS", "ns", 0},   {"MICROSECONDS", "µs", 0}, {"MILLISECONDS", "ms", 1},
    {"SECONDS", "sec", 1000},   {"MINUTES", "min", 60000}, {"HOURS", "hr", 3600000},
    {"DAYS", "days", 86400000},
};

int64_t time_unit_ms(const char *unit, double amount)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strcasecmp(units[i].name, unit) == 0)
            return (int64_t)fmin(amount * (double)units[i].ms, FOR_EVER_MS);
    return -1;
}

/* Fractions count (`time: 0.5, unit: 'MINUTES'`); -1 for an unknown unit. */
static int64_t time_arg(struct step_call *c, const char *dflt)
{
    return time_unit_ms(step_str(c, "unit", dflt), step_num(c, "time", 0));
}

/* ---- timeout */

/* timer ends the body; hard ends it again a minute later, if it caught the first interruption. */
struct deadline {
    struct loop_timer timer, hard;
    struct step_call *call;
    bool expired;
};

static void deadline_free(void *data)
{
    struct deadline *d = data;
    loop_timer_stop(d->call->run->loop, &d->timer);
    loop_timer_stop(d->call->run->loop, &d->hard);
    free(d);
}

/* The fiber is inside the body: what it waits for is cancelled first (fiber_interrupt()). */
static void interrupt_body(struct deadline *d)
{
    fiber_interrupt(d->call->fiber,
                    interruption_new(d->call->fiber, RESULT_ABORTED, "Timeout has been exceeded"));
}

static void hard_stop(struct loop_timer *t)
{
    struct deadline *d = t->data;
    step_log(d->call, "Body did not finish within grace period; terminating with extreme prejudice");
    interrupt_body(d);
}

static void expired(struct loop_timer *t)
{
    struct deadline *d = t->data;
    d->expired = true;
    step_log(d->call, "Cancelling nested steps due to timeout");
    d->hard = (struct loop_timer){.fn = hard_stop, .data = d};
    loop_timer_start(d->call->run->loop, &d->hard, 60000);
    interrupt_body(d);
}

static enum call_status after_timeout(struct step_call *c, struct outcome o, struct value *out)
{
    struct deadline *d = c->state;
    enum result r;
    if (o.thrown && d->expired && is_interruption(c->run, o.v, &r)) {
        /* Outside its own block it is an ordinary error: retry repeats it, catchInterruptions: false catches
         * it. */
        struct value yes = value_bool(true);
        exception_set_field(o.v, "own", yes);
    }
    return step_after_plain(c, o, out);
}

enum call_status step_timeout(struct step_call *c, struct value *out)
{
    int64_t ms = time_arg(c, "MINUTES");
    char text[TIME_SPAN_MAX];
    if (ms < 0)
        return vm_throw(c->fiber, "IllegalArgumentException", "unknown time unit %s",
                        step_str(c, "unit", ""));
    struct deadline *d = xcalloc(1, sizeof(*d));
    d->call = c;
    d->timer = (struct loop_timer){.fn = expired, .data = d};
    c->state = d;
    c->state_release = deadline_free;
    time_span_text(ms, text);
    step_log(c,
             step_bool(c, "activity", false) ? "Timeout set to expire after %s without activity"
                                             : "Timeout set to expire in %s",
             text);
    if (!c->run->dry_run)
        loop_timer_start(c->run->loop, &d->timer, ms);
    struct scope *scope = scope_new(c->branch->scope);
    if (step_bool(c, "activity", false)) {
        scope->quiet_timer = &d->timer;
        scope->quiet_ms = ms;
    }
    return step_body(c, scope, NULL, 0, NULL, after_timeout);
}

/* ---- retry */

static bool conditions_hold(struct step_call *c, struct value exception)
{
    struct value list = step_arg(c, "conditions");
    if (!value_is(list, OBJ_LIST))
        return !step_has(c, "conditions");
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        if (agent_condition_holds(c, exception, AS_LIST(list)->items[i]))
            return true;
    return false;
}

/* The attempts left stand in c->state itself, which therefore has no release function. */
static enum call_status after_attempt(struct step_call *c, struct outcome o, struct value *out)
{
    intptr_t left = (intptr_t)c->state - 1;
    enum result r;
    c->state = (void *)left;
    if (!o.thrown || left <= 0 || is_real_interruption(c->run, o.v) || !conditions_hold(c, o.v))
        return step_after_plain(c, o, out);
    if (!is_interruption(c->run, o.v, &r) && !value_instance_of(c->run->vm, o.v, "AbortException"))
        step_log(c, "ERROR: Execution failed");
    log_exception(c->run, c->branch, o.v);
    step_log(c, "Retrying");
    return step_body(c, NULL, NULL, 0, NULL, after_attempt);
}

enum call_status step_retry(struct step_call *c, struct value *out)
{
    int64_t count = step_int(c, "count", 0);
    if (count < 1)
        return vm_throw(c->fiber, "IllegalArgumentException", "The count of retry must be at least 1");
    c->state = (void *)(intptr_t)count;
    return step_body(c, NULL, NULL, 0, NULL, after_attempt);
}

/* ---- sleep */

struct nap {
    struct loop_timer timer;
    struct step_call *call;
};

static void nap_free(void *data)
{
    struct nap *n = data;
    loop_timer_stop(n->call->run->loop, &n->timer);
    free(n);
}

static struct nap *nap_new(struct step_call *c, int64_t ms, loop_timer_fn *fn)
{
    struct nap *n = xcalloc(1, sizeof(*n));
    n->call = c;
    n->timer = (struct loop_timer){.fn = fn, .data = n};
    loop_timer_start(c->run->loop, &n->timer, ms);
    return n;
}

/* The call is freed by step_done(), its timer with it. */
static void slept(struct loop_timer *t)
{
    step_done(((struct nap *)t->data)->call, NULL_VALUE);
}

static void cancel_sleep(struct step_call *c)
{
    step_done(c, NULL_VALUE);
}

/* Nothing to wait for is not an error, an unknown unit is. */
enum call_status step_sleep(struct step_call *c, struct value *out)
{
    int64_t ms = time_arg(c, "SECONDS");
    char text[TIME_SPAN_MAX];
    if (step_num(c, "time", 0) <= 0 && time_unit_ms(step_str(c, "unit", "SECONDS"), 1) >= 0) {
        step_log(c, "No need to sleep any longer");
        return CALL_OK;
    }
    if (ms < 0)
        return vm_throw(c->fiber, "IllegalArgumentException", "unknown time unit %s",
                        step_str(c, "unit", ""));
    time_span_text(ms, text);
    step_log(c, "Sleeping for %s", text);
    c->state = nap_new(c, ms, slept);
    c->state_release = nap_free;
    step_on_cancel(c, cancel_sleep);
    return CALL_WAIT;
}

/* ---- waitUntil: 250 ms, growing by a fifth up to 15 s */

struct recurrence {
    struct loop_timer timer;
    struct step_call *call;
    double period;
};

static void recurrence_free(void *data)
{
    struct recurrence *r = data;
    loop_timer_stop(r->call->run->loop, &r->timer);
    free(r);
}

static enum call_status ask_again(struct step_call *c, struct outcome o, struct value *out);

/* A dry run asks once: nothing changes between two of its questions. */
static enum call_status answered(struct step_call *c, struct outcome o, struct value *out);

static void recur(struct loop_timer *t)
{
    step_wake(((struct recurrence *)t->data)->call);
}

static void cancel_wait(struct step_call *c)
{
    step_wake(c);
}

/* The next pause is reckoned after the present one is begun: 250, 300, 360 ms … */
static enum call_status pause_between(struct step_call *c)
{
    struct recurrence *r = c->state;
    loop_timer_start(c->run->loop, &r->timer, (int64_t)r->period);
    r->period = r->period * 1.2 > 15000 ? 15000 : r->period * 1.2;
    step_on_cancel(c, cancel_wait);
    return CALL_WAIT;
}

static enum call_status ask_again(struct step_call *c, struct outcome o, struct value *out)
{
    if (o.thrown)
        return step_after_plain(c, o, out);
    return step_body(c, NULL, NULL, 0, NULL, answered);
}

static enum call_status answered(struct step_call *c, struct outcome o, struct value *out)
{
    char text[TIME_SPAN_MAX];
    if (o.thrown)
        return step_after_plain(c, o, out);
    if (o.v.tag != VAL_BOOL)
        return vm_throw(c->fiber, "ClassCastException", "body return value %s is not boolean",
                        value_is_null(o.v) ? "null" : class_name(vm_class_of(c->run->vm, o.v)));
    if (o.v.u.b || c->run->dry_run)
        return CALL_OK;
    time_span_text((int64_t)((struct recurrence *)c->state)->period, text);
    if (!step_bool(c, "quiet", false))
        step_log(c, "Will try again after %s", text);
    return step_await(c, pause_between, ask_again);
}

enum call_status step_wait_until(struct step_call *c, struct value *out)
{
    struct recurrence *r = xcalloc(1, sizeof(*r));
    int64_t first = step_int(c, "initialRecurrencePeriod", 250);
    r->call = c;
    r->period = first < 250 ? 250 : first > 15000 ? 15000 : (double)first;
    r->timer = (struct loop_timer){.fn = recur, .data = r};
    c->state = r;
    c->state_release = recurrence_free;
    return step_body(c, NULL, NULL, 0, NULL, answered);
}
