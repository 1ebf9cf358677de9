/* Findings in JSON: SARIF 2.1 [OASIS], Trivy's, and the plugin's own form ("issues" with fileName, lineStart
 * …), whose reader also takes a list of such objects, as Hadolint writes it. */
#include "base/fs.h"
#include "runner/steps/report/issue.h"
#include <string.h>

enum { JSON_LIMIT = 64 << 20 };

static json_t *load(const char *path, const char *show, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    json_error_t why;
    if (fs_read_file(path, JSON_LIMIT, &text, err) < 0)
        return NULL;
    const char *data = text.data ? text.data : "";
    size_t mark = str_has_prefix(data, "\xef\xbb\xbf") ? 3 : 0; /* tools on Windows write one */
    json_t *json = json_loadb(data + mark, text.len - mark, 0, &why);
    if (!json)
        error_at(err, ERROR_SYNTAX, show, why.line, why.column, "%s", why.text);
    return json;
}

/* The level of a result is the rule's default when it has none; that is "warning".
 * Only the first location: the others are of the same finding. */
static void add_result(const json_t *result, struct issues *to)
{
    const json_t *location = json_array_get(json_object_get(result, "locations"), 0),
                 *place = json_object_get(location, "physicalLocation"),
                 *region = json_object_get(place, "region"), *message = json_object_get(result, "message");
    const char *uri = json_string_value(json_object_get(json_object_get(place, "artifactLocation"), "uri"));
    const char *text = json_string_value(json_object_get(message, "text"));
    if (uri && str_has_prefix(uri, "file://"))
        uri += 7;
    struct issue i = {
        .file = uri,
        .line = (int)json_integer_value(json_object_get(region, "startLine")),
        .column = (int)json_integer_value(json_object_get(region, "startColumn")),
        .type = json_string_value(json_object_get(result, "ruleId")),
        .message = text ? text : json_string_value(json_object_get(message, "markdown")),
        .severity = severity_guess(json_string_value(json_object_get(result, "level"))),
    };
    issues_add(to, &i);
}

int issue_read_sarif(const char *path, const char *show, const void *detail, const struct issue_options *o,
                     struct issues *to, struct error *err)
{
    json_t *json = load(path, show, err), *run, *result;
    const json_t *runs = json_object_get(json, "runs");
    size_t i, k;
    if (json && !json_is_array(runs))
        error_set(err, ERROR_SYNTAX, "%s: it has no \"runs\": not a SARIF report", show);
    json_array_foreach(runs, i, run) json_array_foreach(json_object_get(run, "results"), k, result)
        add_result(result, to);
    bool good = json_is_array(runs);
    json_decref(json);
    return good ? 0 : -1;
}

/* "Severity" of a vulnerability: CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN. */
static void add_vulnerability(const json_t *v, const char *target, struct issues *to)
{
    const char *package = json_string_value(json_object_get(v, "PkgName")),
               *version = json_string_value(json_object_get(v, "InstalledVersion")),
               *title = json_string_value(json_object_get(v, "Title"));
    _cleanup_free_ char *message = xasprintf("%s %s: %s", package ? package : "?", version ? version : "",
                                             title ? title : "a vulnerability");
    struct issue i = {.file = target,
                      .type = json_string_value(json_object_get(v, "VulnerabilityID")),
                      .category = package,
                      .message = message,
                      .severity = severity_guess(json_string_value(json_object_get(v, "Severity")))};
    issues_add(to, &i);
}

/* Results without vulnerabilities (a clean image) have no such member. */
int issue_read_trivy(const char *path, const char *show, const void *detail, const struct issue_options *o,
                     struct issues *to, struct error *err)
{
    json_t *json = load(path, show, err), *result, *v;
    size_t i, k;
    bool good = json_is_object(json) && json_object_get(json, "SchemaVersion");
    if (json && !good)
        error_set(err, ERROR_SYNTAX, "%s: it has no \"SchemaVersion\": not a report of Trivy", show);
    json_array_foreach(json_object_get(json, "Results"), i, result)
        json_array_foreach(json_object_get(result, "Vulnerabilities"), k, v)
            add_vulnerability(v, json_string_value(json_object_get(result, "Target")), to);
    json_decref(json);
    return good ? 0 : -1;
}

int issue_read_json(const char *path, const char *show, const void *detail, const struct issue_options *o,
                    struct issues *to, struct error *err)
{
    json_t *json = load(path, show, err);
    const json_t *list = json_is_array(json) ? json : json_object_get(json, "issues");
    bool good = json_is_array(list);
    if (json && !good)
        error_set(err, ERROR_SYNTAX, "%s: it has no \"issues\"", show);
    issues_from_json(list, to);
    json_decref(json);
    return good ? 0 : -1;
}
