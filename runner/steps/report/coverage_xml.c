/* Coverage in XML: JaCoCo's report.dtd, Cobertura's coverage-04.dtd (also written by Istanbul, coverage.py,
 * gcovr), OpenClover's clover.xsd (also PHPUnit's). The DTDs are named in the files and never fetched. */
#include "runner/state/xml.h"
#include "runner/steps/report/coverage.h"
#include <stdio.h>
#include <string.h>

struct reader {
    struct coverage *to;    /* borrowed; gets the sums at the file's end */
    struct coverage mine;   /* counters of this file alone, added when it was read to its end */
    const char *parents[8]; /* names of the open elements by depth, for the first levels */
    bool in_methods;
    size_t package;                          /* index of the open one + 1 */
    bool package_hit, class_hit, method_hit; /* some line in the open one ran */
    bool testing;                            /* within <testproject> */
};

/* Attributes are texts of strangers: what is negative or absurd counts as 0. */
static long long number(const char **attributes, const char *name)
{
    const char *text = xml_attribute(attributes, name);
    long long n = text ? strtoll(text, NULL, 10) : 0;
    return n > 0 && n < 1LL << 40 ? n : 0;
}

/* The index, not the pointer: the list may move when it grows. */
static void package_start(struct reader *r, const char **attributes)
{
    const char *name = xml_attribute(attributes, "name");
    r->package = (size_t)(coverage_package(&r->mine, name ? name : "") - r->mine.packages.items) + 1;
    r->package_hit = false;
}

static void count(struct reader *r, enum metric m, long long covered, long long missed)
{
    r->mine.of[m].covered += covered;
    r->mine.of[m].missed += missed;
    if (r->package) {
        r->mine.packages.items[r->package - 1].of[m].covered += covered;
        r->mine.packages.items[r->package - 1].of[m].missed += missed;
    }
}

static void count_one(struct reader *r, enum metric m, bool hit)
{
    count(r, m, hit, !hit);
}

static void package_end(struct reader *r)
{
    size_t at = r->package;
    r->package = 0; /* a package is not counted in itself */
    if (at)
        count_one(r, METRIC_PACKAGE, r->package_hit);
}

/* true on the root element itself, which holds nothing to count. */
static bool check_root(struct xml *x, const char *name, const char *root, const char *problem)
{
    if (x->depth == 1 && strcmp(name, root))
        xml_stop(x, problem);
    return x->depth == 1;
}

/* ---- JaCoCo: counters of packages; those of a source file say whether it was reached */

static void jacoco_counter(struct reader *r, const char *parent, const char **attributes)
{
    const char *type = xml_attribute(attributes, "type");
    enum metric m = type ? metric_find(type) : METRICS;
    long long covered = number(attributes, "covered"), missed = number(attributes, "missed");
    if (m == METRICS)
        return;
    if (strcmp(parent, "package") == 0) {
        count(r, m, covered, missed);
        r->package_hit |= m == METRIC_LINE && covered;
    } else if (strcmp(parent, "sourcefile") == 0 && m == METRIC_LINE) {
        count_one(r, METRIC_FILE, covered > 0);
    }
}

/* Names of the elements that hold counters, as constants.
 * Constants, as names are expat's and gone after the callback. */
static const char *holder(const char *name)
{
    static const char *const names[] = {"package", "sourcefile", "class", "method", "group", "report"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return names[i];
    return "";
}

static void jacoco_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    check_root(x, name, "report", "the root element is not JaCoCo's <report>");
    if (x->depth >= (int)ARRAY_LEN(r->parents))
        return;
    r->parents[x->depth] = holder(name);
    if (strcmp(name, "package") == 0)
        package_start(r, attributes);
    else if (strcmp(name, "counter") == 0 && x->depth > 1)
        jacoco_counter(r, r->parents[x->depth - 1], attributes);
}

static void jacoco_end(struct xml *x, const char *name)
{
    if (strcmp(name, "package") == 0)
        package_end(x->data);
}

/* ---- Cobertura: lines are counted from the classes; those below <methods> are the same ones again */

/* condition-coverage="50% (1/2)": the counts are in the brackets. */
static void cobertura_line(struct reader *r, const char **attributes)
{
    const char *conditions = xml_attribute(attributes, "condition-coverage");
    const char *open = conditions ? strchr(conditions, '(') : NULL;
    bool hit = number(attributes, "hits") > 0;
    long long taken, all;
    if (r->in_methods) {
        r->method_hit |= hit;
        return;
    }
    count_one(r, METRIC_LINE, hit);
    r->class_hit |= hit;
    r->package_hit |= hit;
    if (open && sscanf(open, "(%9lld/%9lld)", &taken, &all) == 2 && taken >= 0 && all >= taken)
        count(r, METRIC_BRANCH, taken, all - taken);
}

