/* Java's pattern letters for dates: formatting and parsing of civil times. One table row a letter. */
#include "runner/lib/date.h"
#include "base/error.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
static const char *const day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};

struct field {
    const struct civil *c;
    const char *zone; /* NULL: default */
    int count;        /* of the letter */
    bool modern;
};

static void put_number(struct buf *out, int64_t n, int width)
{
    buf_printf(out, "%0*lld", width, (long long)n);
}

static void put_year(const struct field *f, struct buf *out)
{
    if (f->count == 2)
        put_number(out, f->c->year % 100, 2);
    else
        put_number(out, f->c->year, f->count);
}

static void put_name(const char *name, bool full, struct buf *out)
{
    buf_add(out, name, full ? strlen(name) : 3);
}

static void put_month(const struct field *f, struct buf *out)
{
    if (f->count >= 3)
        put_name(month_names[f->c->month - 1], f->count >= 4, out);
    else
        put_number(out, f->c->month, f->count);
}

static void put_weekday(const struct field *f, struct buf *out)
{
    put_name(day_names[f->c->weekday - 1], f->count >= 4, out);
}

static void put_u(const struct field *f, struct buf *out)
{
    if (f->modern)
        put_year(f, out);
    else
        put_number(out, f->c->weekday, f->count);
}

static void put_fraction(const struct field *f, struct buf *out)
{
    char digits[16];
    if (!f->modern) {
        put_number(out, f->c->nanos / 1000000, f->count);
        return;
    }
    snprintf(digits, sizeof(digits), "%09d", f->c->nanos);
    buf_add(out, digits, (size_t)(f->count < 9 ? f->count : 9));
}

static void put_offset(int offset, bool colon, bool minutes, struct buf *out)
{
    int all = (offset < 0 ? -offset : offset) / 60;
    buf_printf(out, "%c%02d", offset < 0 ? '-' : '+', all / 60);
    if (minutes)
        buf_printf(out, "%s%02d", colon ? ":" : "", all % 60);
}

static void put_z(const struct field *f, struct buf *out)
{
    buf_addstr(out, f->c->zone);
}

static void put_big_z(const struct field *f, struct buf *out)
{
    put_offset(f->c->offset, f->count >= 4, true, out);
}

static void put_x(const struct field *f, struct buf *out)
{
    if (f->c->offset == 0)
        buf_addch(out, 'Z');
    else
        put_offset(f->c->offset, f->count == 3, f->count >= 2 || f->c->offset % 3600, out);
}

static void put_small_x(const struct field *f, struct buf *out)
{
    put_offset(f->c->offset, f->count == 3, f->count >= 2, out);
}

static void put_zone_id(const struct field *f, struct buf *out)
{
    char name[64];
    buf_addstr(out, f->zone ? f->zone : zone_default(name));
}

static void put_half(const struct field *f, struct buf *out)
{
    buf_addstr(out, f->c->hour < 12 ? "AM" : "PM");
}

static void put_era(const struct field *f, struct buf *out)
{
    buf_addstr(out, "AD");
}

/* Week of the year as Locale.US has it: weeks begin on Sunday, the first holds January 1st. */
static void put_week(const struct field *f, struct buf *out)
{
    int first = (int)((days_from_civil(f->c->year, 1, 1) + 4) % 7 + 7) % 7; /* 0 Sunday */
    put_number(out, (f->c->yearday - 1 + first) / 7 + 1, f->count);
}

#define PUT_NUMBER(name, expression)                                                                         \
    static void name(const struct field *f, struct buf *out)                                                 \
    {                                                                                                        \
        put_number(out, expression, f->count);                                                               \
    }
PUT_NUMBER(put_day, f->c->day)
PUT_NUMBER(put_yearday, f->c->yearday)
PUT_NUMBER(put_hour, f->c->hour)
PUT_NUMBER(put_hour_24, f->c->hour == 0 ? 24 : f->c->hour)
PUT_NUMBER(put_hour_12, f->c->hour % 12 == 0 ? 12 : f->c->hour % 12)
PUT_NUMBER(put_hour_11, f->c->hour % 12)
PUT_NUMBER(put_minute, f->c->minute)
PUT_NUMBER(put_second, f->c->second)
PUT_NUMBER(put_nanos, f->c->nanos)
PUT_NUMBER(put_weekday_number, f->c->weekday)
PUT_NUMBER(put_week_in_month, (f->c->day - 1) / 7 + 1)

