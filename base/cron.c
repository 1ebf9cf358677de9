/* A line is five sets of bits. One generator serves the whole text: each H takes its values from where the
 * one before it stopped, so that a table means the same minute here and in Jenkins.
 *
 * Jenkins checks once a minute whether a line fires (Trigger.checkTriggers); here the next minute is
 * worked out, since a server that sleeps until then needs no poll. Both agree but for the hour that
 * clocks skip in spring: what would have fired in it does not fire that day, in Jenkins neither. */
#include "base/cron.h"
#include "base/hash.h"
#include "base/util.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };
enum { MAX_DAYS = 2 * 366 };

static const struct {
    int low, high, hash_high; /* days to 28: every month has them; weekdays to 6: 0 and 7 are one */
} bounds[FIELDS] = {{0, 59, 59}, {0, 23, 23}, {1, 31, 28}, {1, 12, 12}, {0, 7, 6}};

struct cron_line {
    uint64_t bits[FIELDS]; /* by value: minute 0 is bit 0, day 1 is bit 1 */
};
struct cron {
    VEC(struct cron_line) lines;
    char *zone;
};

/* ---- java.util.Random, seeded by the MD5 of a text, folded to eight bytes */

struct draw {
    uint64_t state; /* 48 bits, as java.util.Random */
};

/* [core: hudson.scheduler.Hash.from]: MD5, its two halves joined by xor, as the seed of a
 * java.util.Random; the constant and the 48 bits are those of Java's generator. */
