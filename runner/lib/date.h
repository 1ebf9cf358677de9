/* Points in time: java.util.Date, and formatting by Java's pattern letters, which String.format,
 * SimpleDateFormat and java.time share. Milliseconds since 1970 UTC; zones by name of the tz database. */
#ifndef RUNNER_LIB_DATE_H
#define RUNNER_LIB_DATE_H

#include "runner/lib/lib.h"
#include "base/buf.h"

struct value date_new(struct vm *vm, int64_t millis); /* java.util.Date; owned */
bool value_is_date(struct value v);
int64_t date_millis(struct value v);

/* A civil time with its zone's offset. */
struct civil {
    int64_t year;
    int month, day;           /* from 1 */
    int hour, minute, second; /* 0-23, 0-59 */
    int nanos;
    int weekday;   /* 1 Monday … 7 Sunday */
    int yearday;   /* from 1 */
    int offset;    /* seconds east of UTC */
    char zone[16]; /* abbreviation: CST */
};

int64_t days_from_civil(int64_t year, int month, int day); /* days since 1970-01-01 */
void civil_from_days(int64_t days, struct civil *c);       /* sets date, weekday, yearday */
/* zone NULL: the process's (TZ). Unknown names are UTC, as Java's TimeZone has it. "GMT+8" and "+08:00" work.
 */
struct civil civil_at(int64_t millis, const char *zone);
/* Milliseconds of a civil time in a zone (offset and zone fields are ignored). */
int64_t civil_millis(const struct civil *c, const char *zone);
bool zone_known(const char *zone);
const char *zone_default(char buf[64]); /* its name */

/* An amount of days, hours … a script gave, cut to what the arithmetic above can take. */
static inline int64_t amount_limit(int64_t n)
{
    return n > 100000000 ? 100000000 : n < -100000000 ? -100000000 : n;
}

/* SimpleDateFormat / DateTimeFormatter pattern. modern: java.time's letters (u, e, S as fraction). */
int civil_format(const struct civil *c, const char *pattern, const char *zone, bool modern, struct buf *out,
                 struct error *err);
/* Reads text by pattern; *c is preset by the caller. Returns bytes read, -1 on a mismatch (*at: where).
 * *has_offset: an offset was read into c->offset. */
int civil_parse(struct civil *c, const char *pattern, const char *text, bool *has_offset, size_t *at);

void date_format_iso(int64_t millis, struct buf *out); /* 1970-01-01T00:00:00+0000, as JsonOutput writes it */
void date_print(int64_t millis, struct buf *out);      /* Thu Jan 01 00:00:00 UTC 1970 */

#endif
