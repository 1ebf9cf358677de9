/* Quality gates of recordIssues and recordCoverage [plugin-util: QualityGateEvaluator]. */
#ifndef RUNNER_STEPS_REPORT_GATE_H
#define RUNNER_STEPS_REPORT_GATE_H

#include "base/buf.h"
#include "runner/steps/step.h"

struct gates { /* zeroed with call and prefix filled in: ready */
    struct step_call *call;
    const char *prefix; /* of log lines: "[CheckStyle]" */
    struct buf details;
    enum result worst;
    bool only_stage; /* the worst one is a criticality that spares the build */
};

/* actual "n/a": nothing was measured; the gate does not judge.
 * criticality (NOTE, UNSTABLE, ERROR, FAILURE) or unstable: true/false of a gate's map (NULL: UNSTABLE). */
void gates_add(struct gates *g, struct map *gate, const char *label, const char *actual, double threshold,
               bool missed);
/* With a result of its own instead of a map's. */
void gates_add_result(struct gates *g, const char *label, const char *actual, double threshold, bool missed,
                      enum result on_miss, bool only_stage);
/* Tells the outcome, marks stage and build, and releases g. Returns the worst result. */
enum result gates_finish(struct gates *g);

#endif
