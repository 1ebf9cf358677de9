/* Findings in XML: the checkstyle format, which many tools write, SpotBugs' and FindBugs', PMD's, CPD's,
 * Cppcheck's. */
#include "base/buf.h"
#include "runner/state/xml.h"
#include "runner/steps/report/issue.h"
#include <string.h>

struct reader {
    struct issues *to;
    const struct issue_options *options;
    struct arena arena; /* of the open finding */
    struct issue now;
    char *file;
    struct buf text;
    int depth; /* of the open finding, 0: none */
    int lines; /* cpd: of the open duplication */
    const char *where;
};

static const char *attribute(const char **attributes, const char *name)
{
    const char *value = xml_attribute(attributes, name);
    return value ? value : "";
}

static int number(const char **attributes, const char *name)
{
    long n = strtol(attribute(attributes, name), NULL, 10);
    return n > 0 && n < 1 << 30 ? (int)n : 0;
}

/* Cut at the length that issues_add() keeps. */
static void keep_text(struct xml *x, const char *text, size_t n)
{
    struct reader *r = x->data;
    if (r->depth && r->text.len < ISSUE_TEXT_MAX)
        buf_add(&r->text, text, n);
}

static void take_file(struct reader *r, const char **attributes)
{
    free(r->file);
    r->file = xstrdup(attribute(attributes, "name"));
}

/* com.puppycrawl.tools.checkstyle.checks.sizes.LineLengthCheck: category sizes, type LineLengthCheck */
static void checkstyle_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    if (x->depth == 1 && strcmp(name, "checkstyle"))
        xml_stop(x, "the root element is not <checkstyle>");
    else if (strcmp(name, "file") == 0)
        take_file(r, attributes);
    if (strcmp(name, "error"))
        return;
    const char *source = attribute(attributes, "source"), *dot = strrchr(source, '.');
    const char *before = dot ? memrchr(source, '.', (size_t)(dot - source)) : NULL;
    before = before ? before + 1 : source;
    _cleanup_free_ char *category = dot ? xstrndup(before, (size_t)(dot - before)) : NULL;
    struct issue i = {.file = r->file,
                      .line = number(attributes, "line"),
                      .column = number(attributes, "column"),
                      .severity = severity_guess(attribute(attributes, "severity")),
                      .type = dot ? dot + 1 : source,
                      .category = category,
                      .message = attribute(attributes, "message")};
    issues_add(r->to, &i);
}

/* The message is the element's text, so the finding is completed at its end. */
static void pmd_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    if (x->depth == 1 && strcmp(name, "pmd"))
        xml_stop(x, "the root element is not <pmd>");
    else if (strcmp(name, "file") == 0)
        take_file(r, attributes);
    if (strcmp(name, "violation"))
        return;
    int priority = number(attributes, "priority");
    r->depth = x->depth;
    buf_clear(&r->text);
    r->now = (struct issue){.file = r->file,
                            .line = number(attributes, "beginline"),
                            .column = number(attributes, "begincolumn"),
                            .severity = priority == 1   ? SEVERITY_ERROR
                                        : priority == 2 ? SEVERITY_HIGH
                                        : priority > 3  ? SEVERITY_LOW
                                                        : SEVERITY_NORMAL,
                            .type = arena_strdup(&r->arena, attribute(attributes, "rule")),
                            .category = arena_strdup(&r->arena, attribute(attributes, "ruleset"))};
}

static void pmd_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    if (r->depth != x->depth)
        return;
    r->now.message = r->text.data;
    issues_add(r->to, &r->now);
    r->depth = 0;
    arena_release(&r->arena);
}

/* Each file of a duplication is a finding. */
static void cpd_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    if (x->depth == 1 && strcmp(name, "pmd-cpd"))
        xml_stop(x, "the root element is not <pmd-cpd>");
    else if (strcmp(name, "duplication") == 0)
        r->lines = number(attributes, "lines");
    if (strcmp(name, "file") || x->depth != 3)
        return;
    _cleanup_free_ char *message = xasprintf("Found duplicated code: %d lines", r->lines);
    struct issue i = {.file = attribute(attributes, "path"),
                      .line = number(attributes, "line"),
                      .severity = r->lines >= r->options->high_lines     ? SEVERITY_HIGH
                                  : r->lines >= r->options->normal_lines ? SEVERITY_NORMAL
                                                                         : SEVERITY_LOW,
                      .type = "CPD",
                      .message = message};
    issues_add(r->to, &i);
}

/* An error's first location; "style", "performance" and "portability" are of low severity.
 * Findings about the whole run have no location and no file. */
