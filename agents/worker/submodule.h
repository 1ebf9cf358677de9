/* Submodules of a checked-out workspace. */
#ifndef WORKER_SUBMODULE_H
#define WORKER_SUBMODULE_H

#include "agents/worker/access.h"

/* Brings all of them to the recorded commits, as `git submodule sync && git submodule update --init`,
 * with those inside them if recursive. Credentials go only to the superproject's host. */
int submodules_update(struct access *a, git_repository *repo, bool recursive, struct error *err);

#endif
