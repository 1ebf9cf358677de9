/* java.time values: representation, ISO text both ways, arithmetic. The methods are in temporal_methods.c. */
#include "runner/lib/temporal.h"
#include "runner/lang/heap.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DAY = 86400, BILLION = 1000000000 };

static const char *const class_names[] = {"LocalDate",     "LocalTime",         "LocalDateTime",
                                          "ZonedDateTime", "java.time.Instant", "Duration"};

static void temporal_free(void *data)
{
    free(data);
}

struct temporal *temporal_of(struct value v)
{
    if (!value_is(v, OBJ_NATIVE) || !AS_NATIVE(v)->class->native ||
        AS_NATIVE(v)->class->native->release != temporal_free)
        return NULL;
    return AS_NATIVE(v)->data;
}

struct value temporal_new(struct fiber *f, const struct temporal *t)
{
    struct temporal *copy = xmalloc(sizeof(*copy));
    *copy = *t;
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), class_names[t->kind]), copy);
}

int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil temporal_civil(const struct temporal *t)
{
    const char *zone = t->kind == ZONED ? t->zone : "UTC";
    int64_t limit = INT64_MAX / 1000; /* the year 292,278,994 */
    int64_t seconds = t->seconds > limit ? limit : t->seconds < -limit ? -limit : t->seconds;
    struct civil c = civil_at(seconds * 1000, zone);
    c.nanos = t->nanos;
    return c;
}

void temporal_add_seconds(struct temporal *t, int64_t seconds, int64_t nanos)
{
    int64_t total = t->nanos + nanos;
    t->seconds = (int64_t)((uint64_t)t->seconds + (uint64_t)seconds + (uint64_t)floor_divide(total, BILLION));
    t->nanos = (int)(total - floor_divide(total, BILLION) * BILLION);
    if (t->kind == LOCAL_TIME)
        t->seconds -= floor_divide(t->seconds, DAY) * DAY;
}

static int month_length(int64_t year, int month)
{
    return (int)(days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
                 days_from_civil(year, month, 1));
}

/* The 31st of a month goes to the last day of a shorter one, as plusMonths() has it. */
void temporal_add_months(struct temporal *t, int64_t months)
{
    struct civil c = temporal_civil(t);
    int64_t all = c.year * 12 + c.month - 1 + months;
    c.year = floor_divide(all, 12);
    c.month = (int)(all - c.year * 12) + 1;
    int length = month_length(c.year, c.month);
    c.day = c.day > length ? length : c.day;
    t->seconds = floor_divide(civil_millis(&c, t->kind == ZONED ? t->zone : "UTC"), 1000);
}

/* ---- text */

static void print_fraction(int nanos, struct buf *out)
{
    if (!nanos)
        return;
    if (nanos % 1000000 == 0)
        buf_printf(out, ".%03d", nanos / 1000000);
    else if (nanos % 1000 == 0)
        buf_printf(out, ".%06d", nanos / 1000);
    else
        buf_printf(out, ".%09d", nanos);
}

static void print_time(const struct civil *c, bool seconds, struct buf *out)
{
    buf_printf(out, "%02d:%02d", c->hour, c->minute);
    if (seconds || c->second || c->nanos)
        buf_printf(out, ":%02d", c->second);
    print_fraction(c->nanos, out);
}

/* PT1H1M1.5S */
static void print_duration(const struct temporal *t, struct buf *out)
{
    int64_t s = t->seconds, hours = s / 3600;
    int minutes = (int)(s % 3600 / 60), rest = (int)(s % 60), nanos = t->nanos;
    if (s < 0 && nanos) {
        rest++;
        nanos = BILLION - nanos;
    }
    buf_addstr(out, "PT");
    if (hours)
        buf_printf(out, "%lldH", (long long)hours);
    if (minutes)
        buf_printf(out, "%dM", minutes);
    if (!rest && !nanos) {
        buf_addstr(out, s || t->nanos ? "" : "0S");
        return;
    }
    buf_printf(out, "%s%d", s < 0 && rest == 0 ? "-" : "", rest);
    if (nanos) {
        char digits[12];
        int n = snprintf(digits, sizeof(digits), "%09d", nanos);
        while (digits[n - 1] == '0')
            n--;
        buf_printf(out, ".%.*s", n, digits);
    }
    buf_addch(out, 'S');
}

