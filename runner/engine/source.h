/* More Groovy of a build: loaded files, evaluated texts, scripts and classes of libraries. */
#ifndef RUNNER_ENGINE_SOURCE_H
#define RUNNER_ENGINE_SOURCE_H

#include "runner/engine/run.h"

/* Parses a text that belongs to the run from then on; every `pipeline { }` in it, wherever it stands, is
 * checked and lowered. NULL/err with the place. */
struct ast *source_parse(struct run *run, const char *name, const char *text, size_t len, struct error *err);
struct ast *source_parse_file(struct run *run, const char *path, const char *name, struct error *err);
/* A script object of class `class` that shares the main script's binding, or has its own. Throws on errors.
 */
enum call_status source_script(struct fiber *f, struct ast *ast, const char *class, bool shared,
                               struct value *out);
enum call_status source_refused(struct fiber *f, const char *name, const struct error *err);

#endif
