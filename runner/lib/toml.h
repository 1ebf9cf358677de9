/* TOML 1.0 text and values: readTOML, writeTOML. Points in time are texts, as Jackson's TomlMapper, which
 * Jenkins uses, gives them. */
#ifndef RUNNER_LIB_TOML_H
#define RUNNER_LIB_TOML_H

#include "runner/lang/vm.h"
#include "base/buf.h"
#include "base/error.h"

/* A map of the whole document (owned); errors carry line and column. */
int toml_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err);
/* Appends v, which has to be a map, in Jackson's form: `a.b = 1`, one value a line. Fails on a cycle. */
int value_to_toml(struct fiber *f, struct value v, struct buf *text, struct error *err);

#endif
