/* Numbers beyond the machine's: BigInteger and BigDecimal on GMP, and what all numeric values share:
 * parsing, printing, comparing, Java's rules of promotion. Operators enter through value_arith() (vm.h). */
#ifndef RUNNER_LIB_NUMBER_H
#define RUNNER_LIB_NUMBER_H

#include "runner/lang/value.h"
#include "base/buf.h"
#include <gmp.h>

struct mpz_box {
    mpz_t z;
};

/* For object_free() of OBJ_BIGINT and OBJ_DECIMAL. NULL is fine. */
void mpz_box_free(struct mpz_box *box);

/* Owned BigInteger; the mpz is copied. */
struct value bigint_new(const mpz_t z);
struct value bigint_from_long(int64_t l);
/* Owned BigDecimal unscaled * 10^-scale; the mpz is copied. */
struct value decimal_new(const mpz_t unscaled, int32_t scale);
/* Literals and `new BigDecimal(text)`: false if the text is no number. *out owned. */
bool bigint_parse(const char *text, int radix, struct value *out);
bool decimal_parse(const char *text, struct value *out);

/* Ranks of Groovy's promotion; NUM_NONE for what is no number (a Character is one for operators only). */
enum number_rank { NUM_NONE, NUM_INT, NUM_LONG, NUM_BIGINT, NUM_DECIMAL, NUM_FLOAT };
enum number_rank
number_rank(struct value v); /* byte and short rank as NUM_INT, float and double as NUM_FLOAT */
static inline bool value_is_number(struct value v)
{
    return number_rank(v) != NUM_NONE;
}

double number_double(struct value v);       /* doubleValue() */
int64_t number_long(struct value v);        /* longValue(): wraps as Java's */
struct value number_bigint(struct value v); /* toBigInteger(): owned, truncates */
struct value
number_decimal(struct value v); /* Groovy's conversion for arithmetic (a double goes by its text): owned */
int number_compare(struct value a, struct value b); /* by promoted values; NaN as Java's Double.compare */
/* NaN is equal to itself and greater than everything, as Double.compare() says; -0.0 equals 0.0, as it
 * does not. */
static inline int double_compare(double a, double b)
{
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : (a != a) - (b != b);
}
bool number_is_zero(struct value v);
uint32_t number_hash(struct value v);

/* To the number type of a value tag, or -OBJ_BIGINT, -OBJ_DECIMAL; narrowing as Java does. Owned. */
struct value number_convert(struct value v, int tag);
/* Text without blanks to such a type: false if it is none or does not fit. */
bool number_parse_text(const char *text, int tag, int radix, struct value *out);

/* As toString() prints it. */
void number_print(struct value v, struct buf *b);
void double_print(double d, bool is_float, struct buf *b); /* shortest text that reads back, in Java's form */
void decimal_print_plain(struct value v, struct buf *b);   /* toPlainString() */

/* BigDecimal.setScale and friends: java.math.RoundingMode by ordinal; HALF_UP 4, HALF_EVEN 6, UNNECESSARY 7.
 */
enum rounding {
    ROUND_UP,
    ROUND_DOWN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_UNNECESSARY
};
enum { DECIMAL_SCALE_MAX = 4000000 }; /* so that no script makes a number of gigabytes out of one exponent */
/* False where rounding is necessary but not allowed, and for scales too far apart; *out is then untouched,
 * else owned. */
bool decimal_set_scale(struct value v, int32_t scale, enum rounding mode, struct value *out);
/* q = n / d; false when UNNECESSARY and inexact. */
bool mpz_divide_rounding(mpz_t q, const mpz_t n, const mpz_t d, enum rounding mode);
int decimal_precision(const mpz_t z); /* decimal digits, at least 1 */
struct value decimal_strip_zeros(struct value v);
/* Rounds to `digits` significant ones (0: none), HALF_UP. */
struct value decimal_round(struct value v, int digits, enum rounding mode);

#endif
