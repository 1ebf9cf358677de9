/* java.time's ZoneId and Period, and the bridge between java.util.Date and Instant. */
#include "runner/lib/boxed.h"
#include "runner/lib/temporal.h"
#include "runner/lib/text.h"

enum { DAY = 86400 };

NATIVE(zone_of)
{
    TEXT(name, argv[0]);
    if (!zone_known(name->data))
        return vm_throw(f, "DateTimeException", "Unknown time-zone ID: %s", name->data);
    return give(out, boxed_new(f, "ZoneId", name->data));
}

NATIVE(zone_system)
{
    char name[64];
    return give(out, boxed_new(f, "ZoneId", zone_default(name)));
}

NATIVE(date_to_instant)
{
    struct temporal t = {.kind = INSTANT};
    int64_t millis = date_millis(self), seconds = floor_divide(millis, 1000);
    temporal_add_seconds(&t, seconds, (millis - seconds * 1000) * 1000000);
    return give(out, temporal_new(f, &t));
}

NATIVE(date_from_instant)
{
    const struct temporal *t = temporal_of(argv[0]);
    return t ? give(out, date_new(fiber_vm(f), t->seconds * 1000 + t->nanos / 1000000)) : CALL_NONE;
}

NATIVE(period_between)
{
    const struct temporal *a = temporal_of(argv[0]), *b = temporal_of(argv[1]);
    if (!a || !b)
        return CALL_NONE;
    struct civil x = temporal_civil(a), y = temporal_civil(b);
    int64_t months = (y.year - x.year) * 12 + y.month - x.month;
    months -= months > 0 && y.day < x.day ? 1 : months < 0 && y.day > x.day ? -1 : 0;
    struct temporal t = *a;
    temporal_add_months(&t, months);
    int64_t days = floor_divide(b->seconds, DAY) - floor_divide(t.seconds, DAY);
    struct buf text = {0};
    buf_addch(&text, 'P');
    if (months / 12)
        buf_printf(&text, "%lldY", (long long)(months / 12));
    if (months % 12)
        buf_printf(&text, "%lldM", (long long)(months % 12));
    if (days || !months)
        buf_printf(&text, "%lldD", (long long)days);
    *out = boxed_new(f, "Period", text.data);
    buf_release(&text);
    return CALL_OK;
}

static enum call_status period_part(struct value self, char letter, struct value *out)
{
    int32_t n = 0;
    for (const char *p = boxed_text(self) + 1; *p; p++) {
        n = (int32_t)strtol(p, (char **)&p, 10);
        if (*p == letter)
            return give(out, value_int(n));
    }
    return give(out, value_int(0));
}

#define PERIOD_PART(fn, letter)                                                                              \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return period_part(self, letter, out);                                                               \
    }
PERIOD_PART(period_years, 'Y')
PERIOD_PART(period_months, 'M')
PERIOD_PART(period_days, 'D')

static const struct native_class classes[] = {
    {.name = "java.time.ZoneId", .release = boxed_free},
    {.name = "java.time.ZoneOffset", .super = "ZoneId", .release = boxed_free},
    {.name = "java.time.Period", .release = boxed_free},
};

#define STATIC_ROW(class, name, min, max, fn) {class, name, min, max, METHOD_STATIC, fn}
static const struct native_method methods[] = {
    BOXED_ROWS("ZoneId"), {"ZoneId", "getId", 0, 0, 0, boxed_to_string},
    STATIC_ROW("ZoneId", "of", 1, 1, zone_of), STATIC_ROW("ZoneOffset", "of", 1, 1, zone_of),
    STATIC_ROW("ZoneId", "systemDefault", 0, 0, zone_system), {"Date", "toInstant", 0, 0, 0, date_to_instant},
    STATIC_ROW("Date", "from", 1, 1, date_from_instant), STATIC_ROW("Period", "between", 2, 2, period_between), BOXED_ROWS("Period"),
    {"Period", "getYears", 0, 0, 0, period_years}, {"Period", "getMonths", 0, 0, 0, period_months},
    {"Period", "getDays", 0, 0, 0, period_days},
};

LIB_TABLE(temporal_span_table, classes, methods);
