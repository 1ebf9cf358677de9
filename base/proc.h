/* Child processes on the loop.
 *
 * Every child leads its own process group, with all signals at default, and only the descriptors asked
 * for. Where the runner has a terminal the child leads its own session too, so that it cannot read from
 * there; not otherwise, as the kernel schedules each session as a whole and a new one has to wait on a busy
 * machine. The runner is a child subreaper: descendants that lose their parent come to it and are reaped.
 *
 * A child is done when it has exited AND its output pipes are at end of file. A background process that
 * keeps a pipe open gets a bounded grace after the exit; then the pipe is closed. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/error.h"
#include "base/loop.h"

struct proc;

/* What a child's descriptor 0, 1 or 2 is. A zeroed array means /dev/null for all three. */
enum proc_stdio {
    PROC_NULL,
    PROC_PIPE,    /* 0: write with proc_write(); 1, 2: output callback */
    PROC_INHERIT, /* the runner's own */
    PROC_MERGE,   /* 2 only: same as 1 */
    PROC_FD = 16, /* PROC_FD + n: descriptor n of the caller, borrowed */
};

struct proc_options {
    const char *const *argv; /* argv[0] without a slash is looked up in the runner's PATH … */
    const char *program;     /* … unless the file to run is given here */
    const char *const *env;  /* whole block of NAME=value; NULL: the runner's own */
    const char *cwd;         /* NULL: the runner's own */
    int stdio[3];
    bool foreground;    /* stay in the runner's group: for a shell on the user's terminal */
    int eof_grace_ms;   /* how long pipes may stay open after the exit; 0: PROC_EOF_GRACE */
    const char *cookie; /* NAME=value in env that marks descendants for proc_kill(); NULL: group only */
};

enum { PROC_EOF_GRACE = 500, PROC_KILL_GRACE = 20000 };

struct proc_exit {
    int status;   /* exit code, or 128 + signal */
    int signal;   /* 0 when it exited by itself */
    bool killed;  /* proc_kill() was called before it was done */
    bool escaped; /* a background process still held an output pipe */
};

struct proc_callbacks {
    /* stream is 1 or 2; bytes are borrowed until the return. NULL: output is dropped. */
    void (*output)(void *data, int stream, const char *bytes, size_t n);
    /* Called once, never from within proc_start(); the proc is freed after it returns. */
    void (*done)(void *data, const struct proc_exit *ended);
    /* The grace of proc_kill() is over, KILL is being sent. May be NULL. */
    void (*stubborn)(void *data);
};

/* All children of this program. Embedded; procs_release() kills and forgets what still runs. */
struct procs {
    struct loop *loop;
    struct proc *head;
    unsigned count;
    int null_fd;
    char *buffer; /* shared by all reads */
    /* sessions: there is a terminal, so children get sessions of their own */
    bool subreaper, sessions;
    bool used; /* a process was started at some time */
    struct loop_timer reap;
};

/* With `reaper` the process becomes a subreaper; otherwise it only knows its own children. Ignores SIGPIPE.
 */
int procs_init(struct procs *ps, struct loop *loop, bool reaper, struct error *err);
void procs_release(struct procs *ps);

struct proc *proc_start(struct procs *ps, const struct proc_options *o, const struct proc_callbacks *cb,
                        void *data, struct error *err); /* err->code: errno of a failed exec or chdir */
pid_t proc_pid(const struct proc *p);
/* Queues bytes for a PROC_PIPE standard input; close_after sends end of file once they are written. */
void proc_write(struct proc *p, const void *bytes, size_t n, bool close_after);
/* TERM to the group and to all that carry the cookie, after grace_ms KILL. done() comes when the last of
 * them is gone. grace_ms 0: KILL at once. A second call can only shorten the grace. */
void proc_kill(struct proc *p, int grace_ms);

/* Sends signo to every process whose environment holds the entry NAME=value (as Jenkins does with its
 * cookies), and to every member of group or session `leader` unless that is 0; never to the caller. signo 0
 * counts only. Returns the number of live processes found. */
int proc_signal_all(const char *cookie, pid_t leader, int signo);
/* Synchronous: TERM, then KILL after grace_ms, until no process carries the cookie. Returns how many remain.
 */
int proc_sweep(const char *cookie, int grace_ms);

#endif
