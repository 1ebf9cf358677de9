/* Steps that print, fail, or catch [workflow-basic-steps]. */
#include "runner/engine/unknown.h"
#include "runner/steps/rows.h"
#include <ctype.h>
#include <string.h>

enum call_status step_echo(struct step_call *c, struct value *out)
{
    step_log(c, "%s", step_str(c, "message", "null"));
    return CALL_OK;
}

/* error() without a message is AbortException(null) in Jenkins as well. */
enum call_status step_error(struct step_call *c, struct value *out)
{
    const char *message = step_str(c, "message", NULL);
    return message ? step_abort(c, "%s", message) : vm_throw(c->fiber, "AbortException", NULL);
}

static bool is_blank(const char *text)
{
    return !text || !text[strspn(text, " \t\r\n")];
}

static enum call_status refuse_blank(struct step_call *c)
{
    return vm_throw(c->fiber, "IllegalArgumentException", "A non-empty message is required");
}

/* [UnstableStep]: stage and build, and the step itself goes on. */
enum call_status step_unstable(struct step_call *c, struct value *out)
{
    const char *message = step_str(c, "message", NULL);
    if (is_blank(message))
        return refuse_blank(c);
    step_log(c, "WARNING: %s", message);
    stage_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    run_set_result(c->run, RESULT_UNSTABLE);
    return CALL_OK;
}

/* ---- catchError, warnError [CatchErrorStep] */

/* In any case of letters; what is absent counts as `dflt`, an explicit null as SUCCESS. */
static int named_result(struct step_call *c, const char *name, enum result dflt, enum result *r)
{
    struct value given;
    const char *text = step_str(c, name, NULL);
    *r = dflt;
    if (!map_get_str(AS_MAP(c->args), name, &given))
        return 0;
    *r = RESULT_SUCCESS;
    _cleanup_free_ char *upper = xstrdup(text ? text : "SUCCESS");
    for (char *p = upper; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return result_parse(upper, r) ? 0 : -1;
}

static enum call_status refuse_result(struct step_call *c, const char *name)
{
    return vm_throw(c->fiber, "IllegalArgumentException",
                    "%s is invalid: %s. Valid options are SUCCESS, UNSTABLE, FAILURE, NOT_BUILT and ABORTED.",
                    name, step_str(c, name, ""));
}

/* buildResult SUCCESS leaves the build alone. A real interruption (an abort, a timeout around it) counts
 * with its own result and is told; catchInterruptions: false lets it through. */
static enum call_status caught(struct step_call *c, struct outcome o, bool warn, struct value *out)
{
    enum result build, stage, own;
    if (!o.thrown)
        return CALL_OK;
    named_result(c, "buildResult", warn ? RESULT_UNSTABLE : RESULT_FAILURE, &build);
    named_result(c, "stageResult", warn ? RESULT_UNSTABLE : RESULT_SUCCESS, &stage);
    bool interrupted = is_interruption(c->run, o.v, &own);
    if (is_real_interruption(c->run, o.v) && !step_bool(c, "catchInterruptions", true))
        return vm_throw_value(c->fiber, value_retain(o.v));
    if (interrupted)
        build = stage = own; /* its own result counts, whatever was asked for */
    const char *message = step_str(c, "message", NULL);
    if (message && *message)
        step_log(c, "%s", message);
    log_exception(c->run, c->branch, o.v);
    if (build != RESULT_SUCCESS && (c->run->result == RESULT_NONE || c->run->result < build))
        step_log(c, "Setting overall build result to %s", result_name(build));
    if (build != RESULT_SUCCESS)
        run_set_result(c->run, build);
    stage_mark(c->run, c->branch->scope, stage);
    return CALL_OK;
}

static enum call_status after_catch(struct step_call *c, struct outcome o, struct value *out)
{
    return caught(c, o, false, out);
}

static enum call_status after_warn(struct step_call *c, struct outcome o, struct value *out)
{
    return caught(c, o, true, out);
}

enum call_status step_catch_error(struct step_call *c, struct value *out)
{
    static const char *const names[] = {"buildResult", "stageResult"};
    enum result r;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (named_result(c, names[i], RESULT_SUCCESS, &r) < 0)
            return refuse_result(c, names[i]);
    return step_body(c, NULL, NULL, 0, NULL, after_catch);
}

enum call_status step_warn_error(struct step_call *c, struct value *out)
{
    if (is_blank(step_str(c, "message", NULL)))
        return refuse_blank(c);
    return step_body(c, NULL, NULL, 0, NULL, after_warn);
}

/* Blocks that change nothing here: script, timestamps (the option of the command line tells times),
 * ansiColor. */
enum call_status step_plain_block(struct step_call *c, struct value *out)
{
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}

/* [throttle-concurrents: ThrottleStep]: what a category allows stands in Jenkins' configuration, not in the
 * file. */
enum call_status step_throttle(struct step_call *c, struct value *out)
{
    run_notice(
        c->run,
        "throttle: categories limit nothing here; lock(…) or throttleJobProperty(maxConcurrentTotal: …) do");
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}

/* podTemplate's block may ask for POD_LABEL at once. */
enum call_status step_pretend(struct step_call *c, struct value *out)
{
    struct scope *scope = NULL;
    if (value_is_null(c->body)) {
        if (c->run->dry_run)
            *out = unknown_new(c->run, c->step->name);
        return CALL_OK;
    }
    if (strcmp(c->step->name, "podTemplate") == 0) {
        scope = scope_new(c->branch->scope);
        env_set(&scope->vars, "POD_LABEL", step_str(c, "label", "pod"));
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
