/* Groovy's natural order of values of any kind, and what sorts by it. */
#ifndef RUNNER_LIB_SORT_H
#define RUNNER_LIB_SORT_H

#include "runner/lib/lib.h"

int value_natural_order(struct fiber *f, struct value a, struct value b);
void list_sort(struct fiber *f, struct list *l); /* in place, stable */
struct value list_sorted_by(struct fiber *f, const struct list *items, const struct list *keys); /* owned */
void list_unique(struct fiber *f, struct list *l); /* keeps the first of equal ones */

#endif
