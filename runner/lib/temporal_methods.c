/* Methods of java.time's classes, and DateTimeFormatter, ZoneId, ChronoUnit, DayOfWeek, Month. */
#include "runner/lib/boxed.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/tables.h"
#include "runner/lib/temporal.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include "base/error.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400, BILLION = 1000000000 };

/* Names of java.time.DayOfWeek and Month. */
static const char *const day_texts[] = {"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                        "FRIDAY", "SATURDAY", "SUNDAY"};
static const char *const month_texts[] = {"JANUARY",   "FEBRUARY", "MARCH",    "APRIL",
                                          "MAY",       "JUNE",     "JULY",     "AUGUST",
                                          "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER"};

/* ---- making */

const char *temporal_zone_name(struct fiber *f, struct value v, struct value *hold)
{
    const char *zone = boxed_text(v);
    return zone ? zone : value_text(f, v, hold);
}

/* Microseconds, which is what Java's clock gives on Linux. Local kinds are cut out of the moment in the zone.
 */
static enum call_status now(struct fiber *f, enum temporal_kind kind, int argc, struct value *argv,
                            struct value *out)
{
    struct timespec ts;
    char name[64];
    TEXT_HOLD(hold);
    clock_gettime(CLOCK_REALTIME, &ts);
    const char *zone = argc ? temporal_zone_name(f, argv[0], &hold) : zone_default(name);
    struct temporal t = {.kind = kind, .seconds = ts.tv_sec, .nanos = (int)ts.tv_nsec / 1000 * 1000};
    snprintf(t.zone, sizeof(t.zone), "%s", zone);
    if (kind < ZONED)
        t.seconds += civil_at(ts.tv_sec * 1000, zone).offset;
    if (kind == LOCAL_DATE)
        t.seconds = floor_divide(t.seconds, DAY) * DAY;
    if (kind == LOCAL_TIME)
        t.seconds -= floor_divide(t.seconds, DAY) * DAY;
    if (kind == LOCAL_DATE)
        t.nanos = 0;
    return give(out, temporal_new(f, &t));
}

/* An ISO formatter parses as none does: each kind knows its ISO form. */
static enum call_status parse(struct fiber *f, enum temporal_kind kind, int argc, struct value *argv,
                              struct value *out)
{
    TEXT_ARG(text, argv[0]);
    struct temporal t = {.kind = kind};
    size_t at;
    const char *pattern = argc > 1 ? boxed_text(argv[1]) : NULL;
    if (pattern && *pattern == '\1') /* an ISO constant */
        pattern = NULL;
    if (temporal_parse(&t, text->data, pattern, &at) == 0)
        return give(out, temporal_new(f, &t));
    return vm_throw(f, "DateTimeParseException", "Text '%s' could not be parsed at index %zu", text->data,
                    at);
}

/* From the first to the next first. */
static int64_t days_in_month(int64_t year, int month)
{
    return days_from_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1) -
           days_from_civil(year, month, 1);
}

/* In the words of ChronoField.checkValidValue() and LocalDate.of(). n: year to nano. */
static enum call_status check_fields(struct fiber *f, const int64_t n[7])
{
    static const struct {
        int64_t low, high;
        const char *name, *range;
    } fields[] = {{-999999999, 999999999, "Year", "-999999999 - 999999999"},
                  {1, 12, "MonthOfYear", "1 - 12"},
                  {1, 31, "DayOfMonth", "1 - 28/31"},
                  {0, 23, "HourOfDay", "0 - 23"},
                  {0, 59, "MinuteOfHour", "0 - 59"},
                  {0, 59, "SecondOfMinute", "0 - 59"},
                  {0, 999999999, "NanoOfSecond", "0 - 999999999"}};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (n[i] < fields[i].low || n[i] > fields[i].high)
            return vm_throw(f, "DateTimeException", "Invalid value for %s (valid values %s): %lld",
                            fields[i].name, fields[i].range, (long long)n[i]);
    }
    if (n[2] <= days_in_month(n[0], (int)n[1]))
        return CALL_OK;
    if (n[2] == 29)
        return vm_throw(f, "DateTimeException", "Invalid date 'February 29' as '%lld' is not a leap year",
                        (long long)n[0]);
    return vm_throw(f, "DateTimeException", "Invalid date '%s %lld'", month_texts[n[1] - 1], (long long)n[2]);
}

