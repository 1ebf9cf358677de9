/* One checkout in its steps; the operation runs them in order. */
#ifndef WORKER_CHECKOUT_H
#define WORKER_CHECKOUT_H

#include "agents/worker/fetch.h"
#include "agents/worker/revision.h"
#include "agents/worker/workspace.h"

struct source {
    struct access access;
    struct fetch fetch;
    char *standard; /* owned: the refspec when none was given, or the parts of the given text */
};

struct checkout {
    struct job *job; /* borrowed */
    struct workspace ws;
    VEC(struct source *) sources;
    VEC(const char *) specs; /* borrowed from the request */
    struct revision rev;
    char *local_branch, *extra_refspec; /* owned, NULL; the second: of a spec that is no branch */
};

/* The steps in their order, each -1 with err; what one leaves behind the next one finds. checkout_release()
 * once, whatever failed. */
int checkout_init(struct checkout *c, struct job *j, struct error *err);
int checkout_fetch(struct checkout *c, struct error *err);
int checkout_find(struct checkout *c, struct error *err);
int checkout_files(struct checkout *c, struct error *err);
json_t *checkout_result(struct checkout *c, struct error *err);
void checkout_release(struct checkout *c);

/* By the git program: a checkout with missing blobs or of some paths only; large files; a merge of the
 * revision into a branch, which becomes the revision [git: PreBuildMerge]. */
int git_program_checkout(struct access *a, git_repository *repo, const git_oid *id, const json_t *sparse,
                         struct error *err);
int git_program_merge(struct access *a, git_repository *repo, const json_t *merge, struct revision *rev,
                      struct error *err);
int git_program_lfs(struct access *a, git_repository *repo, bool wanted, struct error *err);

#endif
