/* SIGINT, SIGTERM and SIGHUP of a build. */
#ifndef RUNNER_ENGINE_ABORT_H
#define RUNNER_ENGINE_ABORT_H

#include "runner/engine/run.h"

/* From here on signals end the build in order; call it as soon as there is a loop. */
int abort_on_signals(struct run *run, struct error *err);

#endif
