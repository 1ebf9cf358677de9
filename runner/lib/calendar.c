/* java.util.Calendar: a moment in a zone, with Java's field numbers. */
#include "runner/lib/boxed.h"
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/tables.h"
#include "runner/lib/text.h"
#include <stdio.h>

struct calendar {
    int64_t millis;
    char zone[48]; /* empty: the process's */
};

/* Java's field numbers. */
enum {
    FIELD_ERA,
    FIELD_YEAR,
    FIELD_MONTH,
    FIELD_WEEK_OF_YEAR,
    FIELD_WEEK_OF_MONTH,
    FIELD_DATE,
    FIELD_DAY_OF_YEAR,
    FIELD_DAY_OF_WEEK,
    FIELD_DAY_OF_WEEK_IN_MONTH,
    FIELD_AM_PM,
    FIELD_HOUR,
    FIELD_HOUR_OF_DAY,
    FIELD_MINUTE,
    FIELD_SECOND,
    FIELD_MILLISECOND,
    FIELD_ZONE_OFFSET
};

static struct calendar *calendar_of(struct value v)
{
    return AS_NATIVE(v)->data;
}

static const char *zone_of(const struct calendar *c)
{
    return *c->zone ? c->zone : NULL;
}

static struct civil civil_of(const struct calendar *c)
{
    return civil_at(c->millis, zone_of(c));
}

static void set_civil(struct calendar *c, const struct civil *at)
{
    c->millis = civil_millis(at, zone_of(c));
}

NATIVE(calendar_get_instance)
{
    struct calendar *c = xcalloc(1, sizeof(*c));
    c->millis = wall_ms();
    if (argc && value_instance_of(fiber_vm(f), argv[0], "TimeZone") && boxed_text(argv[0]))
        snprintf(c->zone, sizeof(c->zone), "%s", boxed_text(argv[0]));
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "GregorianCalendar"), c));
}

/* GregorianCalendar(year, month from 0, day[, hour, minute[, second]]). */
NATIVE(calendar_of_fields)
{
    struct civil at = {0};
    int *const parts[] = {NULL, &at.month, &at.day, &at.hour, &at.minute, &at.second};
    for (int i = 0; i < argc; i++) {
        if (argv[i].tag != VAL_INT)
            return CALL_NONE;
        if (i)
            *parts[i] = (int)argv[i].u.i;
    }
    at.year = argv[0].u.i;
    at.month++;
    enum call_status status = calendar_get_instance(f, self, 0, NULL, out);
    if (status == CALL_OK)
        set_civil(AS_NATIVE(*out)->data, &at);
    return status;
}

static int *field_of(struct civil *at, int64_t field)
{
    switch (field) {
    case FIELD_MONTH:
        return &at->month;
    case FIELD_DATE:
    case FIELD_DAY_OF_YEAR:
    case FIELD_DAY_OF_WEEK:
        return &at->day;
    case FIELD_HOUR:
    case FIELD_HOUR_OF_DAY:
        return &at->hour;
    case FIELD_MINUTE:
        return &at->minute;
    case FIELD_SECOND:
        return &at->second;
    default:
        return NULL;
    }
}

static int64_t get_field(const struct civil *c, int64_t field)
{
    int first = (int)((days_from_civil(c->year, 1, 1) + 4) % 7 + 7) % 7;
    switch (field) {
    case FIELD_YEAR:
        return c->year;
    case FIELD_MONTH:
        return c->month - 1;
    case FIELD_WEEK_OF_YEAR:
        return (c->yearday - 1 + first) / 7 + 1;
    case FIELD_DATE:
        return c->day;
    case FIELD_DAY_OF_YEAR:
        return c->yearday;
    case FIELD_DAY_OF_WEEK:
        return c->weekday % 7 + 1;
    case FIELD_AM_PM:
        return c->hour >= 12;
    case FIELD_HOUR:
        return c->hour % 12;
    case FIELD_HOUR_OF_DAY:
        return c->hour;
    case FIELD_MINUTE:
        return c->minute;
    case FIELD_SECOND:
        return c->second;
    case FIELD_MILLISECOND:
        return c->nanos / 1000000;
    case FIELD_ZONE_OFFSET:
        return c->offset * 1000LL;
    default:
        return 1;
    }
}

