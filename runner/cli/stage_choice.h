/* The stage names of --only, --skip and --from against the pipeline's own. */
#ifndef RUNNER_CLI_STAGE_CHOICE_H
#define RUNNER_CLI_STAGE_CHOICE_H

#include "base/error.h"
#include "parser/model.h"
#include "runner/cli/run_options.h"

/* Puts the parent/child paths in place of the names given; a name of several stages becomes all of their
 * paths (--from: the first). -1: a name that no stage has; err suggests the nearest. Stages in a matrix keep
 * their name, since their path has the cell in it. */
int stage_choice_resolve(struct run_options *o, const struct model *m, struct error *err);

#endif
