/* Why a build runs: currentBuild.getBuildCauses(), `triggeredBy`, "Started by …" [core: hudson.model.Cause].
 * A cause is an object as Jenkins' JSON API has it: _class, shortDescription, and what its class adds
 * (userId, userName; upstreamProject, upstreamBuild, upstreamUrl; originRunNumber, originStage). They stand
 * in build.json under "causes". */
#ifndef RUNNER_ENGINE_CAUSES_H
#define RUNNER_ENGINE_CAUSES_H

#include "runner/engine/run.h"

json_t *causes_make(const struct run *run); /* of this build; owned list */
/* Those of a class or of one that extends it, as `getBuildCauses(className)`. Owned list. */
json_t *causes_of_class(const json_t *causes, const char *class);
/* A line each, as the head of Jenkins' console has them; what started the upstream build is told too. Owned.
 */
char *causes_text(const struct run *run);
char *job_url(const char *job); /* "job/team/job/app/"; owned */

/* The build whose `build` step started this one, as runner/steps/build.c tells it: "JOB#NUMBER:STEP". The
 * job, owned; NULL: none did. */
char *run_upstream(const struct run *run, int *number);

#endif
