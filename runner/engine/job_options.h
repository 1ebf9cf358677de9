/* Options that concern the job rather than a block of steps: those of a declarative `options { }` and of the
 * `properties` step. They are recorded in build.json under `jobOptions`; the ones below act.
 *
 * Values are masked with the secrets of all blocks so far before they are recorded. */
#ifndef RUNNER_ENGINE_JOB_OPTIONS_H
#define RUNNER_ENGINE_JOB_OPTIONS_H

#include "runner/engine/run.h"

/* args: Map (the sole argument under '') or null. */
void job_option_set(struct fiber *f, const char *name, struct value args);
/* A value as it is recorded: masked JSON. Owned. */
json_t *job_option_json(struct fiber *f, struct value v);
/* A trigger of the pipeline. args: as above. Throws what Jenkins says of times that are no times. */
enum call_status job_trigger_add(struct fiber *f, const char *name, struct value args);
/* Leaves triggers and options in jobs/JOB/job.json: {file, triggers: [{type, …}], options}. */
void job_state_save(struct run *run);
/* At the end of a build: preserveStashes, and buildDiscarder(logRotator(…)): deletes older builds, or their
 * artifacts; not those that are kept, that run, nor the last one that succeeded [core: LogRotator]. To be
 * called when the build's result is saved. */
void job_options_discard(struct run *run);

#endif
