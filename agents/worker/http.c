/* Operation http: one HTTP request.
 *
 * url; method (GET, or POST when there is something to send); user, password (basic authentication, or with
 * ntlm: true that); headers:
 * ["A: b"]; what is sent: body (text), bodyFile (path), or parts: [{name, body or file, fileName,
 * contentType}] as multipart/form-data; proxy, proxyUser, proxyPassword (else the environment's proxies);
 * follow (true: redirections of GET and HEAD); output: a path that the answer's body is streamed to, however
 * long; bytes (true: body is base64); and what transfer.h says. Result: status, line ("HTTP/1.1 200 OK"),
 * headers: [[name, value]], size, body (text, cleaned; or bytes as base64; absent when it went to `output`
 * and is longer than BODY_MAX). */
#include "agents/worker/transfer.h"
#include "agents/worker/ops.h"
#include "base/buf.h"
#include "base/hash.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BODY_MAX = 16 << 20, HEADERS_MAX = 1 << 20 };

/* One request with all that libcurl keeps pointers to: it must stay until the easy handle is gone. */
struct exchange {
    struct job *job; /* borrowed */
    struct transfer t;
    struct curl_slist *lines;
    curl_mime *form;
    FILE *upload;
    struct buf body;
    uint64_t size;
    int fd; /* of the output; -1: none */
    int write_error;
    char *status_line;
    json_t *headers;
    size_t header_bytes; /* of all answers of the exchange */
};

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t w = write(fd, bytes, n);
        if (w < 0 && errno != EINTR)
            return -1;
        bytes += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
    return 0;
}

/* Returning less than it was given ends the transfer with CURLE_WRITE_ERROR; perform() finds out why.
 * Without an output the body ends at BODY_MAX; with one it is kept as well, up to that. */
static size_t receive(char *bytes, size_t size, size_t n, void *data)
{
    struct exchange *x = data;
    n *= size;
    x->size += n;
    if (x->size <= BODY_MAX)
        buf_add(&x->body, bytes, n);
    else if (x->fd < 0)
        return 0;
    if (x->fd >= 0 && write_all(x->fd, bytes, n) < 0) {
        x->write_error = errno;
        return 0;
    }
    job_progress(x->job, "receiving", 0, 0, x->size);
    return n;
}

/* A new status line means that what came before was a redirection or `100 Continue`. */
static size_t receive_header(char *bytes, size_t size, size_t n, void *data)
{
    struct exchange *x = data;
    size_t all = n * size, len = all;
    x->header_bytes += all;
    if (x->header_bytes > HEADERS_MAX)
        return 0;
    while (len && (bytes[len - 1] == '\r' || bytes[len - 1] == '\n' || bytes[len - 1] == ' '))
        len--;
    if (len >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        free(x->status_line);
        x->status_line = xstrndup(bytes, len);
        json_array_clear(x->headers);
        return all;
    }
    const char *colon = memchr(bytes, ':', len);
    if (!colon)
        return all;
    const char *value = colon + 1;
    while (value < bytes + len && *value == ' ')
        value++;
    json_array_append_new(x->headers, json_pack("[o,o]", json_textn(bytes, (size_t)(colon - bytes)),
                                                json_textn(value, (size_t)(bytes + len - value))));
    return all;
}

/* One line whatever its value holds; "A;" is libcurl's way to send "A:" without a value. */
static void add_header(struct exchange *x, const char *line)
{
    _cleanup_free_ char *clean = xstrdup(line);
    for (char *p = clean; *p; p++)
        *p = (unsigned char)*p < ' ' ? ' ' : *p;
    char *colon = strchr(clean, ':');
    if (colon && !colon[1 + strspn(colon + 1, " ")]) {
        colon[0] = ';';
        colon[1] = 0;
    }
    x->lines = x->t.api.slist_append(x->lines, clean);
}

