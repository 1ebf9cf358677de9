/* $NAME and ${NAME} in a text, as Jenkins replaces them (hudson.Util.replaceMacro): names are letters, digits
 * and underscores, inside braces dots too. What has no value stays as it is written; a value is not looked
 * through again. */
#ifndef BASE_MACRO_H
#define BASE_MACRO_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

typedef const char *macro_value_fn(const void *data, const char *name); /* borrowed; NULL: no value */

struct macro {
    macro_value_fn *value;
    const void *data;
    bool dollars; /* $$ becomes $ */
};
void macro_expand(const struct macro *m, const char *text, size_t len, struct buf *out); /* appends */

#endif
