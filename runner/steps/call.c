/* The call of a step: folds the arguments into one map, checks them against the catalogue, tells start
 * and end, enters bodies, parks and resumes the fiber.
 *
 * Life of a call: step_invoke() makes it; it ends in call_end(), exactly once, on whichever path the
 * step finishes: at once, when its body's continuation decides, or in step_done()/step_fail(). */
#include "runner/engine/node.h"
#include "runner/steps/step.h"
#include "base/buf.h"
#include "runner/engine/node.h"
#include "runner/steps/arguments.h"
#include "runner/steps/leak.h"
#include "runner/steps/pod/condition.h"
#include "runner/steps/workspace.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void call_free(struct step_call *c)
{
    if (c->state_release)
        c->state_release(c->state);
    ws_release(c);
    value_release(c->args);
    value_release(c->body);
    free(c->findings);
    free(c);
}

static bool has_blocks(const struct step_call *c)
{
    return !value_is_null(c->body) || (c->step->flags & STEP_FORKS);
}

/* https://user:password@host: the password, up to the last @ before the path, becomes ****.
 * Takes text. Masks know passwords of credentials, not those that a script writes into an address. */
static char *hide_url_password(char *text)
{
    char *at = text ? strstr(text, "://") : NULL;
    size_t host = at ? strcspn(at + 3, "/ \t\n'\"") : 0;
    char *end = at ? memrchr(at + 3, '@', host) : NULL,
         *colon = end ? memchr(at + 3, ':', (size_t)(end - at - 3)) : NULL;
    if (!colon)
        return text;
    char *hidden = xasprintf("%.*s:****%s", (int)(colon - text), text, end);
    free(text);
    return hidden;
}

/* Steps whose argument `label` is what the console shows of them; of others it is a label of nodes or locks.
 */