/* A form's Content-Type holds its boundary, which libcurl alone knows: for it none may be set here. */
static void set_headers(struct exchange *x)
{
    bool typed = false;
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(x->job->req, "headers"), i, v)
    {
        const char *line = json_string_value(v);
        if (!line)
            continue;
        typed |= strncasecmp(line, "Content-Type:", 13) == 0;
        add_header(x, line);
    }
    /* libcurl's own: a form's type where nobody gave one, and a question before longer bodies. */
    if (!typed && !x->form)
        x->lines = x->t.api.slist_append(x->lines, "Content-Type:");
    x->lines = x->t.api.slist_append(x->lines, "Expect:");
    x->t.api.easy_setopt(x->t.curl, CURLOPT_HTTPHEADER, x->lines);
}

static void add_part(struct exchange *x, const json_t *part)
{
    const struct curl_api *api = &x->t.api;
    curl_mimepart *p = api->mime_addpart(x->form);
    const char *body = json_string_value(json_object_get(part, "body"));
    api->mime_name(p, obj_str(part, "name") ? obj_str(part, "name") : "file");
    if (obj_str(part, "file"))
        api->mime_filedata(p, obj_str(part, "file"));
    else
        api->mime_data(p, body ? body : "", CURL_ZERO_TERMINATED);
    if (obj_str(part, "fileName"))
        api->mime_filename(p, obj_str(part, "fileName"));
    if (obj_str(part, "contentType"))
        api->mime_type(p, obj_str(part, "contentType"));
}

/* An empty body of POST and PUT is sent as such (Content-Length: 0): some servers answer 411 otherwise. */
static int set_body(struct exchange *x, struct error *err)
{
    const struct curl_api *api = &x->t.api;
    CURL *curl = x->t.curl;
    const char *file = job_str(x->job, "bodyFile"), *method = job_str(x->job, "method");
    const char *body = json_string_value(json_object_get(x->job->req, "body"));
    const json_t *parts = json_object_get(x->job->req, "parts");
    size_t i;
    json_t *part;
    if (json_array_size(parts)) {
        x->form = api->mime_init(curl);
        json_array_foreach(parts, i, part) add_part(x, part);
        api->easy_setopt(curl, CURLOPT_MIMEPOST, x->form);
    } else if (file) {
        x->upload = fopen(file, "re");
        if (!x->upload || fseeko(x->upload, 0, SEEK_END) < 0)
            return error_errno(err, "%s", file);
        api->easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        api->easy_setopt(curl, CURLOPT_READDATA, x->upload);
        api->easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)ftello(x->upload));
        rewind(x->upload);
    } else if (body || (method && (!strcmp(method, "POST") || !strcmp(method, "PUT")))) {
        api->easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(body ? strlen(body) : 0));
        api->easy_setopt(curl, CURLOPT_POSTFIELDS, body ? body : "");
    }
    return 0;
}

/* HTTP/1.1: the status line is shown, and HTTP/2 has none. CUSTOMREQUEST would also rename the request after
 * a redirection, so only GET and HEAD follow. */
static void set_options(struct exchange *x)
{
    const struct job *j = x->job;
    const char *method = job_str(j, "method");
    const struct {
        CURLoption option;
        const char *text;
    } texts[] = {
        {CURLOPT_URL, job_str(j, "url")},
        {CURLOPT_PROTOCOLS_STR, "http,https"},
        {CURLOPT_REDIR_PROTOCOLS_STR, "http,https"},
        {CURLOPT_USERAGENT, "gmrun/" GMRUN_VERSION},
        {CURLOPT_USERNAME, job_str(j, "user")},
        {CURLOPT_PASSWORD, job_str(j, "user") ? job_str(j, "password") ? job_str(j, "password") : "" : NULL},
        {CURLOPT_PROXY, job_str(j, "proxy")},
        {CURLOPT_PROXYUSERNAME, job_str(j, "proxyUser")},
        {CURLOPT_PROXYPASSWORD, job_str(j, "proxyPassword")},
    };
    const struct {
        CURLoption option;
        long number;
    } numbers[] = {
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_HTTPAUTH, job_flag(j, "ntlm", false) ? CURLAUTH_NTLM : CURLAUTH_BASIC},
        {CURLOPT_MAXREDIRS, 20},
        {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
        {CURLOPT_FOLLOWLOCATION,
         job_flag(j, "follow", true) && (!method || !strcmp(method, "GET") || !strcmp(method, "HEAD"))},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].text)
            x->t.api.easy_setopt(x->t.curl, texts[i].option, texts[i].text);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        x->t.api.easy_setopt(x->t.curl, numbers[i].option, numbers[i].number);
    if (method && !strcmp(method, "HEAD"))
        x->t.api.easy_setopt(x->t.curl, CURLOPT_NOBODY, 1L);
    else if (method)
        x->t.api.easy_setopt(x->t.curl, CURLOPT_CUSTOMREQUEST, method);
    x->t.api.easy_setopt(x->t.curl, CURLOPT_WRITEFUNCTION, receive);
    x->t.api.easy_setopt(x->t.curl, CURLOPT_WRITEDATA, x);
    x->t.api.easy_setopt(x->t.curl, CURLOPT_HEADERFUNCTION, receive_header);
    x->t.api.easy_setopt(x->t.curl, CURLOPT_HEADERDATA, x);
}

