/* groovy.time: TimeCategory's `5.minutes`, and the durations that it and the difference of dates give. */
#include "runner/lib/arith.h"
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/text.h"
#include <string.h>

/* Months and years have no fixed length. */
struct time_span {
    int64_t millis, months;
};

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static struct value span_new(struct fiber *f, int64_t millis, int64_t months)
{
    struct time_span *s = xmalloc(sizeof(*s));
    *s = (struct time_span){millis, months};
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), "TimeDuration"), s);
}

static const struct time_span *span_of(struct value v)
{
    return value_is(v, OBJ_NATIVE) && str_eq(class_simple_name(AS_NATIVE(v)->class), "TimeDuration")
               ? AS_NATIVE(v)->data
               : NULL;
}

static enum call_status make_span(struct fiber *f, struct value n, int64_t millis, int64_t months,
                                  struct value *out)
{
    INT_ARG(count, n);
    return give(out, span_new(f, count * millis, count * months));
}

#define SPAN_MAKER(fn, millis, months)                                                                       \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return make_span(f, argv[0], millis, months, out);                                                   \
    }
SPAN_MAKER(span_millis, 1, 0)
SPAN_MAKER(span_seconds, SECOND, 0)
SPAN_MAKER(span_minutes, MINUTE, 0)
SPAN_MAKER(span_hours, HOUR, 0)
SPAN_MAKER(span_days, DAY, 0)
SPAN_MAKER(span_weeks, 7 * (int64_t)DAY, 0)
SPAN_MAKER(span_months, 0, 1)
SPAN_MAKER(span_years, 0, 12)

static struct value date_plus_span(struct fiber *f, int64_t millis, const struct time_span *s, int sign)
{
    if (s->months) {
        struct civil c = civil_at(millis, NULL);
        c.month += (int)(s->months * sign);
        millis = civil_millis(&c, NULL);
    }
    return date_new(fiber_vm(f), millis + s->millis * sign);
}

enum call_status span_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    const struct time_span *x = span_of(a), *y = span_of(b);
    int sign = op == TOK_MINUS ? -1 : 1;
    if (!y || (op != TOK_PLUS && op != TOK_MINUS))
        return CALL_NONE;
    if (value_is_date(a))
        return give(out, date_plus_span(f, date_millis(a), y, sign));
    return x ? give(out, span_new(f, x->millis + sign * y->millis, x->months + sign * y->months)) : CALL_NONE;
}

/* TimeCategory.minus(Date, Date) */
NATIVE(category_minus)
{
    if (value_is_date(argv[0]) && value_is_date(argv[1]))
        return give(out, span_new(f, date_millis(argv[0]) - date_millis(argv[1]), 0));
    return value_arith(f, TOK_MINUS, argv[0], argv[1], out);
}

NATIVE(span_ago)
{
    return give(out, date_plus_span(f, wall_ms(), span_of(self), -1));
}

NATIVE(span_from_now)
{
    return give(out, date_plus_span(f, wall_ms(), span_of(self), 1));
}

NATIVE(span_to_millis)
{
    return give(out, value_long(span_of(self)->millis));
}

#define SPAN_PART(fn, expression)                                                                            \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        int64_t millis = span_of(self)->millis;                                                              \
        return give(out, value_int((int32_t)(expression)));                                                  \
    }
SPAN_PART(span_get_days, millis / DAY)
SPAN_PART(span_get_hours, millis % DAY / HOUR)
SPAN_PART(span_get_minutes, millis % HOUR / MINUTE)
SPAN_PART(span_get_seconds, millis % MINUTE / SECOND)
SPAN_PART(span_get_millis, millis % SECOND)

NATIVE(span_to_string)
{
    const struct time_span *s = span_of(self);
    const struct {
        int64_t n;
        const char *name;
    } parts[] = {{s->months / 12, "years"},
                 {s->months % 12, "months"},
                 {s->millis / DAY, "days"},
                 {s->millis % DAY / HOUR, "hours"},
                 {s->millis % HOUR / MINUTE, "minutes"}};
    struct buf text = {0};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].n)
            buf_printf(&text, "%s%lld %s", text.len ? ", " : "", (long long)parts[i].n, parts[i].name);
    }
    int64_t rest = s->millis % MINUTE, magnitude = rest < 0 ? -rest : rest;
    if (rest)
        buf_printf(&text, "%s%s%lld.%03lld seconds", text.len ? ", " : "", rest < 0 ? "-" : "",
                   (long long)magnitude / 1000, (long long)magnitude % 1000);
    return give(out, text.len ? text_from_buf(&text) : string_from("0"));
}

static const struct native_class classes[] = {
    {.name = "groovy.time.TimeCategory"},
    {.name = "groovy.time.BaseDuration", .release = free},
    {.name = "groovy.time.TimeDuration", .super = "BaseDuration", .release = free},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define CATEGORY_ROW(name, fn) STATIC_ROW("TimeCategory", name, 1, 1, fn)
#define SPAN_ROW(name, fn)                                                                                   \
    {                                                                                                        \
        "TimeDuration", name, 0, 0, 0, fn                                                                    \
    }
static const struct native_method methods[] = {
    CATEGORY_ROW("getMilliseconds", span_millis),
    CATEGORY_ROW("getMillisecond", span_millis),
    CATEGORY_ROW("getSeconds", span_seconds),
    CATEGORY_ROW("getSecond", span_seconds),
    CATEGORY_ROW("getMinutes", span_minutes),
    CATEGORY_ROW("getMinute", span_minutes),
    CATEGORY_ROW("getHours", span_hours),
    CATEGORY_ROW("getHour", span_hours),
    CATEGORY_ROW("getDays", span_days),
    CATEGORY_ROW("getDay", span_days),
    CATEGORY_ROW("getWeeks", span_weeks),
    CATEGORY_ROW("getWeek", span_weeks),
    CATEGORY_ROW("getMonths", span_months),
    CATEGORY_ROW("getMonth", span_months),
    CATEGORY_ROW("getYears", span_years),
    CATEGORY_ROW("getYear", span_years),
    STATIC_ROW("TimeCategory", "minus", 2, 2, category_minus),
    SPAN_ROW("getAgo", span_ago),
    SPAN_ROW("getFromNow", span_from_now),
    SPAN_ROW("getFrom", span_from_now),
    SPAN_ROW("toMilliseconds", span_to_millis),
    SPAN_ROW("getDays", span_get_days),
    SPAN_ROW("getHours", span_get_hours),
    SPAN_ROW("getMinutes", span_get_minutes),
    SPAN_ROW("getSeconds", span_get_seconds),
    SPAN_ROW("getMillis", span_get_millis),
    SPAN_ROW("toString", span_to_string),
};

LIB_TABLE(groovy_time_table, classes, methods);
