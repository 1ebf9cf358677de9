/* The durable-XXXXXXXX folders below a workspace's @tmp twin in which scripts lie while they run.
 *
 * A folder is used again by a later step: on ext4 each new inode passes over all that were freed within the
 * last minute, so a folder and a file for each of some thousand steps cost more than the steps. */
#ifndef AGENTS_SCRATCH_H
#define AGENTS_SCRATCH_H

#include "base/error.h"
#include "base/util.h"

struct scratch_dir {
    char *tmp;    /* in which it lies */
    char *script; /* path of its script.sh */
};

/* Zeroed = empty. */
struct scratch {
    VEC(struct scratch_dir) spare;
};

/* Writes text to the script.sh (0700) of a folder (0700) of tmp. scratch may be NULL: always a new one. */
int scratch_take(struct scratch *s, const char *tmp, const char *text, size_t n, struct scratch_dir *out,
                 struct error *err);
void scratch_give(struct scratch *s, struct scratch_dir *dir); /* zeroed dir: no effect */
void scratch_release(struct scratch *s);                       /* removes what is spare */

#endif
