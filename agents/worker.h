/* Work of the helper program gmrun-worker: checkout, stash, archive, files (operations: agents/worker/, the
 * head of each file). One process does one request; it is a child of ours, or stands beside the files of a
 * far agent.
 *
 * Files cross in frames: {"event":"data","size":N} and N bytes come from the helper, {"data":N} and N bytes
 * go to it, with {"end":true} after the last. It tells each frame that it has dealt with ({"event":"took"}),
 * so that no more than a few are ever under way. */
#ifndef AGENTS_WORKER_H
#define AGENTS_WORKER_H

#include <jansson.h>
#include "base/buf.h"
#include "base/error.h"
#include "base/proc.h"
#include "agents/launcher.h"

/* Why a request failed. */
enum worker_fail {
    WORKER_OTHER,
    WORKER_USAGE,       /* the request was wrong: our own mistake */
    WORKER_AUTH,        /* credentials missing or refused */
    WORKER_UNREACHABLE, /* no such host, refused, timed out */
    WORKER_TLS,
    WORKER_HOST_KEY,
    WORKER_REPOSITORY, /* nothing there, or no repository */
    WORKER_REVISION,   /* no such branch, tag or commit */
    WORKER_TIMEOUT,
    WORKER_CANCELLED,
    WORKER_EMPTY,        /* no files match */
    WORKER_UNKNOWN_HOST, /* http, mail: a name that does not resolve */
};

struct worker_end {
    json_t *result;      /* borrowed; NULL when it failed */
    const char *message; /* borrowed; NULL when it succeeded */
    enum worker_fail fail;
};

struct worker_callbacks {
    void (*log)(void *data, const char *text,
                size_t n); /* one line, without its end, secrets hidden; may be NULL */
    void (*progress)(void *data, const char *phase, long long done, long long total,
                     long long bytes);                      /* may be NULL */
    void (*done)(void *data, const struct worker_end *end); /* once, never from within worker_start() */
    /* What the operation sends beside its answer, in pieces; may be NULL. */
    void (*bytes)(void *data, const char *bytes, size_t n);
};

/* Reads the answer lines of one request. Zeroed with cb and data filled in = ready. */
struct worker_reader {
    const struct worker_callbacks *cb; /* borrowed; done is not called by the reader */
    void *data;
    void (*took)(struct worker_reader *r); /* may be NULL */
    struct buf line;
    size_t left;   /* bytes of a frame that are still to come */
    json_t *final; /* the result or error object, once seen */
};

void worker_reader_feed(struct worker_reader *r, const char *bytes, size_t n);
/* How it ended; `instead` is the message when there was no final answer. Valid until the release. */
void worker_reader_end(const struct worker_reader *r, const char *instead, struct worker_end *end);
void worker_reader_release(struct worker_reader *r);

struct worker;
/* Starts the helper with that request (borrowed; it may hold secrets: they go to its standard input only).
 * `program` NULL: found by worker_program(). The worker frees itself after done. */
struct worker *worker_start(struct procs *ps, const char *program, const json_t *request,
                            const struct worker_callbacks *cb, void *data, struct error *err);
/* The same over any launcher. `program`: a path there, or a name that is looked up there. `input`: a
 * descriptor (taken) of the file that the operation reads beside its request; -1: none. */
struct worker *worker_start_at(struct launcher *launcher, const char *program, const json_t *request,
                               int input, const struct worker_callbacks *cb, void *data, struct error *err);
/* Ends it; done comes with WORKER_CANCELLED (or with the result, if that was the quicker). */
void worker_cancel(struct worker *w);

/* Path of the helper, owned: $GMRUN_LIBEXEC, else libexec beside or above our own executable. NULL: not
 * found. */
char *worker_program(struct error *err);

#endif
