/* Which pipeline file a job's name means in a `build` step. */
#ifndef RUNNER_STEPS_JOB_FILE_H
#define RUNNER_STEPS_JOB_FILE_H

#include "runner/engine/run.h"

/* An entry {name, file} of `jobs:` in gmrun.yaml; else x, x.groovy, x.Jenkinsfile or x/Jenkinsfile beside the
 * running pipeline file. A leading / or ../ (the folders of a Jenkins server) is dropped. Owned absolute
 * path, *job (owned) is the job's name; NULL/err: there is none. */
char *job_file_find(struct run *run, const char *name, char **job, struct error *err);

#endif
