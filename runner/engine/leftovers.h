/* What killed builds left in the engines and clusters that they used, by their notes
 * (runner/state/engine_note.h): for `gmrun gc`, and for the next build of the home, beside its own work. */
#ifndef RUNNER_ENGINE_LEFTOVERS_H
#define RUNNER_ENGINE_LEFTOVERS_H

#include "agents/docker_sweep.h"
#include "base/proc.h"
#include "runner/engine/env.h"
#include "runner/state/build.h"

struct leftovers;
struct leftovers_options {
    struct home *home;
    const struct env *env;                 /* of a Podman service, where a build had one of its own */
    const char *cookie;                    /* that marks it */
    const struct credentials *credentials; /* that clusters were reached by */
    bool dry_run;
    void (*found)(void *data, const char *kind, const char *id, const char *build); /* NULL: nobody asks */
    void (*done)(void *data); /* once, not from within the start */
};
/* NULL: there are none, which costs next to nothing. A note is kept while its engine does not answer. */
struct leftovers *leftovers_start(struct loop *loop, struct procs *procs, const struct leftovers_options *o,
                                  void *data);
void leftovers_free(struct leftovers *l); /* at any time, but for a callback's */

#endif
