/* The model that all readers of reports fill: counters by metric for the whole and by package, names in
 * one arena. Missed and covered are counted, never percentages, so that reports can be added up. */
#include "runner/steps/report/coverage.h"
#include <string.h>
#include <strings.h>

static const char *const names[METRICS] = {"PACKAGE", "FILE",   "CLASS",       "METHOD",
                                           "LINE",    "BRANCH", "INSTRUCTION", "COMPLEXITY"};
static const char *const labels[METRICS] = {"Package", "File",   "Class",       "Method",
                                            "Line",    "Branch", "Instruction", "Complexity"};

const char *metric_name(enum metric m)
{
    return names[m];
}

const char *metric_label(enum metric m)
{
    return labels[m];
}

/* "Lines", "LINE", "Branches": up to two more letters than the name, without case; then the words of other
 * plugins. */
enum metric metric_find(const char *name)
{
    static const struct {
        const char *name;
        enum metric metric;
    } others[] = {{"Conditional", METRIC_BRANCH},
                  {"Function", METRIC_METHOD},
                  {"Statement", METRIC_LINE},
                  {"Branches", METRIC_BRANCH}};
    size_t len = strlen(name);
    for (size_t i = 0; i < METRICS; i++)
        if (strncasecmp(names[i], name, strlen(names[i])) == 0 && len <= strlen(names[i]) + 2)
            return (enum metric)i;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strncasecmp(others[i].name, name, strlen(others[i].name)) == 0)
            return others[i].metric;
    return METRICS;
}

double counter_percent(const struct counter *n)
{
    long long all = n->covered + n->missed;
    return all > 0 ? 100.0 * (double)n->covered / (double)all : -1;
}

/* Reports name a package once, so the last one is the likely one; else all are looked at. */
struct coverage_package *coverage_package(struct coverage *c, const char *name)
{
    for (size_t i = c->packages.len; i-- > 0;)
        if (strcmp(c->packages.items[i].name, name) == 0)
            return &c->packages.items[i];
    if (c->packages.len < COVERAGE_MAX_PACKAGES) {
        struct coverage_package p = {.name = arena_strdup(&c->arena, name)};
        vec_push(&c->packages, p);
    }
    return &c->packages.items[c->packages.len - 1];
}

void coverage_release(struct coverage *c)
{
    vec_release(&c->packages);
    arena_release(&c->arena);
    memset(c, 0, sizeof(*c));
}

static const struct coverage_parser parsers[] = {
    {"JACOCO jacoco jacocoAdapter JacocoReportAdapter", "JaCoCo Coverage Reports",
     "**/jacoco.xml,**/jacocoTestReport.xml", coverage_read_jacoco},
    {"COBERTURA cobertura coberturaAdapter coberturaReportAdapter CoberturaReportAdapter "
     "istanbulCoberturaAdapter istanbulCoberturaReportAdapter IstanbulCoberturaReportAdapter",
     "Cobertura Coverage Reports", "**/cobertura.xml,**/cobertura-coverage.xml,**/coverage.xml",
     coverage_read_cobertura},
    {"CLOVER clover cloverAdapter", "Clover Coverage Reports", "**/clover.xml", coverage_read_clover},
    {"LCOV lcov lcovAdapter", "LCOV Coverage Reports", "**/lcov.info", coverage_read_lcov},
    {"GO_COV goCov", "Go Coverage Reports", "**/coverage.out,**/cover.out", coverage_read_go},
};

const struct coverage_parser *coverage_parser_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(parsers); i++)
        if (str_in_words(parsers[i].names, name))
            return &parsers[i];
    return NULL;
}

static void put_counters(json_t *o, const struct counter *of)
{
    for (size_t i = 0; i < METRICS; i++)
        if (of[i].covered + of[i].missed > 0)
            json_object_set_new(o, names[i],
                                json_pack("{s:I, s:I, s:f}", "covered", (json_int_t)of[i].covered, "missed",
                                          (json_int_t)of[i].missed, "percent", counter_percent(&of[i])));
}

/* Metrics that a tool did not count are left out: 0 of 0 is no percentage. */
json_t *coverage_to_json(const struct coverage *c, const char *id, const char *name, size_t files)
{
    json_t *totals = json_object(), *packages = json_array();
    put_counters(totals, c->of);
    for (size_t i = 0; i < c->packages.len; i++) {
        json_t *p = json_pack("{s:s}", "name", c->packages.items[i].name);
        put_counters(p, c->packages.items[i].of);
        json_array_append_new(packages, p);
    }
    return json_pack("{s:s, s:s, s:I, s:o, s:o}", "id", id, "name", name, "files", (json_int_t)files,
                     "totals", totals, "packages", packages);
}
