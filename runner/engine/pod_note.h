/* The build's note of the clusters where its pods are, for `gmrun gc` and the next start, should this one be
 * killed (runner/state/engine_note.h). */
#ifndef RUNNER_ENGINE_POD_NOTE_H
#define RUNNER_ENGINE_POD_NOTE_H

#include "runner/engine/run.h"
#include <jansson.h>

struct pod_note { /* zeroed = no cluster yet */
    json_t *clusters;
    char *path;
};
/* Takes the place, as run_kube_note() makes it; one that is known already changes nothing. */
void pod_note_add(struct run *run, struct pod_note *n, json_t *place);
/* keep: pods may be left, so the file stays. */
void pod_note_release(struct pod_note *n, bool keep);

#endif
