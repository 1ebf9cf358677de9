/* What Maven's output tells: which modules a build packaged, and what failed: goals, tests, lines of sources.
 * Jenkins learns it from a listener inside of Maven (its event spy); the lines here are those of Maven 3 and
 * 4 that have not changed since 2010. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_LOG_H
#define RUNNER_STEPS_TOOLS_MAVEN_LOG_H

#include "base/buf.h"
#include "base/util.h"

struct maven_module {
    char *artifact; /* its artifactId */
    bool packaged;  /* a goal that makes its artifact ran */
};
struct maven_failure {
    char *module,
        *text; /* "mall-product", "maven-surefire-plugin:2.22.3:test (default-test): There are test …" */
};
enum maven_list { MAVEN_TESTS, MAVEN_ERRORS, MAVEN_LISTS };
struct maven_items { /* the first MAVEN_SHOWN of them */
    VEC(char *) first;
    size_t more;
};
enum { MAVEN_SHOWN = 10 };
struct maven_log {   /* zeroed: empty */
    struct buf line; /* not ended yet */
    VEC(struct maven_module) modules;
    VEC(struct maven_failure) failures;
    /* "CartTest.sums:7 expected …" as surefire lists it, "/w/Cart.java:12: cannot find symbol" */
    struct maven_items lists[MAVEN_LISTS];
    long run, failed, errors, skipped, flaky; /* tests, of all modules */
    int state;                                /* within a list of the output; of maven_log.c */
};

void maven_log_feed(struct maven_log *log, const char *text, size_t len);
const struct maven_module *maven_log_module(const struct maven_log *log,
                                            const char *artifact); /* NULL: not seen */
/* Whether a text is likely Maven's; looks at its first bytes only. */
bool maven_log_is_likely(const char *text, size_t len);
/* Appends a line for each thing that failed; paths below `root` are shown relative to it. */
void maven_log_findings(struct maven_log *log, const char *root, struct buf *out);
void maven_log_release(struct maven_log *log);

#endif
