/* The end of a block runs in whatever way the block ends, an exception and an abort included, as it goes
 * with the scope. Secrets leave the masks as often as they were put in: an outer block that hides the same
 * text still does. */
#include "runner/steps/undo.h"
#include "runner/engine/node.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct undo {
    struct run *run;
    struct lease *lease; /* of the paths; NULL: this machine */
    VEC(char *) secrets;
    VEC(char *) paths;
};

struct undo *undo_new(struct run *run)
{
    struct undo *u = xcalloc(1, sizeof(*u));
    u->run = run;
    return u;
}

void undo_on(struct undo *u, struct step_call *c)
{
    struct lease *lease = scope_lease(c->branch->scope);
    u->lease = lease ? lease_ref(lease) : NULL;
}

void undo_secret(struct undo *u, const char *secret)
{
    if (!secret || !*secret)
        return;
    mask_set_add(u->run->masks, secret, strlen(secret));
    vec_push(&u->secrets, xstrdup(secret));
}

void undo_path(struct undo *u, const char *path)
{
    vec_push(&u->paths, xstrdup(path));
}

/* Paths after secrets: removing them may wait for a far node, and needs the lease, which goes last. */
void undo_release(void *undo)
{
    struct undo *u = undo;
    for (size_t i = 0; i < u->secrets.len; i++) {
        mask_set_remove(u->run->masks, u->secrets.items[i], strlen(u->secrets.items[i]));
        explicit_bzero(u->secrets.items[i], strlen(u->secrets.items[i]));
        free(u->secrets.items[i]);
    }
    for (size_t i = 0; i < u->paths.len; i++) {
        ws_discard(u->run, u->lease, u->paths.items[i]);
        free(u->paths.items[i]);
    }
    vec_release(&u->secrets);
    vec_release(&u->paths);
    lease_unref(u->lease);
    free(u);
}
