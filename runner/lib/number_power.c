/* Powers and shifts of numbers, as DefaultGroovyMethods.power() and NumberMath's shifts do them. */
#include "runner/lib/number.h"
#include "runner/lib/arith.h"
#include <math.h>

enum { POWER_BITS_MAX = 1 << 26 }; /* larger results are refused, as BigInteger refuses them somewhat later */

static enum call_status double_power(struct value a, struct value b, struct value *out)
{
    double answer = pow(number_double(a), number_double(b));
    if (answer == (double)(int32_t)answer)
        return give(out, value_int((int32_t)answer));
    if (fabs(answer) < 9e18 && answer == (double)(int64_t)answer)
        return give(out, value_long((int64_t)answer));
    return give(out, value_double(answer));
}

/* The smallest of the base's own type and BigInteger that holds z. */
static struct value integral_value(const mpz_t z, struct value base)
{
    if (number_rank(base) == NUM_INT && mpz_fits_sint_p(z))
        return value_int((int32_t)mpz_get_si(z));
    if (number_rank(base) == NUM_LONG && mpz_fits_slong_p(z))
        return value_long(mpz_get_si(z));
    return bigint_new(z);
}

enum call_status number_power(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (number_rank(b) != NUM_INT || number_long(b) < 0 || number_rank(a) == NUM_FLOAT)
        return double_power(a, b, out);
    unsigned long exponent = (unsigned long)number_long(b);
    _cleanup_(value_release_ptr) struct value base =
        number_rank(a) == NUM_DECIMAL ? value_retain(a) : number_bigint(a);
    bool decimal = value_is(base, OBJ_DECIMAL);
    const struct decimal *d = (struct decimal *)base.u.o;
    const mpz_t *z = (const mpz_t *)(decimal ? &d->unscaled->z : &((struct bigint *)base.u.o)->mpz->z);
    double scale = decimal ? (double)d->scale * (double)exponent : 0;
    if ((double)mpz_sizeinbase(*z, 2) * (double)exponent > POWER_BITS_MAX && mpz_cmpabs_ui(*z, 1) > 0)
        return vm_throw(f, "ArithmeticException", "BigInteger would overflow supported range");
    if (fabs(scale) > 4e6)
        return vm_throw(f, "ArithmeticException", scale > 0 ? "Underflow" : "Overflow");
    mpz_t result;
    mpz_init(result);
    mpz_pow_ui(result, *z, exponent);
    *out = decimal ? decimal_new(result, (int32_t)scale) : integral_value(result, a);
    mpz_clear(result);
    return CALL_OK;
}

static enum call_status shift_refused(struct fiber *f, int op, struct value v, bool distance)
{
    struct buf text = {0};
    number_print(v, &text);
    const char *class = class_name(vm_class_of(fiber_vm(f), v));
    if (distance)
        vm_throw(f, "UnsupportedOperationException",
                 "Shift distance must be an integral type, but %s (%s) was supplied", text.data, class);
    else
        vm_throw(f, "UnsupportedOperationException", "Cannot use %s() on this number type: %s with value: %s",
                 arith_method_name(op), class, text.data);
    buf_release(&text);
    return CALL_THROW;
}

static enum call_status bigint_shift(struct fiber *f, struct value a, int64_t distance, struct value *out)
{
    if (distance > POWER_BITS_MAX)
        return vm_throw(f, "ArithmeticException", "BigInteger would overflow supported range");
    mpz_t z;
    mpz_init(z);
    const mpz_t *from = (const mpz_t *)&((struct bigint *)a.u.o)->mpz->z;
    if (distance >= 0)
        mpz_mul_2exp(z, *from, (mp_bitcnt_t)distance);
    else
        mpz_fdiv_q_2exp(z, *from, (mp_bitcnt_t)-distance);
    *out = bigint_new(z);
    mpz_clear(z);
    return CALL_OK;
}

static int32_t int_shift(int op, int32_t a, unsigned by)
{
    if (op == TOK_SHL)
        return (int32_t)((uint32_t)a << by);
    return op == TOK_SHR ? a >> by : (int32_t)((uint32_t)a >> by);
}

static int64_t long_shift(int op, int64_t a, unsigned by)
{
    if (op == TOK_SHL)
        return (int64_t)((uint64_t)a << by);
    return op == TOK_SHR ? a >> by : (int64_t)((uint64_t)a >> by);
}

enum call_status number_shift(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    enum number_rank rank = number_rank(a);
    if (number_rank(b) >= NUM_DECIMAL)
        return shift_refused(f, op, b, true);
    if (rank >= NUM_DECIMAL || (rank == NUM_BIGINT && op == TOK_USHR))
        return shift_refused(f, op, a, false);
    int64_t distance = number_long(b);
    if (rank == NUM_BIGINT)
        return bigint_shift(f, a, op == TOK_SHL ? distance : -distance, out);
    if (rank == NUM_LONG)
        return give(out, value_long(long_shift(op, a.u.l, distance & 63)));
    return give(out, value_int(int_shift(op, (int32_t)number_long(a), distance & 31)));
}
