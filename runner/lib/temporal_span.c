/* java.time: conversions between its classes and java.util.Date, ZoneId, Period. */
#include "runner/lib/boxed.h"
#include "runner/lib/temporal.h"
#include "runner/lib/text.h"
#include <stdio.h>

enum { DAY = 86400, BILLION = 1000000000 };

/* Local kinds count their seconds from 1970 as if in UTC, the others in UTC itself: the offset of the zone
 * is all that lies between. */
static enum call_status convert(struct fiber *f, struct value self, enum temporal_kind kind, const char *zone,
                                struct value *out)
{
    struct temporal t = *temporal_of(self);
    bool from_local = t.kind < ZONED, to_local = kind < ZONED;
    if (!from_local && to_local)
        t.seconds += civil_at(t.seconds * 1000, t.kind == ZONED ? t.zone : zone).offset;
    if (from_local && !to_local) {
        struct civil c = temporal_civil(&t);
        t.seconds = floor_divide(civil_millis(&c, zone), 1000);
    }
    if (zone)
        snprintf(t.zone, sizeof(t.zone), "%s", zone);
    if (kind != ZONED)
        t.zone[0] = 0;
    t.kind = kind;
    if (kind == LOCAL_DATE || kind == LOCAL_TIME)
        t.seconds = kind == LOCAL_DATE ? floor_divide(t.seconds, DAY) * DAY
                                       : t.seconds - floor_divide(t.seconds, DAY) * DAY;
    if (kind == LOCAL_DATE)
        t.nanos = 0;
    return give(out, temporal_new(f, &t));
}

#define CONVERSION(fn, kind)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        TEXT_HOLD(hold);                                                                                     \
        return convert(f, self, kind, argc ? temporal_zone_name(f, argv[0], &hold) : "UTC", out);            \
    }
CONVERSION(to_local_date, LOCAL_DATE)
CONVERSION(to_local_time, LOCAL_TIME)
CONVERSION(to_local_date_time, LOCAL_DATE_TIME)
CONVERSION(at_zone, ZONED)
CONVERSION(to_instant, INSTANT)

NATIVE(of_instant)
{
    TEXT_HOLD(hold);
    if (!temporal_of(argv[0]))
        return CALL_NONE;
    _cleanup_(value_release_ptr) struct value zoned = NULL_VALUE;
    convert(f, argv[0], ZONED, temporal_zone_name(f, argv[1], &hold), &zoned);
    return convert(f, zoned, LOCAL_DATE_TIME, NULL, out);
}

NATIVE(zoned_of_instant)
{
    TEXT_HOLD(hold);
    return temporal_of(argv[0]) ? convert(f, argv[0], ZONED, temporal_zone_name(f, argv[1], &hold), out)
                                : CALL_NONE;
}

/* The seconds are those of UTC and stay. */
NATIVE(zoned_same_instant)
{
    TEXT_HOLD(hold);
    struct temporal t = *temporal_of(self);
    snprintf(t.zone, sizeof(t.zone), "%s", temporal_zone_name(f, argv[0], &hold));
    return give(out, temporal_new(f, &t));
}

NATIVE(get_zone)
{
    return give(out, boxed_new(f, "ZoneId", temporal_of(self)->zone));
}

NATIVE(at_start_of_day)
{
    return argc ? at_zone(f, self, argc, argv, out) : convert(f, self, LOCAL_DATE_TIME, NULL, out);
}

/* hour, minute[, second]; with a LocalTime the prelude's row takes it apart. */
NATIVE(at_time)
{
    struct temporal t = *temporal_of(self);
    int64_t n[3] = {0};
    for (int i = 0; i < argc; i++) {
        if (!value_int_arg(argv[i], &n[i]))
            return CALL_NONE;
    }
    t.kind = LOCAL_DATE_TIME;
    t.seconds += n[0] * 3600 + n[1] * 60 + n[2];
    return give(out, temporal_new(f, &t));
}

