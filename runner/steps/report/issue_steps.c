/* recordIssues, scanForIssues, publishIssues [warnings-ng plugin], and the steps of the plugins before it:
 * checkstyle, findbugs, pmd, dry, openTasks, warnings [analysis-core]. */
#include "runner/steps/report/described.h"
#include "runner/steps/report/issue_report.h"
#include "runner/steps/rows.h"
#include <string.h>

static bool result_forbids(struct step_call *c, bool enabled)
{
    enum result r = c->run->result;
    if (enabled || r == RESULT_NONE || r < RESULT_FAILURE)
        return false;
    step_log(c, "Skipping execution of recorder since overall result is '%s'", result_name(r));
    return true;
}

/* analysisParser(analysisModelId: 'pmd') names its tool by id. */
static const struct issue_tool *tool_of(struct step_call *c, struct map *m, struct error *err)
{
    const char *symbol = described_class(c, m);
    const char *model =
        strcmp(symbol, "analysisParser") ? symbol : described_str(c, m, "analysisModelId", "");
    const struct issue_tool *tool = issue_tool_find(model);
    if (!tool)
        error_set(err, ERROR_INVALID, "'%s' is no tool whose reports are read here", model);
    return tool;
}

static int scan_tool(struct issue_report *r, struct map *m, struct error *err)
{
    r->tool = tool_of(r->call, m, err);
    return r->tool ? issue_report_scan(r, m, err) : -1;
}

/* ---- recordIssues */

static void append(struct value list, struct value item) /* takes item */
{
    list_push(AS_LIST(list), item);
    value_release(item);
}

static int finish(struct issue_report *r, struct value list, struct error *err)
{
    struct value figures = NULL_VALUE;
    if (issue_report_filter(r, step_arg(r->call, "filters"), err) < 0 ||
        issue_report_publish(r, false, &figures, err) < 0)
        return -1;
    append(list, figures);
    return 0;
}

static int record_each(struct step_call *c, struct value tools, struct value list, struct error *err)
{
    bool alone = described_count(tools) == 1;
    int rc = 0;
    for (size_t i = 0; !rc && i < described_count(tools); i++) {
        struct map *m = described_at(tools, i);
        struct issue_report r = {.call = c};
        rc = m ? scan_tool(&r, m, err) : 0;
        if (alone && !rc) { /* the step's own id and name are for one tool */
            r.id = step_str(c, "id", r.id);
            r.name = step_str(c, "name", r.name);
        }
        if (m && !rc)
            rc = finish(&r, list, err);
        issue_report_release(&r);
    }
    return rc;
}

/* One id, one set of gates for all tools: aggregatingResults. */
static int record_together(struct step_call *c, struct value tools, struct value list, struct error *err)
{
    struct issue_report all = {.call = c};
    int rc = 0;
    for (size_t i = 0; !rc && i < described_count(tools); i++) {
        struct map *m = described_at(tools, i);
        rc = m ? scan_tool(&all, m, err) : 0;
    }
    all.id = step_str(c, "id", "analysis");
    all.name = step_str(c, "name", "Static Analysis");
    if (!rc)
        rc = finish(&all, list, err);
    issue_report_release(&all);
    return rc;
}

/* A list of results, one a tool, as the step returns them. */
enum call_status step_record_issues(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value tools = step_arg(c, step_has(c, "tools") ? "tools" : "tool");
    *out = list_new(c->run->vm, 0);
    if (result_forbids(c, step_bool(c, "enabledForFailure", false)))
        return CALL_OK;
    if (!described_count(tools))
        error_set(&err, ERROR_INVALID, "recordIssues needs a tool: tool: checkStyle(pattern: '…')");
    else if (step_bool(c, "aggregatingResults", false))
        record_together(c, tools, *out, &err);
    else
        record_each(c, tools, *out, &err);
    if (!err.message)
        return CALL_OK;
    value_release(*out);
    *out = NULL_VALUE;
    return step_abort(c, "%s", err.message);
}

/* ---- scanForIssues gives a map that publishIssues takes: id, name, size, and the findings as JSON */

