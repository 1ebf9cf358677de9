/* Methods and classes that a file defines twice. */
#ifndef PARSER_DUPLICATE_CHECK_H
#define PARSER_DUPLICATE_CHECK_H

#include "parser/ast.h"
#include "parser/diagnostics.h"

/* "java.util." of List: the package of the simple names that scripts use most without an import; "" of
 * others. */
const char *common_package(const char *name);

void duplicate_check(const struct ast *ast, struct diagnostics *d);

#endif
