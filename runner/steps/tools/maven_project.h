/* A Maven module's coordinates, read from its pom.xml and from what the last packaging wrote. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_PROJECT_H
#define RUNNER_STEPS_TOOLS_MAVEN_PROJECT_H

#include "base/error.h"
#include "base/util.h"

struct maven_project { /* owned texts; NULL: unknown */
    char *group, *artifact, *version, *packaging, *final_name;
    VEC(char *) modules; /* as the pom lists them, those of profiles, too */
};

/* Of DIR/pom.xml, with the parent's group and version where it has none; then of DIR/target/maven-archiver,
 * which has every expression resolved. -1: there is no pom.xml, or it is no XML. */
int maven_project_read(struct maven_project *p, const char *dir, struct error *err);
/* A pom.xml alone. */
int maven_project_read_pom(struct maven_project *p, const char *pom, struct error *err);
/* Whether group, artifact and version are known and hold no expression. */
int maven_project_complete(const struct maven_project *p);
void maven_project_release(struct maven_project *p);

#endif
