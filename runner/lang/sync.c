/* Calls from C: nested runs that cannot park, and frames of natives with continuations. */
#include "runner/lang/dispatch.h"
#include "runner/lang/interp.h"
#include <string.h>

enum { NESTED_MAX = 200 };

/* Between sync_begin() and sync_end() the C stack holds a native that waits; whatever is entered runs to
 * its end in sync_end(), which also removes the frames that an exception left. */
struct frame *sync_begin(struct fiber *f)
{
    struct frame *sync = frame_push(f, FRAME_SYNC, 0);
    f->nested++;
    return sync;
}

/* The step has started its work: it is cancelled, and its answer, now or later, is dropped (`ignored`). */
static enum call_status cannot_park(struct fiber *f)
{
    f->ignored++; /* the resume that the native arranged */
    void (*cancel)(struct fiber *, void *) = f->cancel;
    f->cancel = NULL;
    if (cancel)
        cancel(f, f->cancel_data);
    return vm_throw(
        f, "IllegalStateException",
        "a step cannot run here: the caller (toString, equals, compareTo, a comparator …) cannot wait");
}

enum call_status sync_end(struct fiber *f, struct frame *sync, enum call_status status, struct value *out)
{
    if (status == CALL_ENTER && f->nested > NESTED_MAX)
        status = vm_throw(f, "StackOverflowError", "Excessively nested calls from builtin methods");
    if (status == CALL_WAIT)
        status = cannot_park(f);
    if (status == CALL_ENTER) {
        enum run_status run = fiber_run(f, sync, out);
        if (run == RUN_PARKED) {
            status = cannot_park(f);
        } else if (run == RUN_THROWN) {
            status = vm_throw_value(f, *out);
            *out = NULL_VALUE;
        } else {
            status = CALL_OK;
        }
    }
    while (f->top != sync)
        frame_pop(f);
    frame_pop(f);
    f->nested--;
    if (status == CALL_OK && f->throwing) { /* a native's print or equals met it */
        value_release(*out);
        *out = NULL_VALUE;
        status = CALL_THROW;
    }
    return status;
}

enum call_status vm_call_sync(struct fiber *f, struct value callable, int argc, struct value *argv,
                              struct value *out)
{
    if (f->throwing) /* the first exception counts */
        return CALL_THROW;
    struct frame *sync = sync_begin(f);
    return sync_end(f, sync, call_value(f, callable, argc, argv, out), out);
}

enum call_status vm_invoke_sync(struct fiber *f, struct value self, const char *name, int argc,
                                struct value *argv, struct value *out)
{
    if (f->throwing) /* the first exception counts */
        return CALL_THROW;
    struct string *symbol = vm_symbol(f->vm, name, strlen(name));
    struct frame *sync = sync_begin(f);
    return sync_end(f, sync, invoke_or_throw(f, self, symbol, argc, argv, out), out);
}

enum call_status vm_get_property(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct string *symbol = vm_symbol(f->vm, name, strlen(name));
    struct frame *sync = sync_begin(f);
    return sync_end(f, sync, property_get_or_throw(f, self, symbol, out), out);
}

enum call_status vm_set_property(struct fiber *f, struct value self, const char *name, struct value v)
{
    struct string *symbol = vm_symbol(f->vm, name, strlen(name));
    struct frame *sync = sync_begin(f);
    struct value ignored = NULL_VALUE;
    enum call_status status = sync_end(f, sync, property_set_or_throw(f, self, symbol, v), &ignored);
    value_release(ignored);
    return status;
}

/* The native's frame is pushed before the call, so that a callable that is itself native and enters or
 * parks finds the continuation below it. */
enum call_status fiber_call(struct fiber *f, struct value callable, int argc, struct value *argv,
                            native_cont cont, void *data, void (*release)(void *data))
{
    struct frame *frame = frame_push(f, FRAME_NATIVE, 0);
    frame->cont = cont;
    frame->data = data;
    frame->release = release;
    f->entered = frame;
    struct value out = NULL_VALUE;
    enum call_status status = call_value(f, callable, argc, argv, &out);
    f->entered = frame;
    if (status == CALL_OK) { /* a native answered: its result arrives as if it had run in a frame */
        value_release(f->arrived);
        f->arrived = out;
        f->has_arrived = true;
        return CALL_ENTER;
    }
    if (status == CALL_WAIT)
        return CALL_WAIT; /* what it waits for arrives at the frame */
    if (status == CALL_THROW)
        f->has_arrived = false;
    return CALL_ENTER; /* entered, or throwing: the frame gets it */
}

struct start {
    struct vm *vm;
    struct value callable, args;
};

static void start_free(void *data)
{
    struct start *s = data;
    value_release(s->callable);
    value_release(s->args);
    free(s);
}

static enum call_status start_call(struct fiber *f, struct outcome result, void *data, struct value *out)
{
    struct start *s = data;
    struct list *args = AS_LIST(s->args);
    if (result.thrown)
        return vm_throw_value(f, value_retain(result.v));
    return fiber_call(f, s->callable, (int)args->len, args->items, NULL, NULL, NULL);
}

/* The first call happens when the fiber first runs, not here: starting a thousand branches runs no script
 * code. */
void fiber_begin(struct fiber *f, struct value callable, int argc, struct value *argv)
{
    struct start *s = xmalloc(sizeof(*s));
    *s = (struct start){f->vm, value_retain(callable), list_new(f->vm, (size_t)argc)};
    for (int i = 0; i < argc; i++)
        list_push(AS_LIST(s->args), argv[i]);
    struct frame *frame = frame_push(f, FRAME_NATIVE, 0);
    frame->cont = start_call;
    frame->data = s;
    frame->release = start_free;
    f->has_arrived = true;
}
