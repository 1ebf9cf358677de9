#ifndef RUNNER_STEPS_TIME_UNIT_H
#define RUNNER_STEPS_TIME_UNIT_H

#include <stdint.h>

/* Milliseconds of so many java.util.concurrent.TimeUnit; -1: no such unit. */
int64_t time_unit_ms(const char *unit, double amount);

#endif
