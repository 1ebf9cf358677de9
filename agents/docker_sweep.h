/* Removes what builds left in an engine: containers with their anonymous volumes, networks, volumes and
 * images that carry the labels below. For the end of a build and for `gmrun gc`. */
#ifndef AGENTS_DOCKER_SWEEP_H
#define AGENTS_DOCKER_SWEEP_H

#include "agents/engine.h"

#define DOCKER_LABEL_HOME "gmrun.home"   /* the home's folder, with U+FFFD for bytes that are no UTF-8 */
#define DOCKER_LABEL_BUILD "gmrun.build" /* JOB/NUMBER */

struct docker_sweep;
struct docker_sweep_options {
    const char *home;
    const char *build;                           /* only of this one; NULL: of all … */
    bool (*dead)(void *data, const char *build); /* … that this says are over */
    bool dry_run;
};
struct docker_sweep_callbacks {
    void (*found)(void *data, const char *kind, const char *id, const char *build); /* before it is removed */
    /* Once, never from within the start. err: the first that could not be removed, or the engine did not
     * answer. */
    void (*done)(void *data, const struct error *err);
};
struct docker_sweep *docker_sweep_start(struct engine *e, const struct docker_sweep_options *o,
                                        const struct docker_sweep_callbacks *cb, void *data);
/* Before done(), once its engine has been freed: nothing more comes of it. */
void docker_sweep_free(struct docker_sweep *s);

#endif
