/* The runner's side of the helper program. A torn or foreign line is dropped; what the helper says on
 * standard error is kept for the message when it ends without an answer. */
#include "executors/worker.h"
#include "base/util.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STDERR_KEPT = 2000, KILL_GRACE = 5000 };

static const struct {
    const char *name;
    enum worker_fail fail;
} fails[] = {
    {"usage", WORKER_USAGE},       {"auth", WORKER_AUTH},        {"unreachable", WORKER_UNREACHABLE},
    {"tls", WORKER_TLS},           {"hostkey", WORKER_HOST_KEY}, {"repository", WORKER_REPOSITORY},
    {"revision", WORKER_REVISION}, {"timeout", WORKER_TIMEOUT},  {"cancelled", WORKER_CANCELLED},
    {"empty", WORKER_EMPTY},
};

struct worker {
    struct proc *proc;
    struct worker_reader reader;
    const struct worker_callbacks *cb;
    void *data;
    struct buf said; /* standard error */
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
    json_decref(o);
}

void worker_reader_feed(struct worker_reader *r, const char *bytes, size_t n)
{
    const char *end;
    while ((end = memchr(bytes, '\n', n))) {
        size_t part = (size_t)(end - bytes);
        if (r->line.len) {
            buf_add(&r->line, bytes, part);
            take_line(r, r->line.data, r->line.len);
            buf_clear(&r->line);
        } else if (part) {
            take_line(r, bytes, part);
        }
        bytes += part + 1;
        n -= part + 1;
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

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct worker *w = data;
    if (stream == 1)
        worker_reader_feed(&w->reader, bytes, n);
    else if (w->said.len < STDERR_KEPT)
        buf_add(&w->said, bytes, n < STDERR_KEPT ? n : STDERR_KEPT);
}

static void on_done(void *data, const struct proc_exit *ended)
{
    struct worker *w = data;
    struct worker_end end;
    _cleanup_free_ char *instead =
        xasprintf("the helper program ended without an answer (status %d)%s%s", ended->status,
                  w->said.len ? ": " : "", w->said.len ? w->said.data : "");
    worker_reader_end(&w->reader, instead, &end);
    if (!w->reader.final && w->cancelled)
        end = (struct worker_end){NULL, "Interrupted", WORKER_CANCELLED};
    w->cb->done(w->data, &end);
    worker_reader_release(&w->reader);
    buf_release(&w->said);
    free(w);
}

static const struct proc_callbacks callbacks = {.output = on_output, .done = on_done};

static struct proc *start(struct procs *ps, struct worker *w, const char *program, struct error *err)
{
    const char *argv[] = {program, NULL};
    struct proc_options o = {.argv = argv, .stdio = {PROC_PIPE, PROC_PIPE, PROC_PIPE}};
    struct proc *p = proc_start(ps, &o, &callbacks, w, err);
    if (!p)
        error_wrap(err, "cannot start the helper program");
    return p;
}

struct worker *worker_start(struct procs *ps, const char *program, const json_t *request,
                            const struct worker_callbacks *cb, void *data, struct error *err)
{
    _cleanup_free_ char *found = program ? NULL : worker_program(err);
    if (!program && !found)
        return NULL;
    struct worker *w = xcalloc(1, sizeof(*w));
    w->cb = cb;
    w->data = data;
    w->reader = (struct worker_reader){.cb = cb, .data = data};
    w->proc = start(ps, w, program ? program : found, err);
    if (!w->proc) {
        free(w);
        return NULL;
    }
    char *text = json_dumps(request, JSON_COMPACT);
    size_t n = text ? strlen(text) : 0;
    proc_write(w->proc, text ? text : "", n, true);
    if (text)
        explicit_bzero(text, n);
    free(text);
    return w;
}

void worker_cancel(struct worker *w)
{
    w->cancelled = true;
    proc_kill(w->proc, KILL_GRACE);
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
