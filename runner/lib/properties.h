/* Java .properties text. */
#ifndef RUNNER_LIB_PROPERTIES_H
#define RUNNER_LIB_PROPERTIES_H

#include "base/buf.h"
#include <stddef.h>

/* Calls fn for each pair, in order, escapes resolved (text is taken as UTF-8 if it is that, else as Latin-1).
 */
void properties_parse(const char *text, size_t len,
                      void (*fn)(void *data, const char *key, const char *value), void *data);

#endif
