/* Questions on the terminal: one at a time, in order. For `input` without --answer; `data` names a
 * question for its cancellation. */
#ifndef RUNNER_ENGINE_QUESTION_H
#define RUNNER_ENGINE_QUESTION_H

#include "runner/engine/run.h"

/* "A=1,B=2" taken apart (`\,` and `\=` quote); "yes" and "proceed" are no pairs at all. The list is owned,
 * also with -1: a part without an equals sign. */
int question_pairs(const char *pairs, struct name_value **out, size_t *len, struct error *err);
/* fn gets the next line of standard input, without its end; NULL at end of file. -1: standard input cannot be
 * watched. */
int question_ask(struct run *run, void *data, void (*fn)(void *data, const char *line));
void question_cancel(struct run *run, void *data);
void questions_release(struct run *run); /* at the end of the build */

#endif
