/* java.time's points and spans of time: what temporal*.c share. */
#ifndef RUNNER_LIB_TEMPORAL_H
#define RUNNER_LIB_TEMPORAL_H

#include "runner/lib/date.h"
#include "base/buf.h"

enum temporal_kind { LOCAL_DATE, LOCAL_TIME, LOCAL_DATE_TIME, ZONED, INSTANT, DURATION, TEMPORAL_KINDS };

struct temporal {
    enum temporal_kind kind;
    int64_t
        seconds; /* local ones for LOCAL_*; since 1970 UTC for ZONED and INSTANT; of the span for DURATION */
    int nanos;
    char zone[48]; /* ZONED */
};

struct temporal *temporal_of(struct value v); /* NULL if it is none */
struct value temporal_new(struct fiber *f, const struct temporal *t);
struct civil temporal_civil(const struct temporal *t);
/* ISO text; seconds: also when they are zero. */
void temporal_print(const struct temporal *t, bool seconds, struct buf *out);
/* ISO text of a kind, or by a DateTimeFormatter's pattern: 0, or -1 with *at the place that did not fit. */
int temporal_parse(struct temporal *t, const char *text, const char *pattern, size_t *at);
/* A zone's name: of a ZoneId, a TimeZone, or a text. Borrowed, from v or *hold. */
const char *temporal_zone_name(struct fiber *f, struct value v, struct value *hold);
int64_t floor_divide(int64_t a, int64_t b);
/* Adds whole months to a date, the day cut to the month's length. */
void temporal_add_months(struct temporal *t, int64_t months);
void temporal_add_seconds(struct temporal *t, int64_t seconds, int64_t nanos);

#endif
