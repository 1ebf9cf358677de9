/* Parsed at each use, never kept: the text has been checked before anything is sent, and a request asks
 * once. */
#include "runner/steps/notify/status_ranges.h"
#include "base/util.h"
#include <limits.h>
#include <string.h>

struct interval {
    long from, to;
};

/* strtol() would take leading blanks; Integer.parseInt() does not. */
static int number(const char *text, size_t n, long *out, struct error *err)
{
    _cleanup_free_ char *digits = xstrndup(text, n);
    char *end;
    *out = strtol(digits, &end, 10);
    if (!n || *end || *digits == ' ' || *out > INT_MAX || *out < INT_MIN)
        return error_set(err, ERROR_INVALID, "Invalid number %s", digits);
    return 0;
}

/* The interval at *p, which moves behind its comma. */
static int next_interval(const char **p, struct interval *out, struct error *err)
{
    const char *s = *p, *end = s + strcspn(s, ",");
    *p = *end ? end + 1 : end;
    while (s < end && strchr(" \t\n", *s))
        s++;
    while (end > s && strchr(" \t\n", end[-1]))
        end--;
    const char *colon = memchr(s, ':', (size_t)(end - s));
    if (colon && memchr(colon + 1, ':', (size_t)(end - colon - 1)))
        return error_set(err, ERROR_INVALID, "Code %.*s should be an interval from:to or a single value",
                         (int)(end - s), s);
    if (number(s, (size_t)((colon ? colon : end) - s), &out->from, err) < 0)
        return -1;
    out->to = out->from;
    if (colon && number(colon + 1, (size_t)(end - colon - 1), &out->to, err) < 0)
        return -1;
    if (out->from > out->to)
        return error_set(err, ERROR_INVALID, "Interval %.*s should be FROM less than TO", (int)(end - s), s);
    return 0;
}

int status_ranges_check(const char *text, struct error *err)
{
    struct interval i;
    do
        if (next_interval(&text, &i, err) < 0)
            return -1;
    while (*text);
    return 0;
}

/* Stops at the first interval that holds; the text was checked, so nothing fails. */
bool status_ranges_hold(const char *text, int status)
{
    struct interval i;
    while (*text)
        if (next_interval(&text, &i, NULL) == 0 && i.from <= status && status <= i.to)
            return true;
    return false;
}
