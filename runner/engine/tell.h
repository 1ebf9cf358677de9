/* What a build says and what its steps see of it: events and log lines, results, the environment. Part of
 * run.h, which includes it. */
#ifndef RUNNER_ENGINE_TELL_H
#define RUNNER_ENGINE_TELL_H

#include "runner/engine/scope.h"
#include "runner/sinks/event.h"

/* ---- telling: fills time, stage, branch from the branch (may be NULL) and gives it to all sinks */
void run_emit(struct run *run, const struct branch *b, struct event *e);
/* Output of a step, masked by the caller. A line may be left open for the next text of the same branch; it
 * ends before anybody else says something. */
void run_log(struct run *run, const struct branch *b, const char *text, size_t len);
void run_flush(struct run *run);      /* what was told so far is in the log file then */
void run_close_line(struct run *run); /* before that branch is freed */
void run_logf(struct run *run, const struct branch *b, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))); /* masks */
/* The text as it may be shown, as Jenkins does not: secrets of all blocks so far hidden. Owned; NULL for
 * NULL. */
char *run_masked(struct run *run, const char *text);
/* The same of a stage's or branch's name, which has to stay one line that moves no cursor: control characters
 * become ?. */
char *run_shown_name(struct run *run, const char *name);
void run_notice(struct run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_warning(struct run *run, const char *file, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- results */
/* A result has two sides: what is shown now (run.result), and what no retry takes back (run.lasting). */
void run_set_result(struct run *run, enum result r); /* only worsens */
/* For an error on its way out, that posts and scripts see it; run_retry() takes that back from the build and
 * the stage. */
void run_show_error(struct run *run, enum result r);
void run_retry(struct run *run, struct stage *stage); /* NULL: of the whole build */
/* The same by a script or a plugin's step (Run.setResult): the posts of the stages around it see it, their
 * own result stays. */
void build_mark(struct run *run, struct scope *scope, enum result r);
/* Of the newest build before that has ended; RESULT_NONE: there is none. */
enum result run_result_before(struct run *run);
void stage_mark(struct run *run, struct scope *scope,
                enum result r); /* innermost stage and its parents, only worsens */

/* ---- environment as a step in this scope sees it; for a shell, with PATH and all. Fills an empty env. */
void run_environment(struct run *run, const struct scope *scope, struct env *out);
/* One variable of the same. NULL if absent. Owned. */
char *run_getenv(struct run *run, const struct scope *scope, const char *name);
/* $NAME and ${NAME} replaced as withEnv does it. Owned. */
char *run_expand(struct run *run, const struct scope *scope, const char *text);

#endif
