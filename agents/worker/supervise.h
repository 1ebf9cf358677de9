/* Runs requests, each in a child process of its own. */
#ifndef WORKER_SUPERVISE_H
#define WORKER_SUPERVISE_H

int supervise(void); /* returns the exit status of the program */

#endif
