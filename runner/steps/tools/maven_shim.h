/* The `mvn` that builds find first on their path: a script that adds options and calls the real one
 * (maven.sh). A withMaven block has one, and with `maven:` in the configuration every node. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_SHIM_H
#define RUNNER_STEPS_TOOLS_MAVEN_SHIM_H

#include "runner/engine/node.h"
#include "runner/steps/step.h"

struct maven_shim {      /* borrowed; absent ones NULL */
    const char *mvn;     /* the program; NULL: the next one of the path */
    const char *options; /* first arguments, as shell words */
    bool announce;       /* a line tells that it ran */
};

/* Writes DIR/mvn on the node of `l`. */
int maven_shim_write(struct step_call *c, const struct lease *l, const char *dir, const struct maven_shim *s,
                     struct error *err);
/* Sets the node up as the configuration has it: lease->programs. */
int maven_shim_for_node(struct step_call *c, struct lease *l, struct error *err);
/* The same on a far node, within its scope; may have to wait. There the folder has one name, since it stays.
 */
int maven_shim_for_far_node(struct step_call *c, struct lease *l, struct error *err);
/* Appends the options that the configuration gives every mvn, each with a blank behind; for mvnw. */
void maven_shim_options(const struct run *run, const struct lease *l, bool offline, struct buf *out);

#endif
