/* A time as Jenkins writes it in the console [core: hudson.Util.getTimeSpanString]: the largest unit, and the
 * one below it while there are fewer than ten of the first; tenths below ten seconds, hundredths below one.
 */
#ifndef RUNNER_ENGINE_TIME_SPAN_H
#define RUNNER_ENGINE_TIME_SPAN_H

#include <stdint.h>

enum { TIME_SPAN_MAX = 64 };
void time_span_text(int64_t ms, char out[TIME_SPAN_MAX]);

#endif
