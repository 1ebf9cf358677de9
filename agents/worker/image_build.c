/* Operation image_build: POST /build of a Docker or Podman engine, the context streamed as it is packed.
 *   socket, or base with ca, cert, key (files) for TLS; version ("1.41"); query: what follows "/build?",
 * without the Dockerfile; dir (absolute), dockerfile (in it, or absolute); registryConfig: value of
 * X-Registry-Config Result: id (of the image, "sha256:…"), bytes (of the context). The engine's lines are log
 * events.
 *
 * Blocking, in this helper, because libarchive is: a build that is cancelled ends with the process, and the
 * engine drops a build whose connection ends. */
#include "agents/engine.h"
#include "agents/worker/context.h"
#include "agents/worker/ops.h"
#include "base/curl.h"
#include <string.h>
#include <sys/socket.h>

enum { SOCKET_BUFFER = 4 << 20 };

struct build {
    struct job *job;
    struct curl_api api;
    CURL *curl;
    struct context *context;
    struct error failed; /* of the context, while libcurl pulls it */
    struct engine_lines lines;
    struct buf text;   /* of a stream's line that has no end yet */
    struct buf answer; /* of a refusal */
    char *id, *failure;
    long status;
};

/* ---- what goes out */

static size_t send_context(char *bytes, size_t size, size_t n, void *data)
{
    struct build *b = data;
    ssize_t got = context_read(b->context, bytes, size * n, &b->failed);
    job_progress(b->job, "sending", 0, 0, context_size(b->context));
    return got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

/* ---- what comes in */

static void log_text(struct build *b, const char *text)
{
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        buf_add(&b->text, text, (size_t)(end - text));
        job_log(b->job, "%s", b->text.data ? b->text.data : "");
        buf_clear(&b->text);
        if (b->text.data)
            b->text.data[0] = 0;
    }
    buf_addstr(&b->text, text);
}

static void log_status(struct build *b, json_t *line)
{
    const char *status = obj_str(line, "status"), *id = obj_str(line, "id");
    if (status && !json_object_size(json_object_get(line, "progressDetail")))
        job_log(b->job, "%s%s%s", id ? id : "", id ? ": " : "", status);
}

static void take_line(void *data, json_t *line)
{
    struct build *b = data;
    const char *stream = obj_str(line, "stream"), *error = obj_str(line, "error"),
               *id = obj_str(json_object_get(line, "aux"), "ID");
    if (stream)
        log_text(b, stream);
    else if (error && !b->failure)
        b->failure = xstrdup(error);
    else if (id) {
        free(b->id);
        b->id = xstrdup(id);
    } else
        log_status(b, line);
}

static size_t receive(char *bytes, size_t size, size_t n, void *data)
{
    struct build *b = data;
    b->api.easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &b->status);
    if (b->status == 200)
        engine_lines_feed(&b->lines, bytes, size * n);
    else if (b->answer.len < 1 << 16)
        buf_add(&b->answer, bytes, size * n);
    return size * n;
}

/* ---- the request */

static char *make_url(struct build *b)
{
    struct buf url = {0};
    const char *base = job_str(b->job, "base"), *version = job_str(b->job, "version"),
               *query = job_str(b->job, "query");
    buf_printf(&url, "%s/v%s/build?dockerfile=", base ? base : "http://localhost",
               version ? version : "1.41");
    engine_escape(&url, context_dockerfile(b->context));
    if (query)
        buf_printf(&url, "&%s", query);
    return buf_steal(&url);
}

/* A Unix socket holds 200 KB, and both sides wait at each piece; the kernel widens it alone only for TCP. */
static int widen(void *data, curl_socket_t fd, curlsocktype purpose)
{
    const int size = SOCKET_BUFFER;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    return CURL_SOCKOPT_OK;
}

