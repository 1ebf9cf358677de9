/* The class of what readMavenPom returns: properties by name, getters and setters; prints as its id. */
#ifndef RUNNER_STEPS_POM_H
#define RUNNER_STEPS_POM_H

#include "runner/engine/run.h"

void pom_register(struct run *run);

#endif
