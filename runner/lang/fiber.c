/* Fibers: their life, their stack of frames, and the queue of ready ones. */
#include "runner/lang/fiber.h"
#include "runner/lang/interp.h"
#include <string.h>

/* A thousand branches have a stack each, so chunks begin small; they double, so that deep ones stay few. */
enum { CHUNK_FIRST = 1024, CHUNK_MAX = 64 << 10 };

static struct chunk *chunk_new(uint32_t size, struct chunk *below)
{
    struct chunk *c = xmalloc(sizeof(*c) + size);
    c->size = size;
    c->used = 0;
    c->below = below;
    return c;
}

/* What is left of a chunk is not used when a frame does not fit; frame_drop() finds the chunk's end by the
 * frame. */
void *frame_alloc(struct fiber *f, uint32_t n)
{
    if (f->chunk && f->chunk->size - f->chunk->used >= n) {
        void *p = f->chunk->data + f->chunk->used;
        f->chunk->used += n;
        return p;
    }
    if (f->spare && f->spare->size >= n) {
        f->spare->below = f->chunk;
        f->chunk = f->spare;
        f->spare = NULL;
    } else {
        uint32_t size = !f->chunk                        ? CHUNK_FIRST
                        : f->chunk->size < CHUNK_MAX / 2 ? 2 * f->chunk->size
                                                         : CHUNK_MAX;
        f->chunk = chunk_new(n > size ? n : size, f->chunk);
    }
    f->chunk->used = n;
    return f->chunk->data;
}

struct frame *frame_push(struct fiber *f, enum frame_kind kind, unsigned n_regs)
{
    struct frame *frame = frame_alloc(f, (uint32_t)(sizeof(struct frame) + n_regs * sizeof(struct value)));
    *frame = (struct frame){.caller = f->top, .n_regs = (uint16_t)n_regs, .kind = (uint8_t)kind};
    for (unsigned i = 0; i < n_regs; i++)
        frame->regs[i] = NULL_VALUE;
    f->top = frame;
    f->depth += kind == FRAME_SCRIPT;
    return frame;
}

void frame_drop(struct fiber *f)
{
    struct chunk *c = f->chunk;
    c->used = (uint32_t)((char *)f->top - c->data);
    f->depth -= f->top->kind == FRAME_SCRIPT;
    f->top = f->top->caller;
    if (UNLIKELY(c->used == 0 && c->below)) {
        f->chunk = c->below;
        free(f->spare);
        f->spare = c;
    }
}

void frame_pop(struct fiber *f)
{
    struct frame *frame = f->top;
    for (unsigned i = 0; i < frame->n_regs; i++)
        value_release(frame->regs[i]);
    value_release(frame->self);
    if (frame->kind == FRAME_SCRIPT && frame->closure)
        value_release(value_object(frame->closure));
    if (frame->kind == FRAME_NATIVE && frame->release)
        frame->release(frame->data);
    frame_drop(f);
}

/* ---- life */

/* A fiber stands in the queue once, however often it is resumed before it runs. */
static void enqueue(struct fiber *f)
{
    if (f->queued)
        return;
    f->queued = true;
    f->state = FIBER_READY;
    f->next_ready = NULL;
    *f->vm->ready_tail = f;
    f->vm->ready_tail = &f->next_ready;
}

static struct fiber *dequeue(struct vm *vm)
{
    struct fiber *f = vm->ready;
    if (!f)
        return NULL;
    vm->ready = f->next_ready;
    if (!vm->ready)
        vm->ready_tail = &vm->ready;
    f->queued = false;
    return f;
}

struct fiber *fiber_start(struct vm *vm, struct value callable, int argc, struct value *argv,
                          fiber_done_fn done, void *data)
{
    struct fiber *f = xcalloc(1, sizeof(*f));
    f->vm = vm;
    f->done = done;
    f->done_data = data;
    f->next = vm->fibers;
    if (f->next)
        f->next->prev = f;
    vm->fibers = f;
    fiber_begin(f, callable, argc, argv);
    enqueue(f);
    return f;
}

/* Frames release their continuations' data on the way, so nothing that waits is lost with the fiber. */
void fiber_free(struct fiber *f)
{
    while (f->top)
        frame_pop(f);
    value_release(f->exception);
    value_release(f->arrived);
    value_release(f->interrupt);
    value_release(f->categories);
    for (struct chunk *c = f->chunk, *below; c; c = below) {
        below = c->below;
        free(c);
    }
    free(f->spare);
    if (f->prev)
        f->prev->next = f->next;
    else
        f->vm->fibers = f->next;
    if (f->next)
        f->next->prev = f->prev;
    free(f);
}

void fiber_discard(struct fiber *f)
{
    struct fiber **link = &f->vm->ready;
    while (*link && *link != f)
        link = &(*link)->next_ready;
    if (*link) {
        *link = f->next_ready;
        if (f->vm->ready_tail == &f->next_ready)
            f->vm->ready_tail = link;
    }
    fiber_free(f);
}

