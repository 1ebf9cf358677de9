/* The interpreter: direct-threaded code, machine numbers and plain calls in place, everything else in the
 * slow_*.c files. Only fiber_run() touches the C stack; script calls push frames. */
#include "runner/lang/interp.h"
#include "runner/lang/interp_number.h"
#include "runner/lang/numeric.h"
#include "runner/lang/slow.h"

/* ---- instructions */

/* A register that holds an object is left to the slow way, which releases it: the fast way stays free of
 * calls. */
static inline bool set_scalar(struct value *r, struct value v)
{
    if (UNLIKELY(r->tag == VAL_OBJECT))
        return false;
    *r = v;
    return true;
}

static inline void put(struct value *r, struct value v) /* takes */
{
    struct value old = *r;
    *r = v;
    value_release(old);
}

/* A cached script method: the frame is made right here, the arguments are moved into it, since the caller's
 * registers are temporaries. */
static inline enum call_status call_plain(struct fiber *f, struct method *m, struct value self, unsigned argc,
                                          struct value *argv)
{
    struct proto *p = m->fn;
    if (UNLIKELY(f->depth >= f->vm->depth_limit))
        return enter_function(f, p, NULL, self, (int)argc, argv, 0);
    uint32_t size = (uint32_t)(sizeof(struct frame) + p->n_regs * sizeof(struct value));
    struct chunk *c = f->chunk;
    struct frame *frame;
    if (LIKELY(c->size - c->used >= size)) {
        frame = (struct frame *)(c->data + c->used);
        c->used += size;
    } else {
        frame = frame_alloc(f, size);
    }
    frame->caller = f->top;
    frame->fn = p;
    frame->pc = p->ins;
    frame->closure = NULL;
    frame->self = value_retain(self);
    frame->n_regs = p->n_regs;
    frame->result = 0;
    frame->kind = FRAME_SCRIPT;
    frame->flags = 0;
    unsigned k = 0;
    for (; k < argc; k++) {
        frame->regs[k] = argv[k];
        argv[k] = NULL_VALUE;
    }
    for (; k < p->n_regs; k++)
        frame->regs[k] = NULL_VALUE;
    f->top = frame;
    f->depth++;
    return CALL_ENTER;
}

/* Every instruction jumps on by itself, so that the processor predicts each jump by its own history. */
#define NEXT                                                                                                 \
    do {                                                                                                     \
        i = pc++;                                                                                            \
        goto *labels[i->op];                                                                                 \
    } while (0)
/* pc is saved before, as the callee may throw (places), park (resume) or enter a frame (return address). */
#define SLOW(fn)                                                                                             \
    do {                                                                                                     \
        fr->pc = pc;                                                                                         \
        status = fn(f, fr, *i);                                                                              \
        if (LIKELY(status == CALL_OK && !f->throwing))                                                       \
            NEXT;                                                                                            \
        goto not_ok;                                                                                         \
    } while (0)
/* Only backward jumps and calls count against the budget: a program without either ends by itself. */
#define JUMP_BY(rel)                                                                                         \
    do {                                                                                                     \
        pc += (rel);                                                                                         \
        if ((rel) < 0 && UNLIKELY(--f->budget < 0))                                                          \
            goto out_of_budget;                                                                              \
        NEXT;                                                                                                \
    } while (0)

#define LOAD_FRAME()                                                                                         \
    do {                                                                                                     \
        fr = f->top;                                                                                         \
        R = fr->regs;                                                                                        \
        pc = fr->pc;                                                                                         \
    } while (0)

/* What a call that is over has left in the fiber. */
static struct outcome take_outcome(struct fiber *f)
{
    if (!f->has_arrived || f->throwing)
        return (struct outcome){true, fiber_take_exception(f)};
    struct outcome o = {false, f->arrived};
    f->arrived = NULL_VALUE;
    f->has_arrived = false;
    return o;
}

/* The locals fr, R and pc mirror f->top and are loaded anew whenever frames may have changed (LOAD_FRAME).
 * They do not survive a parked fiber: everything that must is in the frame. */
enum run_status fiber_run(struct fiber *f, struct frame *until, struct value *out)
{
#define OPCODE_ROW(name) [OP_##name] = &&op_##name,
    static const void *const labels[] = {OPCODES(OPCODE_ROW)};
#undef OPCODE_ROW
    struct frame *fr = NULL;
    struct value *R = NULL;
    const struct ins *pc = NULL;
    const struct ins *i = NULL;
    enum call_status status;
    struct outcome o = {0};

    if (f->throwing || f->has_arrived)
        goto arrived;
    LOAD_FRAME();
    NEXT;

not_ok:
    if (status == CALL_WAIT)
        return RUN_PARKED;
    if (status == CALL_THROW || f->throwing || f->has_arrived)
        goto arrived;
    LOAD_FRAME();
    if (UNLIKELY(--f->budget < 0))
        goto out_of_budget;
    NEXT;

arrived:
    o = take_outcome(f);
deliver:
    switch (deliver_outcome(f, until, &o)) {
    case PARKED:
        return RUN_PARKED;
    case ENDED:
        *out = o.v;
        return o.thrown ? RUN_THROWN : RUN_DONE;
    default:
        LOAD_FRAME();
        NEXT;
    }

out_of_budget:
    fr->pc = pc;
    status = fiber_tick(f);
    if (status == CALL_WAIT)
        return RUN_YIELD;
    if (status == CALL_THROW) {
        fr->pc = pc + 1; /* thrown where it would go on, not before */
        goto arrived;
    }
    NEXT;

#include "runner/lang/interp_values.inc"
#include "runner/lang/interp_flow.inc"
}
