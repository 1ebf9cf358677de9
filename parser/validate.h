/* Checks beyond the form of a pipeline: steps anywhere in the file, and names that an installation knows. */
#ifndef PARSER_VALIDATE_H
#define PARSER_VALIDATE_H

#include "parser/model.h"
#include "parser/model_environment.h"

/* Every call in Groovy code (script blocks, functions, expressions, scripted pipelines) and every step of the
 * model: an unknown or unsupported step is a warning (once for each name and place), a note where it may come from a shared
 * library; an unknown argument of a known step is an error. Steps that the file itself defines are left alone. */
void validate_steps(const struct ast *ast, struct model *model, struct diagnostics *d);

/* Tool names, labels, libraries; the parts of env that say check_…. */
void validate_names(const struct ast *ast, struct model *model, const struct model_environment *env,
                    struct diagnostics *d);

/* All of it: builds the model, then both checks, then sorts. env may be NULL. A file without a pipeline block is no error
 * here. Returns 0 or -1 as model_build(). */
int validate_file(const struct ast *ast, struct model *model, const struct model_environment *env,
                  struct diagnostics *d);

#endif