/* JSON in a text, so that the map passes through script variables and stashes unharmed. */
static struct value scan_result(const struct issue_report *r)
{
    struct value map = map_new(r->call->run->vm);
    json_t *list = json_array();
    for (size_t i = 0; i < r->issues.list.len; i++)
        json_array_append_new(list, issue_to_json(&r->issues.list.items[i]));
    char *text = json_dumps(list, JSON_COMPACT);
    struct value json = string_from(text), id = string_from(r->id), name = string_from(r->name);
    map_set_str(AS_MAP(map), "id", id);
    map_set_str(AS_MAP(map), "name", name);
    map_set_str(AS_MAP(map), "totalSize", value_int((int)r->issues.list.len));
    map_set_str(AS_MAP(map), "issues", json);
    value_release(json);
    value_release(id);
    value_release(name);
    json_decref(list);
    free(text);
    return map;
}

enum call_status step_scan_for_issues(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct issue_report r = {.call = c};
    struct map *m = described_at(step_arg(c, "tool"), 0);
    if (!m)
        return step_abort(c, "scanForIssues needs a tool: tool: checkStyle(pattern: '…')");
    if (scan_tool(&r, m, &err) == 0 && issue_report_filter(&r, step_arg(c, "filters"), &err) == 0)
        *out = scan_result(&r);
    issue_report_release(&r);
    return err.message ? step_abort(c, "%s", err.message) : CALL_OK;
}

enum call_status step_publish_issues(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value scans = step_arg(c, "issues");
    struct issue_report r = {.call = c, .id = step_str(c, "id", NULL), .name = step_str(c, "name", NULL)};
    for (size_t i = 0; i < described_count(scans); i++) {
        struct map *m = described_at(scans, i);
        json_t *list = m ? json_loads(described_str(c, m, "issues", ""), 0, NULL) : NULL;
        issues_from_json(list, &r.issues);
        json_decref(list);
        bool only = m && described_count(scans) == 1;
        if (only && !r.id)
            r.id = described_str(c, m, "id", NULL);
        if (only && !r.name)
            r.name = described_str(c, m, "name", NULL);
    }
    r.id = r.id ? r.id : "analysis";
    r.name = r.name ? r.name : "Static Analysis";
    issue_report_publish(&r, false, out, &err);
    issue_report_release(&r);
    return err.message ? step_abort(c, "%s", err.message) : CALL_OK;
}

/* ---- the old plugins */

static enum call_status record_old(struct step_call *c, const struct issue_tool *tool, struct map *m)
{
    _cleanup_(error_release) struct error err = {0};
    struct issue_report r = {.call = c, .tool = tool};
    if (issue_report_scan(&r, m, &err) == 0)
        issue_report_publish(&r, true, NULL, &err);
    issue_report_release(&r);
    return err.message ? step_abort(c, "%s", err.message) : CALL_OK;
}

/* Which tool: the step's own name, or the class that step([$class: …]) gives. */
enum call_status step_old_analysis(struct step_call *c, struct value *out)
{
    const struct issue_tool *tool = issue_tool_find(c->step->name);
    if (!tool)
        tool = issue_tool_find(described_class(c, AS_MAP(c->args)));
    if (!tool)
        return step_abort(c, "%s: no tool of this name is known", c->step->name);
    return result_forbids(c, step_bool(c, "canRunOnFailed", false)) ? CALL_OK : record_old(c, tool, NULL);
}

/* warnings(consoleParsers: [[parserName: 'Maven']], parserConfigurations: [[parserName: …, pattern: …]]) */
enum call_status step_old_warnings(struct step_call *c, struct value *out)
{
    static const char *const lists[] = {"consoleParsers", "parserConfigurations"};
    enum call_status status = CALL_OK;
    if (result_forbids(c, step_bool(c, "canRunOnFailed", false)))
        return CALL_OK;
    for (size_t k = 0; k < ARRAY_LEN(lists); k++)
        for (size_t i = 0; status == CALL_OK && i < described_count(step_arg(c, lists[k])); i++) {
            struct map *m = described_at(step_arg(c, lists[k]), i);
            const char *name = m ? described_str(c, m, "parserName", "") : "";
            const struct issue_tool *tool = issue_tool_by_parser(name);
            status = tool ? record_old(c, tool, m)
                          : step_abort(c, "warnings: the parser '%s' is not known here", name);
        }
    return status;
}