static const struct {
    char letter;
    void (*put)(const struct field *f, struct buf *out);
} letters[] = {
    {'y', put_year},     {'Y', put_year},          {'u', put_u},
    {'M', put_month},    {'L', put_month},         {'d', put_day},
    {'D', put_yearday},  {'E', put_weekday},       {'e', put_weekday_number},
    {'H', put_hour},     {'k', put_hour_24},       {'h', put_hour_12},
    {'K', put_hour_11},  {'m', put_minute},        {'s', put_second},
    {'S', put_fraction}, {'n', put_nanos},         {'a', put_half},
    {'z', put_z},        {'Z', put_big_z},         {'X', put_x},
    {'x', put_small_x},  {'V', put_zone_id},       {'G', put_era},
    {'w', put_week},     {'W', put_week_in_month}, {'F', put_week_in_month},
};

/* Copies '...' or ''; returns bytes consumed. */
static size_t quoted(const char *p, struct buf *out)
{
    size_t i = 1;
    if (p[1] == '\'') {
        buf_addch(out, '\'');
        return 2;
    }
    for (; p[i]; i++) {
        if (p[i] == '\'' && p[i + 1] != '\'')
            return i + 1;
        i += p[i] == '\'';
        buf_addch(out, p[i]);
    }
    return i;
}

static int put_letter(char letter, const struct field *f, struct buf *out, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        if (letters[i].letter == letter) {
            letters[i].put(f, out);
            return 0;
        }
    }
    return error_set(err, ERROR_INVALID, "Illegal pattern character '%c'", letter);
}

static size_t run_of(const char *p)
{
    size_t n = 1;
    while (p[n] == *p)
        n++;
    return n;
}

int civil_format(const struct civil *c, const char *pattern, const char *zone, bool modern, struct buf *out,
                 struct error *err)
{
    for (const char *p = pattern; *p;) {
        if (*p == '\'') {
            p += quoted(p, out);
        } else if (isalpha((unsigned char)*p)) {
            size_t n = run_of(p);
            struct field field = {.c = c, .zone = zone, .count = n > 32 ? 32 : (int)n, .modern = modern};
            if (put_letter(*p, &field, out, err))
                return -1;
            p += n;
        } else {
            if (!modern || (*p != '[' && *p != ']'))
                buf_addch(out, *p);
            p++;
        }
    }
    return 0;
}

/* ---- parsing */

struct reader {
    struct civil *c;
    const char *start, *p;
    bool half_pm, half_am, has_offset;
};

static bool read_digits(struct reader *r, int max, int64_t *n)
{
    const char *start = r->p;
    for (*n = 0; isdigit((unsigned char)*r->p) && r->p - start < max; r->p++)
        *n = *n * 10 + (*r->p - '0');
    return r->p > start;
}

static bool read_name(struct reader *r, const char *const *names, int count, int *index)
{
    for (int i = 0; i < count; i++) {
        size_t full = strlen(names[i]);
        size_t n = strncasecmp(r->p, names[i], full) == 0 ? full
                   : strncasecmp(r->p, names[i], 3) == 0  ? 3
                                                          : 0;
        if (n) {
            r->p += n;
            *index = i + 1;
            return true;
        }
    }
    return false;
}

static bool read_offset(struct reader *r)
{
    size_t n = strcspn(r->p, " \t,)]");
    char zone[40];
    snprintf(zone, sizeof(zone), "%.*s", (int)n, r->p);
    if (!n || !zone_known(zone))
        return false;
    struct civil at = civil_at(civil_millis(r->c, "UTC"), zone);
    r->c->offset = at.offset;
    snprintf(r->c->zone, sizeof(r->c->zone), "%.15s", at.zone);
    r->has_offset = true;
    r->p += n;
    return true;
}

