/* Where `checkout scm` fetches from: --scm, or the git repository that FILE lies in at its current commit. */
#ifndef RUNNER_ENGINE_SCM_SOURCE_H
#define RUNNER_ENGINE_SCM_SOURCE_H

#include "runner/engine/run.h"

/* Fills run->scm; in no repository url stays NULL. Runs the helper program once and waits for it. */
int scm_source_find(struct run *run, struct error *err);
/* The commit of url that the last build before this one checked out, or (good) the last one that succeeded;
 * what the change log starts from. Owned, NULL if none. */
char *scm_commit_before(struct run *run, const char *url, bool good);
void scm_source_release(struct scm_source *s);

/* A credential as the helper's checkout takes it; owned. */
json_t *scm_credentials(const struct credential *cred);

#endif
