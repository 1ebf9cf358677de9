/* What Groovy's compiler refuses beyond its grammar, all checks in one: for pipeline files as findings, for
 * texts that only run (loaded, evaluated, of libraries) as an error. */
#ifndef PARSER_REFUSALS_H
#define PARSER_REFUSALS_H

#include "base/error.h"
#include "parser/ast.h"
#include "parser/diagnostics.h"

void refusals_find(const struct ast *ast, struct diagnostics *d);
int refusals_error(const struct ast *ast, struct error *err); /* the first of them in the text: -1 */

#endif
