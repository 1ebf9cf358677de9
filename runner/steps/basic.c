/* Steps that print, fail, or catch [workflow-basic-steps]. */
#include "runner/steps/rows.h"
#include <string.h>

enum call_status step_echo(struct step_call *c, struct value *out)
{
    step_log(c, "%s", step_str(c, "message", "null"));
    return CALL_OK;
}

enum call_status step_error(struct step_call *c, struct value *out)
{
    return step_abort(c, "%s", step_str(c, "message", ""));
}

enum call_status step_unstable(struct step_call *c, struct value *out)
{
    const char *message = step_str(c, "message", "");
    if (!message[strspn(message, " \t\r\n")])
        return vm_throw(c->fiber, "IllegalArgumentException", "A non-empty message is required");
    step_log(c, "WARNING: %s", message);
    stage_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    run_set_result(c->run, RESULT_UNSTABLE);
    return CALL_OK;
}

/* ---- catchError, warnError [CatchErrorStep] */

static enum result named_result(struct step_call *c, const char *name, enum result dflt)
{
    enum result r;
    const char *text = step_str(c, name, NULL);
    return text && result_parse(text, &r) ? r : dflt;
}

static enum call_status caught(struct step_call *c, struct outcome o, bool warn, struct value *out)
{
    enum result build = named_result(c, "buildResult", warn ? RESULT_UNSTABLE : RESULT_FAILURE);
    enum result stage = named_result(c, "stageResult", warn ? RESULT_UNSTABLE : RESULT_SUCCESS), own;
    if (!o.thrown)
        return CALL_OK;
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
    return step_body(c, NULL, NULL, 0, NULL, after_catch);
}

enum call_status step_warn_error(struct step_call *c, struct value *out)
{
    return step_body(c, NULL, NULL, 0, NULL, after_warn);
}

/* Blocks that change nothing here: script, timestamps (the option of the command line tells times),
 * ansiColor. */
enum call_status step_plain_block(struct step_call *c, struct value *out)
{
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}

enum call_status step_pretend(struct step_call *c, struct value *out)
{
    if (value_is_null(c->body))
        return CALL_OK;
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}
