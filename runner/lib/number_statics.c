/* Static methods and constructors of the number classes: parseInt, valueOf, compare, sum; and java.lang.Math.
 */
#include "runner/lib/arith.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "base/hash.h"
#include <math.h>

/* valueOf(n), valueOf(text[, radix]), parseX(text[, radix]), new X(…). */
static enum call_status parse(struct fiber *f, int argc, struct value *argv, int tag, struct value *out)
{
    int64_t radix = 10;
    if (argc > 1 && !value_int_arg(argv[1], &radix))
        return CALL_NONE;
    if (argv[0].tag == VAL_NULL)
        return vm_throw(f, "NumberFormatException", "Cannot parse null string");
    TEXT_ARG(s, argv[0]);
    if (radix < 2 || radix > 36)
        return vm_throw(f, "NumberFormatException", "radix %lld %s", (long long)radix,
                        radix < 2 ? "less than Character.MIN_RADIX" : "greater than Character.MAX_RADIX");
    bool floating = tag == VAL_DOUBLE || tag == VAL_FLOAT;
    _cleanup_(value_release_ptr) struct value trimmed = text_trim(s, floating, floating);
    return number_parse_or_throw(f, AS_STRING(trimmed)->data, tag, (int)radix, out);
}

static enum call_status value_of(struct fiber *f, int argc, struct value *argv, int tag, struct value *out)
{
    if (argc == 1 && value_is_number(argv[0]))
        return give(out, number_convert(argv[0], tag));
    if (argc == 1 && argv[0].tag == VAL_CHAR)
        return give(out, number_convert(value_int(argv[0].u.c), tag));
    if (argc == 2 && tag == -OBJ_DECIMAL && value_is_number(argv[0])) { /* unscaled value and scale */
        INT_ARG(scale, argv[1]);
        if (scale > DECIMAL_SCALE_MAX || scale < -DECIMAL_SCALE_MAX)
            return vm_throw(f, "ArithmeticException", scale > 0 ? "Underflow" : "Overflow");
        _cleanup_(value_release_ptr) struct value unscaled = number_bigint(argv[0]);
        return give(out, decimal_new(((struct bigint *)unscaled.u.o)->mpz->z, (int32_t)scale));
    }
    return parse(f, argc, argv, tag, out);
}

static enum call_status number_new(struct fiber *f, int argc, struct value *argv, int tag, struct value *out)
{
    if (tag == -OBJ_DECIMAL && (argv[0].tag == VAL_DOUBLE || argv[0].tag == VAL_FLOAT))
        return value_cast(f, argv[0], "BigDecimal", false, out);
    return value_of(f, argc, argv, tag, out);
}

