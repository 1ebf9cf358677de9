/* Methods of numbers: java.lang's and java.math's classes and DefaultGroovyMethods' on Number. */
#include "runner/lib/arith.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <math.h>
#include <string.h>

/* ---- operators by name */

/* 1.plus('a') is a text: plus takes anything, the other operators numbers alone. */
#define ARITH_METHOD(fn, op)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        if (!value_is_number(argv[0]) && argv[0].tag != VAL_CHAR && op != TOK_PLUS)                          \
            return CALL_NONE;                                                                                \
        return value_arith(f, op, self, argv[0], out);                                                       \
    }
ARITH_METHOD(number_plus, TOK_PLUS)
ARITH_METHOD(number_minus, TOK_MINUS)
ARITH_METHOD(number_multiply, TOK_STAR)
ARITH_METHOD(number_div, TOK_SLASH)
ARITH_METHOD(number_mod, TOK_PERCENT)
ARITH_METHOD(number_power_method, TOK_POWER)
ARITH_METHOD(number_shl, TOK_SHL)
ARITH_METHOD(number_shr, TOK_SHR)
ARITH_METHOD(number_ushr, TOK_USHR)
ARITH_METHOD(number_and, TOK_AND)
ARITH_METHOD(number_or, TOK_OR)
ARITH_METHOD(number_xor, TOK_XOR)

NATIVE(number_intdiv)
{
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    return number_arith(f, ARITH_INTDIV, self, argv[0], out);
}

NATIVE(number_negative)
{
    return value_negate(f, self, out);
}

NATIVE(number_bitwise_negate)
{
    return value_bit_not(f, self, out);
}

NATIVE(number_next)
{
    return value_next(f, self, out);
}

NATIVE(number_previous)
{
    return value_previous(f, self, out);
}

NATIVE(number_compare_to)
{
    int cmp;
    if (value_compare(f, self, argv[0], &cmp) != CALL_OK)
        return CALL_THROW;
    return give(out, value_int((cmp > 0) - (cmp < 0)));
}

NATIVE(number_equals)
{
    return give(out, value_bool(value_key_equals(self, argv[0])));
}

NATIVE(number_hash_code)
{
    return give(out, value_int((int32_t)value_hash(self)));
}

/* ---- conversions */

#define CONVERT_METHOD(fn, tag)                                                                              \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return give(out, number_convert(self, tag));                                                         \
    }
CONVERT_METHOD(number_to_byte, VAL_BYTE)
CONVERT_METHOD(number_to_short, VAL_SHORT)
CONVERT_METHOD(number_to_int, VAL_INT)
CONVERT_METHOD(number_to_long, VAL_LONG)
CONVERT_METHOD(number_to_float, VAL_FLOAT)
CONVERT_METHOD(number_to_double, VAL_DOUBLE)
CONVERT_METHOD(number_to_bigint, -OBJ_BIGINT)
CONVERT_METHOD(number_to_decimal, -OBJ_DECIMAL)

static struct value radix_text(const mpz_t z, int radix)
{
    _cleanup_free_ char *text = mpz_get_str(NULL, radix, z);
    return string_from(text);
}

static enum call_status in_radix(struct value v, int radix, struct value *out)
{
    _cleanup_(value_release_ptr) struct value big = number_bigint(v);
    return give(out, radix_text(((struct bigint *)big.u.o)->mpz->z, radix));
}

/* Two's complement of an int or long: toHexString and friends. */
static enum call_status unsigned_radix(struct value v, int radix, struct value *out)
{
    mpz_t z;
    mpz_init_set_ui(z, v.tag == VAL_LONG ? (uint64_t)v.u.l : (uint32_t)number_long(v));
    *out = radix_text(z, radix);
    mpz_clear(z);
    return CALL_OK;
}

/* n.toString(); and Integer.toString(n[, radix]), which 255.toString(16) calls as well: it gives "16", as in
 * Groovy. */
NATIVE(number_to_string)
{
    if (argc == 0)
        return value_to_string(f, self, out);
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    if (argc == 1)
        return value_to_string(f, argv[0], out);
    INT_ARG(radix, argv[1]);
    return in_radix(argv[0], radix < 2 || radix > 36 ? 10 : (int)radix, out);
}

NATIVE(bigint_to_string)
{
    INT_ARG(radix, argv[0]);
    return in_radix(self, radix < 2 || radix > 36 ? 10 : (int)radix, out);
}

#define RADIX_METHOD(fn, radix)                                                                              \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        if (!value_is_number(argv[0]))                                                                       \
            return CALL_NONE;                                                                                \
        return unsigned_radix(argv[0], radix, out);                                                          \
    }
RADIX_METHOD(number_hex, 16)
RADIX_METHOD(number_octal, 8)
RADIX_METHOD(number_binary, 2)

/* ---- rounding */

