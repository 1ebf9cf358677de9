/* A build context as a tar stream that is made while it is read. */
#ifndef WORKER_CONTEXT_H
#define WORKER_CONTEXT_H

#include "agents/worker/job.h"

struct context;

/* The files below dir without what .dockerignore (of `dockerfile`.dockerignore, else of dir) names; the
 * Dockerfile is always in it. `dockerfile` is absolute, or relative to dir; one that lies elsewhere gets a
 * name of its own. */
struct context *context_open(struct job *j, const char *dir, const char *dockerfile, struct error *err);
const char *context_dockerfile(const struct context *c); /* its path in the stream */
/* Fills up to n bytes; 0 at the end, -1: err. */
ssize_t context_read(struct context *c, char *bytes, size_t n, struct error *err);
uint64_t context_size(const struct context *c); /* bytes read so far */
void context_close(struct context *c);

#endif
