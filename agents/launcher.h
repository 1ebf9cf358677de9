/* How a program comes to run: as a child of this process, inside a container, on another machine. A shell job
 * (agents/shell.h) and the helper program (agents/worker.h) are the same everywhere; only this differs.
 *
 * Kinds: local (child processes), exec (a container's exec), ssh and pod (argv and input only), far (over
 * one of the latter two, with environment, folder and script). A launcher is embedded in its owner and
 * outlives what it launched. */
#ifndef AGENTS_LAUNCHER_H
#define AGENTS_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"
#include "base/loop.h"
#include "base/proc.h"

/* All borrowed until start() returns. */
struct launch {
    const char *const *argv; /* others may see it: no secrets */
    const char *const *env;  /* whole environment, NAME=value, NULL-terminated; NULL: what is found there */
    const char *cwd;         /* made when missing; NULL: what is found there */
    const char *cookie;      /* the entry of env that marks the process and its descendants; NULL: the process
                                ends when its streams do */
    const char *script; /* with a launcher that places_scripts: a file of this text, in a new folder below
                           `tmp`, is the last of argv … */
    const char *tmp;    /* … and goes with the process */
    const void *input;  /* the beginning of standard input … */
    size_t input_len;
    bool feed;  /* … which goes on by write(). Neither: /dev/null */
    bool split; /* standard error comes apart from standard output */
};

struct launched;

struct launch_end {
    int status, signal;      /* as of proc_exit; far away signal is 0, and status says 128 + n */
    const struct error *err; /* the far process was lost, or never began; status is -1 */
};

struct launch_callbacks {
    void (*output)(void *data, int stream, const char *bytes, size_t n);
    void (*done)(void *data, const struct launch_end *end); /* once, never from within start() */
    void (*stubborn)(void *data);                           /* the grace of kill() is over; may be NULL */
};

struct launcher {
    const struct launcher_ops *ops;
    struct loop *loop;
};
struct launcher_ops {
    /* NULL/err: not begun; err->code is an errno where the system refused. A launcher that can pass neither
     * environment nor folder (ssh, a pod's exec) is only asked for argv and input: see launch_far.h. */
    struct launched *(*start)(struct launcher *l, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err);
    /* TERM to all that carry the cookie, KILL after grace_ms; done() comes when they are gone. Without a
     * cookie and far away: the streams are closed, and done() comes soon. Never from within kill(). */
    void (*kill)(struct launcher *l, struct launched *p, int grace_ms);
    bool (*busy)(struct launcher *l); /* others run: a refusal for want of processes may pass */
    /* More of standard input. NULL: this launcher has none, and refuses input and feed. Bytes are copied;
     * bounding them is the caller's part. `end`: that was all; where a transport cannot say it, the far
     * side must know by itself. */
    void (*write)(struct launcher *l, struct launched *p, const void *bytes, size_t n, bool end);
    bool places_scripts;
};

#endif