NATIVE(number_abs)
{
    if (number_compare(self, value_int(0)) >= 0 && !(self.tag == VAL_DOUBLE && signbit(self.u.d)))
        return give(out, value_retain(self));
    return value_negate(f, self, out);
}

/* round(), round(digits), trunc(…): on doubles by multiplying, as DefaultGroovyMethods does. */
static enum call_status round_double(double d, int argc, struct value *argv, bool truncate, struct value *out)
{
    int64_t digits = 0;
    if (argc && !value_int_arg(argv[0], &digits))
        return CALL_NONE;
    double factor = pow(10, (double)digits);
    double scaled = truncate ? trunc(d * factor) : floor(d * factor + 0.5);
    if (argc == 0 && !truncate)
        return give(out, number_convert(value_double(scaled), VAL_LONG));
    return give(out, value_double(scaled / factor));
}

static enum call_status round_decimal(struct fiber *f, struct value v, int argc, struct value *argv,
                                      enum rounding mode, struct value *out)
{
    int64_t digits = 0;
    if (argc && !value_int_arg(argv[0], &digits))
        return CALL_NONE;
    _cleanup_(value_release_ptr) struct value decimal = number_decimal(v);
    if (!decimal_set_scale(decimal, (int32_t)digits, mode, out))
        return vm_throw(f, "ArithmeticException", "Rounding necessary");
    return CALL_OK;
}

NATIVE(number_round)
{
    if (self.tag == VAL_DOUBLE || self.tag == VAL_FLOAT) {
        enum call_status status = round_double(self.u.d, argc, argv, false, out);
        if (status == CALL_OK && self.tag == VAL_FLOAT && argc == 0)
            *out = number_convert(*out, VAL_INT);
        return status;
    }
    if (value_is(self, OBJ_DECIMAL) && (argc == 0 || value_is_number(argv[0])))
        return round_decimal(f, self, argc, argv, ROUND_HALF_UP, out);
    return CALL_NONE;
}

NATIVE(number_trunc)
{
    if (self.tag == VAL_DOUBLE || self.tag == VAL_FLOAT)
        return round_double(self.u.d, argc, argv, true, out);
    return round_decimal(f, self, argc, argv, ROUND_DOWN, out);
}

/* A RoundingMode by its name, or one of BigDecimal's old ROUND_ constants, which are the places in this
 * list. */
static enum call_status rounding_arg(struct fiber *f, struct value v, enum rounding *mode)
{
    if (!value_is_number(v) && !value_is_text(v) && !value_instance_of(fiber_vm(f), v, "Enum"))
        return CALL_NONE;
    static const char *const names[] = {"UP",      "DOWN",      "CEILING",   "FLOOR",
                                        "HALF_UP", "HALF_DOWN", "HALF_EVEN", "UNNECESSARY"};
    if (value_is_number(v)) {
        *mode = (enum rounding)(number_long(v) & 7);
        return CALL_OK;
    }
    TEXT(name, v);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(names[i], name->data) == 0) {
            *mode = (enum rounding)i;
            return CALL_OK;
        }
    }
    return CALL_NONE;
}

NATIVE(decimal_set_scale_method)
{
    enum rounding mode = ROUND_UNNECESSARY;
    enum call_status status = argc > 1 ? rounding_arg(f, argv[1], &mode) : CALL_OK;
    return status == CALL_OK ? round_decimal(f, self, 1, argv, mode, out) : status;
}

NATIVE(decimal_scale)
{
    return give(out, value_int(((struct decimal *)self.u.o)->scale));
}

NATIVE(decimal_precision_method)
{
    return give(out, value_int(decimal_precision(((struct decimal *)self.u.o)->unscaled->z)));
}

NATIVE(decimal_unscaled)
{
    return give(out, bigint_new(((struct decimal *)self.u.o)->unscaled->z));
}

NATIVE(decimal_strip)
{
    return give(out, decimal_strip_zeros(self));
}

NATIVE(decimal_plain)
{
    struct buf text = {0};
    decimal_print_plain(self, &text);
    return give(out, text_from_buf(&text));
}

