/* Puts the library's tables together. */
#include "runner/lib/lib.h"
#include "runner/lib/arith.h"
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/tables.h"
#include "runner/lib/text.h"

/* BigIntegers wrap as Java's longValue() does; decimals and floats are no ints to a method. */
bool value_int_arg(struct value v, int64_t *out)
{
    enum number_rank rank = number_rank(v);
    if (rank == NUM_NONE || rank > NUM_BIGINT)
        return false;
    *out = number_long(v);
    return true;
}

/* The operators of builtin objects by what stands on the left; a date minus a date before spans of time,
 * which know neither. */
enum call_status native_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    if (value_is_builder(a))
        return builder_arith(f, op, a, b, out);
    enum call_status status = value_is_date(a) ? date_arith(f, op, a, b, out) : CALL_NONE;
    return status == CALL_NONE ? span_arith(f, op, a, b, out) : status;
}

static const struct lib_table *const tables[] = {LIB_TABLES(LIB_TABLE_ADDRESS)};

/* Classes of all tables before the methods of any: a method's row names its class, and tables are in no
 * order. The preludes and sources come last, because they name both. */
void lib_register(struct vm *vm)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        vm_register(vm, tables[i]->classes, tables[i]->n_classes, NULL, 0);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        vm_register(vm, NULL, 0, tables[i]->methods, tables[i]->n_methods);
    lib_set_statics(vm);
    lib_register_preludes(vm);
    lib_class_sources(vm);
}
