/* Steps that shape time: timeout, retry, sleep, waitUntil [workflow-basic-steps]. */
#include "runner/steps/rows.h"
#include "runner/steps/time_unit.h"
#include <stdio.h>
#include <string.h>

/* ---- units */

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
            return (int64_t)(amount * (double)units[i].ms);
    return -1;
}

static int64_t time_arg(struct step_call *c, const char *dflt)
{
    return time_unit_ms(step_str(c, "unit", dflt), step_num(c, "time", 0));
}

/* As hudson.Util.getTimeSpanString: the two largest units; tenths below ten seconds, hundredths below
 * one. */
static void span_text(int64_t ms, char *out, size_t size)
{
    int64_t s = ms / 1000, m = s / 60, h = m / 60, d = h / 24;
    if (d)
        snprintf(out, size, d == 1 ? "%d day %d hr" : "%d days %d hr", (int)d, (int)(h % 24));
    else if (h)
        snprintf(out, size, "%d hr %d min", (int)h, (int)(m % 60));
    else if (m)
        snprintf(out, size, "%d min %d sec", (int)m, (int)(s % 60));
    else if (s >= 10)
        snprintf(out, size, "%d sec", (int)s);
    else if (s >= 1)
        snprintf(out, size, ms / 100 % 10 ? "%d.%d sec" : "%d sec", (int)s, (int)(ms / 100 % 10));
    else if (ms >= 100)
        snprintf(out, size, ms / 10 % 10 ? "0.%02d sec" : "0.%d sec",
                 (int)(ms / 10 % 10 ? ms / 10 : ms / 100));
    else
        snprintf(out, size, "%d ms", (int)ms);
}

/* ---- timeout */

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
    char text[64];
    if (ms < 0)
        return vm_throw(c->fiber, "IllegalArgumentException", "unknown time unit %s",
                        step_str(c, "unit", ""));
    struct deadline *d = xcalloc(1, sizeof(*d));
    d->call = c;
    d->timer = (struct loop_timer){.fn = expired, .data = d};
    c->state = d;
    c->state_release = deadline_free;
    span_text(ms, text, sizeof(text));
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

static enum call_status after_attempt(struct step_call *c, struct outcome o, struct value *out)
{
    intptr_t left = (intptr_t)c->state - 1;
    c->state = (void *)left;
    if (!o.thrown || left <= 0 || is_real_interruption(c->run, o.v) || step_has(c, "conditions"))
        return step_after_plain(c, o, out);
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

static void slept(struct loop_timer *t)
{
    step_done(((struct nap *)t->data)->call, NULL_VALUE);
}

static void cancel_sleep(struct step_call *c)
{
    step_done(c, NULL_VALUE);
}

enum call_status step_sleep(struct step_call *c, struct value *out)
{
    int64_t ms = time_arg(c, "SECONDS");
    char text[64];
    if (ms < 0)
        return vm_throw(c->fiber, "IllegalArgumentException", "unknown time unit %s",
                        step_str(c, "unit", ""));
    span_text(ms, text, sizeof(text));
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

static enum call_status answered(struct step_call *c, struct outcome o, struct value *out);

static void recur(struct loop_timer *t)
{
    step_wake(((struct recurrence *)t->data)->call);
}

static void cancel_wait(struct step_call *c)
{
    step_wake(c);
}

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
    char text[64];
    if (o.thrown)
        return step_after_plain(c, o, out);
    if (o.v.tag != VAL_BOOL)
        return vm_throw(c->fiber, "ClassCastException", "body return value %s is not boolean",
                        value_is_null(o.v) ? "null" : class_name(vm_class_of(c->run->vm, o.v)));
    if (o.v.u.b || c->run->dry_run)
        return CALL_OK;
    span_text((int64_t)((struct recurrence *)c->state)->period, text, sizeof(text));
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
