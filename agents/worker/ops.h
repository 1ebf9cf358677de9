/* The operations. Each takes the request's members from the job and returns the result object (owned by
 * the caller) or NULL with the error set. The head of each .c file documents its members.
 *
 * cleanup runs in the supervising process after an operation was killed: it puts right what the operation
 * had left half-done, knowing nothing but the request. */
#ifndef WORKER_OPS_H
#define WORKER_OPS_H

#include "agents/worker/job.h"

typedef json_t *op_fn(struct job *j, struct error *err);
typedef void op_cleanup_fn(const json_t *req);

struct op {
    const char *name;
    op_fn *run;
    op_cleanup_fn *cleanup; /* may be NULL */
    const char *help;
};

op_fn op_checkout, op_scm_info, op_checkout_dirty, op_read_file, op_http, op_mail, op_image_build;
op_fn op_stash, op_unstash, op_archive, op_zip, op_unzip, op_tar, op_untar;
op_fn op_file;
op_cleanup_fn checkout_cleanup, pack_cleanup, artifacts_cleanup, http_cleanup;

#endif