void temporal_print(const struct temporal *t, bool seconds, struct buf *out)
{
    if (t->kind == DURATION) {
        print_duration(t, out);
        return;
    }
    struct civil c = temporal_civil(t);
    if (t->kind != LOCAL_TIME)
        buf_printf(out, "%04lld-%02d-%02d", (long long)c.year, c.month, c.day);
    if (t->kind != LOCAL_DATE && t->kind != LOCAL_TIME)
        buf_addch(out, 'T');
    if (t->kind != LOCAL_DATE)
        print_time(&c, seconds || t->kind == INSTANT, out);
    if (t->kind == INSTANT)
        buf_addch(out, 'Z');
    if (t->kind != ZONED)
        return;
    civil_format(&c, "XXX", t->zone, true, out, NULL);
    if (isalpha((unsigned char)t->zone[0]) && strcmp(t->zone, "Z") != 0)
        buf_printf(out, "[%s]", t->zone);
}

static bool finish(struct temporal *t, const struct civil *c, bool has_offset)
{
    int64_t seconds =
        days_from_civil(c->year, c->month, c->day) * DAY + c->hour * 3600 + c->minute * 60 + c->second;
    if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > month_length(c->year, c->month) ||
        c->hour > 23 || c->minute > 59 || c->second > 59)
        return false;
    t->nanos = c->nanos;
    if (t->kind == LOCAL_DATE)
        seconds = floor_divide(seconds, DAY) * DAY;
    if (t->kind == LOCAL_TIME)
        seconds -= floor_divide(seconds, DAY) * DAY;
    t->seconds = seconds;
    if (t->kind != ZONED && t->kind != INSTANT)
        return true;
    t->seconds -= has_offset ? c->offset : 0;
    if (t->kind == ZONED && has_offset && !*t->zone) {
        int minutes = (c->offset < 0 ? -c->offset : c->offset) / 60;
        snprintf(t->zone, sizeof(t->zone), minutes ? "%c%02d:%02d" : "Z", c->offset < 0 ? '-' : '+',
                 minutes / 60 % 100, minutes % 60);
    }
    return has_offset;
}

/* *at: how far the best of the forms came, which is the index that DateTimeParseException names. */
int temporal_parse(struct temporal *t, const char *text, const char *pattern, size_t *at)
{
    static const char *const iso[][4] = {
        [LOCAL_DATE] = {"yyyy-MM-dd"},
        [LOCAL_TIME] = {"HH:mm:ss.S", "HH:mm:ss", "HH:mm"},
        [LOCAL_DATE_TIME] = {"yyyy-MM-dd'T'HH:mm:ss.S", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm"},
        [ZONED] = {"yyyy-MM-dd'T'HH:mm:ss.SXXX", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mmXXX"},
        [INSTANT] = {"yyyy-MM-dd'T'HH:mm:ss.SXXX", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mmXXX"},
    };
    _cleanup_free_ char *body = xstrdup(text);
    char *bracket = strchr(body, '[');
    if (bracket && t->kind == ZONED) {
        snprintf(t->zone, sizeof(t->zone), "%.*s", (int)strcspn(bracket + 1, "]"), bracket + 1);
        *bracket = 0;
    }
    *at = 0;
    for (size_t i = 0; i < 4 && (pattern ? i == 0 : iso[t->kind][i] != NULL); i++) {
        struct civil c = {.year = 1970, .month = 1, .day = 1};
        bool has_offset = false;
        size_t place = 0;
        int n = civil_parse(&c, pattern ? pattern : iso[t->kind][i], body, &has_offset, &place);
        if (n >= 0 && !body[n] && finish(t, &c, has_offset))
            return 0;
        place = n >= 0 ? (size_t)n : place;
        *at = place > *at ? place : *at;
    }
    return -1;
}

static const struct native_class classes[] = {
    {.name = "java.time.temporal.Temporal", .interface = true, .interfaces = "Comparable"},
    {.name = "java.time.LocalDate", .interfaces = "Temporal", .release = temporal_free},
    {.name = "java.time.LocalTime", .interfaces = "Temporal", .release = temporal_free},
    {.name = "java.time.LocalDateTime", .interfaces = "Temporal", .release = temporal_free},
    {.name = "java.time.ZonedDateTime", .interfaces = "Temporal", .release = temporal_free},
    {.name = "java.time.OffsetDateTime", .super = "ZonedDateTime", .release = temporal_free},
    {.name = "java.time.Instant", .interfaces = "Temporal", .release = temporal_free},
    {.name = "java.time.Duration", .interfaces = "Temporal", .release = temporal_free},
};

const struct lib_table temporal_table = {classes, ARRAY_LEN(classes), NULL, 0};
