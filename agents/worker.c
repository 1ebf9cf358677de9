/* The runner's side of the helper program. A torn or foreign line is dropped; what the helper says on
 * standard error is kept for the message when it ends without an answer.
 *
 * No timeouts here: an operation that may hang (git, HTTP) has its own, in its request; a step's timeout
 * cancels. */
#include "agents/worker.h"
#include "base/util.h"
#include "agents/launch_local.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STDERR_KEPT = 2000, KILL_GRACE = 5000, FRAME = 128 << 10, FRAMES_AHEAD = 4 };

static const struct {
    const char *name;
    enum worker_fail fail;
} fails[] = {
    {"usage", WORKER_USAGE},
    {"auth", WORKER_AUTH},
    {"unreachable", WORKER_UNREACHABLE},
    {"tls", WORKER_TLS},
    {"hostkey", WORKER_HOST_KEY},
    {"repository", WORKER_REPOSITORY},
    {"revision", WORKER_REVISION},
    {"timeout", WORKER_TIMEOUT},
    {"cancelled", WORKER_CANCELLED},
    {"empty", WORKER_EMPTY},
    {"unknownhost", WORKER_UNKNOWN_HOST},
};

struct worker {
    struct local_launcher own; /* of worker_start() */
    struct launcher *launcher;
    struct launched *process;
    struct worker_reader reader;
    const struct worker_callbacks *cb;
    void *data;
    struct buf said; /* standard error */
    int input;       /* what is sent to it; -1: nothing, or all of it was */
    bool cancelled;
};

static const char *text_member(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static long long number_member(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

static void take_line(struct worker_reader *r, const char *line, size_t n)
{
    json_t *o = json_loadb(line, n, 0, NULL);
    const char *event = text_member(o, "event");
    const json_t *text = json_object_get(o, "text");
    if (strcmp(event, "log") == 0 && r->cb->log)
        r->cb->log(r->data, text_member(o, "text"), json_string_length(text));
    else if (strcmp(event, "progress") == 0 && r->cb->progress)
        r->cb->progress(r->data, text_member(o, "phase"), number_member(o, "done"), number_member(o, "total"),
                        number_member(o, "bytes"));
    else if ((strcmp(event, "result") == 0 || strcmp(event, "error") == 0) && !r->final)
        r->final = json_incref(o);
    else if (strcmp(event, "data") == 0 && number_member(o, "size") > 0)
        r->left = (size_t)number_member(o, "size");
    else if (strcmp(event, "took") == 0 && r->took)
        r->took(r);
    json_decref(o);
}

/* Of a frame, as far as it has come. */
static size_t take_bytes(struct worker_reader *r, const char *bytes, size_t n)
{
    size_t part = n < r->left ? n : r->left;
    if (part && r->cb->bytes)
        r->cb->bytes(r->data, bytes, part);
    r->left -= part;
    return part;
}

void worker_reader_feed(struct worker_reader *r, const char *bytes, size_t n)
{
    const char *end;
    for (size_t part; (part = take_bytes(r, bytes, n)) || (end = memchr(bytes, '\n', n));
         bytes += part, n -= part) {
        if (part)
            continue;
        part = (size_t)(end - bytes);
        if (r->line.len) {
            buf_add(&r->line, bytes, part);
            take_line(r, r->line.data, r->line.len);
            buf_clear(&r->line);
        } else if (part) {
            take_line(r, bytes, part);
        }
        part++;
    }
    buf_add(&r->line, bytes, n);
}

static enum worker_fail fail_by_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(fails); i++)
        if (strcmp(fails[i].name, name) == 0)
            return fails[i].fail;
    return WORKER_OTHER;
}

void worker_reader_end(const struct worker_reader *r, const char *instead, struct worker_end *end)
{
    *end = (struct worker_end){.message = instead};
    if (r->final && strcmp(text_member(r->final, "event"), "result") == 0)
        *end = (struct worker_end){.result = r->final};
    else if (r->final)
        *end = (struct worker_end){NULL, text_member(r->final, "message"),
                                   fail_by_name(text_member(r->final, "kind"))};
}

void worker_reader_release(struct worker_reader *r)
{
    buf_release(&r->line);
    json_decref(r->final);
    r->final = NULL;
}

static void worker_free(struct worker *w)
{
    close_fd(&w->input);
    worker_reader_release(&w->reader);
    buf_release(&w->said);
    free(w);
}

/* ---- what is sent */

static void send_line(struct worker *w, const char *line)
{
    w->launcher->ops->write(w->launcher, w->process, line, strlen(line), false);
}