/* Done is told before the fiber is freed: its frames are gone, but `user` is still there for the host. */
static void finish(struct fiber *f, bool thrown, struct value v)
{
    f->state = FIBER_DONE;
    if (f->done)
        f->done(f, thrown, v, f->done_data);
    value_release(v);
    fiber_free(f);
}

static void cancel_work(struct fiber *f);

/* An interrupt that came before the fiber's turn would else be seen when the wait is over. Until here it goes
 * on: a branch that another one ends by failFast enters its stage and starts a step, as in Jenkins. */
static void park(struct fiber *f)
{
    f->state = FIBER_PARKED;
    if (f->interrupt_set)
        cancel_work(f);
}

/* The fiber may be gone behind this: finish() frees it. */
static void step(struct fiber *f, int32_t budget)
{
    struct vm *vm = f->vm;
    struct value v = NULL_VALUE;
    vm->running = f;
    f->state = FIBER_RUNNING;
    f->budget = budget;
    enum run_status status = fiber_run(f, NULL, &v);
    vm->running = NULL;
    if (status == RUN_YIELD)
        enqueue(f);
    else if (status == RUN_PARKED && f->state == FIBER_RUNNING)
        park(f);
    else if (status == RUN_DONE || status == RUN_THROWN)
        finish(f, status == RUN_THROWN, v);
}

enum { FAIR_SLICE = 200000 };

/* Round robin. Without a limit each fiber still gets turns of FAIR_SLICE instructions, so that two busy
 * branches advance together. */
bool vm_run(struct vm *vm, unsigned slice)
{
    int64_t left = slice ? slice : INT64_MAX;
    while (vm->ready && left > 0) {
        struct fiber *f = dequeue(vm);
        int32_t budget = left < FAIR_SLICE ? (int32_t)left : FAIR_SLICE;
        left -= 1000; /* a fiber that parks at once costs something too */
        step(f, budget);
        left -= slice ? budget : 0;
    }
    return vm->ready != NULL;
}

enum { LOOK_AFTER = 64 << 20 };

/* Looking at the resident size costs a read of /proc, so it happens once for every LOOK_AFTER bytes: the
 * budget is set to 0, and fiber_tick() looks at the next jump or call. */
void vm_allocated(struct vm *vm, size_t n)
{
    vm->allocated += n;
    if (vm->allocated < LOOK_AFTER)
        return;
    vm->allocated = 0;
    if (vm->running)
        vm->running->budget = 0;
}

struct vm *fiber_vm(struct fiber *f)
{
    return f->vm;
}

void fiber_set_user(struct fiber *f, void *user)
{
    f->user = user;
}

void *fiber_user(struct fiber *f)
{
    return f->user;
}

bool fiber_parked(const struct fiber *f)
{
    return f->state == FIBER_PARKED;
}

/* ---- parking */

/* `ignored`: calls that could not wait were cancelled and got an exception; their late answers are
 * dropped, one each. */
static void arrive(struct fiber *f, struct value v, bool thrown)
{
    if (f->ignored) {
        f->ignored--;
        value_release(v);
        return;
    }
    f->cancel = NULL;
    value_release(f->arrived);
    value_release(f->exception);
    f->has_arrived = !thrown;
    f->throwing = thrown;
    f->arrived = thrown ? NULL_VALUE : v;
    f->exception = thrown ? v : NULL_VALUE;
    if (f->state == FIBER_RUNNING) /* resumed inside the native that is about to return CALL_WAIT */
        f->state = FIBER_READY;
    enqueue(f);
}

/* An interrupt that came while the work was being cancelled takes the place of the work's own outcome. */
static bool interrupted_first(struct fiber *f, struct value v)
{
    if (!f->interrupt_set)
        return false;
    struct value exception = f->interrupt;
    f->interrupt = NULL_VALUE;
    f->interrupt_set = false;
    value_release(v);
    arrive(f, exception, true);
    return true;
}

void fiber_resume(struct fiber *f, struct value v)
{
    if (!interrupted_first(f, v))
        arrive(f, v, false);
}

void fiber_resume_throw(struct fiber *f, struct value exception)
{
    if (!interrupted_first(f, exception))
        arrive(f, exception, true);
}

void fiber_set_cancel(struct fiber *f, void (*cancel)(struct fiber *f, void *data), void *data)
{
    f->cancel = cancel;
    f->cancel_data = data;
}

/* A parked fiber with a cancel hook is left parked: the hook leads to a resume, and interrupted_first()
 * turns that into the exception. Without a hook nobody would, so it arrives at once. */
static void cancel_work(struct fiber *f)
{
    void (*cancel)(struct fiber *, void *) = f->cancel;
    f->cancel = NULL;
    if (cancel)
        cancel(f, f->cancel_data);
    else
        interrupted_first(f, NULL_VALUE);
}

void fiber_interrupt(struct fiber *f, struct value exception)
{
    value_release(f->interrupt);
    f->interrupt = exception;
    f->interrupt_set = true;
    if (f->state == FIBER_PARKED)
        cancel_work(f);
    else
        f->budget = 0;
}