#define NUMBER_CLASS(prefix, tag)                                                                            \
    NATIVE(prefix##_parse)                                                                                   \
    {                                                                                                        \
        return parse(f, argc, argv, tag, out);                                                               \
    }                                                                                                        \
    NATIVE(prefix##_value_of)                                                                                \
    {                                                                                                        \
        return value_of(f, argc, argv, tag, out);                                                            \
    }                                                                                                        \
    NATIVE(prefix##_new)                                                                                     \
    {                                                                                                        \
        return number_new(f, argc, argv, tag, out);                                                          \
    }
NUMBER_CLASS(byte, VAL_BYTE)
NUMBER_CLASS(short, VAL_SHORT)
NUMBER_CLASS(int, VAL_INT)
NUMBER_CLASS(long, VAL_LONG)
NUMBER_CLASS(float, VAL_FLOAT)
NUMBER_CLASS(double, VAL_DOUBLE)
NUMBER_CLASS(big_integer, -OBJ_BIGINT)
NUMBER_CLASS(big_decimal, -OBJ_DECIMAL)

NATIVE(number_compare_static)
{
    if (!value_is_number(argv[0]) || !value_is_number(argv[1]))
        return CALL_NONE;
    return give(out, value_int(number_compare(argv[0], argv[1])));
}

/* ---- Math. Results keep the operands' type: that of the wider of two. */

/* Math.max(1, 2L) is a long: Java picks the overload by the wider argument. */
static enum call_status wider(struct value a, struct value b, struct value chosen, struct value *out)
{
    enum number_rank rank = number_rank(a) > number_rank(b) ? number_rank(a) : number_rank(b);
    static const int tags[] = {[NUM_INT] = VAL_INT,
                               [NUM_LONG] = VAL_LONG,
                               [NUM_BIGINT] = VAL_DOUBLE,
                               [NUM_DECIMAL] = VAL_DOUBLE,
                               [NUM_FLOAT] = VAL_DOUBLE};
    return give(out, number_convert(chosen, tags[rank]));
}

NATIVE(math_max)
{
    if (!value_is_number(argv[0]) || !value_is_number(argv[1]))
        return CALL_NONE;
    return wider(argv[0], argv[1], number_compare(argv[0], argv[1]) >= 0 ? argv[0] : argv[1], out);
}

NATIVE(math_min)
{
    if (!value_is_number(argv[0]) || !value_is_number(argv[1]))
        return CALL_NONE;
    return wider(argv[0], argv[1], number_compare(argv[0], argv[1]) <= 0 ? argv[0] : argv[1], out);
}

NATIVE(math_abs)
{
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    _cleanup_(value_release_ptr) struct value minus = NULL_VALUE;
    if (value_negate(f, argv[0], &minus) != CALL_OK)
        return CALL_THROW;
    return wider(argv[0], argv[0], number_compare(argv[0], minus) >= 0 ? argv[0] : minus, out);
}

NATIVE(math_round)
{
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    struct value rounded = value_double(floor(number_double(argv[0]) + 0.5));
    return give(out, number_convert(rounded, argv[0].tag == VAL_FLOAT ? VAL_INT : VAL_LONG));
}

NATIVE(math_random)
{
    return give(out, value_double((double)(random_word() >> 11) * 0x1p-53));
}

NATIVE(math_floor_mod)
{
    INT_ARG(a, argv[0]);
    INT_ARG(b, argv[1]);
    if (b == 0)
        return vm_throw(f, "ArithmeticException", "/ by zero");
    int64_t r = b == -1 ? 0 : a % b;
    return wider(argv[0], argv[1], value_long(r && (r < 0) != (b < 0) ? r + b : r), out);
}

NATIVE(math_floor_div)
{
    INT_ARG(a, argv[0]);
    INT_ARG(b, argv[1]);
    if (b == 0)
        return vm_throw(f, "ArithmeticException", "/ by zero");
    int64_t q = b == -1 ? (int64_t) - (uint64_t)a : a / b;
    return wider(argv[0], argv[1], value_long(q - (b != -1 && a % b && (a < 0) != (b < 0))), out);
}

#define MATH_1(fn, function)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return value_is_number(argv[0]) ? give(out, value_double(function(number_double(argv[0]))))          \
                                        : CALL_NONE;                                                         \
    }
#define MATH_2(fn, function)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        if (!value_is_number(argv[0]) || !value_is_number(argv[1]))                                          \
            return CALL_NONE;                                                                                \
        return give(out, value_double(function(number_double(argv[0]), number_double(argv[1]))));            \
    }
MATH_1(math_floor, floor)
MATH_1(math_ceil, ceil)
MATH_1(math_rint, rint)
MATH_1(math_sqrt, sqrt)
MATH_1(math_cbrt, cbrt)
MATH_1(math_exp, exp)
MATH_1(math_log, log)
MATH_1(math_log10, log10)
MATH_1(math_sin, sin)
MATH_1(math_cos, cos)
MATH_1(math_tan, tan)
MATH_1(math_atan, atan)
MATH_2(math_pow, pow)
MATH_2(math_atan2, atan2)
MATH_2(math_hypot, hypot)

static double sign_of(double d)
{
    return d > 0 ? 1 : d < 0 ? -1 : d;
}
MATH_1(math_signum, sign_of)

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define NUMBER_ROWS(class, parse_name, prefix)                                                               \
    STATIC_ROW(class, parse_name, 1, 2, prefix##_parse),                                                     \
        STATIC_ROW(class, "valueOf", 1, 2, prefix##_value_of), {class, "<init>", 1, 2, 0, prefix##_new},     \
        STATIC_ROW(class, "compare", 2, 2, number_compare_static)
#define MATH_ROW(name, args, fn) STATIC_ROW("Math", name, args, args, fn)

static const struct native_class classes[] = {
    {.name = "java.lang.Math"},
};

static const struct native_method methods[] = {
    NUMBER_ROWS("Byte", "parseByte", byte),
    NUMBER_ROWS("Short", "parseShort", short),
    NUMBER_ROWS("Integer", "parseInt", int),
    NUMBER_ROWS("Long", "parseLong", long),
    NUMBER_ROWS("Float", "parseFloat", float),
    NUMBER_ROWS("Double", "parseDouble", double),
    NUMBER_ROWS("BigInteger", "valueOf", big_integer),
    NUMBER_ROWS("BigDecimal", "valueOf", big_decimal),
    STATIC_ROW("Integer", "max", 2, 2, math_max),
    STATIC_ROW("Integer", "min", 2, 2, math_min),
    MATH_ROW("max", 2, math_max),
    MATH_ROW("min", 2, math_min),
    MATH_ROW("abs", 1, math_abs),
    MATH_ROW("round", 1, math_round),
    MATH_ROW("random", 0, math_random),
    MATH_ROW("floorMod", 2, math_floor_mod),
    MATH_ROW("floorDiv", 2, math_floor_div),
    MATH_ROW("floor", 1, math_floor),
    MATH_ROW("ceil", 1, math_ceil),
    MATH_ROW("rint", 1, math_rint),
    MATH_ROW("sqrt", 1, math_sqrt),
    MATH_ROW("cbrt", 1, math_cbrt),
    MATH_ROW("exp", 1, math_exp),
    MATH_ROW("log", 1, math_log),
    MATH_ROW("log10", 1, math_log10),
    MATH_ROW("sin", 1, math_sin),
    MATH_ROW("cos", 1, math_cos),
    MATH_ROW("tan", 1, math_tan),
    MATH_ROW("atan", 1, math_atan),
    MATH_ROW("pow", 2, math_pow),
    MATH_ROW("atan2", 2, math_atan2),
    MATH_ROW("hypot", 2, math_hypot),
    MATH_ROW("signum", 1, math_signum),
};

LIB_TABLE(number_statics_table, classes, methods);
