/* Options that concern the job rather than a block of steps: those of a declarative `options { }` and of the
 * `properties` step. They are recorded in build.json under `jobOptions`; the ones below act. */
#ifndef RUNNER_ENGINE_JOB_OPTIONS_H
#define RUNNER_ENGINE_JOB_OPTIONS_H

#include "runner/engine/run.h"

/* args: Map (the sole argument under '') or null. quietPeriod and the like are told to have no effect. */
void job_option_set(struct fiber *f, const char *name, struct value args);
/* buildDiscarder(logRotator(…)): deletes older builds, or their artifacts; not those that are kept, that run,
 * nor the last one that succeeded [core: LogRotator]. To be called when the build's result is saved. */
void job_options_discard(struct run *run);

/* disableConcurrentBuilds: whether the pipeline's text asks for it, and (abort) for abortPrevious. */
bool turn_is_wanted(const struct run *run, bool *abort);
/* Number of an older build of the job that still runs, 0 if none; *pid may be 0 when it is not known yet. */
int turn_blocker(struct run *run, pid_t *pid);
/* Ends it as `gmrun stop` does. */
void turn_stop(struct run *run, int number, pid_t pid);

#endif