static void cppcheck_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    if (x->depth == 1 && strcmp(name, "results"))
        xml_stop(x, "the root element is not <results>");
    if (strcmp(name, "error") == 0) {
        const char *severity = attribute(attributes, "severity");
        r->depth = x->depth;
        r->now =
            (struct issue){.severity = strchr("sp", severity[0]) ? SEVERITY_LOW : severity_guess(severity),
                           .type = arena_strdup(&r->arena, attribute(attributes, "id")),
                           .message = arena_strdup(&r->arena, attribute(attributes, "msg"))};
    } else if (r->depth && strcmp(name, "location") == 0 && !r->now.file) {
        r->now.file = arena_strdup(&r->arena, attribute(attributes, "file"));
        r->now.line = number(attributes, "line");
        r->now.column = number(attributes, "column");
    }
}

static void cppcheck_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    if (r->depth != x->depth)
        return;
    issues_add(r->to, &r->now);
    r->depth = 0;
    arena_release(&r->arena);
}

static enum severity bug_severity(const struct reader *r, const char **attributes)
{
    int rank = number(attributes, "rank"), priority = number(attributes, "priority");
    if (r->options->rank_as_priority && rank)
        return rank <= 4    ? SEVERITY_ERROR
               : rank <= 9  ? SEVERITY_HIGH
               : rank <= 14 ? SEVERITY_NORMAL
                            : SEVERITY_LOW;
    return priority == 1 ? SEVERITY_HIGH : priority == 2 || !priority ? SEVERITY_NORMAL : SEVERITY_LOW;
}

/* The place is the primary source line that is the finding's own child, else the first one at all. */
static void bug_place(struct reader *r, const struct xml *x, const char **attributes)
{
    const char *path = attribute(attributes, "sourcepath");
    bool own = x->depth == r->depth + 1;
    if (r->now.line && !own)
        return;
    if (r->where && strcmp(attribute(attributes, "primary"), "true") && own)
        return;
    r->now.file = arena_strdup(&r->arena, *path ? path : attribute(attributes, "classname"));
    r->now.line = number(attributes, "start");
    if (own)
        r->where = r->now.file;
}

/* LongMessage before ShortMessage before the type; texts within are those of the element that ends. */
static void bugs_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    if (x->depth == 1 && strcmp(name, "BugCollection"))
        xml_stop(x, "the root element is not <BugCollection>");
    buf_clear(&r->text);
    if (strcmp(name, "BugInstance") == 0) {
        r->depth = x->depth;
        r->where = NULL;
        r->now = (struct issue){.severity = bug_severity(r, attributes),
                                .type = arena_strdup(&r->arena, attribute(attributes, "type")),
                                .category = arena_strdup(&r->arena, attribute(attributes, "category"))};
    } else if (r->depth && strcmp(name, "SourceLine") == 0) {
        bug_place(r, x, attributes);
    } else if (r->depth && strcmp(name, "Class") == 0 && !r->now.file) {
        r->now.file = arena_strdup(&r->arena, attribute(attributes, "classname"));
    }
}

static void bugs_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    bool whole = strcmp(name, "LongMessage") == 0;
    if (!r->depth)
        return;
    if (whole || (strcmp(name, "ShortMessage") == 0 && !r->now.message))
        r->now.message = arena_strdup(&r->arena, r->text.data ? r->text.data : "");
    if (r->depth != x->depth)
        return;
    if (!r->now.message)
        r->now.message = r->now.type;
    issues_add(r->to, &r->now);
    r->depth = 0;
    arena_release(&r->arena);
}

/* What was added before the error is taken back. */
static int read_xml(const char *path, const char *show, const struct xml_handlers *on,
                    const struct issue_options *o, struct issues *to, struct error *err)
{
    struct reader r = {.to = to, .options = o};
    size_t before = to->list.len;
    int rc = xml_read(path, show, on, &r, err);
    if (rc)
        issues_truncate(to, before);
    free(r.file);
    buf_release(&r.text);
    arena_release(&r.arena);
    return rc;
}

#define XML_READER(name, ...)                                                                                \
    int name(const char *path, const char *show, const void *detail, const struct issue_options *o,          \
             struct issues *to, struct error *err)                                                           \
    {                                                                                                        \
        static const struct xml_handlers on = {__VA_ARGS__};                                                 \
        return read_xml(path, show, &on, o, to, err);                                                        \
    }
XML_READER(issue_read_checkstyle, checkstyle_start, NULL, NULL)
XML_READER(issue_read_pmd, pmd_start, pmd_end, keep_text)
XML_READER(issue_read_cpd, cpd_start, NULL, NULL)
XML_READER(issue_read_bugs, bugs_start, bugs_end, keep_text)
XML_READER(issue_read_cppcheck, cppcheck_start, cppcheck_end, NULL)