static bool is_labelled(const char *name)
{
    static const char *const names[] = {"sh", "bat", "powershell", "pwsh", "milestone"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void tell_start(struct step_call *c)
{
    if (c->step->flags & STEP_QUIET)
        return;
    struct event e = {
        .kind = EVENT_STEP_START, .step = c->id, .name = c->step->name, .has_body = has_blocks(c)};
    fiber_place(c->fiber, &e.file, &e.line, &e.col);
    _cleanup_free_ char *detail = hide_url_password(run_masked(c->run, argument_summary(c)));
    _cleanup_free_ char *label =
        is_labelled(c->step->name) ? run_masked(c->run, step_str(c, "label", NULL)) : NULL;
    e.detail = detail;
    e.label = label;
    run_emit(c->run, c->branch, &e);
}

/* Tells the end and frees the call. `thrown` is the exception or null, borrowed.
 * `findings` and text are borrowed by the event: sinks copy what they keep. The call is gone when it
 * returns. */
static void call_end(struct step_call *c, struct value thrown)
{
    if (!(c->step->flags & STEP_QUIET)) {
        struct event e = {
            .kind = EVENT_STEP_END, .step = c->id, .name = c->step->name, .has_body = has_blocks(c)};
        e.duration_ms = loop_now(c->run->loop) - c->started_ms;
        _cleanup_(buf_release) struct buf text = {0};
        if (thrown.tag != VAL_NULL) {
            struct value message = exception_message(thrown), hold = NULL_VALUE;
            const char *plain = message.tag == VAL_NULL ? "" : value_text(c->fiber, message, &hold);
            mask_text(c->run->all_masks, plain, strlen(plain), &text);
            value_release(hold);
            e.result = result_of_exception(c->run, thrown);
            e.text = text.data;
            e.findings = c->findings;
        }
        run_emit(c->run, c->branch, &e);
    }
    if (c->branch->current == c)
        c->branch->current = NULL;
    call_free(c);
}

/* A status that is final ends the call; WAIT and ENTER keep it. */
static enum call_status call_settle(struct step_call *c, enum call_status status)
{
    if (status == CALL_WAIT) {
        c->branch->current = c;
    } else if (status == CALL_OK) {
        call_end(c, NULL_VALUE);
    } else if (status == CALL_THROW) {
        struct fiber *f = c->fiber;
        struct value thrown = fiber_take_exception(f);
        call_end(c, thrown);
        return vm_throw_value(f, thrown);
    }
    return status;
}

static bool works_dry(struct step_call *c)
{
    if (c->step->flags & STEP_DRY_TEXT)
        return step_str(c, "text", NULL) && !step_str(c, "file", NULL);
    return c->step->flags & STEP_DRY;
}

/* Order: the leak of secrets is looked for before arguments are converted (GStrings remember their parts),
 * the start is told before anything can fail, so that every failure stands behind its step's line. */
enum call_status step_start(struct fiber *f, const struct step_impl *impl, struct value args,
                            struct value body, struct value *out)
{
    struct step_call *c = xcalloc(1, sizeof(*c));
    c->fiber = f;
    c->branch = branch_of(f);
    c->run = c->branch->run;
    c->step = impl;
    c->args = args;
    c->body = body;
    c->started_ms = loop_now(c->run->loop);
    if (!(impl->flags & STEP_QUIET))
        c->id = ++c->run->steps;
    _cleanup_(buf_release) struct buf leaked = {0};
    if (c->id)
        leak_find(c, &leaked);
    struct value thrown = NULL_VALUE;
    if (arguments_flatten(c) != CALL_OK) {
        thrown = fiber_take_exception(f);
        map_clear(AS_MAP(c->args));
    }
    tell_start(c);
    if (leaked.len)
        leak_warn(c, leaked.data);
    if (!value_is_null(thrown))
        return call_settle(c, vm_throw_value(f, thrown));
    if ((impl->flags & STEP_NEEDS_NODE) && !scope_lease(c->branch->scope))
        return call_settle(
            c, vm_throw(
                   f, "MissingContextVariableException",
                   "Required context class hudson.FilePath is missing\n"
                   "Perhaps you forgot to surround the %s step with a step that provides this, such as: node",
                   impl->name));
    if (c->run->dry_run && !works_dry(c)) {
        *out = argument_dry_value(c);
        return call_settle(c, CALL_OK);
    }
    return call_settle(c, ws_run(c, NULL, (struct outcome){.v = NULL_VALUE}, out));
}

enum call_status step_invoke(struct fiber *f, const char *name, int argc, struct value *argv,
                             struct value *out)
{
    const struct step_impl *impl = step_find(name);
    if (!impl)
        return CALL_NONE;
    struct value args = NULL_VALUE, body = NULL_VALUE;
    enum call_status status = arguments_fold(f, impl, argc, argv, &args, &body);
    return status == CALL_OK ? step_start(f, impl, args, body, out) : status;
}

/* ---- parked steps */

void step_done(struct step_call *c, struct value v)
{
    struct fiber *f = c->fiber;
    call_end(c, NULL_VALUE);
    fiber_resume(f, v);
}

void step_fail(struct step_call *c, struct value exception)
{
    struct fiber *f = c->fiber;
    call_end(c, exception);
    fiber_resume_throw(f, exception);
}

void step_fail_text(struct step_call *c, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    step_fail(c, step_failure(c, text.data));
}

enum call_status step_abort(struct step_call *c, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    return vm_throw_value(c->fiber, step_failure(c, text.data));
}

/* The step's own cancel ends the call by step_done() or step_fail(); the interruption replaces that outcome.
 */
static void cancelled(struct fiber *f, void *data)
{
    struct step_call *c = branch_of(f)->current;
    if (c)
        ((void (*)(struct step_call *))data)(c);
}

void step_on_cancel(struct step_call *c, void (*cancel)(struct step_call *c))
{
    fiber_set_cancel(c->fiber, cancelled, (void *)cancel);
}

/* ---- waiting: the fiber enters a native that parks it, so that the continuation runs when it is woken */

static enum call_status await_begin(struct fiber *f, struct value self, int argc, struct value *argv,
                                    struct value *out)
{
    struct step_call *c = AS_NATIVE(self)->data;
    return c->begin(c);
}

static enum call_status awaited(struct fiber *f, struct outcome o, void *data, struct value *out)
{
    struct step_call *c = data;
    return call_settle(c, c->after == ws_run_again ? ws_run_again(c, o, out) : ws_run(c, c->after, o, out));
}

/* A fiber can only park in a call: a native method of an object made for that one wait gives it one. */
enum call_status step_await(struct step_call *c, enum call_status (*begin)(struct step_call *),
                            enum call_status (*after)(struct step_call *, struct outcome, struct value *))
{
    struct vm *vm = c->run->vm;
    if (ws_waits(c) && after != ws_run_again)
        return CALL_WAIT;
    struct value self = native_new(vm, vm_class(vm, "StepAwait"), c), method = method_of(vm, self, "await");
    c->begin = begin;
    c->after = after;
    c->branch->current = c;
    enum call_status status = fiber_call(c->fiber, method, 0, NULL, awaited, c, NULL);
    value_release(method);
    value_release(self);
    return status;
}

void step_wake(struct step_call *c)
{
    fiber_resume(c->fiber, NULL_VALUE);
}

void steps_register(struct run *run)
{
    static const struct native_class classes[] = {{.name = "gmrun.StepAwait"}};
    static const struct native_method methods[] = {{"StepAwait", "await", 0, 0, 0, await_begin}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
    interruption_register(run);
}

/* ---- bodies */

static void leave_body(struct step_call *c)
{
    struct event e = {.kind = EVENT_BLOCK_END, .step = c->id, .name = c->step->name};
    if (c->id)
        run_emit(c->run, c->branch, &e);
    scope_unref(c->branch->scope);
    c->branch->scope = c->saved;
    c->saved = NULL;
    c->in_body = false;
}

static enum call_status body_ended(struct fiber *f, struct outcome o, void *data, struct value *out)
{
    struct step_call *c = data;
    leave_body(c);
    return call_settle(c, ws_run(c, c->after, o, out));
}

/* The scope is entered before the event, so that sinks see the block's own branch and stage. */
enum call_status step_body(struct step_call *c, struct scope *scope, const char *label, int argc,
                           struct value *argv,
                           enum call_status (*after)(struct step_call *, struct outcome, struct value *))
{
    if (ws_waits(c)) {
        scope_unref(scope);
        return CALL_WAIT;
    }
    c->after = after;
    if (!scope)
        scope = scope_new(c->branch->scope);
    if (c->id)
        scope->step = c->id;
    c->saved = c->branch->scope;
    c->branch->scope = scope;
    c->in_body = true;
    _cleanup_free_ char *shown = run_masked(c->run, label);
    struct event e = {.kind = EVENT_BLOCK_START, .step = c->id, .name = shown};
    if (c->id)
        run_emit(c->run, c->branch, &e);
    return fiber_call(c->fiber, c->body, argc, argv, body_ended, c, NULL);
}

enum call_status step_after_plain(struct step_call *c, struct outcome o, struct value *out)
{
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    *out = value_retain(o.v);
    return CALL_OK;
}

void step_log(struct step_call *c, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    if (!ws_first(c))
        return;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    run_logf(c->run, c->branch, "%s", text.data ? text.data : "");
}

/* ---- workspace */

const char *step_cwd(struct step_call *c)
{
    return scope_cwd(c->branch->scope);
}

char *step_path(struct step_call *c, const char *relative)
{
    const char *cwd = step_cwd(c);
    if (*relative == '/' || !cwd)
        return xstrdup(relative);
    return xasprintf("%s/%s", cwd, relative);
}
