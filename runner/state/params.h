/* Build parameters: what a pipeline declares against what --param and --params-file give, checked before
 * anything runs. Jenkins takes any text for a boolean and any for a choice from its API; gmrun refuses them,
 * as PRODUCT.md says. */
#ifndef RUNNER_STATE_PARAMS_H
#define RUNNER_STATE_PARAMS_H

#include "base/error.h"
#include "runner/state/config.h"

enum param_kind {
    PARAM_STRING,
    PARAM_TEXT,
    PARAM_BOOLEAN,
    PARAM_CHOICE,
    PARAM_PASSWORD,
    PARAM_RUN,
    PARAM_FILE,
    PARAM_CREDENTIALS,
};
bool param_kind_parse(const char *word,
                      enum param_kind *kind); /* "string", "booleanParam", …: the declaration's word */

struct param_decl { /* all borrowed */
    enum param_kind kind;
    const char *name;
    const char *default_value;  /* NULL: none; of booleans "true"/"false" */
    const char *const *choices; /* choice: the first is the default, unless default_value names another */
    size_t n_choices;
    const char *description;
    bool trim; /* string */
};

struct param_value {
    char *name; /* owned */
    enum param_kind kind;
    char *text; /* owned; NULL only for a file, run or credentials that nobody gave */
    bool truth; /* boolean */
    bool given; /* not the default */
};
struct param_values {
    struct param_value *items;
    size_t len;
};

/* All declared ones in their order, then (only where `n_decls` is 0) the given ones as strings. Of several
 * values for one name the last counts. Files: the path made absolute, readable. One error names the wrong
 * one; an undeclared one lists the declared and suggests the nearest. out is zeroed, and valid for
 * param_values_release() in both cases. */
int params_resolve(const struct param_decl *decls, size_t n_decls, const struct name_value *given,
                   size_t n_given, struct param_values *out, struct error *err);
void param_values_release(struct param_values *v); /* overwrites passwords */

/* The given values in one list: the file's first, then the command line's "NAME=VALUE" texts. */
int params_given(const char *file, const char *const *pairs, size_t n_pairs, struct name_value **out,
                 size_t *len, struct error *err);

#endif
