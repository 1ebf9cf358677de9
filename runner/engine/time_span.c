/* hudson.Util.getTimeSpanString: two units while the larger is below ten, one decimal below ten seconds. */
#include "runner/engine/time_span.h"
#include "base/util.h"
#include <stdio.h>

static const struct {
    int64_t ms;
    const char *one, *many;
} spans[] = {{365 * 86400000LL, "yr", "yr"}, {30 * 86400000LL, "mo", "mo"}, {86400000, "day", "days"},
             {3600000, "hr", "hr"},          {60000, "min", "min"},         {1000, "sec", "sec"}};

static void seconds_text(int64_t ms, char out[TIME_SPAN_MAX])
{
    int64_t s = ms / 1000;
    if (s >= 10)
        snprintf(out, TIME_SPAN_MAX, "%d sec", (int)s);
    else if (s >= 1)
        snprintf(out, TIME_SPAN_MAX, ms / 100 % 10 ? "%d.%d sec" : "%d sec", (int)s, (int)(ms / 100 % 10));
    else if (ms >= 100)
        snprintf(out, TIME_SPAN_MAX, ms / 10 % 10 ? "0.%02d sec" : "0.%d sec",
                 (int)(ms / 10 % 10 ? ms / 10 : ms / 100));
    else
        snprintf(out, TIME_SPAN_MAX, "%d ms", (int)ms);
}

void time_span_text(int64_t ms, char out[TIME_SPAN_MAX])
{
    for (size_t i = 0; i + 1 < ARRAY_LEN(spans); i++) {
        int64_t n = ms / spans[i].ms, below = ms % spans[i].ms / spans[i + 1].ms;
        if (!n)
            continue;
        int len = snprintf(out, TIME_SPAN_MAX, "%d %s", (int)n, n == 1 ? spans[i].one : spans[i].many);
        if (n < 10)
            snprintf(out + len, TIME_SPAN_MAX - (size_t)len, " %d %s", (int)below,
                     below == 1 ? spans[i + 1].one : spans[i + 1].many);
        return;
    }
    seconds_text(ms, out);
}
