/* The interpreter's door for the rest of runner/lang. */
#ifndef RUNNER_LANG_INTERP_H
#define RUNNER_LANG_INTERP_H

#include "runner/lang/fiber.h"

enum run_status {
    RUN_DONE,   /* *out is the result (owned) */
    RUN_THROWN, /* *out is the exception (owned) */
    RUN_PARKED, /* a native waits */
    RUN_YIELD,  /* the budget is used up */
};
/* Runs the fiber until the frame `until` (a FRAME_SYNC; NULL: the fiber) gets its outcome. */
enum run_status fiber_run(struct fiber *f, struct frame *until, struct value *out);
enum delivery { DELIVERED, PARKED, ENDED };
/* Takes the outcome down to the next script frame, or to the end. */
enum delivery deliver_outcome(struct fiber *f, struct frame *until, struct outcome *o);
/* When the budget is used up: CALL_OK go on, CALL_WAIT give way to other fibers, CALL_THROW. */
enum call_status fiber_tick(struct fiber *f);
/* Prepares the first call of a fiber. */
void fiber_begin(struct fiber *f, struct value callable, int argc, struct value *argv);
void fiber_free(struct fiber *f);
/* Takes a fiber that was started but must not run off the queue, and frees it. */
void fiber_discard(struct fiber *f);

#endif
