/* Gathering: which files, in whose words [warnings-ng: FilesScanner, ConsoleLogReaderFactory]. */
#include "base/fs.h"
#include "base/glob.h"
#include "runner/engine/node.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/issue_report.h"
#include "runner/steps/workspace.h"
#include <stdarg.h>
#include <string.h>

void issue_say(const struct issue_report *r, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    if (step_bool(r->call, "quiet", false) && text.data && !str_has_prefix(text.data, "[ERROR]"))
        return;
    step_log(r->call, "[%s] %s", r->name, text.data ? text.data : "");
}

void issue_report_release(struct issue_report *r)
{
    issues_release(&r->issues);
    free(r->errors);
}

/* A fault of a report is told, and counts for failOnError. */
static void complain(struct issue_report *r, const char *text)
{
    issue_say(r, "[ERROR] %s", text);
    char *all = xasprintf("%s%s\n", r->errors ? r->errors : "", text);
    free(r->errors);
    r->errors = all;
}

struct scan {
    struct issue_report *report;
    const struct issue_options *options;
    bool quiet; /* source files, of which there are many */
    size_t files;
    struct ant_scan scan;
};

/* A broken file's findings are taken back, as half a report would look like fixed ones. */
static int read_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct scan *s = data;
    struct issue_report *r = s->report;
    _cleanup_(error_release) struct error why = {0};
    _cleanup_free_ char *whole = step_path(r->call, path), *here = path_join(s->scan.root, path),
                        *text = NULL;
    size_t before = r->issues.list.len;
    if (!S_ISREG(st->st_mode))
        return 0;
    s->files++;
    if (st->st_size == 0 && !s->quiet) {
        text = xasprintf("Skipping file '%s' because it's empty", path);
        complain(r, text);
        return 0;
    }
    if (r->tool->read(here, path, r->tool->detail, s->options, &r->issues, &why) < 0) {
        issues_truncate(&r->issues, before);
        text = why.line
                   ? xasprintf("Parsing of file '%s' failed due to an exception: line %d, column %d: %s",
                               whole, why.line, why.col, why.message)
                   : xasprintf("Parsing of file '%s' failed due to an exception: %s", whole, why.message);
        complain(r, text);
    } else if (!s->quiet) {
        issue_say(r, "Successfully parsed file %s", whole);
        issue_say(r, "-> found %zu issue%s", r->issues.list.len - before,
                  r->issues.list.len - before == 1 ? "" : "s");
    }
    return 0;
}

/* Task scanners read sources: no links (they lead to the same files again), no line for each file. */
static int scan_files(struct issue_report *r, const struct issue_options *o, const char *pattern,
                      const char *excludes, struct error *err)
{
    bool tasks = r->tool->read == issue_read_tasks;
    struct scan s = {.report = r,
                     .options = o,
                     .quiet = tasks,
                     .scan = {.root = step_cwd(r->call),
                              .includes = pattern,
                              .excludes = excludes,
                              .split = GLOB_COMMA,
                              .no_follow_symlinks = tasks}};
    issue_say(r, "Searching for all files in '%s' that match the pattern '%s'", s.scan.root, pattern);
    if (ws_scan(r->call, &s.scan, read_one, &s, err) < 0)
        return -1;
    if (s.files)
        issue_say(r, "-> found %zu file%s", s.files, s.files == 1 ? "" : "s");
    else if (!s.quiet) {
        _cleanup_free_ char *text =
            xasprintf("No files found for pattern '%s'. Configuration error?", pattern);
        complain(r, text);
    }
    return 0;
}

/* The log so far, brought up to date first. */
static int scan_console(struct issue_report *r, const struct issue_options *o, struct error *err)
{
    struct run *run = r->call->run;
    _cleanup_free_ char *log = path_join(run->record.dir, "log");
    issue_say(r, "Parsing console log (workspace: '%s')", step_cwd(r->call));
    run_flush(run);
    return r->tool->read(log, "log", r->tool->detail, o, &r->issues, err);
}

/* Absolute names below the workspace become relative to it.
 * The same finding must have the same name in every workspace, or it would be new each time. */
static void shorten_names(struct issue_report *r)
{
    const struct lease *lease = scope_lease(r->call->branch->scope);
    size_t n = lease ? strlen(lease->workspace) : 0;
    for (size_t i = 0; n && i < r->issues.list.len; i++) {
        struct issue *found = &r->issues.list.items[i];
        if (strncmp(found->file, lease->workspace, n) == 0 && found->file[n] == '/')
            found->file += n + 1;
        else if (str_has_prefix(found->file, "./"))
            found->file += 2;
    }
}

static const char *other(const char *a, const char *b)
{
    return a && *a ? a : b;
}

/* Names of arguments are those of warnings-ng, then of the plugins before it. Without any tags the old
 * openTasks means FIXME and TODO. */
int issue_report_scan(struct issue_report *r, struct map *m, struct error *err)
{
    struct step_call *c = r->call;
    struct map *args = m ? m : AS_MAP(c->args);
    bool tasks = r->tool->read == issue_read_tasks;
    const char *given =
        described_str(c, args, tasks ? "includePattern" : "pattern", described_str(c, args, "pattern", NULL));
    struct issue_options o = {
        .high_lines = described_num(c, args, "highThreshold", 50),
        .normal_lines = described_num(c, args, "normalThreshold", 25),
        .high_tags = described_str(c, args, "highTags", described_str(c, args, "high", NULL)),
        .normal_tags = described_str(c, args, "normalTags", described_str(c, args, "normal", NULL)),
        .low_tags = described_str(c, args, "lowTags", described_str(c, args, "low", NULL)),
        .ignore_case = described_bool(c, args, "ignoreCase", false),
        .tags_are_regex = described_bool(c, args, "isRegularExpression", false) ||
                          described_bool(c, args, "asRegexp", false),
        .rank_as_priority = described_bool(c, args, "useRankAsPriority", false),
    };
    if (!o.high_tags && !o.low_tags && !o.normal_tags && !m) {
        o.high_tags = "FIXME";
        o.normal_tags = "TODO";
    }
    r->id = other(described_str(c, args, "id", NULL), r->tool->id);
    r->name = other(described_str(c, args, "name", NULL), r->tool->name);
    _cleanup_free_ char *pattern = run_expand(c->run, c->branch->scope, other(given, ""));
    const char *files = other(pattern, r->tool->pattern);
    int rc = files ? scan_files(r, &o, files, described_str(c, args, "excludePattern", NULL), err)
                   : scan_console(r, &o, err);
    shorten_names(r);
    return rc;
}
