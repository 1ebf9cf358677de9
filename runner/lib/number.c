/* What all numbers share: ranks, conversions, comparison, hash, and arithmetic with Groovy's promotion
 * (org.codehaus.groovy.runtime.typehandling.NumberMath): floating point beats BigDecimal beats
 * BigInteger beats Long beats Integer; int and long wrap; `/` gives a BigDecimal.
 *
 * Values of machine size never touch GMP: int and long stay in registers, and only what overflows their kind
 * on purpose (BigInteger, BigDecimal, `/`) allocates. Results of operators are new values; operands are
 * borrowed. */
#include "runner/lib/number.h"
#include "runner/lib/arith.h"
#include "parser/token.h"
#include <math.h>
#include <string.h>

enum number_rank number_rank(struct value v)
{
    static const uint8_t ranks[] = {
        [VAL_BYTE] = NUM_INT,  [VAL_SHORT] = NUM_INT,   [VAL_INT] = NUM_INT,
        [VAL_LONG] = NUM_LONG, [VAL_FLOAT] = NUM_FLOAT, [VAL_DOUBLE] = NUM_FLOAT,
    };
    if (v.tag < VAL_OBJECT)
        return ranks[v.tag];
    return value_is(v, OBJ_BIGINT) ? NUM_BIGINT : value_is(v, OBJ_DECIMAL) ? NUM_DECIMAL : NUM_NONE;
}

static const mpz_t *bigint_z(struct value v)
{
    return (const mpz_t *)&((struct bigint *)v.u.o)->mpz->z;
}

/* By its text: strtod() rounds correctly, which a division of two doubles would not. */
static double decimal_double(struct value v)
{
    struct buf text = {0};
    number_print(v, &text);
    double d = strtod(text.data, NULL);
    buf_release(&text);
    return d;
}

double number_double(struct value v)
{
    switch (v.tag) {
    case VAL_FLOAT:
    case VAL_DOUBLE:
        return v.u.d;
    case VAL_LONG:
        return (double)v.u.l;
    case VAL_CHAR:
        return v.u.c;
    case VAL_OBJECT:
        return decimal_double(v);
    default:
        return v.u.i;
    }
}

/* Java's (long): saturates, NaN is 0; C leaves both undefined. */
static int64_t double_to_long(double d)
{
    if (isnan(d))
        return 0;
    return d >= 9223372036854775807.0 ? INT64_MAX : d <= -9223372036854775808.0 ? INT64_MIN : (int64_t)d;
}

/* The low 64 bits of two's complement. */
static int64_t mpz_wrap(const mpz_t z)
{
    uint64_t low = mpz_size(z) ? mpz_getlimbn(z, 0) : 0;
    return (int64_t)(mpz_sgn(z) < 0 ? -low : low);
}

int64_t number_long(struct value v)
{
    switch (v.tag) {
    case VAL_FLOAT:
    case VAL_DOUBLE:
        return double_to_long(v.u.d);
    case VAL_LONG:
        return v.u.l;
    case VAL_CHAR:
        return v.u.c;
    case VAL_OBJECT: {
        _cleanup_(value_release_ptr) struct value big = number_bigint(v);
        return mpz_wrap(*bigint_z(big));
    }
    default:
        return v.u.i;
    }
}

/* Fractions are cut, not rounded. */
struct value number_bigint(struct value v)
{
    if (value_is(v, OBJ_BIGINT))
        return value_retain(v);
    if (number_rank(v) < NUM_BIGINT)
        return bigint_from_long(number_long(v));
    _cleanup_(value_release_ptr) struct value decimal = number_decimal(v);
    struct value whole = NULL_VALUE;
    if (!decimal_set_scale(decimal, 0, ROUND_DOWN, &whole))
        return bigint_from_long(0);
    struct value out = bigint_new(((struct decimal *)whole.u.o)->unscaled->z);
    value_release(whole);
    return out;
}

struct value number_decimal(struct value v)
{
    struct value out;
    if (value_is(v, OBJ_DECIMAL))
        return value_retain(v);
    if (value_is(v, OBJ_BIGINT))
        return decimal_new(*bigint_z(v), 0);
    struct buf text = {0};
    if (v.tag == VAL_CHAR)
        v = value_int(v.u.c);
    number_print(v, &text);
    if (!decimal_parse(text.data, &out)) /* NaN and infinities */
        decimal_parse("0", &out);
    buf_release(&text);
    return out;
}

bool number_is_zero(struct value v)
{
    if (value_is(v, OBJ_DECIMAL))
        return mpz_sgn(((struct decimal *)v.u.o)->unscaled->z) == 0;
    if (value_is(v, OBJ_BIGINT))
        return mpz_sgn(*bigint_z(v)) == 0;
    return number_double(v) == 0;
}