NATIVE(calendar_get)
{
    INT_ARG(field, argv[0]);
    struct civil c = civil_of(calendar_of(self));
    return give(out, value_int((int32_t)get_field(&c, field)));
}

static void set_field(struct civil *c, int64_t field, int64_t n)
{
    int *place = field_of(c, field);
    if (field == FIELD_YEAR)
        c->year = n;
    else if (field == FIELD_MILLISECOND)
        c->nanos = (int)n * 1000000;
    else if (field == FIELD_DAY_OF_WEEK)
        c->day += (int)n - (c->weekday % 7 + 1);
    else if (field == FIELD_DAY_OF_YEAR)
        c->day += (int)n - c->yearday;
    else if (place)
        *place = (int)n + (field == FIELD_MONTH);
}

/* set(field, value), set(year, month, day[, hour, minute[, second]]) */
NATIVE(calendar_set)
{
    static const int order[] = {FIELD_YEAR,        FIELD_MONTH,  FIELD_DATE,
                                FIELD_HOUR_OF_DAY, FIELD_MINUTE, FIELD_SECOND};
    struct civil c = civil_of(calendar_of(self));
    int64_t n[6];
    for (int i = 0; i < argc && i < 6; i++) {
        if (!value_int_arg(argv[i], &n[i]))
            return CALL_NONE;
        n[i] = amount_limit(n[i]);
    }
    if (argc == 2)
        set_field(&c, n[0], n[1]);
    for (int i = 0; argc > 2 && i < argc; i++)
        set_field(&c, order[i], n[i]);
    set_civil(calendar_of(self), &c);
    return give(out, NULL_VALUE);
}

static int days_in_month(int64_t year, int month)
{
    int64_t next = month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
    return (int)(next - days_from_civil(year, month, 1));
}

NATIVE(calendar_add)
{
    INT_ARG(field, argv[0]);
    INT_ARG(amount, argv[1]);
    int64_t n = amount_limit(amount);
    struct calendar *cal = calendar_of(self);
    struct civil c = civil_of(cal);
    if (field == FIELD_MILLISECOND) {
        cal->millis = (int64_t)((uint64_t)cal->millis + (uint64_t)amount);
        return give(out, NULL_VALUE);
    }
    if (field == FIELD_YEAR || field == FIELD_MONTH) {
        int64_t months = c.year * 12 + c.month - 1 + n * (field == FIELD_YEAR ? 12 : 1);
        c.year = months / 12 - (months % 12 < 0);
        c.month = (int)(months - c.year * 12) + 1;
        int length = days_in_month(c.year, c.month);
        c.day = c.day > length ? length : c.day;
    } else if (field == FIELD_WEEK_OF_YEAR || field == FIELD_WEEK_OF_MONTH) {
        c.day += 7 * (int)n;
    } else {
        int *place = field_of(&c, field);
        if (place)
            *place += (int)n;
    }
    set_civil(cal, &c);
    return give(out, NULL_VALUE);
}

NATIVE(calendar_get_time)
{
    return give(out, date_new(fiber_vm(f), calendar_of(self)->millis));
}

NATIVE(calendar_set_time)
{
    int64_t millis;
    if (value_is_date(argv[0]))
        millis = date_millis(argv[0]);
    else if (!value_int_arg(argv[0], &millis))
        return CALL_NONE;
    calendar_of(self)->millis = millis;
    return give(out, NULL_VALUE);
}

NATIVE(calendar_millis)
{
    return give(out, value_long(calendar_of(self)->millis));
}

NATIVE(calendar_format)
{
    TEXT_ARG(pattern, argv[0]);
    struct civil c = civil_of(calendar_of(self));
    struct buf text = {0};
    civil_format(&c, pattern->data, zone_of(calendar_of(self)), false, &text, NULL);
    return give(out, text_from_buf(&text));
}

