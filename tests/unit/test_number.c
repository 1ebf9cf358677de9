/* Numbers by themselves: parsing, printing, scales, Java's hashes and wrapping. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "runner/lib/number.h"
#include <math.h>

static void assert_print(struct value v, const char *want)
{
    struct buf b = {0};
    number_print(v, &b);
    assert_string_equal(b.data, want);
    buf_release(&b);
    value_release(v);
}

static struct value dec(const char *text)
{
    struct value v = NULL_VALUE;
    assert_true(decimal_parse(text, &v));
    return v;
}

static void decimals_print_as_java(void **state)
{
    static const char *const same[] = {
        "0", "1.50", "-0.000001", "1E+10", "1.0E-7", "12345678901234567890.5", "0.00", "-1.2E+8"};
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_print(dec(same[i]), same[i]);
    assert_print(dec("1e3"), "1E+3");
    assert_print(dec(".5"), "0.5");
    assert_print(dec("5."), "5");
}

static void malformed_numbers_are_refused(void **state)
{
    static const char *const bad[] = {"",      "-",  ".",  "1e",  "1e+",          "x",
                                      "1.2.3", "1 ", " 1", "0x1", "1e99999999999"};
    struct value v;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(decimal_parse(bad[i], &v));
    assert_false(bigint_parse("", 10, &v));
    assert_false(bigint_parse("12a", 10, &v));
    assert_false(bigint_parse("--1", 10, &v));
    assert_false(number_parse_text("2147483648", VAL_INT, 10, &v));
    assert_true(number_parse_text("-2147483648", VAL_INT, 10, &v));
    assert_int_equal(v.u.i, INT32_MIN);
    assert_false(number_parse_text("9223372036854775808", VAL_LONG, 10, &v));
    assert_false(number_parse_text("1.5x", VAL_DOUBLE, 10, &v));
}

static void doubles_print_shortest(void **state)
{
    static const struct {
        double d;
        const char *want;
    } rows[] = {{0.1, "0.1"},
                {100, "100.0"},
                {1e7, "1.0E7"},
                {1e-5, "1.0E-5"},
                {0.001, "0.001"},
                {1.0 / 3, "0.3333333333333333"},
                {123456789, "1.23456789E8"},
                {-0.0, "-0.0"},
                {NAN, "NaN"},
                {-INFINITY, "-Infinity"},
                {9999999, "9999999.0"},
                {4.9e-324, "4.9E-324"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_print(value_double(rows[i].d), rows[i].want);
    assert_print((struct value){.tag = VAL_FLOAT, .u.d = (float)1.1}, "1.1");
}

static void scales_round(void **state)
{
    static const struct {
        const char *from;
        int scale;
        enum rounding mode;
        const char *want;
    } rows[] = {
        {"2.345", 2, ROUND_HALF_UP, "2.35"},   {"2.345", 2, ROUND_HALF_EVEN, "2.34"},
        {"2.345", 2, ROUND_HALF_DOWN, "2.34"}, {"-2.5", 0, ROUND_CEILING, "-2"},
        {"-2.5", 0, ROUND_FLOOR, "-3"},        {"2.1", 0, ROUND_UP, "3"},
        {"2.9", 0, ROUND_DOWN, "2"},           {"2", 3, ROUND_UNNECESSARY, "2.000"},
        {"1234", -2, ROUND_HALF_UP, "1.2E+3"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct value v = dec(rows[i].from), out = NULL_VALUE;
        assert_true(decimal_set_scale(v, rows[i].scale, rows[i].mode, &out));
        assert_print(out, rows[i].want);
        value_release(v);
    }
    struct value v = dec("2.5"), out;
    assert_false(decimal_set_scale(v, 0, ROUND_UNNECESSARY, &out));
    value_release(v);
}

static void zeros_are_stripped(void **state)
{
    struct value v = dec("100.00"), stripped = decimal_strip_zeros(v);
    assert_print(stripped, "1E+2");
    struct buf plain = {0};
    struct value big = dec("1.5E+4");
    decimal_print_plain(big, &plain);
    assert_string_equal(plain.data, "15000");
    buf_release(&plain);
    value_release(big);
    value_release(v);
}

static void hashes_are_java_s(void **state)
{
    struct value v = dec("1.5"), big = NULL_VALUE;
    assert_true(bigint_parse("123456789012345678901234567890", 10, &big));
    assert_int_equal((int32_t)number_hash(v), 466);
    assert_int_equal((int32_t)number_hash(big), 1915528825);
    assert_int_equal((int32_t)number_hash(value_double(1.5)), 1073217536);
    assert_int_equal((int32_t)number_hash(value_long(1LL << 32)), 1);
    value_release(v);
    value_release(big);
}

static void comparison_crosses_types(void **state)
{
    struct value v = dec("1.00");
    assert_int_equal(number_compare(v, value_int(1)), 0);
    assert_int_equal(number_compare(value_int(1), value_double(1.5)), -1);
    assert_int_equal(number_compare(value_long(INT64_MAX), v), 1);
    value_release(v);
}

static void narrowing_wraps(void **state)
{
    assert_int_equal(number_convert(value_int(200), VAL_BYTE).u.i, -56);
    assert_int_equal(number_convert(value_long(1LL << 33 | 5), VAL_INT).u.i, 5);
    assert_int_equal(number_convert(value_double(3e10), VAL_INT).u.i, INT32_MAX);
    struct value big = NULL_VALUE;
    assert_true(bigint_parse("18446744073709551617", 10, &big));
    assert_int_equal(number_long(big), 1);
    value_release(big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_print_as_java),   cmocka_unit_test(malformed_numbers_are_refused),
        cmocka_unit_test(doubles_print_shortest),   cmocka_unit_test(scales_round),
        cmocka_unit_test(zeros_are_stripped),       cmocka_unit_test(hashes_are_java_s),
        cmocka_unit_test(comparison_crosses_types), cmocka_unit_test(narrowing_wraps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
