/* currentBuild.changeSets as objects of Jenkins' git plugin: change sets with items (commitId, msg, comment,
 * author, timestamp, affectedFiles, affectedPaths), files with path and editType.name [git: GitChangeSet]. */
#ifndef RUNNER_ENGINE_CHANGE_LOG_H
#define RUNNER_ENGINE_CHANGE_LOG_H

#include "runner/engine/run.h"

void change_log_register(struct run *run);
/* List of change sets of the commits (as the helper program gives them; may be NULL): one for each checkout
 * that brought some, whose number stands in the commits' "set". Owned. */
struct value change_log_value(struct run *run, json_t *commits);

#endif
