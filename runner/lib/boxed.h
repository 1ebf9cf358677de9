/* Java objects that are one text inside: File, URL, URI, UUID, Path, Locale, TimeZone … They are equal when
 * class and text are.
 * One payload (an owned text) serves many classes, so that each needs a table of methods only. */
#ifndef RUNNER_LIB_BOXED_H
#define RUNNER_LIB_BOXED_H

#include "runner/lib/lib.h"

struct value boxed_new(struct fiber *f, const char *class, const char *text); /* owned */
const char *boxed_text(struct value v); /* NULL if v is no such object */
void boxed_free(void *data);            /* the release function of all these classes */
/* toString(), equals(), hashCode(), compareTo() for a class. */
#define BOXED_ROWS(class)                                                                                    \
    {class, "toString", 0, 0, 0, boxed_to_string}, {class, "equals", 1, 1, 0, boxed_equals},                 \
        {class, "hashCode", 0, 0, 0, boxed_hash_code},                                                       \
    {                                                                                                        \
        class, "compareTo", 1, 1, 0, boxed_compare_to                                                        \
    }
#define BOXED_FN(fn)                                                                                         \
    enum call_status fn(struct fiber *f, struct value self, int argc, struct value *argv, struct value *out)
BOXED_FN(boxed_to_string);
BOXED_FN(boxed_equals);
BOXED_FN(boxed_hash_code);
BOXED_FN(boxed_compare_to);

#endif
