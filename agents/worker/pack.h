/* Packing and unpacking with libarchive. */
#ifndef WORKER_PACK_H
#define WORKER_PACK_H

#include "agents/worker/job.h"
#include "base/glob.h"

/* Includes, excludes, defaultExcludes, caseSensitive, followSymlinks, split ("blanks") of the request. */
void scan_from_job(struct ant_scan *s, const struct job *j, const char *root);
/* Names and contents are UTF-8 whatever the environment says. */
void pack_locale(void);
/* The name under which a file is written until it is whole; owned. */
char *partial_name(const char *file);

#endif
