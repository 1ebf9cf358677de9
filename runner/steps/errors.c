/* Exceptions as steps see them: interruptions with a result, and how an error is shown where it is caught. */
#include "base/buf.h"
#include "runner/steps/step.h"
#include <string.h>

/* "why" is kept beside the message, which FlowInterruptedException leaves null. */
struct value interruption_new(struct fiber *f, enum result r, const char *cause)
{
    struct value e = exception_new(f, "FlowInterruptedException", NULL);
    struct value result = string_from(result_name(r)), text = string_from(cause);
    exception_set_field(e, "result", result);
    exception_set_field(e, "why", text);
    value_release(result);
    value_release(text);
    return e;
}

bool is_interruption(struct run *run, struct value exception, enum result *r)
{
    struct value result;
    if (!value_instance_of(run->vm, exception, "FlowInterruptedException"))
        return false;
    *r = RESULT_ABORTED;
    if (exception_get_field(exception, "result", &result) && value_is(result, OBJ_STRING))
        result_parse(AS_STRING(result)->data, r);
    return true;
}

/* The mark "own" is set by timeout on leaving its block (flow.c). */
bool is_real_interruption(struct run *run, struct value exception)
{
    enum result r;
    struct value own;
    return is_interruption(run, exception, &r) && !exception_get_field(exception, "own", &own);
}

enum result result_of_exception(struct run *run, struct value exception)
{
    enum result r;
    return is_interruption(run, exception, &r) ? r : RESULT_FAILURE;
}

/* An interruption without a cause prints nothing, as Jenkins prints its causes only. */
void exception_text(struct run *run, struct value exception, struct buf *text)
{
    enum result r;
    if (is_interruption(run, exception, &r)) {
        struct value cause;
        if (exception_get_field(exception, "why", &cause) && value_is(cause, OBJ_STRING))
            buf_addstr(text, AS_STRING(cause)->data);
    } else if (value_instance_of(run->vm, exception, "AbortException")) {
        struct value message = exception_message(exception);
        buf_printf(text, "ERROR: %s", value_is(message, OBJ_STRING) ? AS_STRING(message)->data : "null");
    } else {
        exception_print(run->vm, exception, text, true);
    }
}

/* Masked by all_masks: an exception may leave the block whose secret its text holds. */
void log_exception(struct run *run, const struct branch *b, struct value exception)
{
    _cleanup_(buf_release) struct buf text = {0};
    exception_text(run, exception, &text);
    while (text.len && text.data[text.len - 1] == '\n')
        text.data[--text.len] = 0;
    _cleanup_(buf_release) struct buf masked = {0};
    mask_text(run->all_masks, text.data, text.len, &masked);
    if (masked.len)
        run_logf(run, b, "%s", masked.data);
}