static void send_frame(struct worker *w)
{
    char head[48], bytes[FRAME];
    ssize_t n;
    while ((n = read(w->input, bytes, sizeof(bytes))) < 0 && errno == EINTR)
        ;
    if (n > 0) {
        snprintf(head, sizeof(head), "{\"data\":%zd}\n", n);
        send_line(w, head);
        w->launcher->ops->write(w->launcher, w->process, bytes, (size_t)n, false);
        return;
    }
    if (n == 0)
        send_line(w, "{\"end\":true}\n");
    else
        worker_cancel(w);
    close_fd(&w->input);
    w->input = -1;
}

static void took(struct worker_reader *r)
{
    struct worker *w = CONTAINER_OF(r, struct worker, reader);
    if (w->input >= 0 && !w->cancelled)
        send_frame(w);
}

/* ---- what comes */

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct worker *w = data;
    if (stream == 1)
        worker_reader_feed(&w->reader, bytes, n);
    else if (w->said.len < STDERR_KEPT)
        buf_add(&w->said, bytes, n < STDERR_KEPT ? n : STDERR_KEPT);
}

static void on_done(void *data, const struct launch_end *ended)
{
    struct worker *w = data;
    struct worker_end end;
    _cleanup_free_ char *instead =
        ended->err ? xasprintf("the helper program was lost: %s", ended->err->message)
                   : xasprintf("the helper program ended without an answer (status %d)%s%s", ended->status,
                               w->said.len ? ": " : "", w->said.len ? w->said.data : "");
    worker_reader_end(&w->reader, instead, &end);
    if (!w->reader.final && w->cancelled)
        end = (struct worker_end){NULL, "Interrupted", WORKER_CANCELLED};
    w->cb->done(w->data, &end);
    worker_free(w);
}

/* ---- the start */

/* One request, and for a far helper the word that no other follows: its input stays open, as the sign that
 * somebody waits for the answer. */
static struct launched *launch(struct worker *w, const char *program, const json_t *request, bool far,
                               struct error *err)
{
    static const struct launch_callbacks callbacks = {.output = on_output, .done = on_done};
    const char *argv[] = {program, far ? "--once" : NULL, NULL};
    char *text = json_dumps(request, JSON_COMPACT);
    size_t n = text ? strlen(text) : 0;
    if (text)
        text[n] = '\n'; /* in place of the NUL */
    struct launch what = {
        .argv = argv, .input = text ? text : "", .input_len = n + !!text, .feed = far, .split = true};
    struct launched *p = w->launcher->ops->start(w->launcher, &what, &callbacks, w, err);
    if (!p)
        error_wrap(err, "cannot start the helper program");
    if (text)
        explicit_bzero(text, n);
    free(text);
    return p;
}

static struct worker *worker_new(const struct worker_callbacks *cb, void *data, int input)
{
    struct worker *w = xcalloc(1, sizeof(*w));
    *w = (struct worker){.cb = cb, .data = data, .input = input};
    w->reader = (struct worker_reader){.cb = cb, .data = data, .took = took};
    return w;
}

struct worker *worker_start(struct procs *ps, const char *program, const json_t *request,
                            const struct worker_callbacks *cb, void *data, struct error *err)
{
    _cleanup_free_ char *found = program ? NULL : worker_program(err);
    if (!program && !found)
        return NULL;
    struct worker *w = worker_new(cb, data, -1);
    local_launcher_init(&w->own, ps);
    w->launcher = &w->own.launcher;
    w->process = launch(w, program ? program : found, request, false, err);
    if (w->process)
        return w;
    worker_free(w);
    return NULL;
}

struct worker *worker_start_at(struct launcher *launcher, const char *program, const json_t *request,
                               int input, const struct worker_callbacks *cb, void *data, struct error *err)
{
    struct worker *w = worker_new(cb, data, input);
    w->launcher = launcher;
    w->process = launch(w, program, request, true, err);
    for (int i = 0; w->process && i < FRAMES_AHEAD && w->input >= 0; i++)
        send_frame(w);
    if (w->process)
        return w;
    worker_free(w);
    return NULL;
}

void worker_cancel(struct worker *w)
{
    w->cancelled = true;
    w->launcher->ops->kill(w->launcher, w->process, KILL_GRACE);
}

char *worker_program(struct error *err)
{
    static const char *const places[] = {"libexec", "../libexec", "../libexec/gmrun", "../../libexec"};
    const char *given = getenv("GMRUN_LIBEXEC");
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; i < ARRAY_LEN(places) + 1; i++) {
        char *path = i == 0 ? given ? xasprintf("%s/gmrun-worker", given) : NULL
                            : xasprintf("%s/%s/gmrun-worker", self, places[i - 1]);
        if (path && access(path, X_OK) == 0)
            return path;
        free(path);
    }
    error_set(err, ERROR_SYSTEM, "the helper program gmrun-worker was not found beside %s; set GMRUN_LIBEXEC",
              self);
    return NULL;
}
