/* What Groovy's compiler refuses beyond its grammar: a name declared twice in a scope, and jumps that lead
 * nowhere. */
#ifndef PARSER_SCOPE_CHECK_H
#define PARSER_SCOPE_CHECK_H

#include "parser/ast.h"
#include "parser/diagnostics.h"

void scope_check(const struct ast *ast, struct diagnostics *d);

#endif
