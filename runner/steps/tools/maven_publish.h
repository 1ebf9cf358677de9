/* What withMaven keeps when its block has ended, however it ended: test reports and built files of every
 * module [pipeline-maven: JunitTestsPublisher, GeneratedArtifactsPublisher]. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_PUBLISH_H
#define RUNNER_STEPS_TOOLS_MAVEN_PUBLISH_H

#include "runner/steps/step.h"
#include "runner/steps/tools/maven_log.h"
#include <time.h>

enum maven_publisher { /* those that are carried out; others are rows of maven_publishers only */
                       PUBLISH_JUNIT = 1,
                       PUBLISH_ARTIFACTS = 2,
                       PUBLISH_JACOCO = 4,
                       PUBLISH_FINDBUGS = 8,
                       PUBLISH_SPOTBUGS = 16,
                       PUBLISH_TASKS = 32,
                       PUBLISH_INVOKER = 64,
                       PUBLISH_ALL = 127,
};
struct maven_publisher_row {
    const char *symbol, *class;
    unsigned flag; /* 0: not carried out here */
};
extern const struct maven_publisher_row maven_publishers[];
extern const size_t maven_publisher_count;
const struct maven_publisher_row *maven_publisher_find(const char *name); /* by symbol or class */

struct maven_publish {     /* what a block leaves; texts borrowed */
    const char *root;      /* the folder whose modules are looked at, … */
    const char *view;      /* … and where its files can be read: on this machine */
    struct timespec since; /* files older than that are of other builds */
    unsigned publishers;
    const struct maven_log *log;
    bool told; /* what failed is known already, from a step that failed */
};
struct stat;
/* Of a file of the view: the block wrote it, and nobody has recorded it yet (tests.h). Notes it as recorded.
 */
bool maven_is_new(struct run *run, const struct maven_publish *p, const char *path, const struct stat *st);

/* The folder of p->view: all files that can matter. NULL/err: not there (yet; workspace.h). */
const char *maven_publish_view(struct step_call *c, const struct maven_publish *p, struct error *err);
/* What cannot be kept is a line of the log, never an error, as in Jenkins. */
void maven_publish(struct step_call *c, const struct maven_publish *p);

#endif
