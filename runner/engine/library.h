/* Shared libraries [pipeline-groovy-lib]: scripts of vars/ as global names, src/ classes, resources/. A build
 * works on its own copy, below its folder (libs/NAME): a library that moves on meanwhile, or another build
 * that fetches the same one, does not change it, and a restart or replay takes that copy again. */
#ifndef RUNNER_ENGINE_LIBRARY_H
#define RUNNER_ENGINE_LIBRARY_H

#include "runner/engine/run.h"

/* What is asked for. Only name is needed: the rest says where from, or that gmrun.yaml does (remote and path
 * NULL). All borrowed. */
struct library_wanted {
    const char *name, *version; /* version NULL: the configured one */
    const char *remote, *path, *subdir, *credentials_id;
    const json_t *branches; /* branch specifiers; NULL: the version */
};

/* Loads the implicit libraries and those of @Library annotations of the main script. */
int libraries_begin(struct run *run, struct error *err);
/* Once the build has its folder: moves the copies there. */
int libraries_settle(struct run *run, struct error *err);
void libraries_tell(struct run *run); /* "Loading library …" of those loaded before the start */
void libraries_release(struct run *run);

/* 0: loaded; 1: one of that name was loaded before, which stays. Waits for a fetch. *version (may be NULL):
 * the one that counted, borrowed until the next load. */
int library_load(struct run *run, const struct library_wanted *wanted, const char **version,
                 struct error *err);

/* ---- what scripts see (library_scope.c). CALL_NONE: no library has that name. */
enum call_status library_call(struct fiber *f, const char *name, int argc, struct value *argv,
                              struct value *out);
enum call_status library_get(struct fiber *f, const char *name, struct value *out);
struct ast *library_find_class(void *data, const char *full_name);
/* A class that was found, but cannot be parsed: takes the error of the last one. Whether there is one. */
bool library_class_error(struct run *run, struct error *err);
/* Path of resources/NAME in the library that has it; owned. NULL without err: none has it; with err: several
 * have, or it lies outside. */
char *library_resource(struct run *run, const char *name, struct error *err);

#endif
