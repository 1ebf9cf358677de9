/* Shared libraries [workflow-cps-global-lib]: scripts of vars/ as global names, src/ classes, resources/. */
#ifndef RUNNER_ENGINE_LIBRARY_H
#define RUNNER_ENGINE_LIBRARY_H

#include "runner/engine/run.h"

/* Loads the implicit libraries and those of @Library annotations of the main script. */
int libraries_begin(struct run *run, struct error *err);
/* "name" or "name@version". Waits for a fetch. Loading one again is nothing. */
int library_load(struct run *run, const char *spec, struct error *err);
/* The same from a repository that the pipeline names itself. credentials_id may be NULL. */
int library_load_from(struct run *run, const char *spec, const char *url, const char *credentials_id,
                      struct error *err);
void libraries_release(struct run *run);

/* Hooks. CALL_NONE: no library has that name. */
enum call_status library_call(struct fiber *f, const char *name, int argc, struct value *argv,
                              struct value *out);
enum call_status library_get(struct fiber *f, const char *name, struct value *out);
struct ast *library_find_class(void *data, const char *full_name);
/* Path of resources/NAME in the first library that has it; owned, NULL if none. */
char *library_resource(struct run *run, const char *name);

#endif
