/* Requests and answers. Every line leaves with a single write(), so that a helper killed at any moment
 * leaves at most one torn line, which the reader drops. */
#include "agents/worker/job.h"
#include "base/buf.h"
#include "base/utf8.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_PERIOD = 200 };

static const char *const fail_names[FAIL_COUNT] = {
    [FAIL_OTHER] = "other",
    [FAIL_AUTH] = "auth",
    [FAIL_UNREACHABLE] = "unreachable",
    [FAIL_TLS] = "tls",
    [FAIL_HOST_KEY] = "hostkey",
    [FAIL_REPOSITORY] = "repository",
    [FAIL_REVISION] = "revision",
    [FAIL_TIMEOUT] = "timeout",
    [FAIL_CANCELLED] = "cancelled",
    [FAIL_EMPTY] = "empty",
    [FAIL_UNKNOWN_HOST] = "unknownhost",
};

void job_init(struct job *j, json_t *req, int out)
{
    *j = (struct job){.req = req, .out = out};
    j->quiet = job_flag(j, "quiet", false);
}

void job_release(struct job *j)
{
    for (size_t i = 0; i < j->secrets.len; i++)
        free(j->secrets.items[i]);
    vec_release(&j->secrets);
    json_decref(j->req);
}

const char *obj_str(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s && *s ? s : NULL;
}

const char *job_str(const struct job *j, const char *name)
{
    return obj_str(j->req, name);
}

bool job_flag(const struct job *j, const char *name, bool otherwise)
{
    const json_t *v = json_object_get(j->req, name);
    return json_is_boolean(v) ? json_is_true(v) : otherwise;
}

int64_t job_int(const struct job *j, const char *name, int64_t otherwise)
{
    const json_t *v = json_object_get(j->req, name);
    return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

const char *job_need(const struct job *j, const char *name, struct error *err)
{
    const char *s = job_str(j, name);
    if (!s)
        error_set(err, ERROR_USAGE, "the request lacks \"%s\"", name);
    return s;
}

/* What has one or two letters would turn every text into stars. */
void job_secret(struct job *j, const char *secret)
{
    if (secret && strlen(secret) > 2)
        vec_push(&j->secrets, xstrdup(secret));
}

/* The user part of `scheme://user:password@host` goes, except the bare user name of ssh. */
static void add_without_userinfo(struct buf *out, const char *s)
{
    const char *mark;
    while ((mark = strstr(s, "://"))) {
        const char *start = mark + 3, *end = start + strcspn(start, "/ \t\n'\"<>"),
                   *at = memrchr(start, '@', (size_t)(end - start));
        buf_add(out, s, (size_t)(start - s));
        bool ssh = mark - s >= 3 && memcmp(mark - 3, "ssh", 3) == 0;
        s = start;
        if (!at)
            continue;
        const char *colon = memchr(start, ':', (size_t)(at - start));
        if (ssh)
            buf_add(out, start, (size_t)((colon ? colon : at) - start));
        s = ssh ? at : at + 1;
    }
    buf_addstr(out, s);
}

/* Takes text. */
static char *replace_all(char *text, const char *what, const char *with)
{
    if (!strstr(text, what))
        return text;
    struct buf b = {0};
    const char *s = text, *hit;
    for (; (hit = strstr(s, what)); s = hit + strlen(what)) {
        buf_add(&b, s, (size_t)(hit - s));
        buf_addstr(&b, with);
    }
    buf_addstr(&b, s);
    free(text);
    return buf_steal(&b);
}

char *job_hide(const struct job *j, const char *text)
{
    struct buf b = {0};
    add_without_userinfo(&b, text);
    char *s = buf_steal(&b);
    for (size_t i = 0; i < j->secrets.len; i++)
        s = replace_all(s, j->secrets.items[i], "****");
    return s;
}

json_t *json_textn(const char *s, size_t n)
{
    if (utf8_valid(s, n) == n)
        return json_stringn_nocheck(s, n);
    struct buf b = {0};
    utf8_clean(&b, s, n);
    json_t *v = json_stringn_nocheck(b.data, b.len);
    buf_release(&b);
    return v;
}

json_t *json_text(const char *s)
{
    return s ? json_textn(s, strlen(s)) : json_null();
}

/* A reader that is gone shows as EPIPE (SIGPIPE is ignored): the line is dropped, and the supervisor, which
 * watches the pipe, ends the work. */
static void emit(struct job *j, json_t *o)
{
    _cleanup_free_ char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    if (!text)
        return;
    size_t n = strlen(text), done = 0;
    text[n++] = '\n';
    while (done < n) {
        ssize_t w = write(j->out, text + done, n - done);
        if (w < 0 && errno != EINTR)
            return;
        done += w > 0 ? (size_t)w : 0;
    }
}

/* Lines of the build's log: a line feed in one would make two of it, so callers give single lines. */
void job_log(struct job *j, const char *fmt, ...)
{
    if (j->quiet)
        return;
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    _cleanup_free_ char *text = job_hide(j, b.data ? b.data : "");
    buf_release(&b);
    emit(j, json_pack("{s:s, s:o}", "event", "log", "text", json_text(text)));
}

void job_progress(struct job *j, const char *phase, uint64_t done, uint64_t total, uint64_t bytes)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    int64_t now = ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
    if (now < j->next_progress)
        return;
    j->next_progress = now + PROGRESS_PERIOD;
    emit(j, json_pack("{s:s, s:s, s:I, s:I, s:I}", "event", "progress", "phase", phase, "done",
                      (json_int_t)done, "total", (json_int_t)total, "bytes", (json_int_t)bytes));
}

void job_result(struct job *j, json_t *result)
{
    json_object_set_new(result, "event", json_string("result"));
    emit(j, result);
}

void job_error(struct job *j, const struct error *err)
{
    enum fail kind = err->kind == ERROR_REMOTE && err->code < FAIL_COUNT ? (enum fail)err->code : FAIL_OTHER;
    const char *name = err->kind == ERROR_USAGE ? "usage" : fail_names[kind];
    _cleanup_free_ char *text = job_hide(j, err->message ? err->message : "unknown error");
    emit(j, json_pack("{s:s, s:o, s:s}", "event", "error", "message", json_text(text), "kind", name));
}

/* The first failure is the cause; what fails behind it does not replace it. */
int fail_set(struct error *err, enum fail kind, const char *fmt, ...)
{
    if (!err || err->kind)
        return -1;
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    error_set(err, ERROR_REMOTE, "%s", b.data ? b.data : "");
    err->code = (int)kind;
    buf_release(&b);
    return -1;
}
