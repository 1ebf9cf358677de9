/* Lock files (flock): held as long as the descriptor is open, so a killed process leaves none behind.
 *
 * Locks of a home: jobs/JOB/.lock (taking a number), jobs/JOB/builds/N/lock (the build runs),
 * locks/workspace-… (a workspace is in use), libraries/….lock (a library is fetched). They are taken in
 * this order, and none is waited for while one behind it is held. */
#ifndef RUNNER_STATE_LOCK_H
#define RUNNER_STATE_LOCK_H

#include "base/error.h"
#include <stdbool.h>
#include <sys/types.h>

/* Opens, creates and locks the file, exclusively. Returns the descriptor (close-on-exec), -1 with err, or,
 * with `wait` false, LOCK_TAKEN when someone holds it. The file may be removed by a holder: a lock on a
 * removed file is retried. */
enum { LOCK_TAKEN = -2 };
int lock_take(const char *path, bool wait, struct error *err);
/* Writes the pid and a note (may be NULL) into the locked file. */
void lock_sign(int fd, const char *note);
/* Whether someone holds the lock; *pid (may be NULL) is what the holder signed, 0 if nothing. A missing file
 * is free. */
bool lock_held(const char *path, pid_t *pid);

#endif
