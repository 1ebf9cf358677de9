/* See stream.h. Reading never goes beyond a frame: what follows it is not ours. */
#include "agents/worker/stream.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 128 };

static int put(int fd, const void *bytes, size_t n, struct error *err)
{
    for (const char *p = bytes; n;) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno != EINTR)
            return error_errno(err, "cannot send");
        p += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
    return 0;
}

/* Head and bytes are two writes; nobody else writes to the descriptor meanwhile, as an operation is a
 * process with one thread. */
int stream_send(struct job *j, const void *bytes, size_t n, struct error *err)
{
    char head[LINE];
    int len = snprintf(head, sizeof(head), "{\"event\":\"data\",\"size\":%zu}\n", n);
    return n && (put(j->out, head, (size_t)len, err) < 0 || put(j->out, bytes, n, err) < 0) ? -1 : 0;
}

/* Bytes of the input, those first that came with the request. */
static ssize_t take_some(struct job *j, void *bytes, size_t room, struct error *err)
{
    struct job_input *in = &j->input;
    ssize_t n = (ssize_t)(room < in->early_len ? room : in->early_len);
    if (n) {
        memcpy(bytes, in->early, (size_t)n);
        in->early += n;
        in->early_len -= (size_t)n;
        return n;
    }
    while ((n = read(STDIN_FILENO, bytes, room)) < 0 && errno == EINTR)
        ;
    if (n <= 0)
        fail_set(err, FAIL_CANCELLED, "the runner is gone");
    return n > 0 ? n : -1;
}

/* A line is short, and its end must not be passed: by single bytes. */
static int take_line(struct job *j, char line[LINE], struct error *err)
{
    size_t len = 0;
    do {
        if (take_some(j, &line[len], 1, err) < 0)
            return -1;
    } while (line[len] != '\n' && ++len < LINE - 1);
    line[len] = '\0';
    return 0;
}

/* {"data": N} or {"end": true}; anything else is another program's output. */
static int next_frame(struct job *j, struct error *err)
{
    char line[LINE];
    if (take_line(j, line, err) < 0)
        return -1;
    json_t *o = json_loads(line, 0, NULL);
    json_int_t size = json_integer_value(json_object_get(o, "data"));
    bool end = json_is_true(json_object_get(o, "end"));
    json_decref(o);
    if (size <= 0 && !end)
        return error_set(err, ERROR_USAGE, "a frame was expected");
    j->input.left = (size_t)size;
    j->input.ended = end;
    return 0;
}

/* Each frame that was taken is acknowledged: the runner sends the next one only then, and so never fills the
 * line to a machine that does not read. */
ssize_t stream_take(struct job *j, void *bytes, size_t room, struct error *err)
{
    static const char took[] = "{\"event\":\"took\"}\n";
    if (!j->input.left && !j->input.ended && next_frame(j, err) < 0)
        return -1;
    if (!j->input.left)
        return 0;
    ssize_t n = take_some(j, bytes, room < j->input.left ? room : j->input.left, err);
    j->input.left -= n > 0 ? (size_t)n : 0;
    if (n > 0 && !j->input.left && put(j->out, took, sizeof(took) - 1, err) < 0)
        return -1;
    return n;
}
