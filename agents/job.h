/* How work is done. A shell job is one `sh` step wherever it runs: the agent starts it (agents/agent.h),
 * this says what goes in and what comes out. */
#ifndef AGENTS_JOB_H
#define AGENTS_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/error.h"

struct slots;
struct shell_job;

struct shell_options {
    /* A job's life: start, output() any number of times, done() once. Between the two it may be
     * cancelled. */
    const char *script;      /* text of the step */
    const char *cwd;         /* created when missing */
    const char *tmp;         /* the workspace's @tmp twin; durable-… folders are made in it */
    const char *const *env;  /* whole environment, NAME=value, NULL-terminated; the server cookie is added */
    const char *node_cookie; /* value of JENKINS_NODE_COOKIE unless env has one (so take the runner's own out
                                of env, or a build inside a build hides from its sweep); NULL: none */
    const char *shell;       /* NULL: sh. A text that starts with #! ignores it */
    const char *encoding;    /* charset of the output; NULL or UTF-8: bytes pass as they are */
    bool return_stdout;      /* standard output is captured, not shown */
    int kill_grace_ms;       /* between TERM and KILL; 0: 20 s */
    struct slots *slots;     /* limit of processes at once; NULL: none */
};

/* How a job ended. Strings and buffers are borrowed until done() returns; out may be taken (buf_steal). */
struct shell_result {
    int status;      /* exit status, 128 + n for signal n; 127/126 when the interpreter could not be run */
    int signal;      /* n, or 0 */
    bool cancelled;  /* shell_cancel() came before the end */
    struct buf *out; /* captured standard output, as it was; empty unless return_stdout */
    const struct error *err; /* not NULL: the job could not be started; status is -1 */
};

struct shell_callbacks {
    /* Whole lines; a partial line comes after 100 ms of silence or at the end, where a missing line end
     * is added. Not masked. The interruption messages of Jenkins come this way too. */
    void (*output)(void *data, const char *text, size_t n);
    /* Once, never from within the start; the job is freed after it. */
    void (*done)(void *data, const struct shell_result *r);
};

#endif
