/* Other programs that the helper starts: git (for what libgit2 cannot) and ssh. */
#ifndef WORKER_PROGRAM_H
#define WORKER_PROGRAM_H

#include <sys/types.h>
#include "base/buf.h"
#include "base/error.h"
#include "base/util.h"

struct program {
    VEC(const char *) argv; /* borrowed strings */
    VEC(char *) env;        /* owned NAME=value, added to or replacing our own */
    const char *cwd;        /* borrowed; NULL: ours */
};

void program_arg(struct program *p, const char *arg);
void program_env(struct program *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void program_release(struct program *p);

/* Starts it with the three descriptors (borrowed; -1: /dev/null). Returns the pid, or -1 with the error. */
pid_t program_start(struct program *p, const int fds[3], struct error *err);
/* Waits; 0–255 exit status, 128 + n for a signal. */
int program_wait(pid_t pid);
/* Runs it to its end; standard output and error go to `out`. Status as above, -1 if it could not start. */
int program_run(struct program *p, struct buf *out, struct error *err);

#endif