static void set_peer(struct build *b)
{
    const struct {
        const char *member;
        CURLoption option;
    } rows[] = {{"socket", CURLOPT_UNIX_SOCKET_PATH},
                {"ca", CURLOPT_CAINFO},
                {"cert", CURLOPT_SSLCERT},
                {"key", CURLOPT_SSLKEY}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (job_str(b->job, rows[i].member))
            b->api.easy_setopt(b->curl, rows[i].option, job_str(b->job, rows[i].member));
    if (job_str(b->job, "socket")) {
        b->api.easy_setopt(b->curl, CURLOPT_PROXY, "");
        b->api.easy_setopt(b->curl, CURLOPT_SOCKOPTFUNCTION, widen);
    }
}

static struct curl_slist *set_headers(struct build *b)
{
    const char *config = job_str(b->job, "registryConfig");
    _cleanup_free_ char *auth = config ? xasprintf("X-Registry-Config: %s", config) : NULL;
    const char *const lines[] = {"Content-Type: application/x-tar", "Transfer-Encoding: chunked",
                                 "Expect:", auth};
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (lines[i])
            list = b->api.slist_append(list, lines[i]);
    b->api.easy_setopt(b->curl, CURLOPT_HTTPHEADER, list);
    return list;
}

static CURLcode perform(struct build *b)
{
    const struct curl_api *api = &b->api;
    _cleanup_free_ char *url = make_url(b);
    struct curl_slist *headers = set_headers(b);
    set_peer(b);
    api->easy_setopt(b->curl, CURLOPT_URL, url);
    api->easy_setopt(b->curl, CURLOPT_NOSIGNAL, 1L);
    api->easy_setopt(b->curl, CURLOPT_POST, 1L);
    api->easy_setopt(b->curl, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
    api->easy_setopt(b->curl, CURLOPT_READFUNCTION, send_context);
    api->easy_setopt(b->curl, CURLOPT_READDATA, b);
    api->easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, receive);
    api->easy_setopt(b->curl, CURLOPT_WRITEDATA, b);
    CURLcode code = api->easy_perform(b->curl);
    api->easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &b->status);
    api->slist_free_all(headers);
    return code;
}

/* In the order of what went wrong first: a refusal often breaks the upload off. */
static int outcome(struct build *b, CURLcode code, struct error *err)
{
    if (b->failed.message)
        return error_set(err, b->failed.kind, "%s", b->failed.message);
    if (b->status && b->status != 200) {
        json_t *o = json_loadb(b->answer.data ? b->answer.data : "", b->answer.len, 0, NULL);
        const char *text = obj_str(o, "message");
        fail_set(err, b->status == 401 ? FAIL_AUTH : FAIL_OTHER, "Error response from daemon: %s",
                 text ? text : "no reason given");
        json_decref(o);
        return -1;
    }
    if (b->failure)
        return fail_set(err, FAIL_OTHER, "%s", b->failure);
    if (code != CURLE_OK)
        return fail_set(err, FAIL_UNREACHABLE, "the connection to the engine broke: %s",
                        b->api.easy_strerror(code));
    return b->id ? 0 : fail_set(err, FAIL_OTHER, "the engine named no image at the end of the build");
}

json_t *op_image_build(struct job *j, struct error *err)
{
    struct build b = {.job = j, .lines = {.fn = take_line, .data = &b}};
    const char *dir = job_need(j, "dir", err), *file = job_str(j, "dockerfile");
    json_t *result = NULL;
    if (!dir || curl_load(&b.api, err) < 0)
        return NULL;
    b.context = context_open(j, dir, file ? file : "Dockerfile", err);
    if (!b.context)
        return NULL;
    b.curl = b.api.easy_init();
    CURLcode code = b.curl ? perform(&b) : CURLE_OUT_OF_MEMORY;
    if (b.text.len)
        job_log(j, "%s", b.text.data);
    if (outcome(&b, code, err) == 0)
        result = json_pack("{s:s, s:I}", "id", b.id, "bytes", (json_int_t)context_size(b.context));
    b.api.easy_cleanup(b.curl);
    context_close(b.context);
    engine_lines_release(&b.lines);
    error_release(&b.failed);
    buf_release(&b.text);
    buf_release(&b.answer);
    free(b.id);
    free(b.failure);
    return result;
}
