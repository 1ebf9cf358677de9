/* Fetching from one remote into a repository: only what is missing there. */
#ifndef WORKER_FETCH_H
#define WORKER_FETCH_H

#include "agents/worker/access.h"

struct fetch {
    const char *remote;         /* its name: origin */
    VEC(const char *) refspecs; /* borrowed */
    bool no_tags, no_prune;     /* zeroed: all tags come along, vanished branches go */
    int depth;                  /* > 0: a shallow fetch, by the git program */
    const char *filter;         /* partial clone filter, by the git program */
    char *default_branch;       /* out, owned: what the remote's HEAD points to (refs/heads/x), or NULL */
    VEC(char *) names;          /* out, owned: the refs that the remote has */
};

/* Brings what the refspecs name, prunes first; default_branch and names are filled in. -1/err with the kind
 * of trouble in its code; `f` may be used once. */
int fetch_run(struct access *a, git_repository *repo, struct fetch *f, struct error *err);
void fetch_release(struct fetch *f);
/* Asks for one commit that no fetched ref leads to. 1 when it is there now, 0 when the remote does not
 * give it, -1 on error. */
int fetch_commit(struct access *a, git_repository *repo, struct fetch *f, const git_oid *id,
                 struct error *err);

/* Links (or copies) the objects of a repository on this machine, so that the fetch finds them there.
 * Never an error: what is not linked is fetched. The marker file tells of a seeding that was killed:
 * such a repository may lack objects that its tips need. */
void seed_objects(git_repository *repo, const char *source);
bool seed_interrupted(const char *gitdir);

#endif