static json_t *answer_of(struct exchange *x)
{
    long status = 0;
    x->t.api.easy_getinfo(x->t.curl, CURLINFO_RESPONSE_CODE, &status);
    json_t *out = json_pack("{s:i,s:o,s:O,s:I}", "status", (int)status, "line",
                            json_text(x->status_line ? x->status_line : ""), "headers", x->headers, "size",
                            (json_int_t)x->size);
    _cleanup_(buf_release) struct buf coded = {0};
    const char *bytes = x->body.data ? x->body.data : "";
    if (x->size > BODY_MAX)
        return out;
    if (job_flag(x->job, "bytes", false)) {
        base64_encode(&coded, bytes, x->body.len, 0);
        json_object_set_new(out, "bytes", json_string(coded.data ? coded.data : ""));
    } else {
        json_object_set_new(out, "body", json_textn(bytes, x->body.len));
    }
    return out;
}

static json_t *perform(struct exchange *x, struct error *err)
{
    const char *output = job_str(x->job, "output");
    if (set_body(x, err) < 0)
        return NULL;
    if (output && (x->fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644)) < 0) {
        error_errno(err, "%s", output);
        return NULL;
    }
    set_options(x);
    set_headers(x);
    CURLcode code = x->t.api.easy_perform(x->t.curl);
    if (code == CURLE_OK)
        return answer_of(x);
    if (x->write_error)
        (errno = x->write_error, error_errno(err, "%s", output));
    else if (code == CURLE_WRITE_ERROR && x->size > BODY_MAX)
        fail_set(err, FAIL_OTHER, "%s: the answer is longer than %d MiB", job_str(x->job, "url"),
                 BODY_MAX >> 20);
    else if (x->header_bytes > HEADERS_MAX)
        fail_set(err, FAIL_OTHER, "%s: the answer's headers are longer than %d MiB", job_str(x->job, "url"),
                 HEADERS_MAX >> 20);
    else
        curl_fail(&x->t, code, job_str(x->job, "url"), err);
    return NULL;
}

json_t *op_http(struct job *j, struct error *err)
{
    struct exchange x = {.job = j, .fd = -1, .headers = json_array()};
    json_t *out = NULL;
    if (job_need(j, "url", err) && curl_open(&x.t, j, err) == 0)
        out = perform(&x, err);
    if (x.fd >= 0 && !out)
        http_cleanup(j->req); /* ours, and not whole */
    close_fd(&x.fd);
    if (x.upload)
        fclose(x.upload);
    if (x.form)
        x.t.api.mime_free(x.form);
    if (x.lines)
        x.t.api.slist_free_all(x.lines);
    curl_close(&x.t);
    buf_release(&x.body);
    free(x.status_line);
    json_decref(x.headers);
    return out;
}

void http_cleanup(const json_t *req)
{
    if (obj_str(req, "output"))
        unlink(obj_str(req, "output"));
}
