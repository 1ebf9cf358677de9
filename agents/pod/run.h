/* A run: a folder below POD_TOOLS/run with the outputs of a detached program and, once it has ended, its exit
 * status. The keeper, which waits for the program, holds a lock on the folder's file `lock`; a run without
 * keeper and status is lost. */
#ifndef POD_RUN_H
#define POD_RUN_H

#include "agents/pod/order.h"

/* Starts the order's program below `runs`, unless there is a run of its id: then nothing happens. The path of
 * the run's folder, owned. Does not come back on failure. */
char *run_start(const char *runs, const struct order *o);
/* Copies the outputs from o->out and o->err on to standard output and error until the program has ended. Its
 * exit status; the last byte on standard error is \2 then: without it this program was killed, not the other.
 */
int run_follow(const char *run, const struct order *o);
/* Puts the order's program in this one's place, with its environment and folder. */
void run_here(const struct order *o) __attribute__((noreturn));
void run_remove(const char *runs, const char *id);

#endif
