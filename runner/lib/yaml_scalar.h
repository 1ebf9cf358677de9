/* Plain YAML scalars: which type a text without quotes has (YAML 1.1's implicit resolution as SnakeYAML
 * does it), shared by reading and writing. */
#ifndef RUNNER_LIB_YAML_SCALAR_H
#define RUNNER_LIB_YAML_SCALAR_H

#include "runner/lang/vm.h"

/* The value of a plain scalar: null, Boolean, Integer, Long, BigInteger, Double, Date, or the String. Owned.
 */
struct value yaml_scalar_value(struct vm *vm, const char *text, size_t len);
bool yaml_scalar_is_text(const char *text, size_t len); /* it would be a String */

#endif