static void cobertura_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    if (check_root(x, name, "coverage", "the root element is not <coverage>"))
        return;
    if (strcmp(name, "package") == 0) {
        package_start(r, attributes);
    } else if (strcmp(name, "class") == 0) {
        r->class_hit = false;
    } else if (strcmp(name, "methods") == 0) {
        r->in_methods = true;
    } else if (strcmp(name, "method") == 0) {
        r->method_hit = number(attributes, "hits") > 0;
    } else if (strcmp(name, "line") == 0) {
        cobertura_line(r, attributes);
    } else if (strcmp(name, "project") == 0) {
        xml_stop(x, "this is a report of Clover, not of Cobertura");
    }
}

static void cobertura_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    if (strcmp(name, "package") == 0)
        package_end(r);
    else if (strcmp(name, "class") == 0)
        count_one(r, METRIC_CLASS, r->class_hit);
    else if (strcmp(name, "methods") == 0)
        r->in_methods = false;
    else if (strcmp(name, "method") == 0)
        count_one(r, METRIC_METHOD, r->method_hit);
}

/* ---- Clover: metrics of files; statements are lines here */

/* Those of classes are parts of the file's and left out. */
static void clover_metrics(struct reader *r, const char **attributes)
{
    static const struct {
        enum metric metric;
        const char *all, *covered;
    } kinds[] = {{METRIC_LINE, "statements", "coveredstatements"},
                 {METRIC_BRANCH, "conditionals", "coveredconditionals"},
                 {METRIC_METHOD, "methods", "coveredmethods"}};
    bool hit = number(attributes, "coveredelements") > 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        long long covered = number(attributes, kinds[i].covered), all = number(attributes, kinds[i].all);
        count(r, kinds[i].metric, covered, all > covered ? all - covered : 0);
    }
    count_one(r, METRIC_FILE, hit);
    r->package_hit |= hit;
}

static void clover_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    check_root(x, name, "coverage", "the root element is not Clover's <coverage>");
    if (x->depth == 2 && strcmp(name, "project") && strcmp(name, "testproject"))
        xml_stop(x, "it has no <project>: not a report of Clover");
    if (strcmp(name, "testproject") == 0)
        r->testing = true;
    if (r->testing || x->depth >= (int)ARRAY_LEN(r->parents))
        return;
    bool file = strcmp(name, "file") == 0;
    r->parents[x->depth] = file ? "file" : "";
    if (strcmp(name, "package") == 0)
        package_start(r, attributes);
    else if (strcmp(name, "metrics") == 0 && x->depth > 1 && strcmp(r->parents[x->depth - 1], "file") == 0)
        clover_metrics(r, attributes);
}

static void clover_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    if (strcmp(name, "testproject") == 0)
        r->testing = false;
    else if (strcmp(name, "package") == 0 && !r->testing)
        package_end(r);
}

/* ---- the whole */

static void add_counters(struct counter *to, const struct counter *from)
{
    for (size_t i = 0; i < METRICS; i++) {
        to[i].covered += from[i].covered;
        to[i].missed += from[i].missed;
    }
}

/* A malformed file changes nothing: its counters are added at the end. */
static int read_report(const char *path, const char *show, const struct xml_handlers *on, struct coverage *to,
                       struct error *err)
{
    struct reader r = {.to = to};
    int rc = xml_read(path, show, on, &r, err);
    for (size_t i = 0; !rc && i < r.mine.packages.len; i++)
        add_counters(coverage_package(to, r.mine.packages.items[i].name)->of, r.mine.packages.items[i].of);
    if (!rc)
        add_counters(to->of, r.mine.of);
    coverage_release(&r.mine);
    return rc;
}

#define COVERAGE_READER(kind)                                                                                \
    int coverage_read_##kind(const char *path, const char *show, struct coverage *c, struct error *err)      \
    {                                                                                                        \
        static const struct xml_handlers on = {kind##_start, kind##_end, NULL};                              \
        return read_report(path, show, &on, c, err);                                                         \
    }
COVERAGE_READER(jacoco)
COVERAGE_READER(cobertura)
COVERAGE_READER(clover)
