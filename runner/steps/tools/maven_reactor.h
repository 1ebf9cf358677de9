/* The modules that a build with Maven has: pom.xml, its <modules>, theirs, and so on. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_REACTOR_H
#define RUNNER_STEPS_TOOLS_MAVEN_REACTOR_H

#include "base/error.h"
#include "base/util.h"

struct maven_member { /* owned texts */
    char *dir;        /* below the first pom's folder; "." for itself */
    char *artifact, *group;
};
struct maven_reactor {
    VEC(struct maven_member) members;
};

/* Reads `pom` and what it leads to; those of profiles count, too. What a pom lists and is not there is left
 * out: Maven tells it. -1: `pom` itself cannot be read. */
int maven_reactor_read(struct maven_reactor *r, const char *pom, struct error *err);
/* What -pl takes for a module that is named by artifactId, group:artifactId, folder, or the last part of it;
 * owned. NULL: there is none, or several, of that name. */
char *maven_reactor_select(const struct maven_reactor *r, const char *name, struct error *err);
void maven_reactor_release(struct maven_reactor *r);

#endif