NATIVE(decimal_divide)
{
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    if (argc == 1)
        return CALL_NONE; /* exact: in Groovy */
    enum rounding mode = ROUND_HALF_UP;
    int64_t scale = ((struct decimal *)self.u.o)->scale;
    if (argc == 3 && !value_int_arg(argv[1], &scale))
        return CALL_NONE;
    enum call_status status = rounding_arg(f, argv[argc - 1], &mode);
    if (status != CALL_OK)
        return status;
    _cleanup_(value_release_ptr) struct value divisor = number_decimal(argv[0]), wide = NULL_VALUE;
    const struct decimal *d = (struct decimal *)divisor.u.o;
    if (number_is_zero(divisor))
        return vm_throw(f, "ArithmeticException", "/ by zero");
    int64_t sum = scale + d->scale, longer = ((struct decimal *)self.u.o)->scale - sum;
    if (sum != (int32_t)sum || longer > DECIMAL_SCALE_MAX ||
        !decimal_set_scale(self, longer > 0 ? ((struct decimal *)self.u.o)->scale : (int32_t)sum,
                           ROUND_UNNECESSARY, &wide))
        return vm_throw(f, "ArithmeticException", sum < 0 ? "Underflow" : "Overflow");
    mpz_t q, by;
    mpz_init(q);
    mpz_init_set_ui(by, 10);
    mpz_pow_ui(by, by, longer > 0 ? (unsigned long)longer : 0); /* the dividend has more digits */
    mpz_mul(by, by, d->unscaled->z);
    bool exact = mpz_divide_rounding(q, ((struct decimal *)wide.u.o)->unscaled->z, by, mode);
    mpz_clear(by);
    *out = exact ? decimal_new(q, (int32_t)scale) : NULL_VALUE;
    mpz_clear(q);
    return exact ? CALL_OK : vm_throw(f, "ArithmeticException", "Rounding necessary");
}

NATIVE(number_signum)
{
    if (self.tag == VAL_NULL) {
        if (argc != 1 || !value_is_number(argv[0]))
            return CALL_NONE;
        self = argv[0];
    }
    return give(out, value_int(number_compare(self, value_int(0))));
}

NATIVE(number_min_of)
{
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    return give(out, value_retain(number_compare(self, argv[0]) <= 0 ? self : argv[0]));
}

NATIVE(number_max_of)
{
    if (!value_is_number(argv[0]))
        return CALL_NONE;
    return give(out, value_retain(number_compare(self, argv[0]) >= 0 ? self : argv[0]));
}

NATIVE(bigint_gcd)
{
    if (!value_is(argv[0], OBJ_BIGINT))
        return CALL_NONE;
    mpz_t z;
    mpz_init(z);
    mpz_gcd(z, ((struct bigint *)self.u.o)->mpz->z, ((struct bigint *)argv[0].u.o)->mpz->z);
    *out = bigint_new(z);
    mpz_clear(z);
    return CALL_OK;
}

NATIVE(bigint_bit_length)
{
    return give(out, value_int((int32_t)mpz_sizeinbase(((struct bigint *)self.u.o)->mpz->z, 2)));
}

NATIVE(bigint_new_bytes)
{
    INT_ARG(sign, argv[0]);
    if (!value_is_array(argv[1]))
        return CALL_NONE;
    mpz_t z;
    mpz_init(z);
    for (size_t i = 0; i < AS_LIST(argv[1])->len; i++) {
        mpz_mul_2exp(z, z, 8);
        mpz_add_ui(z, z, (uint8_t)number_long(AS_LIST(argv[1])->items[i]));
    }
    if (sign < 0)
        mpz_neg(z, z);
    *out = bigint_new(z);
    mpz_clear(z);
    return CALL_OK;
}

NATIVE(double_is_nan)
{
    if (argc && !value_is_number(argv[0]))
        return CALL_NONE;
    return give(out, value_bool(isnan(argc ? number_double(argv[0]) : self.u.d)));
}

NATIVE(double_is_infinite)
{
    if (argc && !value_is_number(argv[0]))
        return CALL_NONE;
    return give(out, value_bool(isinf(argc ? number_double(argv[0]) : self.u.d)));
}

#define NUMBER_ROW(name, min, max, fn)                                                                       \
    {                                                                                                        \
        "Number", name, min, max, 0, fn                                                                      \
    }
/* of BigInteger and BigDecimal alone: other numbers refuse them */
#define BIG_ROWS(name, min, max, fn)                                                                         \
    {"BigInteger", name, min, max, 0, fn},                                                                   \
    {                                                                                                        \
        "BigDecimal", name, min, max, 0, fn                                                                  \
    }
