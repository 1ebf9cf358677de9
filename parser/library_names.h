/* The shared libraries that a file loads: by annotation, by the step `library`, in `libraries { }`, or
 * because the configuration loads them for every file. */
#ifndef PARSER_LIBRARY_NAMES_H
#define PARSER_LIBRARY_NAMES_H

#include "base/buf.h"
#include "parser/model.h"
#include "parser/model_environment.h"
#include "parser/name_set.h"

struct library_names { /* zeroed is empty */
    bool any;          /* also set where a library has no name that is known before it runs */
    struct name_set seen;
    struct buf text; /* "a", "b" in quotes */
};

/* One node of the tree: annotations of declarations, and the call `library(…)`. */
void library_names_collect(struct library_names *l, const struct node *n);
void library_names_add_model(struct library_names *l, const struct model *model);
/* env may be NULL. */
void library_names_add_implicit(struct library_names *l, const struct model_environment *env);
void library_names_release(struct library_names *l);

#endif
