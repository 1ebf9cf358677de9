/* Helpers that several sinks share: times, durations, lines of a text.
 *
 * Texts go into the caller's array, which is returned, so that they can stand in a printf(). */
#ifndef RUNNER_SINKS_LINES_H
#define RUNNER_SINKS_LINES_H

#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

enum { DURATION_MAX = 32, STAMP_MAX = 40 };
/* "12 ms", "0.3 s", "12 s", "3 min 5 s", "2 h 4 min" */
const char *duration_text(int64_t ms, char out[DURATION_MAX]);
/* "2024-05-01T12:34:56.789Z" (UTC) */
const char *stamp_iso(int64_t time_ms, char out[STAMP_MAX]);
/* "12:34:56" (local) */
const char *stamp_clock(int64_t time_ms, char out[STAMP_MAX]);
/* Takes the next line off *text (without its newline); false at the end. */
bool next_line(const char **text, const char *end, const char **line, size_t *len);
/* Adds to what is kept of an output: its last `keep` bytes, or up to twice as many. True: something went. */
bool tail_add(struct buf *tail, const char *text, size_t len, size_t keep);
/* Appends the line as a terminal may get it: of parts separated by carriage returns the last that is not
 * empty, escape sequences but colours removed (colours too unless `color`), other control characters but tab
 * dropped. */
void add_clean_line(struct buf *out, const char *line, size_t len, bool color);

#endif
