/* Text of numbers, in the forms of Java's toString(): doubles by the shortest text that reads back,
 * BigDecimal plain or scientific by its scale. */
#include "runner/lib/number.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The shortest digits of a positive finite d and the exponent of the first: d = 0.DIGITS * 10^exponent10. */
static void shortest_digits(double d, bool is_float, char digits[24], int *exponent10)
{
    char text[40];
    int max = is_float ? 9 : 17;
    for (int precision = 2; precision <= max; precision++) { /* Java shows two at least: 4.9E-324 */
        snprintf(text, sizeof(text), "%.*e", precision - 1, d);
        if (is_float ? strtof(text, NULL) == (float)d : strtod(text, NULL) == d)
            break;
    }
    size_t n = 0;
    char *p = text;
    for (; *p && *p != 'e'; p++) {
        if (isdigit((unsigned char)*p))
            digits[n++] = *p;
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = 0;
    *exponent10 = (int)strtol(p + 1, NULL, 10) + 1;
}

/* 1.0E10: always a digit behind the point. */
static void print_scientific(const char *digits, int exponent, struct buf *b)
{
    buf_printf(b, "%c.%sE%d", digits[0], digits[1] ? digits + 1 : "0", exponent - 1);
}

static void print_positional(const char *digits, int point, struct buf *b)
{
    int n = (int)strlen(digits);
    if (point <= 0) {
        buf_printf(b, "0.%.*s%s", -point, "000000000", digits);
        return;
    }
    for (int i = 0; i < point; i++)
        buf_addch(b, i < n ? digits[i] : '0');
    buf_printf(b, ".%s", n > point ? digits + point : "0");
}

void double_print(double d, bool is_float, struct buf *b)
{
    if (isnan(d) || isinf(d)) {
        buf_addstr(b, isnan(d) ? "NaN" : d < 0 ? "-Infinity" : "Infinity");
        return;
    }
    if (signbit(d))
        buf_addch(b, '-');
    d = fabs(d);
    if (d == 0) {
        buf_addstr(b, "0.0");
        return;
    }
    char digits[24];
    int exponent;
    shortest_digits(d, is_float, digits, &exponent);
    if (d >= 1e-3 && d < 1e7)
        print_positional(digits, exponent, b);
    else
        print_scientific(digits, exponent, b);
}

static void print_zeros(struct buf *b, long n)
{
    while (n-- > 0)
        buf_addch(b, '0');
}

/* digits with the point `scale` places from the right; scale >= 0. */
static void print_with_point(const char *digits, long scale, struct buf *b)
{
    long n = (long)strlen(digits);
    if (scale == 0) {
        buf_addstr(b, digits);
    } else if (n > scale) {
        buf_printf(b, "%.*s.%s", (int)(n - scale), digits, digits + n - scale);
    } else {
        buf_addstr(b, "0.");
        print_zeros(b, scale - n);
        buf_addstr(b, digits);
    }
}

static const char *print_sign(const char *text, struct buf *b)
{
    if (*text == '-')
        buf_addch(b, *text++);
    return text;
}

static void decimal_print(const struct decimal *d, struct buf *b)
{
    _cleanup_free_ char *text = mpz_get_str(NULL, 10, d->unscaled->z);
    const char *digits = print_sign(text, b);
    long adjusted = (long)strlen(digits) - 1 - d->scale;
    if (d->scale >= 0 && adjusted >= -6) {
        print_with_point(digits, d->scale, b);
        return;
    }
    buf_addch(b, digits[0]);
    if (digits[1])
        buf_printf(b, ".%s", digits + 1);
    if (adjusted)
        buf_printf(b, "E%+ld", adjusted);
}

void decimal_print_plain(struct value v, struct buf *b)
{
    const struct decimal *d = (struct decimal *)v.u.o;
    _cleanup_free_ char *text = mpz_get_str(NULL, 10, d->unscaled->z);
    const char *digits = print_sign(text, b);
    if (d->scale >= 0) {
        print_with_point(digits, d->scale, b);
        return;
    }
    buf_addstr(b, digits);
    if (mpz_sgn(d->unscaled->z))
        print_zeros(b, -(long)d->scale);
}

static void bigint_print(const struct bigint *i, struct buf *b)
{
    _cleanup_free_ char *text = mpz_get_str(NULL, 10, i->mpz->z);
    buf_addstr(b, text);
}

void number_print(struct value v, struct buf *b)
{
    switch (v.tag) {
    case VAL_BYTE:
    case VAL_SHORT:
    case VAL_INT:
        buf_printf(b, "%d", v.u.i);
        break;
    case VAL_LONG:
        buf_printf(b, "%lld", (long long)v.u.l);
        break;
    case VAL_FLOAT:
    case VAL_DOUBLE:
        double_print(v.u.d, v.tag == VAL_FLOAT, b);
        break;
    default:
        if (value_is(v, OBJ_BIGINT))
            bigint_print((struct bigint *)v.u.o, b);
        else
            decimal_print((struct decimal *)v.u.o, b);
    }
}
