/* The library of builtin classes as tables, and what its files share.
 *
 * A native whose arguments do not fit its types returns CALL_NONE: dispatch goes on with the next row of
 * that name, then the prelude's methods, then superclasses, and ends in MissingMethodException. So one name
 * may have a row for plain arguments here and one for closures in runner/prelude/. */
#ifndef RUNNER_LIB_LIB_H
#define RUNNER_LIB_LIB_H

#include "runner/lang/vm.h"
#include "base/buf.h"

/* Makes every class, method and prelude of the library known to the VM. Called once, by vm_new(). */
void lib_register(struct vm *vm);

struct lib_table {
    const struct native_class *classes; /* may be NULL: methods of classes that another table has */
    size_t n_classes;
    const struct native_method *methods;
    size_t n_methods;
};
#define LIB_TABLE(name, class_rows, method_rows)                                                             \
    const struct lib_table name = {class_rows, ARRAY_LEN(class_rows), method_rows, ARRAY_LEN(method_rows)}
#define NATIVE(fn)                                                                                           \
    static enum call_status fn(struct fiber *f _unused_, struct value self _unused_, int argc _unused_,      \
                               struct value *argv _unused_, struct value *out _unused_)

/* Declares `name` as the integral number in the argument, else the row does not fit. */
#define INT_ARG(name, v)                                                                                     \
    int64_t name;                                                                                            \
    if (!value_int_arg((v), &name))                                                                          \
    return CALL_NONE
bool value_int_arg(struct value v, int64_t *out); /* byte, short, int, long, BigInteger */

/* number_parse_text(), or NumberFormatException in Java's words. */
enum call_status number_parse_or_throw(struct fiber *f, const char *text, int tag, int radix,
                                       struct value *out);

static inline enum call_status give(struct value *out, struct value v) /* takes v */
{
    *out = v;
    return CALL_OK;
}

#endif
