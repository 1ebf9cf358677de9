/* What a build keeps of the milestones it has passed: run->extra[EXTRA_MILESTONES], released with the run. */
#ifndef RUNNER_STEPS_MILESTONE_H
#define RUNNER_STEPS_MILESTONE_H

#include "runner/engine/run.h"

void milestones_release(struct run *run); /* stops looking for newer builds */

#endif
