/* See status.h. */
#include "agents/kube/status.h"
#include "base/util.h"
#include <stdio.h>
#include <string.h>

static const char *status_name(int code)
{
    static const struct {
        int code;
        const char *name;
    } names[] = {{400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "the server could not find the requested resource"},
                 {405, "Method Not Allowed"},
                 {409, "Conflict"},
                 {410, "Gone"},
                 {413, "Request Entity Too Large"},
                 {415, "Unsupported Media Type"},
                 {429, "Too Many Requests"},
                 {500, "Internal Server Error"},
                 {502, "Bad Gateway"},
                 {503, "Service Unavailable"},
                 {504, "Gateway Timeout"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].code == code)
            return names[i].name;
    return "no reason given";
}

static bool is_status(const json_t *o)
{
    return str_eq(json_string_value(json_object_get(o, "kind")), "Status") || json_object_get(o, "reason") ||
           json_object_get(o, "status");
}

const char *kube_status_reason(const json_t *status)
{
    const char *reason = is_status(status) ? json_string_value(json_object_get(status, "reason")) : NULL;
    return reason ? reason : "";
}

static const char *status_message(const json_t *status)
{
    const char *text = is_status(status) ? json_string_value(json_object_get(status, "message")) : NULL;
    return text && *text ? text : NULL;
}

/* Messages become one line: admission webhooks send several. */
static char *one_line(const char *text)
{
    char *line = xstrndup(text, strlen(text));
    size_t n = strlen(line);
    while (n && strchr("\r\n ", line[n - 1]))
        line[--n] = 0;
    for (char *s = line; *s; s++)
        if (*s == '\n' || *s == '\r')
            *s = ' ';
    return line;
}

void kube_status_error(struct error *err, int http_status, const json_t *status, const char *body)
{
    const char *text = status_message(status);
    if (text) {
        _cleanup_free_ char *line = one_line(text);
        error_set(err, ERROR_REMOTE, "%s", line);
    } else if (body && *body && *body != '<' && *body != '{') {
        error_set(err, ERROR_REMOTE, "%.*s (HTTP status %d)", (int)strcspn(body, "\r\n"), body, http_status);
    } else {
        error_set(err, ERROR_REMOTE, "%s (HTTP status %d)", status_name(http_status), http_status);
    }
    if (err)
        err->code = http_status;
}

/* The exit code stands in details.causes, as a text. */
static int exit_code(const json_t *status)
{
    size_t i;
    json_t *cause;
    json_array_foreach(json_object_get(json_object_get(status, "details"), "causes"), i, cause)
    {
        const char *text = json_string_value(json_object_get(cause, "message"));
        char *end;
        if (!text || !str_eq(json_string_value(json_object_get(cause, "reason")), "ExitCode"))
            continue;
        long code = strtol(text, &end, 10);
        return end != text && !*end && code > 0 && code < 256 ? (int)code : -1;
    }
    return -1;
}

int kube_status_exit(const json_t *status, struct error *err)
{
    if (str_eq(json_string_value(json_object_get(status, "status")), "Success"))
        return 0;
    int code = str_eq(kube_status_reason(status), "NonZeroExitCode") ? exit_code(status) : -1;
    if (code < 0) {
        json_t *n = json_object_get(status, "code");
        kube_status_error(err, json_is_integer(n) ? (int)json_integer_value(n) : 500, status, NULL);
    }
    return code;
}