/* Both unscaled values at the larger of the two scales. */
static int32_t decimals_align(struct value a, struct value b, mpz_t x, mpz_t y)
{
    const struct decimal *l = (struct decimal *)a.u.o, *r = (struct decimal *)b.u.o;
    int32_t scale = l->scale > r->scale ? l->scale : r->scale;
    mpz_ui_pow_ui(x, 10, (unsigned long)(scale - l->scale));
    mpz_mul(x, x, l->unscaled->z);
    mpz_ui_pow_ui(y, 10, (unsigned long)(scale - r->scale));
    mpz_mul(y, y, r->unscaled->z);
    return scale;
}

static int decimals_compare(struct value a, struct value b)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    decimals_align(a, b, x, y);
    int cmp = mpz_cmp(x, y);
    mpz_clears(x, y, NULL);
    return (cmp > 0) - (cmp < 0);
}

/* The wider of the two by the order of enum number_rank. */
static enum number_rank common_rank(struct value a, struct value b)
{
    enum number_rank l = number_rank(a), r = number_rank(b);
    return l > r ? l : r;
}

/* As decimals when exact types meet: 1 == 1.0 and 9007199254740993 != 9007199254740992.0G. One double
 * makes it a comparison of doubles, with their loss. */
int number_compare(struct value a, struct value b)
{
    enum number_rank rank = common_rank(a, b);
    if (rank == NUM_FLOAT)
        return double_compare(number_double(a), number_double(b));
    if (rank <= NUM_LONG) {
        int64_t x = number_long(a), y = number_long(b);
        return (x > y) - (x < y);
    }
    _cleanup_(value_release_ptr) struct value x = number_decimal(a);
    _cleanup_(value_release_ptr) struct value y = number_decimal(b);
    return decimals_compare(x, y);
}

/* BigInteger.hashCode(): 32-bit words from the most significant on. */
static uint32_t mpz_hash(const mpz_t z)
{
    uint32_t hash = 0;
    for (size_t i = mpz_size(z); i-- > 0;) {
        uint64_t limb = mpz_getlimbn(z, (mp_size_t)i);
        hash = 31 * hash + (uint32_t)(limb >> 32);
        hash = 31 * hash + (uint32_t)limb;
    }
    return mpz_sgn(z) < 0 ? -hash : hash;
}

/* Java's hash of each class: equal keys of different classes (1 and 1L) are different keys all the same. */
uint32_t number_hash(struct value v)
{
    uint64_t bits;
    switch (v.tag) {
    case VAL_LONG:
        bits = (uint64_t)v.u.l;
        break;
    case VAL_DOUBLE:
        memcpy(&bits, &v.u.d, sizeof(bits));
        break;
    case VAL_FLOAT: {
        float single = (float)v.u.d;
        uint32_t word;
        memcpy(&word, &single, sizeof(word));
        return word;
    }
    case VAL_OBJECT:
        if (value_is(v, OBJ_BIGINT))
            return mpz_hash(*bigint_z(v));
        return 31 * mpz_hash(((struct decimal *)v.u.o)->unscaled->z) +
               (uint32_t)((struct decimal *)v.u.o)->scale;
    default:
        return (uint32_t)v.u.i;
    }
    return (uint32_t)(bits ^ bits >> 32);
}

/* ---- arithmetic */

/* What NumberMath throws for % of BigDecimals and bits of doubles. */
static enum call_status unsupported(struct fiber *f, int op, struct value v)
{
    struct buf text = {0};
    number_print(v, &text);
    vm_throw(f, "UnsupportedOperationException", "Cannot use %s() on this number type: %s with value: %s",
             arith_method_name(op), class_name(vm_class_of(fiber_vm(f), v)), text.data);
    buf_release(&text);
    return CALL_THROW;
}

/* Unsigned, since overflow wraps in Java and is undefined in C; the caller cuts an int's result to 32
 * bits. MIN_VALUE / -1 would trap on x86 and is MIN_VALUE in Java. */
static enum call_status long_arith(struct fiber *f, int op, int64_t a, int64_t b, int64_t *out)
{
    switch (op) {
    case TOK_PLUS:
        *out = (int64_t)((uint64_t)a + (uint64_t)b);
        return CALL_OK;
    case TOK_MINUS:
        *out = (int64_t)((uint64_t)a - (uint64_t)b);
        return CALL_OK;
    case TOK_STAR:
        *out = (int64_t)((uint64_t)a * (uint64_t)b);
        return CALL_OK;
    case TOK_AND:
        *out = a & b;
        return CALL_OK;
    case TOK_OR:
        *out = a | b;
        return CALL_OK;
    case TOK_XOR:
        *out = a ^ b;
        return CALL_OK;
    default: /* TOK_PERCENT and ARITH_INTDIV */
        if (b == 0)
            return vm_throw(f, "ArithmeticException", "/ by zero");
        if (b == -1)
            *out = op == TOK_PERCENT ? 0 : (int64_t) - (uint64_t)a;
        else
            *out = op == TOK_PERCENT ? a % b : a / b;
        return CALL_OK;
    }
}

