/* Events: all that a build tells the outside. The engine emits them; sinks (console forms, log file, JSON
 * lines, history) receive each in order. Texts are already masked. Everything in an event is borrowed for the
 * duration of the call.
 *
 * Steps and blocks form a tree like Jenkins' flow graph: every step has an id; a step with a body
 * opens one block for each run of a body (a parallel has one a branch, a retry one an attempt). */
#ifndef RUNNER_SINKS_EVENT_H
#define RUNNER_SINKS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum result { /* order: each is worse than the one before (Jenkins' hudson.model.Result) */
              RESULT_SUCCESS,
              RESULT_UNSTABLE,
              RESULT_FAILURE,
              RESULT_NOT_BUILT,
              RESULT_ABORTED,
              RESULT_NONE, /* not decided yet */
};
const char *result_name(enum result r);              /* "SUCCESS"; "null" for NONE */
bool result_parse(const char *name, enum result *r); /* upper case, as Jenkins' */
int result_exit_status(enum result r);               /* PRODUCT.md: 0 1 3 4 5 */

enum event_kind {
    EVENT_BUILD_START, /* build */
    EVENT_BUILD_END,   /* build, result, duration_ms; text/len (or NULL): the error that ended the build in
                          Jenkins' words,   whole lines, which Jenkins prints between End of Pipeline and
                          Finished
                        */
    EVENT_STEP_START,  /* step, name, label (or NULL), detail (first line of the command or NULL),
                          file/line/col */
    EVENT_STEP_END,    /* step, name, has_body; result SUCCESS or FAILURE/ABORTED; text = error message;
                          duration_ms */
    EVENT_BLOCK_START, /* step (of the block's owner), name: what Jenkins prints in brackets behind "{":
                          "Build", "Branch: a", or NULL */
    EVENT_BLOCK_END,   /* step */
    EVENT_STAGE_START, /* stage */
    EVENT_STAGE_END,   /* stage, result, skipped (reason or NULL), duration_ms */
    EVENT_LOG,     /* text/len: output of a step, lines with their newlines; stage/branch tell whose. The last
                      line may be     left open: then the next event is again a LOG of the same step, which goes
                      on     within it */
    EVENT_NOTICE,  /* text: a line of gmrun's own; not in jenkins form */
    EVENT_WARNING, /* text with place; not in jenkins form */
    EVENT_INPUT,   /* text = message, name = id: an input step waits */
    EVENT_RESULT,  /* result: the build's result became worse */
};

struct stage_info {            /* lives as long as the build; sinks may keep pointers */
    int id;                    /* from 1, in order of first start */
    const char *name;          /* as Jenkins shows it */
    const char *path;          /* "parent/child" */
    struct stage_info *parent; /* enclosing stage, parallel parent; NULL at top */
    int depth;                 /* 0 at top */
    bool parallel;             /* a branch of a parallel or a matrix cell */
    bool synthetic;            /* "Declarative: Checkout SCM", … */
};

struct build_info {
    const char *job; /* name */
    int number;
    const char *file; /* pipeline file as given */
    const char *dir;  /* build folder */
    const char *workspace;
    const char *display_name;
    const char *started_by; /* "Started by user alice" */
};

/* Which members are set is said at each kind above; the others are zero. */
struct event {
    enum event_kind kind;
    int64_t time_ms; /* wall clock, since the epoch */
    const struct build_info *build;
    const struct stage_info *stage; /* innermost, NULL outside */
    const char *branch;             /* innermost parallel branch or cell name, NULL outside */
    int step;                       /* id from 1; 0 none */
    int parent_step;                /* enclosing block's step, 0 none */
    const char *name, *label, *detail;
    bool has_body;
    const char *text;
    size_t len;
    bool stamped; /* LOG: inside of timestamps */
    const char *file;
    int line, col;
    enum result result;
    const char *skipped;
    const char *findings; /* STEP_END of a failure: what the step's output tells of it, in lines; NULL */
    int64_t duration_ms;
};

struct sink {
    void (*event)(struct sink *s, const struct event *e);
    void (*tick)(struct sink *s, int64_t now_ms); /* about four times a second, or NULL; on time_ms's clock */
    void (*release)(struct sink *s);              /* flushes and frees */
};

struct sink_options {
    bool color, timestamps, quiet, terminal;
    bool dry_run; /* steps print nothing of their own: each is named */
    int width;    /* columns of the terminal, 0: ask the terminal, or do not cut */
};
/* fd is borrowed; never NULL. */
struct sink *sink_pretty_new(int fd, const struct sink_options *o);
struct sink *sink_plain_new(int fd, const struct sink_options *o);
struct sink *sink_jenkins_new(int fd, const struct sink_options *o); /* also writes the build's `log` file */
struct sink *sink_json_new(int fd, const struct sink_options *o);

#endif
