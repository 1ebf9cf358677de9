/* Questions on the terminal: one at a time, in order. */
#ifndef RUNNER_ENGINE_QUESTION_H
#define RUNNER_ENGINE_QUESTION_H

#include "runner/engine/run.h"

/* Value of NAME in "A=1,B=2" (`\,` and `\=` quote), owned; NULL if not there. */
char *question_pair(const char *pairs, const char *name);
/* fn gets the next line of standard input, without its end; NULL at end of file. -1: standard input cannot be
 * watched. */
int question_ask(struct run *run, void *data, void (*fn)(void *data, const char *line));
void question_cancel(struct run *run, void *data);

#endif
