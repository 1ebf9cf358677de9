/* Checks beyond the form of a pipeline: steps anywhere in the file, and names that an installation knows. */
#ifndef PARSER_VALIDATE_H
#define PARSER_VALIDATE_H

#include "parser/model.h"
#include "parser/model_environment.h"

enum validate_flag {
    /* An unknown argument of a known step in Groovy code is an error (lint) and not a warning (run, where
     * Jenkins' own exception follows when the step is reached). In a declarative pipeline's steps it is
     * always an error. */
    VALIDATE_ARGUMENTS = 1,
};

/* Every call in Groovy code (script blocks, functions, expressions, scripted pipelines) and every step of the
 * model: an unknown or unsupported step is a warning, a note where it may come from a shared library, which
 * is named. Steps that the file itself defines are left alone. env may be NULL; flags: of enum validate_flag.
 */
void validate_steps(const struct ast *ast, struct model *model, const struct model_environment *env,
                    unsigned flags, struct diagnostics *d);

/* Tool names, labels, libraries; the parts of env that say check_…. */
void validate_names(const struct ast *ast, struct model *model, const struct model_environment *env,
                    struct diagnostics *d);

/* All of it: builds the model, then both checks, then sorts. env may be NULL. A file without a pipeline block
 * is no error here. Returns 0 or -1 as model_build(). */
int validate_file(const struct ast *ast, struct model *model, const struct model_environment *env,
                  unsigned flags, struct diagnostics *d);

#endif
