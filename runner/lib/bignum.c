/* BigInteger and BigDecimal as objects: construction, parsing, and the changes of scale that BigDecimal
 * needs. Arithmetic between kinds of numbers is number.c's.
 *
 * Both are immutable: their mpz is set once, so that values may be shared freely. The box lets object_free()
 * release it without knowing GMP's types in every file. */
#include "runner/lib/number.h"
#include <ctype.h>
#include <string.h>

static struct mpz_box *mpz_box_new(const mpz_t z)
{
    struct mpz_box *box = xmalloc(sizeof(*box));
    mpz_init_set(box->z, z);
    return box;
}

void mpz_box_free(struct mpz_box *box)
{
    if (!box)
        return;
    mpz_clear(box->z);
    free(box);
}

struct value bigint_new(const mpz_t z)
{
    struct bigint *b = xcalloc(1, sizeof(*b));
    b->head = (struct object){.refs = 1, .kind = OBJ_BIGINT};
    b->mpz = mpz_box_new(z);
    return value_object(b);
}

struct value bigint_from_long(int64_t l)
{
    mpz_t z;
    mpz_init_set_si(z, l);
    struct value v = bigint_new(z);
    mpz_clear(z);
    return v;
}

struct value decimal_new(const mpz_t unscaled, int32_t scale)
{
    struct decimal *d = xcalloc(1, sizeof(*d));
    d->head = (struct object){.refs = 1, .kind = OBJ_DECIMAL};
    d->unscaled = mpz_box_new(unscaled);
    d->scale = scale;
    return value_object(d);
}

/* ASCII digits: Java takes those of other scripts, too, which no pipeline writes. */
static bool digits_only(const char *s, int radix)
{
    if (!*s)
        return false;
    for (; *s; s++) {
        int digit = isdigit((unsigned char)*s)   ? *s - '0'
                    : isalpha((unsigned char)*s) ? (*s | 32) - 'a' + 10
                                                 : 99;
        if (digit >= radix)
            return false;
    }
    return true;
}

bool bigint_parse(const char *text, int radix, struct value *out)
{
    const char *digits = text + (*text == '-' || *text == '+');
    if (!digits_only(digits, radix))
        return false;
    mpz_t z;
    mpz_init_set_str(z, digits, radix);
    if (*text == '-')
        mpz_neg(z, z);
    *out = bigint_new(z);
    mpz_clear(z);
    return true;
}

/* The exponent behind e or E; false if malformed or out of bounds.
 * Nine digits fit a long with room; the bounds of scales are checked by the caller. */
static bool exponent_parse(const char *s, long *exponent)
{
    const char *digits = s + (*s == '-' || *s == '+');
    if (!digits_only(digits, 10) || strlen(digits) > 9)
        return false;
    *exponent = strtol(s, NULL, 10);
    return true;
}

/* [BigDecimal(String)]: "1.", ".5" and "1e3" are numbers, blanks and hexadecimal are none. The scale is
 * digits behind the point less the exponent. */
bool decimal_parse(const char *text, struct value *out)
{
    const char *p = text + (*text == '-' || *text == '+');
    _cleanup_free_ char *digits = xmalloc(strlen(p) + 2);
    size_t n = 0;
    long scale = 0, exponent = 0;
    bool point = false;
    for (; isdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        digits[n++] = *p;
        scale += point;
    }
    digits[n] = 0;
    if (!n || ((*p == 'e' || *p == 'E') ? !exponent_parse(p + 1, &exponent) : *p != 0))
        return false;
    scale -= exponent;
    if (scale > DECIMAL_SCALE_MAX || scale < -DECIMAL_SCALE_MAX)
        return false;
    mpz_t z;
    mpz_init_set_str(z, digits, 10);
    if (*text == '-')
        mpz_neg(z, z);
    *out = decimal_new(z, (int32_t)scale);
    mpz_clear(z);
    return true;
}

/* Whether the quotient must step away from zero; `cmp` compares twice the remainder with the divisor. */
static bool rounds_away(enum rounding mode, int sign, int cmp, bool odd)
{
    switch (mode) {
    case ROUND_UP:
        return true;
    case ROUND_CEILING:
        return sign > 0;
    case ROUND_FLOOR:
        return sign < 0;
    case ROUND_HALF_UP:
        return cmp >= 0;
    case ROUND_HALF_DOWN:
        return cmp > 0;
    case ROUND_HALF_EVEN:
        return cmp > 0 || (cmp == 0 && odd);
    default:
        return false;
    }
}

/* Twice the remainder against the divisor tells the half without a fraction. */
bool mpz_divide_rounding(mpz_t q, const mpz_t n, const mpz_t d, enum rounding mode)
{
    mpz_t r;
    mpz_init(r);
    int sign = mpz_sgn(n) * mpz_sgn(d);
    mpz_tdiv_qr(q, r, n, d);
    bool exact = mpz_sgn(r) == 0;
    if (!exact) {
        mpz_mul_2exp(r, r, 1);
        if (rounds_away(mode, sign, mpz_cmpabs(r, d), mpz_odd_p(q)))
            sign < 0 ? mpz_sub_ui(q, q, 1) : mpz_add_ui(q, q, 1);
    }
    mpz_clear(r);
    return exact || mode != ROUND_UNNECESSARY;
}

/* A larger scale multiplies, a smaller one divides and rounds. */
bool decimal_set_scale(struct value v, int32_t scale, enum rounding mode, struct value *out)
{
    const struct decimal *d = (struct decimal *)v.u.o;
    long shift = (long)scale - d->scale;
    if (shift > DECIMAL_SCALE_MAX * 2L || shift < -DECIMAL_SCALE_MAX * 2L)
        return false;
    mpz_t z, power;
    mpz_inits(z, power, NULL);
    mpz_ui_pow_ui(power, 10, (unsigned long)(shift < 0 ? -shift : shift));
    bool ok = true;
    if (shift >= 0)
        mpz_mul(z, d->unscaled->z, power);
    else
        ok = mpz_divide_rounding(z, d->unscaled->z, power, mode);
    if (ok)
        *out = decimal_new(z, scale);
    mpz_clears(z, power, NULL);
    return ok;
}

/* By printing: mpz_sizeinbase() may be one too many in base 10. */
int decimal_precision(const mpz_t z)
{
    if (!mpz_sgn(z))
        return 1;
    _cleanup_free_ char *digits = mpz_get_str(NULL, 10, z);
    return (int)strlen(digits) - (mpz_sgn(z) < 0);
}

struct value decimal_strip_zeros(struct value v)
{
    const struct decimal *d = (struct decimal *)v.u.o;
    mpz_t z, ten;
    mpz_init_set(z, d->unscaled->z);
    mpz_init_set_ui(ten, 10);
    int32_t scale = d->scale;
    if (mpz_sgn(z))
        scale -= (int32_t)mpz_remove(z, z, ten); /* by powers of powers: not one division a zero */
    struct value out = decimal_new(z, mpz_sgn(z) ? scale : 0);
    mpz_clears(z, ten, NULL);
    return out;
}

/* Twice at most: 9.99 rounds to 10.0, which has one digit more. */
struct value decimal_round(struct value v, int digits, enum rounding mode)
{
    struct value out = value_retain(v);
    for (int excess;
         digits > 0 && (excess = decimal_precision(((struct decimal *)out.u.o)->unscaled->z) - digits) > 0;) {
        struct value rounded;
        if (!decimal_set_scale(out, ((struct decimal *)out.u.o)->scale - excess, mode, &rounded))
            break;
        value_release(out);
        out = rounded;
    }
    return out;
}