static struct draw draw_seeded(const char *seed)
{
    char hex[HASH_HEX_MAX];
    uint64_t halves[2] = {0, 0};
    hash_hex(HASH_MD5, seed, strlen(seed), hex);
    for (int i = 0; i < 32; i++)
        halves[i / 16] = halves[i / 16] << 4 | (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return (struct draw){((halves[0] ^ halves[1]) ^ 0x5DEECE66DULL) & ((1ULL << 48) - 1)};
}

static int32_t draw_bits(struct draw *d)
{
    d->state = (d->state * 0x5DEECE66DULL + 0xBULL) & ((1ULL << 48) - 1);
    return (int32_t)(d->state >> 17);
}

/* java.util.Random.nextInt(bound): draws again where the last, incomplete run of multiples would favour
 * small ones. */
static int draw_below(struct draw *d, int bound)
{
    int32_t r = draw_bits(d), m = bound - 1;
    if ((bound & m) == 0)
        return (int)(((int64_t)bound * r) >> 31);
    for (int32_t u = r; (int64_t)u - (r = u % bound) + m > INT32_MAX; u = draw_bits(d))
        ;
    return r;
}

/* ---- one line */

struct parser {
    const char *text, *at, *token; /* token: where the last number began, for messages */
    int line;
    struct draw *draw;
    struct error *err;
};

static int fail(struct parser *p, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(struct parser *p, const char *where, const char *fmt, ...)
{
    char why[128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof(why), fmt, ap);
    va_end(ap);
    return error_set(p->err, ERROR_INVALID, "Invalid input: \"%s\": line %d:%d: %s", p->text, p->line,
                     (int)(where - p->text) + 1, why);
}

static int unexpected(struct parser *p)
{
    unsigned char c = (unsigned char)*p->at;
    if (!c)
        return fail(p, p->at, "unexpected end of input");
    return c < 0x80 ? fail(p, p->at, "unexpected char: '%c'", c) : fail(p, p->at, "unexpected char: 0x%X", c);
}

/* Digits beyond what an int holds are passed over: the range check that follows refuses the number in any
 * case. */
static int number(struct parser *p, int *n)
{
    if (*p->at < '0' || *p->at > '9')
        return unexpected(p);
    p->token = p->at;
    for (*n = 0; *p->at >= '0' && *p->at <= '9'; p->at++)
        *n = *n > INT_MAX / 100 ? *n : *n * 10 + (*p->at - '0');
    return 0;
}

static int check_range(struct parser *p, int n, int low, int high)
{
    if (n >= low && n <= high)
        return 0;
    return fail(p, p->token, "%d is an invalid value. Must be within %d and %d", n, low, high);
}

static int bounded(struct parser *p, int field, int *n)
{
    return number(p, n) < 0 ? -1 : check_range(p, *n, bounds[field].low, bounds[field].high);
}

/* "/N", or nothing: *step is 0 then. */
static int step_of(struct parser *p, int *step)
{
    *step = 0;
    if (*p->at != '/')
        return 0;
    p->at++;
    if (number(p, step) < 0)
        return -1;
    return *step > 0 ? 0 : fail(p, p->token, "step must be positive, but found %d", *step);
}

/* Values are bits of one word: the largest is minute 59. */
static uint64_t every(int low, int high, int step)
{
    uint64_t bits = 0;
    for (int i = low; i <= high; i += step)
        bits |= 1ULL << i;
    return bits;
}

/* "(a-b)", or nothing: the bounds stay. */
static int hash_range(struct parser *p, int field, int *low, int *high)
{
    if (*p->at != '(')
        return 0;
    p->at++;
    if (bounded(p, field, low) < 0)
        return -1;
    if (*p->at != '-')
        return unexpected(p);
    p->at++;
    if (bounded(p, field, high) < 0)
        return -1;
    if (*p->at != ')')
        return unexpected(p);
    p->at++;
    return 0;
}

/* H picks one value; H/n every n-th from a drawn one below n. A step of 1 is as none. */
static int hashed(struct parser *p, int field, uint64_t *bits)
{
    int low = bounds[field].low, high = bounds[field].hash_high, step;
    p->at++;
    if (hash_range(p, field, &low, &high) < 0 || step_of(p, &step) < 0)
        return -1;
    if (low > high)
        return fail(p, p->token, "You mean %d-%d?", high, low);
    if (step > high - low + 1)
        return check_range(p, step, 1, high - low + 1);
    if (step > 1)
        *bits |= every(low + draw_below(p->draw, step), high, step);
    else
        *bits |= 1ULL << (low + draw_below(p->draw, high + 1 - low));
    return 0;
}

static int ranged(struct parser *p, int field, uint64_t *bits)
{
    int low, high, step;
    if (bounded(p, field, &low) < 0)
        return -1;
    if (*p->at != '-') {
        *bits |= 1ULL << low;
        return 0;
    }
    p->at++;
    if (bounded(p, field, &high) < 0 || step_of(p, &step) < 0)
        return -1;
    if (low > high)
        return fail(p, p->token, "You mean %d-%d?", high, low);
    *bits |= every(low, high, step ? step : 1);
    return 0;
}

static int term(struct parser *p, int field, uint64_t *bits)
{
    int step;
    if (*p->at == 'H')
        return hashed(p, field, bits);
    if (*p->at != '*')
        return ranged(p, field, bits);
    p->at++;
    if (step_of(p, &step) < 0)
        return -1;
    *bits |= every(bounds[field].low, bounds[field].high, step ? step : 1);
    return 0;
}

static int fields(struct parser *p, struct cron_line *l)
{
    for (int i = 0; i < FIELDS; i++) {
        size_t blank = strspn(p->at, " \t");
        if (i && !blank)
            return unexpected(p);
        p->at += blank;
        if (term(p, i, &l->bits[i]) < 0)
            return -1;
        while (*p->at == ',') {
            p->at++;
            if (term(p, i, &l->bits[i]) < 0)
                return -1;
        }
    }
    if (*p->at)
        return unexpected(p);
    if (l->bits[WEEKDAY] & 1 << 7)
        /* 7 is Sunday as 0 is; tm_wday knows only the latter. */
        l->bits[WEEKDAY] = (l->bits[WEEKDAY] | 1) & 0x7F;
    return 0;
}

/* [core: CronTab's aliases, hudson.scheduler.CronTab.set]. */
static const char *alias(const char *line)
{
    static const struct {
        const char *name, *meaning;
    } aliases[] = {{"@yearly", "H H H H *"}, {"@annually", "H H H H *"}, {"@monthly", "H H H * *"},
                   {"@weekly", "H H * * H"}, {"@daily", "H H * * *"},    {"@midnight", "H H(0-2) * * *"},
                   {"@hourly", "H * * * *"}};
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (strcmp(aliases[i].name, line) == 0)
            return aliases[i].meaning;
    return line;
}

static int parse_line(struct cron *c, const char *text, int number_of_line, struct draw *d, struct error *err)
{
    struct cron_line line = {0};
    const char *meaning = alias(text);
    struct parser p = {.text = meaning, .at = meaning, .line = number_of_line, .draw = d, .err = err};
    if (fields(&p, &line) < 0)
        return -1;
    vec_push(&c->lines, line);
    return 0;
}

/* A name of the system's time zones; nothing that leads out of their folder. Small images have no such
 * folder. */
static bool zone_exists(const char *zone)
{
    static const char folder[] = "/usr/share/zoneinfo";
    if (!*zone || *zone == '/' || strstr(zone, ".."))
        return false;
    _cleanup_free_ char *path = xasprintf("%s/%s", folder, zone);
    return strcmp(zone, "UTC") == 0 || access(path, R_OK) == 0 || access(folder, X_OK) != 0;
}

static int parse_zone(struct cron *c, const char *zone, struct error *err)
{
    zone += strspn(zone, " \t");
    if (!zone_exists(zone))
        return error_set(err, ERROR_INVALID, "Invalid or unsupported timezone '%s'", zone);
    c->zone = xstrdup(zone);
    return 0;
}

static char *trimmed_line(const char **spec)
{
    const char *from = *spec + strspn(*spec, " \t"), *end = *spec + strcspn(*spec, "\n");
    *spec = *end ? end + 1 : end;
    while (end > from && strchr(" \t\r", end[-1]))
        end--;
    return xstrndup(from, end > from ? (size_t)(end - from) : 0);
}

struct cron *cron_parse(const char *spec, const char *seed, struct error *err)
{
    struct cron *c = xcalloc(1, sizeof(*c));
    struct draw d = draw_seeded(seed);
    for (int number_of_line = 1; *spec; number_of_line++) {
        _cleanup_free_ char *line = trimmed_line(&spec);
        int status = 0;
        if (number_of_line == 1 && str_has_prefix(line, "TZ="))
            status = parse_zone(c, line + 3, err);
        else if (*line && *line != '#')
            status = parse_line(c, line, number_of_line, &d, err);
        if (status < 0) {
            cron_free(c);
            return NULL;
        }
    }
    return c;
}

void cron_free(struct cron *c)
{
    if (!c)
        return;
    vec_release(&c->lines);
    free(c->zone);
    free(c);
}

uint64_t cron_bits(const struct cron *c, int line, int field)
{
    return (size_t)line < c->lines.len ? c->lines.items[line].bits[field] : 0;
}

/* ---- when */

static bool day_fits(const struct cron_line *l, const struct tm *day)
{
    return l->bits[DAY] >> day->tm_mday & 1 && l->bits[MONTH] >> (day->tm_mon + 1) & 1 &&
           l->bits[WEEKDAY] >> day->tm_wday & 1;
}

/* A time that the clock leaps over in spring is none. */
static bool exists(const struct tm *asked, const struct tm *is)
{
    return asked->tm_hour == is->tm_hour && asked->tm_min == is->tm_min && asked->tm_mday == is->tm_mday;
}

/* The line's first minute of that day which lies behind `after`. */
static bool first_of_day(const struct cron_line *l, const struct tm *day, time_t after, time_t *next)
{
    for (int minute = 0; minute < 24 * 60; minute++) {
        if (!(l->bits[HOUR] >> (minute / 60) & 1 && l->bits[MINUTE] >> (minute % 60) & 1))
            continue;
        struct tm t = *day, asked;
        t.tm_hour = minute / 60;
        t.tm_min = minute % 60;
        t.tm_sec = 0;
        t.tm_isdst = -1;
        asked = t;
        time_t at = mktime(&t);
        if (at > after && exists(&asked, &t)) {
            *next = at;
            return true;
        }
    }
    return false;
}

/* Day by day, and minute by minute only in days that fit: MAX_DAYS bounds it for dates that never come. */
static bool line_next(const struct cron_line *l, time_t after, time_t *next)
{
    struct tm day;
    localtime_r(&after, &day);
    /* A 29th of February may be eight years off; Jenkins gives up after two years as well
     * (RareOrImpossibleDateException). */
    for (int i = 0; i <= MAX_DAYS; i++) {
        if (day_fits(l, &day) && first_of_day(l, &day, after, next))
            return true;
        day.tm_mday++;
        day.tm_hour = 12; /* noon exists on every day */
        day.tm_min = day.tm_sec = 0;
        day.tm_isdst = -1;
        mktime(&day);
    }
    return false;
}

/* The C library knows one zone at a time: the process' own is put back. */
static char *enter_zone(const char *zone)
{
    char *own = getenv("TZ") ? xstrdup(getenv("TZ")) : NULL;
    if (zone)
        /* Safe only because one thread runs everything that asks for local times. */
        setenv("TZ", zone, 1);
    tzset();
    return own;
}

static void leave_zone(char *own) /* takes */
{
    if (own)
        setenv("TZ", own, 1);
    else
        unsetenv("TZ");
    tzset();
    free(own);
}

bool cron_next(const struct cron *c, time_t after, time_t *next)
{
    bool found = false;
    char *own = enter_zone(c->zone);
    for (size_t i = 0; i < c->lines.len; i++) {
        time_t t;
        if (line_next(&c->lines.items[i], after, &t) && (!found || t < *next)) {
            *next = t;
            found = true;
        }
    }
    leave_zone(own);
    return found;
}
