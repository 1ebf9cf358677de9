/* Jenkins' cron dialect: what H draws for known seeds (computed with the JVM's own generator), what is
 * refused and in which words, and when a table fires next. */
#include "base/cron.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <stdlib.h>
#include <string.h>

static int lowest(uint64_t bits)
{
    for (int i = 0; i < 64; i++)
        if (bits >> i & 1)
            return i;
    return -1;
}

static struct cron *parsed(const char *spec, const char *seed)
{
    struct error err = {0};
    struct cron *c = cron_parse(spec, seed, &err);
    if (!c)
        print_error("%s: %s\n", spec, err.message);
    assert_non_null(c);
    return c;
}

static void hashes(void **state)
{
    static const struct {
        const char *seed;
        int minute, hour, day, month, of_15, midnight;
    } rows[] = {{"stuff", 56, 15, 2, 7, 11, 0},   {"junk", 20, 10, 17, 5, 5, 1},
                {"job", 31, 16, 8, 12, 1, 1},     {"nightly", 1, 17, 11, 11, 1, 2},
                {"team/app", 57, 3, 6, 7, 12, 0}, {"gmrun", 55, 9, 5, 1, 10, 0}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct cron *all = parsed("H H H H *", rows[i].seed), *step = parsed("H/15 * * * *", rows[i].seed),
                    *midnight = parsed("@midnight", rows[i].seed);
        assert_int_equal(lowest(cron_bits(all, 0, 0)), rows[i].minute);
        assert_int_equal(lowest(cron_bits(all, 0, 1)), rows[i].hour);
        assert_int_equal(lowest(cron_bits(all, 0, 2)), rows[i].day);
        assert_int_equal(lowest(cron_bits(all, 0, 3)), rows[i].month);
        assert_int_equal(lowest(cron_bits(step, 0, 0)), rows[i].of_15);
        assert_int_equal(__builtin_popcountll(cron_bits(step, 0, 0)), 4);
        assert_int_equal(lowest(cron_bits(midnight, 0, 0)), rows[i].minute);
        assert_int_equal(lowest(cron_bits(midnight, 0, 1)), rows[i].midnight);
        cron_free(all);
        cron_free(step);
        cron_free(midnight);
    }
}

/* The second line goes on drawing where the first one stopped. */
static void one_generator(void **state)
{
    struct cron *c = parsed("H * * * *\nH(0-23) * * * *", "stuff");
    assert_int_equal(lowest(cron_bits(c, 0, 0)), 56);
    assert_int_equal(lowest(cron_bits(c, 1, 0)), 15);
    cron_free(c);
}

static void sets(void **state)
{
    struct cron *c = parsed("  0-10/5,30 */6 1,15 2-4 0,7 \n\n# a comment\n*\t*\t*\t*\t6 ", "x");
    assert_int_equal(cron_bits(c, 0, 0), 1ULL << 0 | 1ULL << 5 | 1ULL << 10 | 1ULL << 30);
    assert_int_equal(cron_bits(c, 0, 1), 1ULL << 0 | 1ULL << 6 | 1ULL << 12 | 1ULL << 18);
    assert_int_equal(cron_bits(c, 0, 2), 1ULL << 1 | 1ULL << 15);
    assert_int_equal(cron_bits(c, 0, 3), 1ULL << 2 | 1ULL << 3 | 1ULL << 4);
    assert_int_equal(cron_bits(c, 0, 4), 1);
    assert_int_equal(cron_bits(c, 1, 4), 1ULL << 6);
    cron_free(c);
}

