/* What sinks share: how times and durations are written, and how a line of somebody else's output is made
 * fit for a terminal. A build's log may hold anything, so what reaches a person's screen goes through
 * add_clean_line(); the log file, the JSON and Jenkins' form keep it as it was. */
#include "runner/sinks/lines.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Coarser the longer it took: nobody reads the seconds of an hour. */
const char *duration_text(int64_t ms, char out[DURATION_MAX])
{
    long long s = ms > 0 ? (ms + 500) / 1000 : 0;
    if (ms < 100)
        snprintf(out, DURATION_MAX, "%d ms", ms > 0 ? (int)ms : 0);
    else if (ms < 10000)
        snprintf(out, DURATION_MAX, "%.1f s", (double)ms / 1000);
    else if (s < 60)
        snprintf(out, DURATION_MAX, "%lld s", s);
    else if (s < 3600)
        snprintf(out, DURATION_MAX, "%lld min %lld s", s / 60, s % 60);
    else
        snprintf(out, DURATION_MAX, "%lld h %lld min", s / 3600, s % 3600 / 60);
    return out;
}

const char *stamp_iso(int64_t time_ms, char out[STAMP_MAX])
{
    time_t t = (time_t)(time_ms / 1000);
    struct tm tm;
    gmtime_r(&t, &tm);
    size_t n = strftime(out, STAMP_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, STAMP_MAX - n, ".%03dZ", (int)(time_ms % 1000));
    return out;
}

const char *stamp_clock(int64_t time_ms, char out[STAMP_MAX])
{
    time_t t = (time_t)(time_ms / 1000);
    struct tm tm;
    localtime_r(&t, &tm);
    strftime(out, STAMP_MAX, "%H:%M:%S", &tm);
    return out;
}

bool next_line(const char **text, const char *end, const char **line, size_t *len)
{
    if (*text >= end)
        return false;
    const char *newline = memchr(*text, '\n', (size_t)(end - *text));
    *line = *text;
    *len = (size_t)((newline ? newline : end) - *text);
    *text = newline ? newline + 1 : end;
    return true;
}

static bool is_plain(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
            return false;
    return true;
}

/* Progress bars overwrite themselves by carriage returns: the last state is what a person would see. */
static void last_part(const char **line, size_t *len)
{
    while (*len && (*line)[*len - 1] == '\r')
        --*len;
    const char *cr = memrchr(*line, '\r', *len);
    if (cr) {
        *len -= (size_t)(cr + 1 - *line);
        *line = cr + 1;
    }
}

/* Length of the escape sequence at s (ECMA-48: CSI, OSC and the like until their terminator, else two bytes).
 */
static size_t escape_len(const char *s, size_t n)
{
    size_t i = 2;
    if (n < 2)
        return n;
    if (s[1] == '[') {
        while (i < n && (s[i] < 0x40 || s[i] > 0x7e))
            i++;
        return i < n ? i + 1 : n;
    }
    if (s[1] >= 0x20 && s[1] < 0x30) { /* "ESC ( B" of tput sgr0: more bytes of the kind, then a final one */
        while (i < n && s[i] >= 0x20 && s[i] < 0x30)
            i++;
        return i < n ? i + 1 : n;
    }
    if (s[1] && strchr("]PX^_", s[1])) {
        while (i < n && s[i] != '\a' && s[i] != '\033')
            i++;
        return i < n && s[i] == '\033' ? (i + 2 < n ? i + 2 : n) : i < n ? i + 1 : n;
    }
    return 2;
}

/* Up to twice the size is kept before the front is dropped, so that a step that prints line by line moves
 * its tail once for every `keep` bytes. */
bool tail_add(struct buf *tail, const char *text, size_t len, size_t keep)
{
    bool cut = tail->len + len > keep;
    if (len > keep) {
        text += len - keep;
        len = keep;
    }
    if (tail->len + len > 2 * keep) {
        size_t drop = tail->len + len - keep;
        drop = drop > tail->len ? tail->len : drop;
        memmove(tail->data, tail->data + drop, tail->len - drop);
        tail->len -= drop;
    }
    buf_add(tail, text, len);
    return cut;
}

/* A colour that was let through is ended at the line's end, or it would run on into our own text. */
void add_clean_line(struct buf *out, const char *line, size_t len, bool color)
{
    bool colored = false;
    if (is_plain(line, len)) {
        buf_add(out, line, len);
        return;
    }
    last_part(&line, &len);
    for (size_t i = 0; i < len;) {
        if (line[i] == '\033') {
            size_t n = escape_len(line + i, len - i);
            bool sgr = n > 2 && line[i + 1] == '[' && line[i + n - 1] == 'm';
            if (sgr && color)
                buf_add(out, line + i, n);
            colored |= sgr && color;
            i += n;
            continue;
        }
        if ((unsigned char)line[i] >= 0x20 ? line[i] != 0x7f : line[i] == '\t')
            buf_addch(out, line[i]);
        i++;
    }
    if (colored)
        buf_addstr(out, "\033[0m");
}
