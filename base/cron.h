/* Times of `cron` and `pollSCM` triggers, in Jenkins' own dialect [core: hudson.scheduler.CronTab,
 * CronTabList, BaseParser, Hash]: five fields without names, day of month AND day of week, H drawn from the
 * job's name. */
#ifndef BASE_CRON_H
#define BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include "base/error.h"

struct cron;

/* Lines are alternatives; empty ones and # comments count for nothing; the first may be TZ=Area/City. `seed`
 * is the job's full name. Errors in Jenkins' words: Invalid input: "LINE": line N:COLUMN: why. */
struct cron *cron_parse(const char *spec, const char *seed, struct error *err);
void cron_free(struct cron *c);
/* The first full minute after `after` (seconds since 1970) at which a line fires, in its time zone or else
 * the process' own. False: none within two years, which Jenkins calls rare or impossible. */
bool cron_next(const struct cron *c, time_t after, time_t *next);

/* One field's values of a line, bit 0 up; for tests. field: minute, hour, day, month, weekday. */
uint64_t cron_bits(const struct cron *c, int line, int field);

#endif
