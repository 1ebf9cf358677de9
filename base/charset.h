/* Text from one charset to another, at once. (A stream of a step's output: agents/decode.h.) */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

/* Appends. What `to` does not have becomes one ?, or U+FFFD where that is UTF-8 (bytes that are no
 * character); UTF-16 is Java's. One of the two is UTF-8. -1: unknown charset. */
int charset_convert(const char *to, const char *from, const char *data, size_t n, struct buf *out);
bool charset_is_utf8(const char *name); /* also NULL and "": a step without an encoding */

#endif
