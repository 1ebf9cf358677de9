/* What the forms for people know of a running build: its stages so far, the steps that run now with the last
 * lines of their output, and the steps that failed. */
#ifndef RUNNER_SINKS_PROGRESS_H
#define RUNNER_SINKS_PROGRESS_H

#include "base/buf.h"
#include "base/util.h"
#include "runner/sinks/event.h"

enum { TAIL_KEEP = 2048, TAIL_LINES = 10 };

struct stage_record {
    const struct stage_info *info; /* borrowed: lives as long as the build */
    bool started, ended;
    enum result result;
    char *skipped; /* why, or NULL */
    int64_t started_ms, duration_ms;
};

struct step_record {
    int id, stage; /* stage id or 0 */
    char *branch, *name, *label, *detail, *file;
    int line, col;
    int64_t started_ms, output_ms; /* output: last sign of life */
    struct buf tail;               /* last output, TAIL_KEEP bytes or a little more */
    bool tail_cut;                 /* its first line is not whole */
    /* once failed */
    char *error, *findings; /* findings: lines, NULL */
    enum result result;
};

struct progress {
    VEC(struct stage_record) stages; /* by id - 1 */
    VEC(struct step_record) running; /* steps without a body, in no order */
    VEC(struct step_record) failed;  /* at most MAX_FAILED, one a place and branch */
    /* failures that found no room */
    int failed_more;
    int64_t started_ms;
};

/* Told every event, in order; cheap for those that do not matter. */
void progress_event(struct progress *p, const struct event *e);
void progress_release(struct progress *p);
const struct stage_record *progress_stage(const struct progress *p, int id); /* NULL for 0 */
/* Appends "Test > a" with `separator` between the names. */
void stage_trail(struct buf *out, const struct stage_info *s, const char *separator);

#endif