/* of(year, month, day, hour, minute, second, nano, zone): as many as the kind has. */
static enum call_status of(struct fiber *f, enum temporal_kind kind, int argc, struct value *argv,
                           struct value *out)
{
    int64_t n[7] = {1970, 1, 1};
    int first = kind == LOCAL_TIME ? 3 : 0, count = argc - (kind == ZONED);
    struct temporal t = {.kind = kind};
    TEXT_HOLD(hold);
    for (int i = 0; i < count && first + i < 7; i++) {
        if (!value_int_arg(argv[i], &n[first + i]))
            return CALL_NONE;
    }
    if (check_fields(f, n) != CALL_OK)
        return CALL_THROW;
    t.seconds = days_from_civil(n[0], (int)n[1], (int)n[2]) * DAY + n[3] * 3600 + n[4] * 60 + n[5];
    t.nanos = (int)n[6];
    if (kind == LOCAL_TIME)
        t.seconds -= floor_divide(t.seconds, DAY) * DAY;
    if (kind == ZONED) {
        snprintf(t.zone, sizeof(t.zone), "%s", temporal_zone_name(f, argv[argc - 1], &hold));
        struct civil c = civil_at(t.seconds * 1000, "UTC");
        t.seconds = floor_divide(civil_millis(&c, t.zone), 1000);
    }
    return give(out, temporal_new(f, &t));
}

