/* httpRequest [http_request: HttpRequestStep, HttpRequestExecution]: what it prints, in which order it
 * checks, and what it calls a failure are the plugin's. Texts are sent as UTF-8 (the plugin sends most types
 * as ISO-8859-1, which turns Chinese into question marks), and `outputFile` is streamed, however long it is.
 */
#include "base/fs.h"
#include "base/hash.h"
#include "runner/steps/helper.h"
#include "runner/steps/notify/http_answer.h"
#include "runner/steps/notify/status_ranges.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TOKEN_MIN = 6 };

static const char *const all_codes = "100:399";

static const struct {
    const char *name, *type;
} mime_types[] = {
    {"TEXT_HTML", "text/html; charset=UTF-8"},
    {"TEXT_PLAIN", "text/plain; charset=UTF-8"},
    {"APPLICATION_FORM", "application/x-www-form-urlencoded; charset=UTF-8"},
    {"APPLICATION_JSON", "application/json"},
    {"APPLICATION_JSON_UTF8", "application/json; charset=UTF-8"},
    {"APPLICATION_TAR", "application/x-tar"},
    {"APPLICATION_ZIP", "application/zip"},
    {"APPLICATION_OCTETSTREAM", "application/octet-stream"},
    {"APPLICATION_XML", "application/xml; charset=UTF-8"},
    {"TEXT_XML", "text/xml; charset=UTF-8"},
    {"NOT_SET", NULL},
};
static const char *const modes[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "MKCOL"};
static const char *const handles[] = {"NONE", "LEAVE_OPEN", "STRING"};

/* Printed unless `quiet`. */
static void say(struct step_call *c, const char *text)
{
    if (!step_bool(c, "quiet", false))
        step_log(c, "%s", text);
}
#define SAY(c, ...)                                                                                          \
    do {                                                                                                     \
        _cleanup_free_ char *line_ = xasprintf(__VA_ARGS__);                                                 \
        say(c, line_);                                                                                       \
    } while (0)

/* Values of Java enums in the plugin: structs would refuse others in similar words. */
static int one_of(struct step_call *c, const char *param, const char *value, const char *const *names,
                  size_t n, struct error *err)
{
    _cleanup_(buf_release) struct buf all = {0};
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], value) == 0)
            return 0;
        buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
    }
    return error_set(err, ERROR_INVALID, "Could not instantiate %s: no %s '%s'; there are %s", c->step->name,
                     param, value, all.data);
}

/* The type of a MIME enum name; *type NULL: none asked for. */
static int mime_type(struct step_call *c, const char *param, const char **type, struct error *err)
{
    const char *names[ARRAY_LEN(mime_types)], *value = step_str(c, param, "NOT_SET");
    for (size_t i = 0; i < ARRAY_LEN(mime_types); i++) {
        names[i] = mime_types[i].name;
        if (strcmp(value, names[i]) == 0) {
            *type = mime_types[i].type;
            return 0;
        }
    }
    return one_of(c, param, value, names, ARRAY_LEN(names), err);
}

/* What is hidden is masked from here on, with and without its scheme; short words after a blank are no
 * tokens. */
static void put_header(struct step_call *c, json_t *lines, const char *name, const char *value, bool hidden)
{
    SAY(c, "%s: %s", name, hidden ? "*****" : value);
    _cleanup_free_ char *line = xasprintf("%s: %s", name, value);
    json_array_append_new(lines, json_string(line));
    if (!hidden)
        return;
    const char *token = strrchr(value, ' '); /* "Bearer TOKEN" */
    step_hide(c, value);
    if (token && strlen(token + 1) >= TOKEN_MIN)
        step_hide(c, token + 1);
}

/* Content-type, Accept, then the custom ones; an Authorization is never shown. */
static int put_headers(struct step_call *c, json_t *request, struct error *err)
{
    const char *content = NULL, *accept = NULL;
    json_t *custom = step_json(c, "customHeaders"), *lines = json_array(), *item;
    size_t i;
    json_object_set_new(request, "headers", lines);
    int status =
        mime_type(c, "contentType", &content, err) < 0 || mime_type(c, "acceptType", &accept, err) < 0;
    if (!status && content)
        put_header(c, lines, "Content-type", content, false);
    if (!status && accept)
        put_header(c, lines, "Accept", accept, false);
    json_array_foreach(custom, i, item)
    {
        _cleanup_free_ char *name = json_scalar(item, "name"), *value = json_scalar(item, "value");
        bool hidden = json_is_true(json_object_get(item, "maskValue"));
        if (!status && name && *name)
            put_header(c, lines, name, value ? value : "", hidden || !strcasecmp(name, "Authorization"));
    }
    json_decref(custom);
    return status ? -1 : 0;
}

