/* Code coverage from the reports of tools: covered and missed items a metric, of the whole and of packages.
 */
#ifndef RUNNER_STEPS_REPORT_COVERAGE_H
#define RUNNER_STEPS_REPORT_COVERAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/util.h"
#include <jansson.h>

enum metric {
    METRIC_PACKAGE,
    METRIC_FILE,
    METRIC_CLASS,
    METRIC_METHOD,
    METRIC_LINE,
    METRIC_BRANCH,
    METRIC_INSTRUCTION,
    METRIC_COMPLEXITY, /* covered and missed paths, as JaCoCo counts them */
    METRICS,
};
struct counter {
    long long covered, missed;
};
struct coverage_package {
    const char *name;
    struct counter of[METRICS];
};
struct coverage { /* zeroed is empty */
    struct arena arena;
    struct counter of[METRICS];
    VEC(struct coverage_package) packages;
};
enum { COVERAGE_MAX_PACKAGES = 20000 };

/* The package of that name, made when missing; beyond the limit the last one. Valid until the next call. */
struct coverage_package *coverage_package(struct coverage *c, const char *name);
void coverage_release(struct coverage *c);

const char *metric_name(enum metric m);  /* "LINE" */
const char *metric_label(enum metric m); /* "Line" */
/* By either, with or without plural, "Conditional", "Element": METRICS when unknown. */
enum metric metric_find(const char *name);
/* Of 100; negative: nothing was counted. */
double counter_percent(const struct counter *n);

/* Adds a report. -1: unreadable, malformed, or not of this kind (c is as before but for the arena). */
typedef int coverage_reader_fn(const char *path, const char *show, struct coverage *c, struct error *err);
coverage_reader_fn coverage_read_jacoco, coverage_read_cobertura, coverage_read_clover; /* coverage_xml.c */
coverage_reader_fn coverage_read_lcov, coverage_read_go;                                /* coverage_text.c */

struct coverage_parser { /* A row of the table of tools */
    const char *names;   /* recordCoverage's parser, publishCoverage's adapters; by blanks */
    const char *label;   /* "JaCoCo Coverage Reports" */
    const char *pattern; /* default */
    coverage_reader_fn *read;
};
const struct coverage_parser *coverage_parser_find(const char *name); /* NULL: unknown */

/* {id, name, files, "totals": {"LINE": {covered, missed, percent}, …}, "packages": [{name, …the same}]} */
json_t *coverage_to_json(const struct coverage *c, const char *id, const char *name, size_t files);

#endif
