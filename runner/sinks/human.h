/* The forms for people, pretty and plain: one renderer, two sets of marks. Files: human.c turns events into
 * lines, live.c keeps the stages that run at the bottom of a terminal, summary.c says at the end how it went.
 */
#ifndef RUNNER_SINKS_HUMAN_H
#define RUNNER_SINKS_HUMAN_H

#include "runner/sinks/lines.h"
#include "runner/sinks/out.h"
#include "runner/sinks/progress.h"

enum color { COLOR_NONE, COLOR_BOLD, COLOR_DIM, COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_CYAN };

struct marks {
    const char *stage, *step, *success, *unstable, *failure, *aborted, *skipped, *input, *separator, *indent,
        *ellipsis;
};

struct human {
    struct sink sink;
    struct sink_options options; /* a copy */
    const struct marks *marks;
    struct out out;
    struct progress progress; /* told of each event before a line is made of it */
    struct buf line;          /* scratch */
    struct buf held;          /* beginning of a line that a live region has no place for yet */
    bool mid_line;            /* the last line of a log is not ended yet */
    int64_t heartbeat_ms;     /* when the last "still running" line came */
    /* live region */
    /* live: a terminal, pretty, not quiet; suspended: a question stands there */
    bool live, suspended;
    int drawn; /* lines of the region that stand on the terminal */
    /* of the turning mark */
    int frame;
    /* when the region was drawn */
    int64_t draw_ms;
};

void put(struct human *h, enum color color, const char *text); /* into h->line */
void put_len(struct human *h, enum color color, const char *text, size_t len);
void put_result_mark(struct human *h, enum result r, bool skipped);
void line_begin(struct human *h, const struct event *e); /* time, then the branch */
void line_end(struct human *h);                          /* h->line with a newline goes out */

/* Output so far and the region below it, in one write; without `force` only when it is due. live_clear()
 * takes the region away for good. */
void live_flush(struct human *h, int64_t now_ms, bool force);
void live_clear(struct human *h);
void summary_print(struct human *h, const struct event *e);

#endif