/* Only user and password: the plugin's form login is not known here. */
static int put_login(struct step_call *c, json_t *request, const char *param, const char *user,
                     const char *password, const char *what, struct error *err)
{
    const char *id = step_str(c, param, "");
    const struct credential *cred = *id ? credentials_find(c->run->credentials, id) : NULL;
    if (!*id)
        return 0;
    if (!cred || cred->type != CRED_USERNAME_PASSWORD)
        return error_set(err, ERROR_INVALID, "%s '%s' doesn't exist anymore%s", what, id,
                         cred ? " or is not a username/password credential type" : "");
    json_put_text(request, user, cred->username);
    json_put_text(request, password, cred->password);
    step_hide(c, cred->password);
    return 0;
}

/* ---- what is sent */

/* On a far node the file is fetched first; what comes back is a path of this machine. */
static char *upload_path(struct step_call *c, const char *name, struct error *err)
{
    _cleanup_free_ char *there = step_path(c, name);
    char *path = ws_local_file(c, there, err);
    if (!path || (fs_exists(path) && !fs_is_dir(path)))
        return path;
    error_set(err, ERROR_INVALID, "Could not find file to upload: %s", there);
    free(path);
    return NULL;
}

static int put_part(struct step_call *c, json_t *parts, const json_t *given, struct error *err)
{
    static const char *const texts[] = {"name", "body", "fileName", "contentType"};
    json_t *part = json_object();
    json_array_append_new(parts, part);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        _cleanup_free_ char *text = json_scalar(given, texts[i]);
        json_put_text(part, texts[i], text);
    }
    _cleanup_free_ char *file = json_scalar(given, "uploadFile");
    _cleanup_free_ char *path = file && *file ? upload_path(c, file, err) : NULL;
    if (file && *file && !path)
        return -1;
    json_put_text(part, "file", path);
    if (path && !json_object_get(part, "fileName"))
        json_put_text(part, "fileName", path_basename(path));
    return 0;
}

/* formData; or uploadFile, as a part called multipartName or as the body itself; or requestBody. */
static int put_content(struct step_call *c, json_t *request, struct error *err)
{
    const char *upload = step_str(c, "uploadFile", ""), *name = step_str(c, "multipartName", "");
    json_t *form = step_json(c, "formData"), *parts = json_array(), *item;
    size_t i;
    int status = 0;
    json_array_foreach(form, i, item) if (!status) status = put_part(c, parts, item, err);
    _cleanup_free_ char *path = !status && *upload ? upload_path(c, upload, err) : NULL;
    if (*upload && !path)
        status = -1;
    if (path && step_bool(c, "wrapAsMultipart", true)) {
        const char *type = NULL;
        mime_type(c, "contentType", &type, NULL);
        json_t *part =
            json_pack("{s:s,s:s,s:s,s:s}", "name", *name ? name : "file", "file", path, "fileName",
                      path_basename(path), "contentType", type ? type : "application/octet-stream");
        json_array_append_new(parts, part);
    } else if (path) {
        json_put_text(request, "bodyFile", path);
    }
    json_put_text(request, "body", step_str(c, "requestBody", NULL));
    if (json_array_size(parts))
        json_object_set(request, "parts", parts);
    json_decref(parts);
    json_decref(form);
    return status;
}

/* A part's own type stands with it; on the whole request it would hide the border between parts. */
static void drop_content_type(json_t *request)
{
    json_t *lines = json_object_get(request, "headers");
    for (size_t i = json_array_size(lines); json_object_get(request, "parts") && i-- > 0;)
        if (!strncasecmp(json_string_value(json_array_get(lines, i)), "Content-type:", 13))
            json_array_remove(lines, i);
}

/* ---- the answer */

