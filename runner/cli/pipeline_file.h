/* A pipeline's text on its way to the engine: read, parsed, checked, and what was found, printed in the
 * forms that `lint` and `run` need.
 *
 * Life: read or set, check, print, release; zeroed before. Release also after a failure. */
#ifndef RUNNER_CLI_PIPELINE_FILE_H
#define RUNNER_CLI_PIPELINE_FILE_H

#include "base/buf.h"
#include "parser/ast.h"
#include "parser/model.h"
#include "parser/model_environment.h"
#include <stdio.h>

struct pipeline_file {
    char *path; /* owned, as given */
    struct buf text;
    struct ast ast;
    bool parsed;        /* ast and model are meaningful */
    struct model model; /* model.call is NULL: a scripted pipeline */
    struct diagnostics diagnostics;
};

/* Reads the file; -1: unreadable, too large, binary or not UTF-8 (err names the file and, where there is one,
 * the place). */
int pipeline_file_read(struct pipeline_file *f, const char *path, struct error *err);
/* Takes a text instead (replay, restart). The same checks. */
int pipeline_file_set(struct pipeline_file *f, const char *path, const char *text, size_t len,
                      struct error *err);
/* Parses and checks; everything found is in f->diagnostics. env may be NULL. Returns 0, or -1 when there are
 * errors. flags: of enum validate_flag (parser/validate.h); `run` gives 0. */
int pipeline_file_check(struct pipeline_file *f, const struct model_environment *env, unsigned flags);
/* Adds Jenkins' error for a file without a pipeline block. */
void pipeline_file_require_pipeline(struct pipeline_file *f);
void pipeline_file_release(struct pipeline_file *f);

/* `FILE:L:C: WorkflowScript: L: message @ line L, column C.`, the source line and a caret for each error. */
void pipeline_file_print_errors(const struct pipeline_file *f, FILE *out);
/* `FILE:L:C: warning: message` for each warning and note. */
void pipeline_file_print_warnings(const struct pipeline_file *f, FILE *out);
/* Jenkins' console text for a script that does not compile: `org…MultipleCompilationErrorsException: startup
 * failed:` with every error, its excerpt and the number of errors. */
void pipeline_file_print_jenkins(const struct pipeline_file *f, FILE *out);

struct config;
/* The names that gmrun.yaml knows, for the checks above. Borrowed from c; release frees the lists only. A
 * list that the configuration leaves empty is not checked. */
void model_environment_init(struct model_environment *env, const struct config *c);
void model_environment_release(struct model_environment *env);

#endif