static bool read_half(struct reader *r)
{
    r->half_am = strncasecmp(r->p, "am", 2) == 0;
    r->half_pm = strncasecmp(r->p, "pm", 2) == 0;
    r->p += 2 * (r->half_am || r->half_pm);
    return r->half_am || r->half_pm;
}

static bool read_year(struct reader *r, int count, int max)
{
    int64_t n;
    const char *start = r->p;
    if (!read_digits(r, max, &n))
        return false;
    r->c->year = count <= 2 && r->p - start == 2 ? n + (n < 46 ? 2000 : 1900) : n;
    return true;
}

static bool read_fraction(struct reader *r, int max)
{
    int64_t n;
    const char *start = r->p;
    if (!read_digits(r, max > 9 ? 9 : max, &n))
        return false;
    for (long digits = r->p - start; digits < 9; digits++)
        n *= 10;
    r->c->nanos = (int)n;
    return true;
}

static bool read_letter(struct reader *r, char letter, int count, int max)
{
    int64_t n;
    int ignored;
    struct civil *c = r->c;
    int *const places[128] = {
        ['d'] = &c->day,  ['D'] = &c->yearday, ['H'] = &c->hour,   ['k'] = &c->hour,  ['h'] = &c->hour,
        ['K'] = &c->hour, ['m'] = &c->minute,  ['s'] = &c->second, ['M'] = &c->month, ['L'] = &c->month};
    if (letter == 'y' || letter == 'u' || letter == 'Y')
        return read_year(r, count, max);
    if ((letter == 'M' || letter == 'L') && count >= 3)
        return read_name(r, month_names, 12, &c->month);
    if (letter == 'E')
        return read_name(r, day_names, 7, &ignored);
    if (letter == 'S')
        return read_fraction(r, max);
    if (letter == 'a')
        return read_half(r);
    if (letter == 'z' || letter == 'Z' || letter == 'X' || letter == 'x' || letter == 'V')
        return read_offset(r);
    if (!places[letter & 0x7f] || !read_digits(r, max, &n))
        return false;
    *places[letter & 0x7f] = (int)n;
    return true;
}

static bool read_literal(struct reader *r, const char *s, size_t n)
{
    if (strncmp(r->p, s, n) != 0)
        return false;
    r->p += n;
    return true;
}

static size_t read_item(struct reader *r, const char *p)
{
    if (*p == '\'') {
        struct buf text = {0};
        size_t n = quoted(p, &text);
        bool ok = read_literal(r, text.data ? text.data : "", text.len);
        buf_release(&text);
        return ok ? n : 0;
    }
    if (!isalpha((unsigned char)*p))
        return read_literal(r, p, 1) ? 1 : 0;
    size_t n = run_of(p);
    bool adjacent = isalpha((unsigned char)p[n]) && strchr("yMdHhmsSDk", p[n]);
    return read_letter(r, *p, (int)n, adjacent ? (int)n : 9) ? n : 0;
}

int civil_parse(struct civil *c, const char *pattern, const char *text, bool *has_offset, size_t *at)
{
    struct reader r = {.c = c, .start = text, .p = text};
    for (const char *p = pattern; *p;) {
        size_t n = read_item(&r, p);
        if (!n) {
            *at = (size_t)(r.p - text);
            return -1;
        }
        p += n;
    }
    if (r.half_pm && c->hour < 12)
        c->hour += 12;
    else if (r.half_am && c->hour == 12)
        c->hour = 0;
    *has_offset = r.has_offset;
    return (int)(r.p - text);
}

void date_format_iso(int64_t millis, struct buf *out)
{
    struct civil c = civil_at(millis, "UTC");
    civil_format(&c, "yyyy-MM-dd'T'HH:mm:ssZ", "UTC", false, out, NULL);
}

void date_print(int64_t millis, struct buf *out)
{
    struct civil c = civil_at(millis, NULL);
    civil_format(&c, "EEE MMM dd HH:mm:ss zzz yyyy", NULL, false, out, NULL);
}