static const struct native_method methods[] = {
    NUMBER_ROW("plus", 1, 1, number_plus),
    NUMBER_ROW("add", 1, 1, number_plus),
    NUMBER_ROW("minus", 1, 1, number_minus),
    NUMBER_ROW("subtract", 1, 1, number_minus),
    NUMBER_ROW("multiply", 1, 1, number_multiply),
    NUMBER_ROW("div", 1, 1, number_div),
    NUMBER_ROW("mod", 1, 1, number_mod),
    {"BigInteger", "remainder", 1, 1, 0, number_mod},
    NUMBER_ROW("power", 1, 1, number_power_method),
    BIG_ROWS("pow", 1, 1, number_power_method),
    NUMBER_ROW("leftShift", 1, 1, number_shl),
    NUMBER_ROW("rightShift", 1, 1, number_shr),
    NUMBER_ROW("rightShiftUnsigned", 1, 1, number_ushr),
    NUMBER_ROW("and", 1, 1, number_and),
    NUMBER_ROW("or", 1, 1, number_or),
    NUMBER_ROW("xor", 1, 1, number_xor),
    NUMBER_ROW("intdiv", 1, 1, number_intdiv),
    BIG_ROWS("negate", 0, 0, number_negative),
    NUMBER_ROW("bitwiseNegate", 0, 0, number_bitwise_negate),
    NUMBER_ROW("next", 0, 0, number_next),
    NUMBER_ROW("previous", 0, 0, number_previous),
    NUMBER_ROW("compareTo", 1, 1, number_compare_to),
    NUMBER_ROW("equals", 1, 1, number_equals),
    NUMBER_ROW("hashCode", 0, 0, number_hash_code),
    NUMBER_ROW("byteValue", 0, 0, number_to_byte),
    NUMBER_ROW("shortValue", 0, 0, number_to_short),
    NUMBER_ROW("intValue", 0, 0, number_to_int),
    NUMBER_ROW("longValue", 0, 0, number_to_long),
    NUMBER_ROW("floatValue", 0, 0, number_to_float),
    NUMBER_ROW("doubleValue", 0, 0, number_to_double),
    BIG_ROWS("intValueExact", 0, 0, number_to_int),
    BIG_ROWS("longValueExact", 0, 0, number_to_long),
    NUMBER_ROW("toInteger", 0, 0, number_to_int),
    NUMBER_ROW("toLong", 0, 0, number_to_long),
    NUMBER_ROW("toFloat", 0, 0, number_to_float),
    NUMBER_ROW("toDouble", 0, 0, number_to_double),
    NUMBER_ROW("toBigInteger", 0, 0, number_to_bigint),
    NUMBER_ROW("toBigDecimal", 0, 0, number_to_decimal),
    NUMBER_ROW("toString", 0, 2, number_to_string),
    NUMBER_ROW("abs", 0, 0, number_abs),
    NUMBER_ROW("round", 0, 1, number_round),
    {"Float", "trunc", 0, 1, 0, number_trunc},
    {"Double", "trunc", 0, 1, 0, number_trunc},
    BIG_ROWS("signum", 0, 1, number_signum),
    NUMBER_ROW("min", 1, 1, number_min_of),
    NUMBER_ROW("max", 1, 1, number_max_of),
    {"Integer", "toString", 1, 2, METHOD_STATIC, number_to_string},
    {"Long", "toString", 1, 2, METHOD_STATIC, number_to_string},
    {"Double", "toString", 1, 1, METHOD_STATIC, number_to_string},
    {"Integer", "toHexString", 1, 1, METHOD_STATIC, number_hex},
    {"Long", "toHexString", 1, 1, METHOD_STATIC, number_hex},
    {"Integer", "toOctalString", 1, 1, METHOD_STATIC, number_octal},
    {"Long", "toOctalString", 1, 1, METHOD_STATIC, number_octal},
    {"Integer", "toBinaryString", 1, 1, METHOD_STATIC, number_binary},
    {"Long", "toBinaryString", 1, 1, METHOD_STATIC, number_binary},
    {"Integer", "signum", 1, 1, METHOD_STATIC, number_signum},
    {"BigDecimal", "setScale", 1, 2, 0, decimal_set_scale_method},
    {"BigDecimal", "scale", 0, 0, 0, decimal_scale},
    {"BigDecimal", "precision", 0, 0, 0, decimal_precision_method},
    {"BigDecimal", "unscaledValue", 0, 0, 0, decimal_unscaled},
    {"BigDecimal", "stripTrailingZeros", 0, 0, 0, decimal_strip},
    {"BigDecimal", "toPlainString", 0, 0, 0, decimal_plain},
    {"BigDecimal", "divide", 1, 3, 0, decimal_divide},
    {"BigInteger", "<init>", 2, 2, 0, bigint_new_bytes},
    {"BigInteger", "divide", 1, 1, 0, number_intdiv},
    {"BigInteger", "toString", 1, 1, 0, bigint_to_string},
    {"BigInteger", "gcd", 1, 1, 0, bigint_gcd},
    {"BigInteger", "bitLength", 0, 0, 0, bigint_bit_length},
    {"Double", "isNaN", 0, 1, 0, double_is_nan},
    {"Double", "isInfinite", 0, 1, 0, double_is_infinite},
    {"Float", "isNaN", 0, 1, 0, double_is_nan},
    {"Float", "isInfinite", 0, 1, 0, double_is_infinite},
    {"Double", "isNaN", 1, 1, METHOD_STATIC, double_is_nan},
    {"Double", "isInfinite", 1, 1, METHOD_STATIC, double_is_infinite},
};

const struct lib_table number_table = {NULL, 0, methods, ARRAY_LEN(methods)};
