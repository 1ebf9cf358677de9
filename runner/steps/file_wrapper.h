/* What findFiles returns: name, path, directory, length, lastModified; prints as its path
 * [pipeline-utility-steps: FileWrapper]. */
#ifndef RUNNER_STEPS_FILE_WRAPPER_H
#define RUNNER_STEPS_FILE_WRAPPER_H

#include "runner/engine/run.h"

struct value file_wrapper_new(struct run *run, const char *path, bool dir, int64_t size,
                              int64_t mtime_ms); /* owned */
void file_wrapper_register(struct run *run);

#endif
