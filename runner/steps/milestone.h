#ifndef RUNNER_STEPS_MILESTONE_H
#define RUNNER_STEPS_MILESTONE_H

#include "runner/engine/run.h"

void milestones_release(struct run *run); /* stops looking for newer builds */

#endif
