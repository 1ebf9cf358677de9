/* Which commit a branch specifier means, by the rules of Jenkins' git plugin
 * (DefaultBuildChooser.getCandidateRevisions, GitSCM.getSingleBranch, BranchSpec). */
#ifndef WORKER_REVISION_H
#define WORKER_REVISION_H

#include <git2.h>
#include "agents/worker/fetch.h"

struct revision {
    git_oid id;
    char *name;  /* as "Checking out Revision" shows it: refs/remotes/origin/x, refs/tags/v1, v1, detached */
    char *local; /* branch name without the remote's; NULL when it is no branch */
};

/* specs: master, origin/master, any of the two with wildcards, :REGEX, refs/heads/x, refs/tags/v1, a tag, a
 * commit id of 6 to 40 digits. Tried in order. Several branches that match one wildcard: the newest. */
int revision_find(struct revision *r, git_repository *repo, struct job *j, const struct fetch *f,
                  const char *const *specs, size_t n, struct error *err);
/* Fails with the names that there are, the nearest first. Returns -1. */
int revision_unknown(const struct fetch *f, const char *const *specs, size_t n, struct error *err);
/* Commit of a name or id; 0 found, -1 not (no error set). */
int revision_peel(git_oid *id, git_repository *repo, const char *name);
void revision_release(struct revision *r);

#endif