NATIVE(calendar_clone)
{
    struct calendar *copy = xmalloc(sizeof(*copy));
    *copy = *calendar_of(self);
    return give(out, native_new(fiber_vm(f), AS_NATIVE(self)->class, copy));
}

NATIVE(calendar_set_zone)
{
    if (!value_instance_of(fiber_vm(f), argv[0], "TimeZone") || !boxed_text(argv[0]))
        return CALL_NONE;
    snprintf(calendar_of(self)->zone, sizeof(calendar_of(self)->zone), "%s", boxed_text(argv[0]));
    return give(out, NULL_VALUE);
}

NATIVE(date_to_calendar)
{
    if (calendar_get_instance(f, NULL_VALUE, 0, NULL, out) != CALL_OK)
        return CALL_THROW;
    calendar_of(*out)->millis = date_millis(self);
    return CALL_OK;
}

static const struct native_class classes[] = {
    {.name = "java.util.Calendar", .interfaces = "Comparable", .release = free},
    {.name = "java.util.GregorianCalendar", .super = "Calendar", .release = free},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define CALENDAR_ROW(name, min, max, fn)                                                                     \
    {                                                                                                        \
        "Calendar", name, min, max, 0, fn                                                                    \
    }
static const struct native_method methods[] = {
    STATIC_ROW("Calendar", "getInstance", 0, 2, calendar_get_instance),
    CALENDAR_ROW("get", 1, 1, calendar_get),
    CALENDAR_ROW("getAt", 1, 1, calendar_get),
    CALENDAR_ROW("set", 2, 6, calendar_set),
    CALENDAR_ROW("putAt", 2, 2, calendar_set),
    CALENDAR_ROW("add", 2, 2, calendar_add),
    CALENDAR_ROW("getTime", 0, 0, calendar_get_time),
    CALENDAR_ROW("setTime", 1, 1, calendar_set_time),
    CALENDAR_ROW("getTimeInMillis", 0, 0, calendar_millis),
    CALENDAR_ROW("setTimeInMillis", 1, 1, calendar_set_time),
    CALENDAR_ROW("format", 1, 1, calendar_format),
    CALENDAR_ROW("setTimeZone", 1, 1, calendar_set_zone),
    CALENDAR_ROW("clone", 0, 0, calendar_clone),
    {"GregorianCalendar", "<init>", 0, 1, 0, calendar_get_instance},
    {"GregorianCalendar", "<init>", 3, 6, 0, calendar_of_fields},
    {"Date", "toCalendar", 0, 0, 0, date_to_calendar},
};

LIB_TABLE(calendar_table, classes, methods);

void calendar_set_statics(struct vm *vm)
{
    static const struct {
        const char *name;
        int value;
    } rows[] = {
        {"ERA", 0},           {"YEAR", 1},      {"MONTH", 2},        {"WEEK_OF_YEAR", 3},
        {"WEEK_OF_MONTH", 4}, {"DATE", 5},      {"DAY_OF_MONTH", 5}, {"DAY_OF_YEAR", 6},
        {"DAY_OF_WEEK", 7},   {"AM_PM", 9},     {"HOUR", 10},        {"HOUR_OF_DAY", 11},
        {"MINUTE", 12},       {"SECOND", 13},   {"MILLISECOND", 14}, {"ZONE_OFFSET", 15},
        {"SUNDAY", 1},        {"MONDAY", 2},    {"TUESDAY", 3},      {"WEDNESDAY", 4},
        {"THURSDAY", 5},      {"FRIDAY", 6},    {"SATURDAY", 7},     {"JANUARY", 0},
        {"FEBRUARY", 1},      {"MARCH", 2},     {"APRIL", 3},        {"MAY", 4},
        {"JUNE", 5},          {"JULY", 6},      {"AUGUST", 7},       {"SEPTEMBER", 8},
        {"OCTOBER", 9},       {"NOVEMBER", 10}, {"DECEMBER", 11},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        class_set_static(vm_class(vm, "Calendar"), rows[i].name, value_int(rows[i].value));
}
