/* Files that cross between runner and helper beside request and answer; the frames are described in
 * agents/worker.h. */
#ifndef WORKER_STREAM_H
#define WORKER_STREAM_H

#include "agents/worker/job.h"

/* Sends bytes to the runner. */
int stream_send(struct job *j, const void *bytes, size_t n, struct error *err);
/* What comes next from the runner: up to `room` bytes; 0 at the end, -1. */
ssize_t stream_take(struct job *j, void *bytes, size_t room, struct error *err);

#endif
