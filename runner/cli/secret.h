/* Secrets from a person or a pipe: never arguments, never echoed. The caller wipes `out`. */
#ifndef RUNNER_CLI_SECRET_H
#define RUNNER_CLI_SECRET_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>

/* One line of standard input, without its newline; on a terminal after the prompt, unseen when hidden.
 * Appends. An empty or missing line is an error. */
int secret_line(const char *prompt, bool hidden, struct buf *out, struct error *err);
/* The rest of standard input. */
int secret_rest(struct buf *out, struct error *err);

#endif
