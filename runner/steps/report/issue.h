/* Findings of compilers and checkers [analysis-model: Issue, Report; warnings-ng plugin]. */
#ifndef RUNNER_STEPS_REPORT_ISSUE_H
#define RUNNER_STEPS_REPORT_ISSUE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/util.h"
#include <jansson.h>

enum severity { SEVERITY_ERROR, SEVERITY_HIGH, SEVERITY_NORMAL, SEVERITY_LOW, SEVERITIES };

struct issue { /* texts are the report's, valid UTF-8, never NULL; line and column 0: unknown */
    const char *file, *type, *category, *message;
    int line, column;
    enum severity severity;
    bool is_new; /* not in the reference build */
};

enum { ISSUES_MAX = 100000, ISSUE_TEXT_MAX = 4096 };
struct issues { /* zeroed is empty */
    struct arena arena;
    VEC(struct issue) list;
    size_t count[SEVERITIES];
    size_t duplicates, beyond; /* left out: seen before; more than ISSUES_MAX */
};

/* Adds a copy: texts are trimmed, cut and made valid; NULL is "". */
void issues_add(struct issues *to, const struct issue *issue);
void issues_release(struct issues *r);
/* Drops what was added since the list had `len` items. */
void issues_truncate(struct issues *r, size_t len);
void issues_count(struct issues *r); /* again, after the list was changed */
/* Drops issues that are equal to an earlier one, to duplicates. */
void issues_unique(struct issues *r);

const char *severity_name(enum severity s); /* "ERROR", "HIGH", … */
/* From words of tools: "error", "severe", "info", "2" … [Severity.guessFromString] */
enum severity severity_guess(const char *word);

/* ---- readers of one file; -1: unreadable or malformed */
struct issue_options {
    double high_lines, normal_lines;                /* cpd */
    const char *high_tags, *normal_tags, *low_tags; /* task scanner; NULL: none */
    bool ignore_case, rank_as_priority, tags_are_regex;
};
typedef int issue_reader_fn(const char *path, const char *show, const void *detail,
                            const struct issue_options *o, struct issues *to, struct error *err);
issue_reader_fn issue_read_checkstyle, issue_read_bugs, issue_read_pmd, issue_read_cpd, issue_read_cppcheck;
issue_reader_fn issue_read_lines; /* detail: a regular expression with the groups file, line, col, sev, type,
                                     cat, msg */
issue_reader_fn issue_read_sarif, issue_read_json, issue_read_trivy, issue_read_tasks;

/* ---- tools */
struct issue_tool {
    const char *symbols; /* separated by blanks: symbol, then other names and the classes of old plugins */
    const char *name;    /* as the log shows it */
    const char *id;
    const char *pattern; /* default; NULL: the console is searched */
    issue_reader_fn *read;
    const void *detail;
};
const struct issue_tool *issue_tool_find(const char *symbol); /* NULL: unknown */
/* By the name of a parser of the old warnings plugin ("GNU C Compiler 4 (gcc)"). */
const struct issue_tool *issue_tool_by_parser(const char *name);

/* {"file", "line", "column", "severity", "type", "category", "message", "new"} and back; new reference. */
json_t *issue_to_json(const struct issue *i);
void issues_from_json(const json_t *list, struct issues *to);

#endif
