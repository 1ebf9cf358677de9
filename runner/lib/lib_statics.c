/* Constants of builtin classes. */
#include "runner/lib/number.h"
#include "runner/lib/tables.h"
#include <float.h>
#include <math.h>

static void set(struct vm *vm, const char *class, const char *name, struct value v) /* takes v */
{
    class_set_static(vm_class(vm, class), name, v);
    value_release(v);
}

static void set_integers(struct vm *vm)
{
    static const struct {
        const char *class, *name;
        int32_t value;
    } rows[] = {
        {"Integer", "MAX_VALUE", INT32_MAX},
        {"Integer", "MIN_VALUE", INT32_MIN},
        {"Integer", "SIZE", 32},
        {"Integer", "BYTES", 4},
        {"Long", "SIZE", 64},
        {"Long", "BYTES", 8},
        {"Short", "MAX_VALUE", INT16_MAX},
        {"Short", "MIN_VALUE", INT16_MIN},
        {"Byte", "MAX_VALUE", INT8_MAX},
        {"Byte", "MIN_VALUE", INT8_MIN},
        {"Pattern", "UNIX_LINES", 1},
        {"Pattern", "CASE_INSENSITIVE", 2},
        {"Pattern", "COMMENTS", 4},
        {"Pattern", "MULTILINE", 8},
        {"Pattern", "LITERAL", 16},
        {"Pattern", "DOTALL", 32},
        {"Pattern", "UNICODE_CASE", 64},
        {"Pattern", "UNICODE_CHARACTER_CLASS", 256},
        {"BigDecimal", "ROUND_UP", 0},
        {"BigDecimal", "ROUND_DOWN", 1},
        {"BigDecimal", "ROUND_CEILING", 2},
        {"BigDecimal", "ROUND_FLOOR", 3},
        {"BigDecimal", "ROUND_HALF_UP", 4},
        {"BigDecimal", "ROUND_HALF_DOWN", 5},
        {"BigDecimal", "ROUND_HALF_EVEN", 6},
        {"BigDecimal", "ROUND_UNNECESSARY", 7},
        {"Closure", "OWNER_FIRST", 0},
        {"Closure", "DELEGATE_FIRST", 1},
        {"Closure", "OWNER_ONLY", 2},
        {"Closure", "DELEGATE_ONLY", 3},
        {"Closure", "TO_SELF", 4},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        set(vm, rows[i].class, rows[i].name, value_int(rows[i].value));
}

static struct value decimal_of(const char *text)
{
    struct value v = NULL_VALUE;
    decimal_parse(text, &v);
    return v;
}

void lib_set_statics(struct vm *vm)
{
    set_integers(vm);
    system_set_statics(vm);
    temporal_set_statics(vm);
    calendar_set_statics(vm);
    set(vm, "Long", "MAX_VALUE", value_long(INT64_MAX));
    set(vm, "Long", "MIN_VALUE", value_long(INT64_MIN));
    set(vm, "Double", "MAX_VALUE", value_double(DBL_MAX));
    set(vm, "Double", "MIN_VALUE", value_double(4.9e-324));
    set(vm, "Math", "PI", value_double(M_PI));
    set(vm, "Math", "E", value_double(M_E));
    set(vm, "Double", "NaN", value_double(NAN));
    set(vm, "Double", "POSITIVE_INFINITY", value_double(INFINITY));
    set(vm, "Double", "NEGATIVE_INFINITY", value_double(-INFINITY));
    set(vm, "Float", "MAX_VALUE", (struct value){.tag = VAL_FLOAT, .u.d = FLT_MAX});
    set(vm, "Boolean", "TRUE", value_bool(true));
    set(vm, "Boolean", "FALSE", value_bool(false));
    set(vm, "BigInteger", "ZERO", bigint_from_long(0));
    set(vm, "BigInteger", "ONE", bigint_from_long(1));
    set(vm, "BigInteger", "TEN", bigint_from_long(10));
    set(vm, "BigDecimal", "ZERO", decimal_of("0"));
    set(vm, "BigDecimal", "ONE", decimal_of("1"));
    set(vm, "BigDecimal", "TEN", decimal_of("10"));
}
