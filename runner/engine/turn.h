/* When a build may begin: options of the job that make it wait for a time or for other builds. A dry run
 * never waits. */
#ifndef RUNNER_ENGINE_TURN_H
#define RUNNER_ENGINE_TURN_H

#include "runner/engine/run.h"

/* Calls begin(run) when it is the build's turn, perhaps at once. What it waits for is told once. */
void turn_wait(struct run *run, void (*begin)(struct run *run));

#endif
