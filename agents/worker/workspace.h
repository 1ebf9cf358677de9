/* A workspace folder that is a git repository: opened or made, repaired, checked out, cleaned. */
#ifndef WORKER_WORKSPACE_H
#define WORKER_WORKSPACE_H

#include <git2.h>
#include "agents/worker/job.h"

struct workspace {
    git_repository *repo;
    const char *dir; /* borrowed, absolute */
    bool fresh;      /* there was no usable repository before */
};

/* Opens the repository of dir itself (never one around it); makes one when there is none, or when it is
 * damaged or half-seeded. Files of the folder are kept. */
int workspace_open(struct workspace *w, const char *dir, struct error *err);
void workspace_release(struct workspace *w);
/* Forgets all remote branches and tags: the URL is another now. Objects are kept. */
void workspace_forget_refs(struct workspace *w);
/* Makes tracked files those of the commit, whatever was done to them, and HEAD detached at it. A
 * checkout that was killed is completed first, so that its files are known as tracked. */
int workspace_checkout(struct workspace *w, struct job *j, const git_oid *id, struct error *err);
/* HEAD at the commit without touching files. */
int workspace_head(struct workspace *w, const git_oid *id, struct error *err);
/* Removes what is not tracked, ignored files too, as `git clean -fdx`; other repositories inside only with
 * `nested`. */
int workspace_clean(struct workspace *w, bool nested, struct error *err);
/* Removes what the repository of dir, if it is one, tracks: another tree takes its place. */
void workspace_drop_tree(const char *dir);
/* Removes lock and temporary files that a killed process left; safe when nobody works there. */
void workspace_unlock(const char *dir);

#endif
