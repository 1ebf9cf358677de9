/* Steps called in @NonCPS code. Jenkins runs such a method as plain Java: the first step in it that cannot
 * answer at once leaves the method for good, and what the step ends with becomes the result of the
 * method's call, with a warning in the log [workflow-cps: CpsCallableInvocation, ContinuationGroup]. */
#include "runner/lang/dispatch.h"
#include "base/buf.h"

static bool passes(const struct frame *frame)
{
    return frame->kind == FRAME_NATIVE ||
           (frame->kind == FRAME_SCRIPT && (frame->fn->noncps || frame->fn->synthetic));
}

/* The outermost frame of the @NonCPS code that is now executing, or NULL. */
static struct frame *outermost(struct fiber *f)
{
    struct frame *found = NULL;
    for (struct frame *frame = f->top; frame && passes(frame); frame = frame->caller)
        if (frame->kind == FRAME_SCRIPT && frame->fn->noncps)
            found = frame;
    return found && found->caller && found->caller->kind != FRAME_SYNC ? found : NULL;
}

static void warn(struct fiber *f, const struct frame *method, const struct string *step)
{
    struct buf text = {0};
    const struct proto *fn = method->fn;
    buf_printf(&text,
               "expected to call %s.%s but wound up catching %s; see: "
               "https://jenkins.io/redirect/pipeline-cps-method-mismatches/\n",
               fn->class ? fn->class->name->data : "WorkflowScript", fn->is_closure ? "call" : fn->name->data,
               step->data);
    if (f->vm->host.print)
        f->vm->host.print(f, text.data, text.len);
    buf_release(&text);
}

/* FRAME_DEAD frames stay on the stack, since the step may still need its place, and are passed over by
 * whatever arrives: the method's caller gets the step's result. */
enum call_status host_call(struct fiber *f, struct string *name, int argc, struct value *argv,
                           struct value *out)
{
    const struct vm_host *host = &f->vm->host;
    struct frame *method = host->parks && host->parks(name->data) ? outermost(f) : NULL, *last = f->top;
    if (!method)
        return host->call(f, name->data, argc, argv, out);
    warn(f, method, name);
    enum call_status status = host->call(f, name->data, argc, argv, out);
    for (struct frame *frame = last;; frame = frame->caller) {
        frame->flags |= FRAME_DEAD;
        if (frame == method)
            break;
    }
    if (status != CALL_OK)
        return status;
    value_release(f->arrived);
    f->arrived = *out;
    f->has_arrived = true;
    *out = NULL_VALUE;
    return CALL_ENTER;
}
