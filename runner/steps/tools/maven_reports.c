#include "runner/steps/tools/maven_reports.h"
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/report/coverage_report.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/issue_report.h"
#include "runner/steps/tools/maven_publish.h"
#include <string.h>
#include <sys/stat.h>

struct new_files { /* while a folder is searched */
    struct step_call *call;
    const struct maven_publish *publish;
    struct buf list; /* with commas between */
};

static int note_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct new_files *n = data;
    if (!strpbrk(path, ",*?") && maven_is_new(n->call->run, n->publish, path, st))
        buf_printf(&n->list, "%s%s", n->list.len ? "," : "", path);
    return 0;
}

/* The files of a pattern that the block wrote, as a pattern; owned, NULL: none. What an earlier build left in
 * the workspace is not this one's. */
static char *new_files(struct step_call *c, const struct maven_publish *p, const char *pattern)
{
    struct new_files n = {.call = c, .publish = p};
    struct ant_scan scan = {.root = p->view, .includes = pattern, .split = GLOB_COMMA};
    ant_scan(&scan, note_file, &n, NULL);
    if (n.list.len)
        return buf_steal(&n.list);
    buf_release(&n.list);
    return NULL;
}

const char *maven_reports_pattern(void)
{
    return coverage_parser_find("jacoco")->pattern;
}

void maven_reports_find(struct step_call *c, const struct maven_publish *p, struct maven_reports *r)
{
    const struct {
        unsigned flag;
        char **to;
        const char *pattern;
    } kinds[] = {{PUBLISH_JACOCO, &r->coverage, maven_reports_pattern()},
                 {PUBLISH_JACOCO, &r->execs, "**/target/*.exec"},
                 {PUBLISH_FINDBUGS, &r->findbugs, "**/target/findbugsXml.xml"},
                 {PUBLISH_SPOTBUGS, &r->spotbugs, "**/target/spotbugsXml.xml"}};
    r->tasks = p->publishers & PUBLISH_TASKS;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (p->publishers & kinds[i].flag)
            *kinds[i].to = new_files(c, p, kinds[i].pattern);
}

void maven_reports_release(struct maven_reports *r)
{
    free(r->coverage);
    free(r->execs);
    free(r->findbugs);
    free(r->spotbugs);
}

static void publish_coverage(struct step_call *c, const struct maven_reports *r)
{
    static const char prefix[] = "[withMaven] jacocoPublisher - ";
    const struct coverage_parser *parser = coverage_parser_find("jacoco");
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(coverage_report_release) struct coverage_report report = {
        .call = c, .id = "jacoco", .name = "JaCoCo", .prefix = prefix};
    if (!r->coverage && r->execs)
        step_log(c, "%sWARNING: no XML report of %s (jacoco:report writes one)", prefix, r->execs);
    if (!r->coverage)
        return;
    step_log(c, "%sArchive JaCoCo analysis results: %s", prefix, r->coverage);
    if (coverage_report_read(&report, parser, r->coverage, &err) < 0 ||
        (report.files > report.broken && coverage_report_keep(&report, &err) < 0))
        step_log(c, "%sWARNING: %s", prefix, err.message);
}

/* Settings as recordIssues has them for a tool. */
static void publish_issues(struct step_call *c, const char *symbol, const char *publisher,
                           struct value settings)
{
    _cleanup_(error_release) struct error err = {0};
    struct issue_report report = {.call = c, .tool = issue_tool_find(symbol)};
    if (issue_report_scan(&report, AS_MAP(settings), &err) < 0 ||
        issue_report_publish(&report, true, NULL, &err) < 0)
        step_log(c, "[withMaven] %s - WARNING: %s", publisher, err.message);
    issue_report_release(&report);
}

static void set_text(struct value map, const char *key, const char *text)
{
    struct value v = string_from(text);
    map_set_str(AS_MAP(map), key, v);
    value_release(v);
}

static void publish_bugs(struct step_call *c, const char *symbol, const char *publisher, const char *files)
{
    if (!files)
        return;
    struct value settings = map_new(c->run->vm);
    set_text(settings, "pattern", files);
    step_log(c, "[withMaven] %s - Archive analysis results: %s", publisher, files);
    publish_issues(c, symbol, publisher, settings);
    value_release(settings);
}

/* Without words to look for there is nothing to do, as in the plugin. */
static void publish_tasks(struct step_call *c)
{
    static const char *const keys[][2] = {{"highPriorityTaskIdentifiers", "highTags"},
                                          {"normalPriorityTaskIdentifiers", "normalTags"},
                                          {"lowPriorityTaskIdentifiers", "lowTags"},
                                          {"pattern", "includePattern"},
                                          {"excludePattern", "excludePattern"},
                                          {"ignoreCase", "ignoreCase"},
                                          {"asRegexp", "asRegexp"}};
    struct map *given = NULL;
    struct value options = step_arg(c, "options");
    for (size_t i = 0; i < described_count(options); i++) {
        struct map *m = described_at(options, i);
        const struct maven_publisher_row *row = m ? maven_publisher_find(described_class(c, m)) : NULL;
        given = row && row->flag == PUBLISH_TASKS ? m : given;
    }
    struct value settings = map_new(c->run->vm);
    set_text(settings, "includePattern", "**/*.java");
    bool any = false;
    for (size_t i = 0; given && i < ARRAY_LEN(keys); i++) {
        const char *text = described_str(c, given, keys[i][0], "");
        if (*text)
            set_text(settings, keys[i][1], text);
        any |= *text && i < 3;
    }
    if (any)
        publish_issues(c, "openTasks", "openTasksPublisher", settings);
    value_release(settings);
}

void maven_reports_publish(struct step_call *c, const struct maven_reports *r)
{
    publish_coverage(c, r);
    publish_bugs(c, "findBugs", "findbugsPublisher", r->findbugs);
    publish_bugs(c, "spotBugs", "spotbugsPublisher", r->spotbugs);
    if (r->tasks)
        publish_tasks(c);
}