/* The output file of a request under way. */
struct pending {
    char *output, *part; /* outputFile, and what is written until the answer is found good; or NULL */
    char *crossing;      /* folder of the part, whose content goes to a far node; else NULL */
    struct value answer; /* while it does */
};

static void pending_free(void *data)
{
    struct pending *p = data;
    if (p->part)
        unlink(p->part);
    if (p->crossing)
        fs_rm_rf(p->crossing, NULL);
    value_release(p->answer);
    free(p->crossing);
    free(p->part);
    free(p->output);
    free(p);
}

/* The plugin's checks, in its order. NULL: good; else the message, owned.
 * The body is told before it is judged, as failing answers are the interesting ones. */
static char *objection(struct step_call *c, int status, const struct buf *text)
{
    const char *codes = step_str(c, "validResponseCodes", ""),
               *wanted = step_str(c, "validResponseContent", "");
    codes = *codes ? codes : all_codes;
    if (step_bool(c, "consoleLogResponseBody", false))
        SAY(c, "Response: \n%s", text->data ? text->data : "");
    if (!status_ranges_hold(codes, status))
        return xasprintf("Fail: Status code %d is not in the accepted range: %s while calling '%s'", status,
                         codes, step_str(c, "url", ""));
    SAY(c, "Success: Status code %d is in the accepted range: %s", status, codes);
    if (*wanted && !(text->data && strstr(text->data, wanted)))
        return xasprintf("Fail: Response doesn't contain expected content '%s'", wanted);
    return NULL;
}

static int save_output(struct step_call *c, struct error *err)
{
    struct pending *p = helper_data(c);
    if (!p->output)
        return 0;
    SAY(c, "Saving response body to %s", p->output);
    if (p->part && !p->crossing && rename(p->part, p->output) < 0)
        return error_errno(err, "%s", p->output);
    return 0;
}

static bool sent(struct step_call *c, const struct worker_end *end)
{
    struct pending *p = helper_data(c);
    if (end->result)
        step_done(c, value_retain(p->answer));
    return end->result;
}

/* The file is put in place only when all checks have passed. */
static void conclude(struct step_call *c, int status, const struct buf *text, const json_t *headers)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *why = objection(c, status, text);
    if (!why && save_output(c, &err) < 0)
        why = xstrdup(err.message);
    if (why) {
        step_fail_text(c, "%s", why);
        return;
    }
    bool none = strcmp(step_str(c, "responseHandle", "STRING"), "NONE") == 0;
    struct pending *p = helper_data(c);
    struct value answer = http_answer_new(c->run, status, none ? NULL : text, headers);
    if (!p->crossing || !p->part) {
        step_done(c, answer);
        return;
    }
    _cleanup_free_ char *dir = path_dirname(p->output);
    p->answer = answer;
    helper_put(c, p->crossing, dir, sent);
}

/* Unreachable servers have a status of their own in the plugin, which validResponseCodes may accept.
 * 404 and 408 are HttpRequestExecution's: validResponseCodes: '100:599' then lets a build poll for a server.
 */
static void unreachable(struct step_call *c, const struct worker_end *end)
{
    _cleanup_(buf_release) struct buf text = {0};
    bool unknown = end->fail == WORKER_UNKNOWN_HOST;
    const char *class = end->fail == WORKER_TIMEOUT ? "class java.net.SocketTimeoutException"
                                                    : "class java.net.ConnectException";
    struct pending *p = helper_data(c);
    free(p->part);
    p->part = NULL;
    if (unknown)
        buf_addstr(&text, "UnknownHostException as 404 Not Found");
    else
        buf_printf(&text, "%s(%s) as 408 Request Timeout", class, end->message);
    if (unknown)
        SAY(c, "Treating UnknownHostException(%s) as 404 Not Found", end->message);
    else
        SAY(c, "Treating %s(%s) as 408 Request Timeout", class, end->message);
    conclude(c, unknown ? 404 : 408, &text, NULL);
}

