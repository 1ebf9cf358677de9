/* Content tokens: $NAME, ${NAME}, ${NAME, arg=value, other="a text"} [token-macro: Parser]. Only the syntax;
 * what a name means is the caller's. */
#ifndef RUNNER_STEPS_NOTIFY_TOKENS_H
#define RUNNER_STEPS_NOTIFY_TOKENS_H

#include "base/buf.h"
#include "base/util.h"
#include <stdbool.h>

struct token_arg {
    char *name, *value;
};
struct token {
    char *name;
    VEC(struct token_arg) args;
};

/* The value of an argument; the last one given counts. */
const char *token_arg(const struct token *t, const char *name, const char *dflt);
long token_number(const struct token *t, const char *name, long dflt); /* dflt also when it is no number */
bool token_flag(const struct token *t, const char *name);              /* "true" */

/* Appends the token's value and returns true; false: no such token, the text stays as it is. */
typedef bool token_value_fn(void *data, const struct token *t, struct buf *out);

/* Appends text with its tokens replaced. `$$` before a token stands for `$` and leaves the token alone;
 * values are not searched for tokens. What is not well-formed stays. */
void tokens_expand(const char *text, token_value_fn *fn, void *data, struct buf *out);

#endif
