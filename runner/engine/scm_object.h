/* `scm` of a pipeline script: a GitSCM with userRemoteConfigs, branches and extensions, which scripts read
 * and pass on to checkout [git: GitSCM, UserRemoteConfig, BranchSpec]. */
#ifndef RUNNER_ENGINE_SCM_OBJECT_H
#define RUNNER_ENGINE_SCM_OBJECT_H

#include "runner/engine/run.h"

void scm_object_register(struct run *run);
struct value scm_object_new(struct run *run); /* owned */
/* Whether it is (part of) the build's own: what it names is then the commit that is built, wherever that is.
 */
bool scm_object_is_own(struct run *run, struct value v);
/* A property of a map that describes something, or of such an object. Borrowed or null. */
struct value scm_member(struct fiber *f, struct value of, const char *name);
/* Its text; NULL for null. Kept in a map when it had to be made: as long as that. */
const char *scm_text(struct fiber *f, struct value of, const char *name);
/* An element of a list in it; null past the end. Borrowed. */
struct value scm_item(struct fiber *f, struct value of, const char *list, uint32_t i);

#endif
