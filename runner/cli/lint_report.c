/* Lint's findings as JSON, and as SARIF 2.1.0 made from that JSON: one walk over the findings, two forms.
 * Columns count UTF-16 units in both, as the compiler's do. */
#include "runner/cli/lint_report.h"
#include "base/json.h"
#include "parser/rule.h"
#include <string.h>

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *severity_name(const struct diagnostic *d)
{
    return d->severity == DIAG_ERROR ? "error" : d->severity == DIAG_WARNING ? "warning" : "note";
}

/* Some of Groovy's messages begin or end with a line feed. */
static json_t *words_of(const char *text)
{
    text += strspn(text, "\n ");
    size_t len = strlen(text);
    while (len && text[len - 1] == '\n')
        len--;
    return json_clean_text(text, len);
}

static json_t *message_of(const struct pipeline_file *f, const struct diagnostic *d)
{
    json_t *message = json_pack("{s:o, s:i, s:i}", "file", json_clean_text(f->path, strlen(f->path)), "line",
                                d->line, "column", d->col);
    if (d->end_line)
        json_object_update_new(message,
                               json_pack("{s:i, s:i}", "endLine", d->end_line, "endColumn", d->end_col));
    json_object_update_new(message, json_pack("{s:s, s:s, s:o}", "severity", severity_name(d), "rule",
                                              rule_of(d)->id, "message", words_of(d->message)));
    return message;
}

void lint_report_add(json_t *files, const struct pipeline_file *f)
{
    json_t *messages = json_array();
    for (size_t i = 0; i < f->diagnostics.list.len; i++)
        json_array_append_new(messages, message_of(f, &f->diagnostics.list.items[i]));
    json_array_append_new(files,
                          json_pack("{s:o, s:b, s:o}", "file", json_clean_text(f->path, strlen(f->path)),
                                    "valid", !f->diagnostics.errors, "messages", messages));
}

/* SARIF wants a URI reference: a relative one as the path was given, a file: one for an absolute path. */
static json_t *uri_of(const char *path)
{
    struct buf uri _cleanup_(buf_release) = {0};
    buf_addstr(&uri, *path == '/' ? "file://" : "");
    for (const unsigned char *c = (const unsigned char *)path; *c; c++) {
        bool plain =
            (*c >= '0' && *c <= '9') || ((*c | 32) >= 'a' && (*c | 32) <= 'z') || strchr("/-._~", *c);
        buf_printf(&uri, plain ? "%c" : "%%%02X", *c);
    }
    return json_string(uri.data ? uri.data : "");
}

static json_int_t number_of(const json_t *message, const char *name)
{
    return json_integer_value(json_object_get(message, name));
}

/* A region of several lines would mark a whole section for a message about its head: SARIF's default, the
 * rest of the line, serves readers better. */
static json_t *region_of(const json_t *message)
{
    json_int_t line = number_of(message, "line");
    json_t *region = json_pack("{s:I, s:I}", "startLine", line, "startColumn", number_of(message, "column"));
    if (number_of(message, "endLine") == line)
        json_object_set_new(region, "endColumn", json_integer(number_of(message, "endColumn")));
    return region;
}

static json_t *location_of(const json_t *message)
{
    json_t *place = json_pack("{s:{s:o}}", "artifactLocation", "uri",
                              uri_of(json_string_value(json_object_get(message, "file"))));
    if (number_of(message, "line") > 0)
        json_object_set_new(place, "region", region_of(message));
    return json_pack("{s:o}", "physicalLocation", place);
}

static size_t rule_index(const char *id)
{
    size_t i = 0;
    while (i + 1 < rule_count && strcmp(rules[i].id, id) != 0)
        i++;
    return i;
}

static json_t *result_of(const json_t *message)
{
    const char *rule = json_string_value(json_object_get(message, "rule"));
    return json_pack("{s:s, s:I, s:O, s:{s:O}, s:[o]}", "ruleId", rule, "ruleIndex",
                     (json_int_t)rule_index(rule), "level", json_object_get(message, "severity"), "message",
                     "text", json_object_get(message, "message"), "locations", location_of(message));
}

static json_t *rules_of(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rule_count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:{s:s}}", "id", rules[i].id, "shortDescription", "text", rules[i].help));
    return list;
}

json_t *lint_report_sarif(const json_t *files)
{
    json_t *results = json_array(), *file, *message;
    bool complete = true;
    size_t i, j;
    json_array_foreach(files, i, file)
    {
        json_array_foreach(json_object_get(file, "messages"), j, message)
        {
            json_array_append_new(results, result_of(message));
            /* rules[0] is that of files which could not be read. */
            complete &= strcmp(json_string_value(json_object_get(message, "rule")), rules[0].id) != 0;
        }
    }
    return json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:[{s:b}], s:o}]}", "$schema", SARIF_SCHEMA,
                     "version", "2.1.0", "runs", "tool", "driver", "name", "gmrun", "version", GMRUN_VERSION,
                     "rules", rules_of(), "columnKind", "utf16CodeUnits", "invocations",
                     "executionSuccessful", complete, "results", results);
}