/* Indexed by the operator's token; every integral operator has a row. */
static enum call_status bigint_arith(struct fiber *f, int op, const mpz_t a, const mpz_t b, struct value *out)
{
    if ((op == TOK_PERCENT && mpz_sgn(b) <= 0) || (op == ARITH_INTDIV && !mpz_sgn(b)))
        return vm_throw(f, "ArithmeticException",
                        op == TOK_PERCENT ? "BigInteger: modulus not positive" : "BigInteger divide by zero");
    static void (*const functions[TOK_COUNT + 1])(mpz_t, const mpz_t, const mpz_t) = {
        [TOK_PLUS] = mpz_add, [TOK_MINUS] = mpz_sub, [TOK_STAR] = mpz_mul, [TOK_PERCENT] = mpz_mod,
        [TOK_AND] = mpz_and,  [TOK_OR] = mpz_ior,    [TOK_XOR] = mpz_xor,  [ARITH_INTDIV] = mpz_tdiv_q,
    };
    mpz_t z;
    mpz_init(z);
    functions[op](z, a, b);
    *out = bigint_new(z);
    mpz_clear(z);
    return CALL_OK;
}

static enum call_status double_arith(struct fiber *f, int op, struct value a, struct value b,
                                     struct value *out)
{
    double x = number_double(a), y = number_double(b);
    switch (op) {
    case TOK_PLUS:
        return give(out, value_double(x + y));
    case TOK_MINUS:
        return give(out, value_double(x - y));
    case TOK_STAR:
        return give(out, value_double(x * y));
    case TOK_SLASH:
        return give(out, value_double(x / y));
    case TOK_PERCENT:
        return give(out, value_double(fmod(x, y)));
    default:
        return unsupported(f, op, a);
    }
}

/* The larger scale is kept: 1.10 + 1 is 2.10. */
static struct value decimals_add(struct value a, struct value b, bool subtract)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    int32_t scale = decimals_align(a, b, x, y);
    subtract ? mpz_sub(x, x, y) : mpz_add(x, x, y);
    struct value out = decimal_new(x, scale);
    mpz_clears(x, y, NULL);
    return out;
}

/* Each operation adds or subtracts scales; without this check a loop of them would overflow 32 bits. */
static enum call_status check_scale(struct fiber *f, int64_t scale)
{
    if (scale <= DECIMAL_SCALE_MAX && scale >= -DECIMAL_SCALE_MAX)
        return CALL_OK;
    return vm_throw(f, "ArithmeticException", scale > 0 ? "Underflow" : "Overflow");
}

static enum call_status decimals_multiply(struct fiber *f, struct value a, struct value b, struct value *out)
{
    const struct decimal *l = (struct decimal *)a.u.o, *r = (struct decimal *)b.u.o;
    int64_t scale = (int64_t)l->scale + r->scale;
    if (check_scale(f, scale) != CALL_OK)
        return CALL_THROW;
    mpz_t z;
    mpz_init(z);
    mpz_mul(z, l->unscaled->z, r->unscaled->z);
    *out = decimal_new(z, (int32_t)scale);
    mpz_clear(z);
    return CALL_OK;
}

/* The exact quotient at the smallest scale that is at least that of a minus that of b; false if it does not
 * end. */
static bool decimals_divide_exact(const struct decimal *a, const struct decimal *b, struct value *out)
{
    mpz_t n, d, rest, power, ten;
    mpz_inits(n, d, rest, power, ten, NULL);
    mpz_gcd(rest, a->unscaled->z, b->unscaled->z);
    mpz_divexact(n, a->unscaled->z, rest);
    mpz_divexact(d, b->unscaled->z, rest);
    unsigned long twos, fives;
    mpz_set_ui(power, 2);
    twos = mpz_remove(rest, d, power);
    mpz_set_ui(power, 5);
    fives = mpz_remove(rest, rest, power);
    bool ends = mpz_cmpabs_ui(rest, 1) == 0;
    if (ends) {
        unsigned long digits = twos > fives ? twos : fives;
        mpz_ui_pow_ui(ten, 10, digits);
        mpz_mul(n, n, ten);
        mpz_divexact(n, n, d);
        *out = decimal_new(n, a->scale - b->scale + (int32_t)digits);
    }
    mpz_clears(n, d, rest, power, ten, NULL);
    return ends;
}

