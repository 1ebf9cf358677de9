/* Joins the checks of scopes and of duplicates. */
#include "parser/refusals.h"
#include "parser/duplicate_check.h"
#include "parser/scope_check.h"

void refusals_find(const struct ast *ast, struct diagnostics *d)
{
    scope_check(ast, d);
    duplicate_check(ast, d);
}

int refusals_error(const struct ast *ast, struct error *err)
{
    struct diagnostics d = {0};
    refusals_find(ast, &d);
    diag_sort(&d);
    int status = 0;
    if (d.list.len) {
        const struct diagnostic *first = &d.list.items[0];
        status = error_at(err, ERROR_SYNTAX, ast->source.name, (int)first->line, (int)first->col, "%s",
                          first->message);
    }
    diag_release(&d);
    return status;
}
