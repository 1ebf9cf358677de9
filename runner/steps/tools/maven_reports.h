/* What withMaven keeps besides tests and artifacts: coverage, findings, open tasks [pipeline-maven:
 * JacocoReportPublisher, FindbugsAnalysisPublisher, SpotBugsAnalysisPublisher, TasksScannerPublisher]. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_REPORTS_H
#define RUNNER_STEPS_TOOLS_MAVEN_REPORTS_H

#include "runner/steps/step.h"

struct maven_publish;
struct maven_reports { /* patterns of files that the block wrote, owned; NULL: none, or not wanted */
    char *coverage, *execs, *findbugs, *spotbugs;
    bool tasks; /* are wanted */
};
const char *maven_reports_pattern(void); /* of coverage */
/* Looks for them once: what is found is recorded (maven_is_new()). */
void maven_reports_find(struct step_call *c, const struct maven_publish *p, struct maven_reports *r);
/* What cannot be read is a line of the log. May have to wait (runner/steps/workspace.h). */
void maven_reports_publish(struct step_call *c, const struct maven_reports *r);
void maven_reports_release(struct maven_reports *r);

#endif
