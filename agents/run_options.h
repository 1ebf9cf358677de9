/* The options of `docker run`, as `args` of agents and of `image.inside(args)` hold them, to the engine's
 * JSON. A table: an option is a row. */
#ifndef AGENTS_RUN_OPTIONS_H
#define AGENTS_RUN_OPTIONS_H

#include <jansson.h>
#include "base/error.h"
#include "base/words.h"

struct run_options_result {
    char *name, *platform; /* owned; of the request's query. NULL: none */
    char *pull;            /* "always", "missing", "never"; NULL: not given */
    json_t *endpoint;      /* how the container stands in its network: Aliases, IPAMConfig; NULL: plainly */
};

/* Applies the options of `args` to the body of POST /containers/create: lists grow, single values are
 * replaced. `env`: what $NAME, `-e NAME` and --env-file take, NULL: nothing; `dir`: where relative paths of
 * such files are, NULL: the process's own. -1: an option that is unknown (with the nearest one) or not to be
 * had here, a value that is missing or malformed, a word that is no option. `out` is zeroed before; release
 * it in both cases. */
int run_options_apply(json_t *create, const char *args, const struct words_env *env, const char *dir,
                      struct run_options_result *out, struct error *err);
void run_options_release(struct run_options_result *r);

#endif
