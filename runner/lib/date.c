/* java.util.Date, SimpleDateFormat, TimeZone, and DateGroovyMethods on them. */
#include "runner/lib/date.h"
#include "runner/lib/boxed.h"
#include "runner/lib/arith.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include "base/error.h"
#include <string.h>

enum { DAY_MILLIS = 86400000 };

static void date_free(void *data)
{
    free(data);
}

/* A mutable cell of 64 bits: setTime() and clearTime() write into it, so two values may be one Date. */
struct value date_new(struct vm *vm, int64_t millis)
{
    int64_t *data = xmalloc(sizeof(*data));
    *data = millis;
    return native_new(vm, vm_class(vm, "java.util.Date"), data);
}

bool value_is_date(struct value v)
{
    return value_is(v, OBJ_NATIVE) && AS_NATIVE(v)->class->native &&
           AS_NATIVE(v)->class->native->release == date_free;
}

int64_t date_millis(struct value v)
{
    return *(int64_t *)AS_NATIVE(v)->data;
}

/* Name of a TimeZone or ZoneId argument; NULL for none. */
static const char *zone_arg(struct fiber *f, int argc, struct value *argv, int at, struct value *hold)
{
    if (at >= argc || argv[at].tag == VAL_NULL)
        return NULL;
    if (vm_invoke_sync(f, argv[at], value_is_text(argv[at]) ? "toString" : "getID", 0, NULL, hold) !=
        CALL_OK) {
        value_release(fiber_take_exception(f));
        return NULL;
    }
    return value_is(*hold, OBJ_STRING) ? AS_STRING(*hold)->data : NULL;
}

static enum call_status format_with(struct fiber *f, int64_t millis, const char *pattern, const char *zone,
                                    struct value *out)
{
    struct civil c = civil_at(millis, zone);
    struct buf text = {0};
    struct error err = {0};
    if (civil_format(&c, pattern, zone, false, &text, &err) == 0)
        return give(out, text_from_buf(&text));
    vm_throw(f, "IllegalArgumentException", "%s", err.message);
    error_release(&err);
    buf_release(&text);
    return CALL_THROW;
}

static enum call_status parse_with(struct fiber *f, const char *pattern, const char *text, const char *zone,
                                   struct value *out)
{
    struct civil c = {.year = 1970, .month = 1, .day = 1};
    bool has_offset = false;
    size_t at = 0;
    if (civil_parse(&c, pattern, text, &has_offset, &at) < 0)
        return vm_throw(f, "ParseException", "Unparseable date: \"%s\"", text);
    int64_t millis = has_offset ? civil_millis(&c, "UTC") - c.offset * 1000LL : civil_millis(&c, zone);
    return give(out, date_new(fiber_vm(f), millis));
}

NATIVE(date_construct)
{
    if (argc == 0)
        return give(out, date_new(fiber_vm(f), wall_ms()));
    if (argc == 1) {
        INT_ARG(millis, argv[0]);
        return give(out, date_new(fiber_vm(f), millis));
    }
    int64_t parts[6] = {0};
    for (int i = 0; i < argc; i++) {
        if (!value_int_arg(argv[i], &parts[i]))
            return CALL_NONE;
    }
    struct civil c = {.year = parts[0] + 1900,
                      .month = (int)parts[1] + 1,
                      .day = (int)parts[2],
                      .hour = (int)parts[3],
                      .minute = (int)parts[4],
                      .second = (int)parts[5]};
    return give(out, date_new(fiber_vm(f), civil_millis(&c, NULL)));
}

NATIVE(date_get_time)
{
    return give(out, value_long(date_millis(self)));
}

NATIVE(date_set_time)
{
    INT_ARG(millis, argv[0]);
    *(int64_t *)AS_NATIVE(self)->data = millis;
    return give(out, NULL_VALUE);
}

NATIVE(date_to_string)
{
    struct buf text = {0};
    date_print(date_millis(self), &text);
    return give(out, text_from_buf(&text));
}

NATIVE(date_format_method)
{
    TEXT_HOLD(hold);
    TEXT_ARG(pattern, argv[0]);
    return format_with(f, date_millis(self), pattern->data, zone_arg(f, argc, argv, 1, &hold), out);
}

NATIVE(date_parse)
{
    TEXT_HOLD(hold);
    TEXT_ARG(pattern, argv[0]);
    TEXT_ARG(text, argv[1]);
    return parse_with(f, pattern->data, text->data, zone_arg(f, argc, argv, 2, &hold), out);
}

