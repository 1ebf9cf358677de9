/* currentBuild.changeSets as objects of Jenkins' git plugin: change sets with items (commitId, msg, comment,
 * author, timestamp, affectedFiles, affectedPaths), files with path and editType.name [git: GitChangeSet]. */
#ifndef RUNNER_ENGINE_CHANGE_LOG_H
#define RUNNER_ENGINE_CHANGE_LOG_H

#include "runner/engine/run.h"

void change_log_register(struct run *run);
/* List of change sets of the commits (as the helper program gives them; may be NULL): one, or none without
 * commits. Owned. */
struct value change_log_value(struct run *run, json_t *commits);

#endif
