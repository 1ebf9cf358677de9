/* Runs requests, each in a child process of its own. */
#ifndef WORKER_SUPERVISE_H
#define WORKER_SUPERVISE_H

#include <stdbool.h>

/* Returns the exit status of the program. far: the end of input means that nobody waits any more, also for
 * the request at work; once: only one request comes, and what follows it belongs to it. */
int supervise(bool far, bool once);

#endif