#define DATE_COMPARE(fn, op)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        if (!value_is_date(argv[0]))                                                                         \
            return CALL_NONE;                                                                                \
        return give(out, value_bool(date_millis(self) op date_millis(argv[0])));                             \
    }
DATE_COMPARE(date_before, <)
DATE_COMPARE(date_after, >)

NATIVE(date_equals)
{
    return give(out, value_bool(value_is_date(argv[0]) && date_millis(self) == date_millis(argv[0])));
}

NATIVE(date_compare_to)
{
    if (!value_is_date(argv[0]))
        return CALL_NONE;
    int64_t a = date_millis(self), b = date_millis(argv[0]);
    return give(out, value_int((a > b) - (a < b)));
}

NATIVE(date_hash_code)
{
    return give(out, value_int((int32_t)value_hash(value_long(date_millis(self)))));
}

/* Days are calendar days: the hour stays over a change to summer time. */
static struct value date_add_days(struct vm *vm, int64_t millis, int64_t days)
{
    struct civil c = civil_at(millis, NULL);
    civil_from_days(days_from_civil(c.year, c.month, c.day) + amount_limit(days), &c);
    return date_new(vm, civil_millis(&c, NULL));
}

enum call_status date_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    int64_t days;
    if (op != TOK_PLUS && op != TOK_MINUS)
        return CALL_NONE;
    if (op == TOK_MINUS && value_is_date(b)) {
        struct civil x = civil_at(date_millis(a), NULL), y = civil_at(date_millis(b), NULL);
        return give(out, value_int((int32_t)(days_from_civil(x.year, x.month, x.day) -
                                             days_from_civil(y.year, y.month, y.day))));
    }
    if (!value_int_arg(b, &days))
        return CALL_NONE;
    return give(out, date_add_days(fiber_vm(f), date_millis(a), op == TOK_PLUS ? days : -days));
}

NATIVE(date_plus)
{
    return native_arith(f, TOK_PLUS, self, argv[0], out);
}

NATIVE(date_minus)
{
    return native_arith(f, TOK_MINUS, self, argv[0], out);
}

NATIVE(date_next)
{
    return date_arith(f, TOK_PLUS, self, value_int(1), out);
}

NATIVE(date_previous)
{
    return date_arith(f, TOK_MINUS, self, value_int(1), out);
}

NATIVE(date_clear_time)
{
    struct civil c = civil_at(date_millis(self), NULL);
    c.hour = c.minute = c.second = c.nanos = 0;
    *(int64_t *)AS_NATIVE(self)->data = civil_millis(&c, NULL);
    return give(out, value_retain(self));
}

#define DATE_PART(fn, expression)                                                                            \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        struct civil c = civil_at(date_millis(self), NULL);                                                  \
        return give(out, value_int((int32_t)(expression)));                                                  \
    }
DATE_PART(date_get_year, c.year - 1900)
DATE_PART(date_get_month, c.month - 1)
DATE_PART(date_get_date, c.day)
DATE_PART(date_get_day, c.weekday % 7)
DATE_PART(date_get_hours, c.hour)
DATE_PART(date_get_minutes, c.minute)
DATE_PART(date_get_seconds, c.second)

#define DATE_TEXT(fn, pattern)                                                                               \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return format_with(f, date_millis(self), pattern, NULL, out);                                        \
    }
DATE_TEXT(date_get_date_string, "M/d/yy")
DATE_TEXT(date_get_time_string, "h:mm:ss a")
DATE_TEXT(date_get_date_time_string, "M/d/yy, h:mm:ss a")

/* ---- SimpleDateFormat: pattern and zone */

struct format {
    char *pattern, *zone;
};

static void format_free(void *data)
{
    struct format *format = data;
    free(format->pattern);
    free(format->zone);
    free(format);
}

NATIVE(format_new)
{
    struct format *format = xcalloc(1, sizeof(*format));
    TEXT_HOLD(hold);
    format->pattern = xstrdup(argc ? value_text(f, argv[0], &hold) : "M/d/yy, h:mm a");
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "SimpleDateFormat"), format));
}

NATIVE(format_format)
{
    const struct format *format = AS_NATIVE(self)->data;
    int64_t millis;
    if (value_is_date(argv[0]))
        millis = date_millis(argv[0]);
    else if (!value_int_arg(argv[0], &millis))
        return vm_throw(f, "IllegalArgumentException", "Cannot format given Object as a Date");
    return format_with(f, millis, format->pattern, format->zone, out);
}

