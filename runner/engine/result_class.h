/* hudson.model.Result as a class of scripts. */
#ifndef RUNNER_ENGINE_RESULT_CLASS_H
#define RUNNER_ENGINE_RESULT_CLASS_H

#include "runner/engine/run.h"

void result_class_register(struct run *run);                  /* once a VM */
struct value result_constant(struct run *run, enum result r); /* Result.FAILURE …; owned */

#endif