#define MAKERS(prefix, kind)                                                                                 \
    NATIVE(prefix##_now)                                                                                     \
    {                                                                                                        \
        return now(f, kind, argc, argv, out);                                                                \
    }                                                                                                        \
    NATIVE(prefix##_parse)                                                                                   \
    {                                                                                                        \
        return parse(f, kind, argc, argv, out);                                                              \
    }                                                                                                        \
    NATIVE(prefix##_of)                                                                                      \
    {                                                                                                        \
        return of(f, kind, argc, argv, out);                                                                 \
    }
MAKERS(local_date, LOCAL_DATE)
MAKERS(local_time, LOCAL_TIME)
MAKERS(local_date_time, LOCAL_DATE_TIME)
MAKERS(zoned, ZONED)

NATIVE(instant_now)
{
    return now(f, INSTANT, 0, NULL, out);
}

NATIVE(instant_parse)
{
    return parse(f, INSTANT, 1, argv, out);
}

static enum call_status from_units(struct fiber *f, enum temporal_kind kind, struct value v,
                                   int64_t per_second, int64_t seconds_each, struct value *out)
{
    INT_ARG(n, v);
    struct temporal t = {.kind = kind};
    int64_t whole = floor_divide(n, per_second);
    if (__builtin_mul_overflow(whole, seconds_each, &whole))
        return vm_throw(f, "ArithmeticException", "long overflow");
    temporal_add_seconds(&t, whole, (n - floor_divide(n, per_second) * per_second) * (BILLION / per_second));
    return give(out, temporal_new(f, &t));
}

#define FROM_UNITS(fn, kind, per_second, seconds_each)                                                       \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return from_units(f, kind, argv[0], per_second, seconds_each, out);                                  \
    }
FROM_UNITS(instant_of_millis, INSTANT, 1000, 1)
FROM_UNITS(instant_of_seconds, INSTANT, 1, 1)
FROM_UNITS(local_date_of_days, LOCAL_DATE, 1, DAY)
FROM_UNITS(duration_of_nanos, DURATION, BILLION, 1)
FROM_UNITS(duration_of_millis, DURATION, 1000, 1)
FROM_UNITS(duration_of_seconds, DURATION, 1, 1)
FROM_UNITS(duration_of_minutes, DURATION, 1, 60)
FROM_UNITS(duration_of_hours, DURATION, 1, 3600)
FROM_UNITS(duration_of_days, DURATION, 1, DAY)

/* By the seconds of both, whatever their kinds: local ones are taken as they stand. */
NATIVE(duration_between)
{
    const struct temporal *a = temporal_of(argv[0]), *b = temporal_of(argv[1]);
    if (!a || !b)
        return CALL_NONE;
    struct temporal t = {.kind = DURATION};
    temporal_add_seconds(&t, b->seconds - a->seconds, b->nanos - a->nanos);
    return give(out, temporal_new(f, &t));
}

/* ---- changing: a copy */

static enum call_status plus(struct fiber *f, struct value self, struct value amount, int64_t seconds_each,
                             int64_t nanos_each, int sign, struct value *out)
{
    INT_ARG(n, amount);
    int64_t product;
    if (__builtin_mul_overflow(n, seconds_each, &product) ||
        __builtin_mul_overflow(n, nanos_each, &product) || (seconds_each < 0 && n != amount_limit(n)))
        return vm_throw(f, "ArithmeticException", "long overflow");
    struct temporal t = *temporal_of(self);
    if (seconds_each < 0) { /* months, negative by convention */
        temporal_add_months(&t, -seconds_each * n * sign);
    } else if (seconds_each == DAY && t.kind == ZONED) { /* the hour stays over a change to summer time */
        struct civil c = temporal_civil(&t);
        civil_from_days(days_from_civil(c.year, c.month, c.day) + amount_limit(n) * sign, &c);
        t.seconds = floor_divide(civil_millis(&c, t.zone), 1000);
    } else {
        temporal_add_seconds(&t, seconds_each * n * sign, nanos_each * n * sign);
    }
    return give(out, temporal_new(f, &t));
}

#define PLUS_MINUS(name, seconds_each, nanos_each)                                                           \
    NATIVE(plus_##name)                                                                                      \
    {                                                                                                        \
        return plus(f, self, argv[0], seconds_each, nanos_each, 1, out);                                     \
    }                                                                                                        \
    NATIVE(minus_##name)                                                                                     \
    {                                                                                                        \
        return plus(f, self, argv[0], seconds_each, nanos_each, -1, out);                                    \
    }
PLUS_MINUS(nanos, 0, 1)
PLUS_MINUS(millis, 0, 1000000)
PLUS_MINUS(seconds, 1, 0)
PLUS_MINUS(minutes, 60, 0)
PLUS_MINUS(hours, 3600, 0)
PLUS_MINUS(days, DAY, 0)
PLUS_MINUS(weeks, 7 * DAY, 0)
PLUS_MINUS(months, -1, 0)
PLUS_MINUS(years, -12, 0)

static const struct {
    const char *name;
    int64_t seconds, nanos; /* negative seconds: months */
} chrono_units[] = {{"NANOS", 0, 1},       {"MILLIS", 0, 1000000}, {"SECONDS", 1, 0},
                    {"MINUTES", 60, 0},    {"HOURS", 3600, 0},     {"DAYS", DAY, 0},
                    {"WEEKS", 7 * DAY, 0}, {"MONTHS", -1, 0},      {"YEARS", -12, 0}};

static int unit_index(struct value v)
{
    const char *name = boxed_text(v);
    for (int i = 0; name && i < (int)ARRAY_LEN(chrono_units); i++) {
        if (strcmp(chrono_units[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* plus(duration), plus(n, unit) */
static enum call_status plus_amount(struct fiber *f, struct value self, int argc, struct value *argv,
                                    int sign, struct value *out)
{
    const struct temporal *d = temporal_of(argv[0]);
    if (argc == 2) {
        int unit = unit_index(argv[1]);
        return unit < 0
                   ? CALL_NONE
                   : plus(f, self, argv[0], chrono_units[unit].seconds, chrono_units[unit].nanos, sign, out);
    }
    if (!d || d->kind != DURATION)
        return value_is_number(argv[0]) ? plus(f, self, argv[0], DAY, 0, sign, out) : CALL_NONE;
    struct temporal t = *temporal_of(self);
    temporal_add_seconds(&t, d->seconds * sign, d->nanos * sign);
    return give(out, temporal_new(f, &t));
}

NATIVE(temporal_plus)
{
    return plus_amount(f, self, argc, argv, 1, out);
}

NATIVE(temporal_minus)
{
    return plus_amount(f, self, argc, argv, -1, out);
}

NATIVE(unit_between)
{
    const struct temporal *a = temporal_of(argv[0]), *b = temporal_of(argv[1]);
    int unit = unit_index(self);
    if (!a || !b || unit < 0)
        return CALL_NONE;
    if (chrono_units[unit].seconds >= 0) {
        __int128 nanos = (__int128)(b->seconds - a->seconds) * BILLION + b->nanos - a->nanos;
        __int128 each = (__int128)chrono_units[unit].seconds * BILLION + chrono_units[unit].nanos;
        return give(out, value_long((int64_t)(nanos / each)));
    }
    struct civil x = temporal_civil(a), y = temporal_civil(b);
    int64_t months = (y.year - x.year) * 12 + y.month - x.month;
    months -= months > 0 && y.day < x.day ? 1 : months < 0 && y.day > x.day ? -1 : 0;
    return give(out, value_long(months / -chrono_units[unit].seconds));
}

static enum call_status with_field(struct fiber *f, struct value self, struct value v,
                                   int *(*field)(struct civil *), struct value *out)
{
    INT_ARG(n, v);
    struct temporal t = *temporal_of(self);
    struct civil c = temporal_civil(&t);
    *field(&c) = (int)amount_limit(n);
    t.seconds = floor_divide(civil_millis(&c, t.kind == ZONED ? t.zone : "UTC"), 1000);
    t.nanos = c.nanos;
    return give(out, temporal_new(f, &t));
}

#define WITH_FIELD(name)                                                                                     \
    static int *place_##name(struct civil *c)                                                                \
    {                                                                                                        \
        return &c->name;                                                                                     \
    }                                                                                                        \
    NATIVE(with_##name)                                                                                      \
    {                                                                                                        \
        return with_field(f, self, argv[0], place_##name, out);                                              \
    }
WITH_FIELD(day)
WITH_FIELD(month)
WITH_FIELD(hour)
WITH_FIELD(minute)
WITH_FIELD(second)
WITH_FIELD(nanos)

NATIVE(truncated_to)
{
    int unit = unit_index(argv[0]);
    if (unit < 0 || chrono_units[unit].seconds < 0)
        return CALL_NONE;
    struct temporal t = *temporal_of(self);
    int64_t each = chrono_units[unit].seconds;
    if (each)
        t.seconds = floor_divide(t.seconds, each) * each;
    t.nanos = each ? 0 : t.nanos / (int)chrono_units[unit].nanos * (int)chrono_units[unit].nanos;
    return give(out, temporal_new(f, &t));
}

/* ---- asking */

#define CIVIL_FIELD(fn, expression)                                                                          \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        struct civil c = temporal_civil(temporal_of(self));                                                  \
        return give(out, value_int((int32_t)(expression)));                                                  \
    }
CIVIL_FIELD(get_year, c.year)
CIVIL_FIELD(get_month_value, c.month)
CIVIL_FIELD(get_day, c.day)
CIVIL_FIELD(get_day_of_year, c.yearday)
CIVIL_FIELD(get_hour, c.hour)
CIVIL_FIELD(get_minute, c.minute)
CIVIL_FIELD(get_second, c.second)
CIVIL_FIELD(get_nano, c.nanos)
CIVIL_FIELD(length_of_month, days_from_civil(c.month == 12 ? c.year + 1 : c.year, c.month % 12 + 1, 1) -
                                 days_from_civil(c.year, c.month, 1))

NATIVE(is_leap_year)
{
    int64_t y = temporal_civil(temporal_of(self)).year;
    return give(out, value_bool(y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)));
}

NATIVE(get_day_of_week)
{
    return give(out, boxed_new(f, "DayOfWeek", day_texts[temporal_civil(temporal_of(self)).weekday - 1]));
}

NATIVE(get_month)
{
    return give(out, boxed_new(f, "Month", month_texts[temporal_civil(temporal_of(self)).month - 1]));
}

NATIVE(named_value)
{
    const char *name = boxed_text(self);
    for (int i = 0; i < 12; i++) {
        if (strcmp(month_texts[i], name) == 0 || (i < 7 && strcmp(day_texts[i], name) == 0))
            return give(out, value_int(i + 1));
    }
    return CALL_NONE;
}

static int order(const struct temporal *a, const struct temporal *b)
{
    if (a->seconds != b->seconds)
        return a->seconds < b->seconds ? -1 : 1;
    return (a->nanos > b->nanos) - (a->nanos < b->nanos);
}

#define COMPARISON(fn, test)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        const struct temporal *other = temporal_of(argv[0]);                                                 \
        if (!other)                                                                                          \
            return CALL_NONE;                                                                                \
        int cmp = order(temporal_of(self), other);                                                           \
        return give(out, test);                                                                              \
    }
COMPARISON(is_before, value_bool(cmp < 0))
COMPARISON(is_after, value_bool(cmp > 0))
COMPARISON(is_equal, value_bool(cmp == 0))
COMPARISON(compare_to, value_int(cmp))

/* Also the zone: the same moment elsewhere is another ZonedDateTime (isEqual() is for that). */
NATIVE(temporal_equals)
{
    const struct temporal *a = temporal_of(self), *b = temporal_of(argv[0]);
    return give(out,
                value_bool(b && a->kind == b->kind && order(a, b) == 0 && strcmp(a->zone, b->zone) == 0));
}

NATIVE(temporal_hash)
{
    const struct temporal *t = temporal_of(self);
    return give(out, value_int((int32_t)(value_hash(value_long(t->seconds)) ^ (uint32_t)t->nanos)));
}

NATIVE(temporal_to_string)
{
    struct buf text = {0};
    temporal_print(temporal_of(self), false, &text);
    return give(out, text_from_buf(&text));
}

static enum call_status format(struct fiber *f, const struct temporal *t, const char *pattern,
                               struct value *out)
{
    struct buf text = {0};
    struct error err = {0};
    struct civil c = temporal_civil(t);
    if (*pattern == '\1') {
        temporal_print(t, true, &text);
        if (pattern[1] && memchr(text.data, '[', text.len)) /* without the zone's name */
            text.len = (size_t)((char *)memchr(text.data, '[', text.len) - text.data);
    } else if (civil_format(&c, pattern, t->zone, true, &text, &err)) {
        vm_throw(f, "IllegalArgumentException", "%s", err.message);
        error_release(&err);
        return CALL_THROW;
    }
    return give(out, text_from_buf(&text));
}

NATIVE(temporal_format)
{
    const char *pattern = boxed_text(argv[0]);
    TEXT_HOLD(hold);
    if (!pattern && !value_is_text(argv[0]))
        return CALL_NONE;
    return format(f, temporal_of(self), pattern ? pattern : value_text(f, argv[0], &hold), out);
}

NATIVE(formatter_format)
{
    const struct temporal *t = temporal_of(argv[0]);
    return t ? format(f, t, boxed_text(self), out) : CALL_NONE;
}

/* Of java.time alone: a text that begins with \1 means ISO, \1o ISO with the offset but no zone. */
NATIVE(formatter_of_pattern)
{
    TEXT_ARG(pattern, argv[0]);
    return give(out, boxed_new(f, "DateTimeFormatter", pattern->data));
}

NATIVE(formatter_self)
{
    return give(out, value_retain(self));
}

static const struct native_class classes[] = {
    {.name = "java.time.format.DateTimeFormatter", .release = boxed_free},
    {.name = "java.time.temporal.ChronoUnit", .super = "Enum", .release = boxed_free},
    {.name = "java.time.DayOfWeek", .super = "Enum", .release = boxed_free},
    {.name = "java.time.Month", .super = "Enum", .release = boxed_free},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define MAKER_ROWS(class, prefix, min, max)                                                                  \
    STATIC_ROW(class, "now", 0, 1, prefix##_now), STATIC_ROW(class, "parse", 1, 2, prefix##_parse),          \
        STATIC_ROW(class, "of", min, max, prefix##_of)
#define ROW(name, min, max, fn)                                                                              \
    {                                                                                                        \
        "Temporal", name, min, max, 0, fn                                                                    \
    }
#define PLUS_ROWS(suffix, name) ROW("plus" suffix, 1, 1, plus_##name), ROW("minus" suffix, 1, 1, minus_##name)
static const struct native_method methods[] = {
    MAKER_ROWS("LocalDate", local_date, 3, 3),
    MAKER_ROWS("LocalTime", local_time, 2, 4),
    MAKER_ROWS("LocalDateTime", local_date_time, 5, 7),
    MAKER_ROWS("ZonedDateTime", zoned, 8, 8),
    STATIC_ROW("Instant", "now", 0, 0, instant_now),
    STATIC_ROW("Instant", "parse", 1, 1, instant_parse),
    STATIC_ROW("Instant", "ofEpochMilli", 1, 1, instant_of_millis),
    STATIC_ROW("Instant", "ofEpochSecond", 1, 1, instant_of_seconds),
    STATIC_ROW("LocalDate", "ofEpochDay", 1, 1, local_date_of_days),
    STATIC_ROW("Duration", "between", 2, 2, duration_between),
    STATIC_ROW("Duration", "ofNanos", 1, 1, duration_of_nanos),
    STATIC_ROW("Duration", "ofMillis", 1, 1, duration_of_millis),
    STATIC_ROW("Duration", "ofSeconds", 1, 1, duration_of_seconds),
    STATIC_ROW("Duration", "ofMinutes", 1, 1, duration_of_minutes),
    STATIC_ROW("Duration", "ofHours", 1, 1, duration_of_hours),
    STATIC_ROW("Duration", "ofDays", 1, 1, duration_of_days),
    PLUS_ROWS("Nanos", nanos),
    PLUS_ROWS("Millis", millis),
    PLUS_ROWS("Seconds", seconds),
    PLUS_ROWS("Minutes", minutes),
    PLUS_ROWS("Hours", hours),
    PLUS_ROWS("Days", days),
    PLUS_ROWS("Weeks", weeks),
    PLUS_ROWS("Months", months),
    PLUS_ROWS("Years", years),
    ROW("plus", 1, 2, temporal_plus),
    ROW("minus", 1, 2, temporal_minus),
    ROW("withDayOfMonth", 1, 1, with_day),
    ROW("withMonth", 1, 1, with_month),
    ROW("withHour", 1, 1, with_hour),
    ROW("withMinute", 1, 1, with_minute),
    ROW("withSecond", 1, 1, with_second),
    ROW("withNano", 1, 1, with_nanos),
    ROW("truncatedTo", 1, 1, truncated_to),
    ROW("getYear", 0, 0, get_year),
    ROW("getMonthValue", 0, 0, get_month_value),
    ROW("getMonth", 0, 0, get_month),
    ROW("getDayOfMonth", 0, 0, get_day),
    ROW("getDayOfYear", 0, 0, get_day_of_year),
    ROW("getDayOfWeek", 0, 0, get_day_of_week),
    ROW("getHour", 0, 0, get_hour),
    ROW("getMinute", 0, 0, get_minute),
    ROW("getSecond", 0, 0, get_second),
    ROW("getNano", 0, 0, get_nano),
    ROW("isLeapYear", 0, 0, is_leap_year),
    ROW("lengthOfMonth", 0, 0, length_of_month),
    ROW("isBefore", 1, 1, is_before),
    ROW("isAfter", 1, 1, is_after),
    ROW("isEqual", 1, 1, is_equal),
    ROW("compareTo", 1, 1, compare_to),
    ROW("equals", 1, 1, temporal_equals),
    ROW("hashCode", 0, 0, temporal_hash),
    ROW("toString", 0, 0, temporal_to_string),
    ROW("format", 1, 1, temporal_format),
    BOXED_ROWS("ChronoUnit"),
    {"ChronoUnit", "between", 2, 2, 0, unit_between},
    BOXED_ROWS("DayOfWeek"),
    BOXED_ROWS("Month"),
    {"DayOfWeek", "getValue", 0, 0, 0, named_value},
    {"Month", "getValue", 0, 0, 0, named_value},
    {"DayOfWeek", "name", 0, 0, 0, boxed_to_string},
    {"Month", "name", 0, 0, 0, boxed_to_string},
    STATIC_ROW("DateTimeFormatter", "ofPattern", 1, 2, formatter_of_pattern),
    {"DateTimeFormatter", "format", 1, 1, 0, formatter_format},
    {"DateTimeFormatter", "withLocale", 1, 1, 0, formatter_self},
};

LIB_TABLE(temporal_methods_table, classes, methods);

void temporal_set_statics(struct vm *vm)
{
    static const char *const rows[][3] = {
        {"DateTimeFormatter", "ISO_DATE", "\1"},
        {"DateTimeFormatter", "ISO_LOCAL_DATE", "yyyy-MM-dd"},
        {"DateTimeFormatter", "ISO_DATE_TIME", "\1"},
        {"DateTimeFormatter", "ISO_LOCAL_DATE_TIME", "\1"},
        {"DateTimeFormatter", "ISO_INSTANT", "\1"},
        {"DateTimeFormatter", "ISO_OFFSET_DATE_TIME", "\1o"},
        {"DateTimeFormatter", "BASIC_ISO_DATE", "yyyyMMdd"},
        {"DateTimeFormatter", "ISO_LOCAL_TIME", "HH:mm:ss"},
        {"ZoneOffset", "UTC", "Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows) + ARRAY_LEN(chrono_units) + 7 + 12; i++) {
        size_t unit = i - ARRAY_LEN(rows), day = unit - ARRAY_LEN(chrono_units);
        const char *class = i < ARRAY_LEN(rows)              ? rows[i][0]
                            : unit < ARRAY_LEN(chrono_units) ? "ChronoUnit"
                            : day < 7                        ? "DayOfWeek"
                                                             : "Month";
        const char *name = i < ARRAY_LEN(rows)              ? rows[i][1]
                           : unit < ARRAY_LEN(chrono_units) ? chrono_units[unit].name
                           : day < 7                        ? day_texts[day]
                                                            : month_texts[day - 7];
        struct class *c = vm_class(vm, class);
        struct value v = native_new(vm, c, xstrdup(i < ARRAY_LEN(rows) ? rows[i][2] : name));
        class_set_static(c, name, v);
        value_release(v);
    }
}
