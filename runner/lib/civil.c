/* Civil time: days and dates (Howard Hinnant's algorithms), zones through the C library.
 *
 * glibc knows one zone at a time, the TZ variable's; a named zone is looked at by setting it for the
 * moment of one call. The process has one thread that runs scripts, and starts no child in between. */
#include "runner/lib/date.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 86400 };

/* Years begin in March here, so that the leap day is the last of one; eras are 400 years of 146097 days. */
int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t yoe = year - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void civil_from_days(int64_t days, struct civil *c)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
    c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c->year = yoe + era * 400 + (c->month <= 2);
    c->weekday = (int)(((days + 3) % 7 + 7) % 7) + 1;
    c->yearday = (int)(days - days_from_civil(c->year, 1, 1)) + 1;
}

/* Zones that must work where no tz database is installed. */
static const struct {
    const char *name, *abbreviation;
    int offset;
} fixed_zones[] = {
    {"UTC", "UTC", 0},
    {"GMT", "GMT", 0},
    {"Z", "UTC", 0},
    {"Etc/UTC", "UTC", 0},
    {"Asia/Shanghai", "CST", 8 * 3600},
    {"PRC", "CST", 8 * 3600},
    {"CTT", "CST", 8 * 3600},
    {"Asia/Hong_Kong", "HKT", 8 * 3600},
    {"Asia/Taipei", "CST", 8 * 3600},
    {"Asia/Tokyo", "JST", 9 * 3600},
};

/* "+08:00", "+8", "GMT+08:00", "UTC-3". */
static bool offset_zone(const char *zone, int *offset)
{
    if (str_has_prefix(zone, "GMT") || str_has_prefix(zone, "UTC"))
        zone += 3;
    int sign = *zone == '+' ? 1 : *zone == '-' ? -1 : 0;
    if (!sign || !isdigit((unsigned char)zone[1]))
        return false;
    int hours = 0, minutes = 0, digits = 0;
    for (zone++; isdigit((unsigned char)*zone) && digits < 4; zone++, digits++)
        hours = hours * 10 + (*zone - '0');
    if (digits > 2) {
        minutes = hours % 100;
        hours /= 100;
    } else if (*zone == ':') {
        minutes = (int)strtol(zone + 1, NULL, 10);
    }
    *offset = sign * (hours * 3600 + minutes * 60);
    return hours <= 18;
}

/* Names come from scripts: only what lies below zoneinfo may be asked for. */
static bool in_database(const char *zone)
{
    char path[256];
    if (!isalpha((unsigned char)*zone) || strstr(zone, "..") || strlen(zone) > 60)
        return false;
    snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
    return access(path, R_OK) == 0;
}

static int fixed_index(const char *zone)
{
    for (int i = 0; i < (int)ARRAY_LEN(fixed_zones); i++) {
        if (strcmp(fixed_zones[i].name, zone) == 0)
            return i;
    }
    return -1;
}

bool zone_known(const char *zone)
{
    int offset;
    return fixed_index(zone) >= 0 || offset_zone(zone, &offset) || in_database(zone);
}

static void local_offset(int64_t seconds, struct civil *c)
{
    struct tm tm;
    time_t t = (time_t)seconds;
    localtime_r(&t, &tm);
    c->offset = (int)tm.tm_gmtoff;
    snprintf(c->zone, sizeof(c->zone), "%s", tm.tm_zone ? tm.tm_zone : "UTC");
}

static void named_offset(int64_t seconds, const char *zone, struct civil *c)
{
    _cleanup_free_ char *before = xstrdup(getenv("TZ")), *value = xasprintf(":%s", zone);
    setenv("TZ", value, 1);
    tzset();
    local_offset(seconds, c);
    before ? setenv("TZ", before, 1) : unsetenv("TZ");
    tzset();
}

static void find_offset(int64_t seconds, const char *zone, struct civil *c)
{
    int fixed;
    if (!zone) {
        local_offset(seconds, c);
    } else if ((fixed = fixed_index(zone)) >= 0) {
        c->offset = fixed_zones[fixed].offset;
        snprintf(c->zone, sizeof(c->zone), "%s", fixed_zones[fixed].abbreviation);
    } else if (offset_zone(zone, &c->offset)) {
        int minutes = c->offset / 60, all = minutes < 0 ? -minutes : minutes;
        snprintf(c->zone, sizeof(c->zone), "GMT%c%02d:%02d", minutes < 0 ? '-' : '+', all / 60 % 100,
                 all % 60);
    } else if (in_database(zone)) {
        named_offset(seconds, zone, c);
    } else {
        c->offset = 0;
        snprintf(c->zone, sizeof(c->zone), "GMT");
    }
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil civil_at(int64_t millis, const char *zone)
{
    struct civil c = {0};
    int64_t seconds = floor_div(millis, 1000);
    find_offset(seconds, zone, &c);
    int64_t local = seconds + c.offset, days = floor_div(local, DAY), rest = local - days * DAY;
    civil_from_days(days, &c);
    c.hour = (int)(rest / 3600);
    c.minute = (int)(rest / 60 % 60);
    c.second = (int)(rest % 60);
    c.nanos = (int)((millis % 1000 + 1000) % 1000) * 1000000;
    return c;
}

int64_t civil_millis(const struct civil *c, const char *zone)
{
    struct civil at = {0};
    int64_t months = c->year * 12 + c->month - 1; /* a month of 13 is next January */
    int64_t days = days_from_civil(floor_div(months, 12), (int)(months - floor_div(months, 12) * 12) + 1, 1) +
                   c->day - 1;
    int64_t local = days * DAY + c->hour * 3600LL + c->minute * 60LL + c->second;
    find_offset(local, zone, &at);
    find_offset(local - at.offset, zone, &at);
    return (int64_t)((uint64_t)(local - at.offset) * 1000 +
                     (uint64_t)(c->nanos / 1000000)); /* wraps, as Java's */
}

const char *zone_default(char buf[64])
{
    const char *tz = getenv("TZ");
    ssize_t n;
    if (tz && *tz) {
        snprintf(buf, 64, "%s", tz + (*tz == ':'));
    } else if ((n = readlink("/etc/localtime", buf, 63)) > 0) {
        buf[n] = 0;
        char *name = strstr(buf, "zoneinfo/");
        memmove(buf, name ? name + 9 : "UTC", name ? strlen(name + 9) + 1 : 4);
    } else {
        snprintf(buf, 64, "UTC");
    }
    return str_eq(buf, "Etc/UTC") ? "UTC" : buf;
}