/* To `precision` significant digits, HALF_UP. */
static struct value decimals_divide_rounded(const struct decimal *a, const struct decimal *b, int precision)
{
    long shift = precision + 1 - (decimal_precision(a->unscaled->z) - decimal_precision(b->unscaled->z));
    mpz_t n, d, power;
    mpz_init_set(n, a->unscaled->z);
    mpz_init_set(d, b->unscaled->z);
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(shift));
    shift > 0 ? mpz_mul(n, n, power) : mpz_mul(d, d, power);
    /* One or two digits too many: the sticky last one keeps the second rounding right. */
    mpz_tdiv_qr(n, d, n, d);
    mpz_mul_ui(n, n, 10);
    if (mpz_sgn(d))
        mpz_sgn(a->unscaled->z) * mpz_sgn(b->unscaled->z) < 0 ? mpz_sub_ui(n, n, 1) : mpz_add_ui(n, n, 1);
    struct value quotient = decimal_new(n, a->scale - b->scale + (int32_t)shift + 1);
    struct value out = decimal_round(quotient, precision, ROUND_HALF_UP);
    value_release(quotient);
    mpz_clears(n, d, power, NULL);
    return out;
}

/* BigDecimalMath.divideImpl of Groovy 2.4. */
static enum call_status decimals_divide(struct fiber *f, struct value x, struct value y, struct value *out)
{
    const struct decimal *a = (struct decimal *)x.u.o, *b = (struct decimal *)y.u.o;
    if (!mpz_sgn(b->unscaled->z))
        return vm_throw(f, "ArithmeticException",
                        mpz_sgn(a->unscaled->z) ? "Division by zero" : "Division undefined");
    if (check_scale(f, (int64_t)a->scale - b->scale) != CALL_OK)
        return CALL_THROW;
    if (!mpz_sgn(a->unscaled->z))
        return give(out, decimal_new(a->unscaled->z, a->scale - b->scale));
    if (decimals_divide_exact(a, b, out))
        return CALL_OK;
    int l = decimal_precision(a->unscaled->z), r = decimal_precision(b->unscaled->z);
    struct value quotient = decimals_divide_rounded(a, b, (l > r ? l : r) + 10);
    int32_t scale = a->scale > b->scale ? a->scale : b->scale;
    scale = scale > 10 ? scale : 10;
    if (((struct decimal *)quotient.u.o)->scale <= scale)
        return give(out, quotient);
    decimal_set_scale(quotient, scale, ROUND_HALF_UP, out);
    value_release(quotient);
    return CALL_OK;
}

static enum call_status decimal_arith(struct fiber *f, int op, struct value a, struct value b,
                                      struct value *out)
{
    _cleanup_(value_release_ptr) struct value x = number_decimal(a);
    _cleanup_(value_release_ptr) struct value y = number_decimal(b);
    switch (op) {
    case TOK_PLUS:
    case TOK_MINUS:
        return give(out, decimals_add(x, y, op == TOK_MINUS));
    case TOK_STAR:
        return decimals_multiply(f, x, y, out);
    case TOK_SLASH:
        return decimals_divide(f, x, y, out);
    default:
        return unsupported(f, op, a);
    }
}

/* An int's result is cut to 32 bits here: the long computed it exactly, or wrapped alike. */
static enum call_status integral_arith(struct fiber *f, int op, struct value a, struct value b,
                                       struct value *out)
{
    enum number_rank rank = common_rank(a, b);
    if (rank == NUM_BIGINT) {
        _cleanup_(value_release_ptr) struct value x = number_bigint(a);
        _cleanup_(value_release_ptr) struct value y = number_bigint(b);
        return bigint_arith(f, op, *bigint_z(x), *bigint_z(y), out);
    }
    int64_t result = 0;
    enum call_status status = long_arith(f, op, number_long(a), number_long(b), &result);
    if (status == CALL_OK)
        *out = rank == NUM_LONG ? value_long(result) : value_int((int32_t)result);
    return status;
}

/* Groovy's promotion in one place: a double or float wins over everything, `/` of integers is a
 * BigDecimal, otherwise the wider type decides (NumberMath.getMath). */
enum call_status number_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    if (op == TOK_POWER)
        return number_power(f, a, b, out);
    if (op == TOK_SHL || op == TOK_SHR || op == TOK_USHR)
        return number_shift(f, op, a, b, out);
    enum number_rank rank = common_rank(a, b);
    if (rank == NUM_FLOAT)
        return double_arith(f, op, a, b, out);
    if (rank == NUM_DECIMAL || op == TOK_SLASH)
        return decimal_arith(f, op, a, b, out);
    return integral_arith(f, op, a, b, out);
}
