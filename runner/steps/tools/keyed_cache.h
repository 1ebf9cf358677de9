/* The second form of `cache`, by key (plugin Pipeline Cache): cache(path: …, key: …, restoreKeys: […]) { }.
 */
#ifndef RUNNER_STEPS_TOOLS_KEYED_CACHE_H
#define RUNNER_STEPS_TOOLS_KEYED_CACHE_H

#include "runner/steps/step.h"

enum call_status keyed_cache_enter(struct step_call *c);

#endif
