/* The repository of a build at its code host: what statuses of commits and comments are addressed to. */
#ifndef RUNNER_STEPS_NOTIFY_CODE_HOST_H
#define RUNNER_STEPS_NOTIFY_CODE_HOST_H

#include "runner/steps/step.h"

/* "group/project" of a remote's URL (https, ssh, or user@host:path), without ".git"; owned, NULL: none in it.
 */
char *remote_project(const char *url);
/* Of this build: $GIT_URL, else the remote of where the pipeline came from. Owned, NULL. */
char *build_project(struct step_call *c);
char *build_commit(struct step_call *c); /* $GIT_COMMIT, else the pipeline's commit. Owned, NULL. */
/* Number of the change request: the variable `name`, else $CHANGE_ID. Owned; NULL: the build is of none. */
char *build_change(struct step_call *c, const char *name);

#endif
