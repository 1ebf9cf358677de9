/* Coverage in text: lcov's tracefiles (geninfo(1)) and Go's profiles (cmd/cover). */
#include "base/fs.h"
#include "runner/steps/report/coverage.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_LIMIT = 256 << 20 };

/* The whole file; lines are cut in place. */
struct text {
    struct buf all;
    char *at;
};

/* The next line, without its end; NULL at the end of the file. */
static char *next_line(struct text *t)
{
    char *line = t->at;
    if (!line || !*line)
        return NULL;
    size_t n = strcspn(line, "\r\n");
    t->at = line + n + strspn(line + n, "\r\n");
    line[n] = 0;
    return line;
}

static int text_open(struct text *t, const char *path, struct error *err)
{
    if (fs_read_file(path, TEXT_LIMIT, &t->all, err) < 0)
        return -1;
    t->at = t->all.data;
    return 0;
}

static void add(struct coverage *c, struct coverage_package *p, enum metric m, long long covered,
                long long missed)
{
    c->of[m].covered += covered;
    c->of[m].missed += missed;
    p->of[m].covered += covered;
    p->of[m].missed += missed;
}

/* ---- lcov: a record a source file; its summary (LF, LH …) is taken when single lines are not there */

struct record {
    struct counter lines, branches, functions;
    long long found[3], hit[3]; /* LF/LH, BRF/BRH, FNF/FNH */
};

/* No file has more lines; and sums of such numbers stay far from what a long long holds. */
static long long number(const char *text)
{
    long long n = strtoll(text, NULL, 10);
    return n > 0 && n < 1LL << 40 ? n : 0;
}

/* DA:line,count  BRDA:line,block,branch,count  FNDA:count,name. "BRDA" and "DA" differ by their first
 * letters only. */
static void read_entry(struct record *r, const char *line)
{
    static const char *const found[] = {"LF:", "BRF:", "FNF:"}, *const hit[] = {"LH:", "BRH:", "FNH:"};
    const char *comma = strrchr(line, ',');
    if (str_has_prefix(line, "DA:") && strchr(line, ',')) {
        bool reached = strtoll(strchr(line, ',') + 1, NULL, 10) > 0;
        reached ? r->lines.covered++ : r->lines.missed++;
    } else if (str_has_prefix(line, "BRDA:") && comma) {
        bool reached = strtoll(comma + 1, NULL, 10) > 0; /* "-": never evaluated */
        reached ? r->branches.covered++ : r->branches.missed++;
    } else if (str_has_prefix(line, "FNDA:")) {
        bool reached = strtoll(line + 5, NULL, 10) > 0;
        reached ? r->functions.covered++ : r->functions.missed++;
    }
    for (size_t i = 0; i < ARRAY_LEN(found); i++) {
        if (str_has_prefix(line, found[i]))
            r->found[i] = number(line + strlen(found[i]));
        if (str_has_prefix(line, hit[i]))
            r->hit[i] = number(line + strlen(hit[i]));
    }
}

/* A file with at least one line that ran counts as covered. */
static void close_record(struct coverage *c, struct coverage_package *p, struct record *r)
{
    const struct counter *counters[] = {&r->lines, &r->branches, &r->functions};
    static const enum metric metrics[] = {METRIC_LINE, METRIC_BRANCH, METRIC_METHOD};
    for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
        bool single = counters[i]->covered + counters[i]->missed > 0;
        long long hit = r->hit[i], found = r->found[i] > hit ? r->found[i] : hit;
        add(c, p, metrics[i], single ? counters[i]->covered : hit,
            single ? counters[i]->missed : found - hit);
    }
    add(c, p, METRIC_FILE, r->lines.covered > 0 || r->hit[0] > 0, !(r->lines.covered > 0 || r->hit[0] > 0));
    memset(r, 0, sizeof(*r));
}

/* Entries before the first SF: belong to no file; a record is complete at its end_of_record only. */
int coverage_read_lcov(const char *path, const char *show, struct coverage *c, struct error *err)
{
    struct text t = {0};
    struct record r = {0};
    size_t records = 0;
    _cleanup_free_ char *package = NULL;
    char *line;
    int rc = text_open(&t, path, err);
    while (!rc && (line = next_line(&t))) {
        if (str_has_prefix(line, "SF:")) {
            free(package);
            package = path_dirname(line + 3);
            memset(&r, 0, sizeof(r));
        } else if (strcmp(line, "end_of_record") == 0 && package) {
            close_record(c, coverage_package(c, package), &r);
            records++;
        } else {
            read_entry(&r, line);
        }
    }
    buf_release(&t.all);
    if (!rc && !records)
        return error_at(err, ERROR_SYNTAX, show, 1, 1, "no record of lcov is in it");
    return rc;
}

/* ---- Go: "mode: set", then "example.com/shop/cart.go:10.13,12.2 2 1": statements and how often they ran */

/* The name may hold colons (a Windows path), so the last one parts it from the place. A block that is listed
 * twice (merged profiles) counts twice. */
int coverage_read_go(const char *path, const char *show, struct coverage *c, struct error *err)
{
    struct text t = {0};
    int rc = text_open(&t, path, err);
    char *line = rc ? NULL : next_line(&t);
    if (!rc && (!line || !str_has_prefix(line, "mode:")))
        rc = error_at(err, ERROR_SYNTAX, show, 1, 1, "a Go coverage profile begins with \"mode:\"");
    while (!rc && (line = next_line(&t))) {
        char *colon = strrchr(line, ':');
        long long statements, times;
        if (!colon || sscanf(colon + 1, "%*d.%*d,%*d.%*d %9lld %18lld", &statements, &times) != 2)
            continue;
        *colon = 0;
        _cleanup_free_ char *package = path_dirname(line);
        add(c, coverage_package(c, package), METRIC_LINE, times > 0 ? statements : 0,
            times > 0 ? 0 : statements);
    }
    buf_release(&t.all);
    return rc;
}