static void refused(void **state)
{
    static const struct {
        const char *spec, *message;
    } rows[] = {
        {"60 * * * *",
         "Invalid input: \"60 * * * *\": line 1:1: 60 is an invalid value. Must be within 0 and 59"},
        {"0 24 * * *",
         "Invalid input: \"0 24 * * *\": line 1:3: 24 is an invalid value. Must be within 0 and 23"},
        {"0 0 0 * *",
         "Invalid input: \"0 0 0 * *\": line 1:5: 0 is an invalid value. Must be within 1 and 31"},
        {"0 0 * 13 *",
         "Invalid input: \"0 0 * 13 *\": line 1:7: 13 is an invalid value. Must be within 1 and 12"},
        {"0 0 * * 8",
         "Invalid input: \"0 0 * * 8\": line 1:9: 8 is an invalid value. Must be within 0 and 7"},
        {"0 0 * * MON", "Invalid input: \"0 0 * * MON\": line 1:9: unexpected char: 'M'"},
        {"# ok\n* * * *", "Invalid input: \"* * * *\": line 2:8: unexpected end of input"},
        {"* * * * * *", "Invalid input: \"* * * * * *\": line 1:10: unexpected char: ' '"},
        {"*/0 * * * *", "Invalid input: \"*/0 * * * *\": line 1:3: step must be positive, but found 0"},
        {"10-5 * * * *", "Invalid input: \"10-5 * * * *\": line 1:4: You mean 5-10?"},
        {"H/70 * * * *",
         "Invalid input: \"H/70 * * * *\": line 1:3: 70 is an invalid value. Must be within 1 and 60"},
        {"99999999999999999999 * * * *", NULL},
        {"H(0-99) * * * *", NULL},
        {"H(1- * * * *", NULL},
        {"@noon", NULL},
        {"every day", NULL},
        {"* * * *\xff *", NULL},
        {"TZ=Moon/Crater\n* * * * *", "Invalid or unsupported timezone 'Moon/Crater'"},
        {"TZ=../../etc/passwd\n* * * * *", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        assert_null(cron_parse(rows[i].spec, "x", &err));
        assert_non_null(err.message);
        if (rows[i].message)
            assert_string_equal(err.message, rows[i].message);
        error_release(&err);
    }
}

static time_t utc(int year, int month, int day, int hour, int minute)
{
    struct tm t = {
        .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute};
    return timegm(&t);
}

static void fires(void **state)
{
    const time_t start = utc(2026, 3, 1, 12, 30); /* a Sunday */
    const struct {
        const char *spec;
        time_t next; /* 0: never */
    } rows[] = {
        {"* * * * *", start + 60},
        {"30 12 * * *", utc(2026, 3, 2, 12, 30)},
        {"0 4 * * *", utc(2026, 3, 2, 4, 0)},
        {"0 4 13 * 5", utc(2026, 3, 13, 4, 0)}, /* both: the 13th that is a Friday */
        {"0 4 14 * 5", utc(2026, 8, 14, 4, 0)},
        {"0 0 31 6 *", 0},
        {"0 0 29 2 *", utc(2028, 2, 29, 0, 0)},
        {"0 0 1 1 *\n15 13 * * *", utc(2026, 3, 1, 13, 15)},
        {"TZ=Asia/Shanghai\n0 4 * * *", utc(2026, 3, 1, 20, 0)},
        {"# nothing", 0},
    };
    setenv("TZ", "UTC", 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        time_t next = 0;
        struct cron *c = parsed(rows[i].spec, "x");
        assert_int_equal(cron_next(c, start, &next), rows[i].next != 0);
        assert_int_equal(next, rows[i].next);
        cron_free(c);
    }
    assert_string_equal(getenv("TZ"), "UTC");
}

/* In Berlin 02:30 of 29 March 2026 does not exist; 02:30 of 25 October exists twice and fires at its first.
 */
static void summer_time(void **state)
{
    time_t next = 0;
    struct cron *c = parsed("TZ=Europe/Berlin\n30 2 * * *", "x");
    assert_true(cron_next(c, utc(2026, 3, 28, 12, 0), &next));
    assert_int_equal(next, utc(2026, 3, 30, 0, 30));
    assert_true(cron_next(c, utc(2026, 10, 24, 12, 0), &next));
    assert_true(next == utc(2026, 10, 25, 0, 30) || next == utc(2026, 10, 25, 1, 30));
    cron_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),  cmocka_unit_test(one_generator), cmocka_unit_test(sets),
        cmocka_unit_test(refused), cmocka_unit_test(fires),         cmocka_unit_test(summer_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
