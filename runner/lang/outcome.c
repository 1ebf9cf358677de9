/* Between instructions: an outcome (a result or an exception) on its way down the frames to whoever takes it,
 * and what happens when a slice of instructions is used up. */
#include "runner/lang/interp.h"
#include "runner/lang/slow.h"
#include <stdio.h>
#include <unistd.h>

/* ---- outcomes travelling down the frames */

/* pc stands behind the instruction that failed, hence the -1. */
static const struct handler *find_handler(const struct frame *fr)
{
    uint32_t at = fr->pc > fr->fn->ins ? (uint32_t)(fr->pc - fr->fn->ins - 1) : 0;
    for (uint32_t i = 0; i < fr->fn->n_handlers; i++)
        if (at >= fr->fn->handlers[i].start && at < fr->fn->handlers[i].end)
            return &fr->fn->handlers[i];
    return NULL;
}

/* The native's continuation decides. Its frame goes first, so that what it enters lies where the frame was;
 * its data lives on if it enters again with the same. */
static enum call_status run_continuation(struct fiber *f, struct outcome *o)
{
    struct frame *frame = f->top;
    native_cont cont = frame->cont;
    void *data = frame->data;
    void (*release)(void *) = frame->release;
    frame->release = NULL;
    frame_pop(f);
    if (!cont) {
        if (release)
            release(data);
        return o->thrown ? vm_throw_value(f, o->v) : CALL_OK;
    }
    struct value out = NULL_VALUE, v = o->v;
    f->entered = NULL;
    enum call_status status = cont(f, *o, data, &out);
    value_release(v);
    bool again = (status == CALL_ENTER || status == CALL_WAIT) && f->entered && f->entered->data == data;
    if (release && !again)
        release(data);
    o->v = out;
    return status;
}

/* Takes the outcome down to the next script frame, or to the end. */
enum delivery deliver_outcome(struct fiber *f, struct frame *until, struct outcome *o)
{
    for (;;) {
        struct frame *top = f->top;
        if (!top || top == until)
            return ENDED;
        if (top->flags & FRAME_DEAD) {
            frame_pop(f);
            continue;
        }
        if (top->kind == FRAME_NATIVE) {
            enum call_status status = run_continuation(f, o);
            if (status == CALL_WAIT)
                return PARKED;
            if (status == CALL_ENTER && !f->throwing && !f->has_arrived)
                return DELIVERED;
            o->thrown = status == CALL_THROW || f->throwing;
            if (o->thrown) {
                o->v = fiber_take_exception(f);
            } else if (status == CALL_ENTER) {
                o->v = f->arrived;
                f->arrived = NULL_VALUE;
                f->has_arrived = false;
            }
            continue;
        }
        if (!o->thrown) {
            if (top->result != NO_RESULT)
                reg_set(top, top->result, o->v);
            else
                value_release(o->v);
            return DELIVERED;
        }
        const struct handler *h = find_handler(top);
        if (h) {
            reg_set(top, h->reg, o->v);
            top->pc = top->fn->ins + h->target;
            return DELIVERED;
        }
        frame_pop(f);
    }
}

/* ---- the end of a slice */

/* Of the whole process, since that is what the machine runs out of. */
static size_t resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");
    if (!statm)
        return 0;
    if (fscanf(statm, "%*u %lu", &pages) != 1)
        pages = 0;
    fclose(statm);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

enum { SLICE = 200000 };

/* CALL_OK: go on; CALL_WAIT: give way to others; CALL_THROW. */
enum call_status fiber_tick(struct fiber *f)
{
    if (f->interrupt_set) {
        struct value exception = f->interrupt;
        f->interrupt = NULL_VALUE;
        f->interrupt_set = false;
        f->budget = SLICE;
        return vm_throw_value(f, exception);
    }
    if (resident_bytes() > f->vm->heap_limit) {
        f->budget = SLICE;
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    }
    if (!f->nested)
        return CALL_WAIT;
    f->budget = SLICE;
    return CALL_OK;
}
