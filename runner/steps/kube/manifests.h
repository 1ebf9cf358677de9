/* Reads the manifests that a step names from its workspace, wherever that is. */
#ifndef RUNNER_STEPS_KUBE_MANIFESTS_H
#define RUNNER_STEPS_KUBE_MANIFESTS_H

#include "agents/kube/manifest.h"
#include "runner/steps/step.h"

struct manifest_reading;
/* `objects` may be taken (zero it then); err: nothing was found, unreadable or malformed, with its place. */
typedef void manifests_fn(void *data, kube_objects *objects, const struct error *err);

/* `patterns`: Ant's, with commas, below the step's folder. `substitute`: variables of the build's environment
 * are put in. fn comes once, never from within the call. */
struct manifest_reading *manifests_read(struct step_call *c, const char *patterns, bool substitute,
                                        manifests_fn *fn, void *data);
void manifests_drop(struct manifest_reading *r); /* fn comes no more. NULL is fine */

/* The same for a text that stands in the pipeline; `name` is what messages call it. */
int manifests_parse(struct step_call *c, const char *name, const char *text, bool substitute,
                    kube_objects *objects, struct error *err);

#endif