/* base64 between helper and runner, as a body may be anything; it becomes text by its charset here. */
static bool answered(struct step_call *c, const struct worker_end *end)
{
    if (!end->result && (end->fail == WORKER_UNKNOWN_HOST || end->fail == WORKER_UNREACHABLE ||
                         end->fail == WORKER_TIMEOUT)) {
        unreachable(c, end);
        return true;
    }
    if (!end->result) {
        step_fail(c, exception_new(c->fiber, "IllegalStateException", "%s", end->message));
        return true;
    }
    _cleanup_(buf_release) struct buf raw = {0}, text = {0};
    const json_t *headers = json_object_get(end->result, "headers");
    const char *coded = json_string_value(json_object_get(end->result, "bytes"));
    base64_decode(&raw, coded ? coded : "", coded ? strlen(coded) : 0, NULL);
    http_decode(headers, raw.data ? raw.data : "", raw.len, &text);
    SAY(c, "Response Code: %s", json_string_value(json_object_get(end->result, "line")));
    conclude(c, (int)json_integer_value(json_object_get(end->result, "status")), &text, headers);
    return true;
}

/* ---- the request */

/* Beside the file it will become: renaming is then no copy, and a failed check leaves the old file. */
static int place_output(struct step_call *c, json_t *request, struct pending *p, struct error *err)
{
    const char *name = step_str(c, "outputFile", "");
    char suffix[9];
    if (!*name)
        return 0;
    if (!step_cwd(c) && *name != '/')
        return error_set(err, ERROR_INVALID, "outputFile '%s' needs a workspace: surround the step with node",
                         name);
    p->output = step_path(c, name);
    if (ws_far(c)) {
        p->crossing = fs_tempdir(c->run->record.dir, "far-", err);
        p->part = p->crossing ? path_join(p->crossing, path_basename(p->output)) : NULL;
        json_put_text(request, "output", p->part);
        return p->part ? 0 : -1;
    }
    _cleanup_free_ char *dir = path_dirname(p->output);
    random_hex(suffix, sizeof(suffix) / 2);
    p->part = xasprintf("%s.%s", p->output, suffix);
    json_put_text(request, "output", p->part);
    return fs_mkdir_p(dir, 0755, err);
}

/* Lines are printed in the plugin's order: method, address, headers, then the login. */
static int compose(struct step_call *c, json_t *request, struct pending *p, struct error *err)
{
    const char *codes = step_str(c, "validResponseCodes", ""), *mode = step_str(c, "httpMode", "GET");
    const char *url = step_str(c, "url", "");
    if (one_of(c, "httpMode", mode, modes, ARRAY_LEN(modes), err) < 0 ||
        one_of(c, "responseHandle", step_str(c, "responseHandle", "STRING"), handles, ARRAY_LEN(handles),
               err) < 0 ||
        (*codes && status_ranges_check(codes, err) < 0))
        return -1;
    SAY(c, "HttpMethod: %s", mode);
    SAY(c, "URL: %s", url);
    json_put_text(request, "url", url);
    json_put_text(request, "method", mode);
    json_put_text(request, "proxy", step_str(c, "httpProxy", NULL));
    if (put_headers(c, request, err) < 0 ||
        put_login(c, request, "authentication", "user", "password", "Authentication", err) < 0 ||
        put_login(c, request, "proxyAuthentication", "proxyUser", "proxyPassword", "Proxy authentication",
                  err) < 0 ||
        put_content(c, request, err) < 0)
        return -1;
    drop_content_type(request);
    if (*step_str(c, "authentication", ""))
        SAY(c, "Using authentication: %s", step_str(c, "authentication", ""));
    return place_output(c, request, p, err);
}

enum call_status step_http_request(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *url = step_str(c, "url", "");
    struct pending *p = xcalloc(1, sizeof(*p));
    json_t *request = json_pack(
        "{s:s,s:b,s:b,s:I,s:b}", "op", "http", "bytes", 1, "ntlm", step_bool(c, "useNtlm", false), "timeout",
        (json_int_t)step_int(c, "timeout", 0), "insecure", step_bool(c, "ignoreSslErrors", false));
    int status =
        strncasecmp(url, "http://", 7) && strncasecmp(url, "https://", 8)
            ? error_set(&err, ERROR_INVALID, "Invalid URL '%s': it begins with http:// or https://", url)
            : compose(c, request, p, &err);
    if (status < 0) {
        json_decref(request);
        free(p->part); /* not written yet */
        p->part = NULL;
        pending_free(p);
        return vm_throw(c->fiber, "IllegalArgumentException", "%s", err.message);
    }
    SAY(c, "Sending request to url: %s", url);
    return helper_start_with(c, request, answered, p, pending_free);
}