NATIVE(format_parse)
{
    const struct format *format = AS_NATIVE(self)->data;
    TEXT_ARG(text, argv[0]);
    return parse_with(f, format->pattern, text->data, format->zone, out);
}

NATIVE(format_set_zone)
{
    struct format *format = AS_NATIVE(self)->data;
    TEXT_HOLD(hold);
    const char *zone = zone_arg(f, argc, argv, 0, &hold);
    free(format->zone);
    format->zone = xstrdup(zone);
    return give(out, NULL_VALUE);
}

NATIVE(format_to_pattern)
{
    return give(out, string_from(((struct format *)AS_NATIVE(self)->data)->pattern));
}

NATIVE(format_nothing)
{
    return give(out, NULL_VALUE);
}

/* ---- TimeZone: its name */

NATIVE(zone_get)
{
    char name[64];
    TEXT_HOLD(hold);
    const char *wanted = argc ? value_text(f, argv[0], &hold) : zone_default(name);
    return give(out, boxed_new(f, "TimeZone", zone_known(wanted) ? wanted : "GMT"));
}

NATIVE(zone_id)
{
    return give(out, string_from(AS_NATIVE(self)->data));
}

NATIVE(zone_raw_offset)
{
    return give(out, value_int(civil_at(0, AS_NATIVE(self)->data).offset * 1000));
}

static const struct native_class classes[] = {
    {.name = "java.util.Date", .interfaces = "Comparable,Serializable", .release = date_free},
    {.name = "java.text.DateFormat", .release = format_free},
    {.name = "java.text.SimpleDateFormat", .super = "DateFormat", .release = format_free},
    {.name = "java.util.TimeZone", .release = boxed_free},
};

static const struct native_method methods[] = {
    {"Date", "<init>", 0, 6, 0, date_construct},
    {"Date", "parse", 2, 3, METHOD_STATIC, date_parse},
    {"Date", "getTime", 0, 0, 0, date_get_time},
    {"Date", "setTime", 1, 1, 0, date_set_time},
    {"Date", "toString", 0, 0, 0, date_to_string},
    {"Date", "format", 1, 2, 0, date_format_method},
    {"Date", "before", 1, 1, 0, date_before},
    {"Date", "after", 1, 1, 0, date_after},
    {"Date", "equals", 1, 1, 0, date_equals},
    {"Date", "compareTo", 1, 1, 0, date_compare_to},
    {"Date", "hashCode", 0, 0, 0, date_hash_code},
    {"Date", "plus", 1, 1, 0, date_plus},
    {"Date", "minus", 1, 1, 0, date_minus},
    {"Date", "next", 0, 0, 0, date_next},
    {"Date", "previous", 0, 0, 0, date_previous},
    {"Date", "clearTime", 0, 0, 0, date_clear_time},
    {"Date", "getYear", 0, 0, 0, date_get_year},
    {"Date", "getMonth", 0, 0, 0, date_get_month},
    {"Date", "getDate", 0, 0, 0, date_get_date},
    {"Date", "getDay", 0, 0, 0, date_get_day},
    {"Date", "getHours", 0, 0, 0, date_get_hours},
    {"Date", "getMinutes", 0, 0, 0, date_get_minutes},
    {"Date", "getSeconds", 0, 0, 0, date_get_seconds},
    {"Date", "getDateString", 0, 0, 0, date_get_date_string},
    {"Date", "getTimeString", 0, 0, 0, date_get_time_string},
    {"Date", "getDateTimeString", 0, 0, 0, date_get_date_time_string},
    {"SimpleDateFormat", "<init>", 0, 2, 0, format_new},
    {"DateFormat", "format", 1, 1, 0, format_format},
    {"DateFormat", "parse", 1, 1, 0, format_parse},
    {"DateFormat", "setTimeZone", 1, 1, 0, format_set_zone},
    {"DateFormat", "setLenient", 1, 1, 0, format_nothing},
    {"DateFormat", "toPattern", 0, 0, 0, format_to_pattern},
    {"TimeZone", "getTimeZone", 1, 1, METHOD_STATIC, zone_get},
    {"TimeZone", "getDefault", 0, 0, METHOD_STATIC, zone_get},
    {"TimeZone", "getID", 0, 0, 0, zone_id},
    {"TimeZone", "toString", 0, 0, 0, zone_id},
    {"TimeZone", "getRawOffset", 0, 0, 0, zone_raw_offset},
};

LIB_TABLE(date_table, classes, methods);
