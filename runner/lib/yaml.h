/* YAML text and values: readYaml, writeYaml, parameter files. YAML 1.1 as SnakeYAML reads it. */
#ifndef RUNNER_LIB_YAML_H
#define RUNNER_LIB_YAML_H

#include "runner/lang/vm.h"
#include "base/buf.h"
#include "base/error.h"

/* Parses every document of the text into a new list (owned). Aliases share the value; merge keys (<<) are
 * applied; expansion is bounded. Errors carry line and column. */
int yaml_to_values(struct vm *vm, const char *text, size_t len, struct value *list, struct error *err);
/* As Jenkins' readYaml gives it: the only document's value, or the list of documents. */
int yaml_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err);
/* Appends one document in the style of SnakeYAML's dump with block flow style (writeYaml). */
int value_to_yaml(struct fiber *f, struct value v, struct buf *text, struct error *err);

#endif
