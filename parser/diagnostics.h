/* What the parser and the validator have to say about one file: a growable list of errors, warnings
 * and notes with their places. One list serves a whole file; it is sorted once at the end. */
#ifndef PARSER_DIAGNOSTICS_H
#define PARSER_DIAGNOSTICS_H

#include "base/util.h"
#include "parser/ast.h"

struct diagnostics {
    VEC(struct diagnostic) list;
    int errors, warnings;
};

/* Adds one message; a message already given at the same place is dropped when the list is sorted. */
void diag_error(struct diagnostics *d, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_warning(struct diagnostics *d, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_note(struct diagnostics *d, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
#define DIAG_SYNTAX "a syntax error"
#define DIAG_UNREADABLE "an unreadable file"
/* An error of the parser (struct error of ast_parse), or of reading when it has no line. */
void diag_syntax(struct diagnostics *d, const struct error *err);
/* Orders by place (stable) and drops repetitions. */
void diag_sort(struct diagnostics *d);
/* Every warning becomes an error, for --strict. */
void diag_promote_warnings(struct diagnostics *d);
void diag_release(struct diagnostics *d);

#endif
