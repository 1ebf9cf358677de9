/* What a commit says of itself, as JSON, and the changes between two. */
#ifndef WORKER_COMMIT_H
#define WORKER_COMMIT_H

#include <git2.h>
#include "agents/worker/job.h"

/* Adds commit, message, author, authorEmail, authorTime, committer, committerEmail, commitTime (ms). */
int commit_describe(json_t *out, git_repository *repo, const git_oid *id, struct error *err);
/* Adds tags (all names at that commit), and tag, tagTime (ms) of the one to speak of: `wanted` if it is
 * among them, else the newest annotated, else the last by name. Without tags nothing is added. */
void commit_tags(json_t *out, git_repository *repo, const git_oid *id, const char *wanted);
/* Array of {commitId, timestamp, msg, comment, author, authorEmail, committer, committerEmail,
 * authorTimestamp, affectedFiles: [{path, editType: add|edit|delete}]}, newest first, without merges, at
 * most 1024, as `git whatchanged` in the git plugin gives (times in ms, of the committer). NULL: `since` is
 * not there. */
json_t *commit_changes(git_repository *repo, const git_oid *since, const git_oid *until);
/* The first line of the message, owned. */
char *commit_title(git_repository *repo, const git_oid *id);
git_time_t commit_time(git_repository *repo, const git_oid *id); /* committer's, seconds; 0 when unreadable */

#endif
