/* The options of `docker build`, as docker.build(name, args) and additionalBuildArgs hold them, to the query
 * of the engine's POST /build. */
#ifndef EXECUTORS_BUILD_OPTIONS_H
#define EXECUTORS_BUILD_OPTIONS_H

#include <jansson.h>
#include "base/buf.h"
#include "base/error.h"
#include "base/words.h"

struct build_options {
    json_t *query;    /* name -> text, number, list (repeated, or one JSON text) or map (JSON text) */
    char *dockerfile; /* NULL: the context's Dockerfile */
    char *context;    /* NULL: none was given */
    const struct words_env *env; /* of $NAME, and what `--build-arg NAME` without a value takes; NULL: none */
};
/* Zeroed but for env = empty. */
void build_options_init(struct build_options *b);
/* -1: as docker_options_apply(); also what only BuildKit has. */
int build_options_apply(struct build_options *b, const char *args, struct error *err);
void build_options_tag(struct build_options *b, const char *tag);
void build_options_arg(struct build_options *b, const char *entry); /* NAME=value, or NAME */
/* Appends NAME=value&…, escaped. */
void build_options_query(const struct build_options *b, struct buf *out);
void build_options_release(struct build_options *b);

#endif