#define IN_UNITS(fn, expression)                                                                             \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        const struct temporal *t = temporal_of(self);                                                        \
        return give(out, value_long(expression));                                                            \
    }
IN_UNITS(to_epoch_milli, t->seconds * 1000 + t->nanos / 1000000)
IN_UNITS(to_epoch_second, t->seconds)
IN_UNITS(to_epoch_day, floor_divide(t->seconds, DAY))
IN_UNITS(to_minutes, t->seconds / 60)
IN_UNITS(to_hours, t->seconds / 3600)
IN_UNITS(to_days, t->seconds / DAY)

NATIVE(to_nanos)
{
    const struct temporal *t = temporal_of(self);
    int64_t nanos;
    if (__builtin_mul_overflow(t->seconds, (int64_t)BILLION, &nanos) ||
        __builtin_add_overflow(nanos, (int64_t)t->nanos, &nanos))
        return vm_throw(f, "ArithmeticException", "long overflow");
    return give(out, value_long(nanos));
}

/* Also of ZoneOffset.of(): an offset is a zone whose name is the offset. */
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

/* Floored: a date before 1970 has its milliseconds after the second, too. */
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

static const struct native_class classes[] = {
    {.name = "java.time.ZoneId", .release = boxed_free},
    {.name = "java.time.ZoneOffset", .super = "ZoneId", .release = boxed_free},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define ROW(name, min, max, fn)                                                                              \
    {                                                                                                        \
        "Temporal", name, min, max, 0, fn                                                                    \
    }
static const struct native_method methods[] = {
    STATIC_ROW("LocalDateTime", "ofInstant", 2, 2, of_instant),
    STATIC_ROW("ZonedDateTime", "ofInstant", 2, 2, zoned_of_instant),
    ROW("toLocalDate", 0, 0, to_local_date),
    ROW("toLocalTime", 0, 0, to_local_time),
    ROW("toLocalDateTime", 0, 0, to_local_date_time),
    ROW("atZone", 1, 1, at_zone),
    ROW("toInstant", 0, 1, to_instant),
    {"ZonedDateTime", "withZoneSameInstant", 1, 1, 0, zoned_same_instant},
    {"ZonedDateTime", "getZone", 0, 0, 0, get_zone},
    {"LocalDate", "atStartOfDay", 0, 1, 0, at_start_of_day},
    {"LocalDate", "atTime", 2, 3, 0, at_time},
    {"LocalDate", "toEpochDay", 0, 0, 0, to_epoch_day},
    {"Instant", "toEpochMilli", 0, 0, 0, to_epoch_milli},
    {"Instant", "getEpochSecond", 0, 0, 0, to_epoch_second},
    {"ZonedDateTime", "toEpochSecond", 0, 0, 0, to_epoch_second},
    {"Duration", "toMillis", 0, 0, 0, to_epoch_milli},
    {"Duration", "getSeconds", 0, 0, 0, to_epoch_second},
    {"Duration", "toSeconds", 0, 0, 0, to_epoch_second},
    {"Duration", "toMinutes", 0, 0, 0, to_minutes},
    {"Duration", "toHours", 0, 0, 0, to_hours},
    {"Duration", "toDays", 0, 0, 0, to_days},
    {"Duration", "toNanos", 0, 0, 0, to_nanos},
    BOXED_ROWS("ZoneId"),
    {"ZoneId", "getId", 0, 0, 0, boxed_to_string},
    STATIC_ROW("ZoneId", "of", 1, 1, zone_of),
    STATIC_ROW("ZoneOffset", "of", 1, 1, zone_of),
    STATIC_ROW("ZoneId", "systemDefault", 0, 0, zone_system),
    {"Date", "toInstant", 0, 0, 0, date_to_instant},
    STATIC_ROW("Date", "from", 1, 1, date_from_instant),
};

LIB_TABLE(temporal_span_table, classes, methods);
