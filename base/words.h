/* A text split into words as a shell does: blanks part, '…' "…" and \ quote.
 *
 * For options that are written as one text: args of docker agents, of image.inside(),
 * additionalBuildArgs. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"

struct words {
    char **items; /* owned, NULL-terminated */
    size_t len;
};

/* What $NAME and ${NAME} stand for. As a shell has it: not within '…', a name that is not set is empty,
 * blanks of a value part words outside of quotes, and what only a shell could do (commands, ${NAME:-…}) is an
 * error. Else as Jenkins expands the words of a command [hudson.Util.replaceMacro]: everywhere, what is not
 * set stays as it is. */
struct words_env {
    const char *(*variable)(void *data, const char *name); /* NULL: not set; borrowed until the next call */
    void *data;
    bool shell;
};
/* -1: a quote without its end, or what only a shell could do. Release in both cases. env NULL: nothing is
 * expanded. */
int words_expand(struct words *w, const char *text, const struct words_env *env, struct error *err);
void words_release(struct words *w);

#endif
