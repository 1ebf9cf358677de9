/* FlowInterruptedException as scripts see it: its result and its causes [workflow-step-api:
 * FlowInterruptedException; core: CauseOfInterruption, UserInterruption; input: Rejection]. */
#include "runner/cli/run_options.h"
#include "runner/engine/result_class.h"
#include "runner/steps/step.h"
#include <string.h>

static enum call_status get_result(struct fiber *f, struct value self, int argc, struct value *argv,
                                   struct value *out)
{
    enum result r = RESULT_ABORTED;
    is_interruption(run_of(f), self, &r);
    *out = result_constant(run_of(f), r);
    return CALL_OK;
}

/* FlowInterruptedException(Result[, actualInterruption][, causes…]), as scripts throw it. */
static enum call_status construct(struct fiber *f, struct value self, int argc, struct value *argv,
                                  struct value *out)
{
    struct value text = NULL_VALUE;
    if (value_to_string(f, argv[0], &text) != CALL_OK)
        return CALL_THROW;
    exception_set_field(self, "result", text);
    value_release(text);
    return CALL_OK;
}

/* The cause holds the exception's text; every one of this program comes from a block or from the user of the
 * build. */
static enum call_status get_causes(struct fiber *f, struct value self, int argc, struct value *argv,
                                   struct value *out)
{
    struct value text;
    struct run *run = run_of(f);
    *out = list_new(run->vm, 1);
    if (!exception_get_field(self, "why", &text) || !value_is(text, OBJ_STRING) || !AS_STRING(text)->len)
        return CALL_OK;
    struct value cause =
        native_new(run->vm, vm_class(run->vm, "CauseOfInterruption"), xstrdup(AS_STRING(text)->data));
    list_push(AS_LIST(*out), cause);
    value_release(cause);
    return CALL_OK;
}

static enum call_status cause_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    if (strcmp(name, "shortDescription") == 0)
        *out = string_from(AS_NATIVE(self)->data);
    else if (strcmp(name, "user") == 0 || strcmp(name, "userId") == 0)
        *out = string_from(run_of(f)->options->user);
    else
        return CALL_NONE;
    return CALL_OK;
}

static enum call_status cause_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                   struct value *out)
{
    return cause_read(f, self, "shortDescription", out);
}

void interruption_register(struct run *run)
{
    static const struct native_class classes[] = {{.name = "jenkins.model.CauseOfInterruption",
                                                   .release = free,
                                                   .get = cause_read,
                                                   .invoke = native_getter}};
    static const struct native_method methods[] = {
        {"FlowInterruptedException", "<init>", 1, -1, 0, construct},
        {"FlowInterruptedException", "getResult", 0, 0, 0, get_result},
        {"FlowInterruptedException", "getCauses", 0, 0, 0, get_causes},
        {"CauseOfInterruption", "toString", 0, 0, 0, cause_text},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}
