/* Label expressions of `agent { label }` and `node(…)`: ! && || -> <-> ( ) and atoms, quoted or not, with the
 * precedence of Jenkins' grammar (hudson.model.labels, labelExpr.g: -> binds weakest, then <->, ||, &&, !).
 *
 * A text that is no expression is an error here, in the words of Jenkins' form check; Jenkins itself then
 * looks for a node with exactly that label (Jenkins.getLabel), so callers may do the same. */
#ifndef RUNNER_STATE_LABEL_H
#define RUNNER_STATE_LABEL_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

struct label_expr;
/* Owned by the caller, NULL with err set. err->col is where the text goes wrong, from 1. */
struct label_expr *label_parse(const char *text, struct error *err);
void label_free(struct label_expr *e);                                               /* NULL is fine */
bool label_matches(const struct label_expr *e, const char *const *labels, size_t n); /* compared with case */

#endif
