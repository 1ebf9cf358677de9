/* Fibers and their frames, for runner/lang alone.
 *
 * Frames lie in chunks that never move, so that natives may keep pointers to their arguments while script
 * code runs in a nested call. A frame is linked to its caller. */
#ifndef RUNNER_LANG_FIBER_H
#define RUNNER_LANG_FIBER_H

#include "runner/lang/vmstate.h"

enum frame_kind {
    FRAME_SCRIPT, /* runs fn */
    FRAME_NATIVE, /* a native waits in its continuation */
    FRAME_SYNC,   /* vm_call_sync() waits in C: the nested run ends here */
};
enum frame_flag {
    FRAME_CONSTRUCT = 1, /* the result is self, whatever the function returns */
    FRAME_DISCARD = 2,   /* the result is not wanted: setters */
    FRAME_DEAD = 4,      /* outcomes pass through it: see noncps.c */
};

struct frame {
    struct frame *caller;
    union {
        struct { /* FRAME_SCRIPT */
            struct proto *fn;
            const struct ins *pc;    /* the next instruction, kept while another frame runs */
            struct closure *closure; /* counted; NULL in methods */
        };
        struct { /* FRAME_NATIVE */
            native_cont cont;
            void *data;
            void (*release)(void *data);
        };
    };
    struct value self;       /* counted: `this` */
    uint16_t n_regs, result; /* register that takes the result of the call in progress */
    uint8_t kind, flags;
    _Alignas(16) struct value regs[];
};

struct chunk {
    struct chunk *below;
    uint32_t size, used; /* bytes */
    _Alignas(16) char data[];
};

enum fiber_state { FIBER_READY, FIBER_RUNNING, FIBER_PARKED, FIBER_DONE };

struct fiber {
    struct vm *vm;
    struct fiber *prev, *next, *next_ready;
    struct frame *top;
    struct chunk *chunk, *spare; /* the one in use; one that was emptied and is kept, so that a call at a
                                    chunk's edge does not allocate each time */
    uint32_t depth;
    uint32_t ignored;      /* resumes that come too late for a call that could not wait */
    struct frame *entered; /* the frame that fiber_call() pushed last */
    uint32_t nested;       /* vm_call_sync() in progress */
    int32_t budget;        /* ticks left until the slice ends */
    uint8_t state;
    bool queued;      /* in vm->ready */
    bool throwing;    /* exception holds what is thrown */
    bool has_arrived; /* arrived is the outcome of a callable that needed no frame, or of a resume */
    bool interrupt_set;
    struct value exception, arrived, interrupt;
    struct value categories; /* list of classes of use(), or null */
    fiber_done_fn done;
    void *done_data, *user;
    void (*cancel)(struct fiber *f, void *data);
    void *cancel_data;
};

/* A zeroed frame with n_regs null registers on top of the fiber. */
struct frame *frame_push(struct fiber *f, enum frame_kind kind, unsigned n_regs);
void frame_pop(struct fiber *f); /* releases what the top frame holds */
/* Gives the top frame's memory back; what it held is gone already. */
void frame_drop(struct fiber *f);
void *frame_alloc(struct fiber *f, uint32_t n); /* uninitialised */

#endif
