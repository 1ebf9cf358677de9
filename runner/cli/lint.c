/* `gmrun lint FILE...`: checks and prints, runs nothing. Text output follows Jenkins' declarative-linter;
 * JSON and SARIF are for editors and code hosts.
 *
 * Exit status: 0 all valid, 2 some are not, whatever the form. Warnings alone are valid unless --strict. */
#include "runner/cli/cli.h"
#include "runner/cli/options.h"
#include "parser/lexer.h"
#include "runner/cli/lint_compile.h"
#include "runner/cli/lint_report.h"
#include "runner/cli/pipeline_file.h"
#include "parser/validate.h"
#include <string.h>

enum { EXIT_INVALID = 2 };

struct lint {
    struct run_options *o;
    /* names that gmrun.yaml knows; empty lists are not checked */
    struct model_environment env;
    json_t *files; /* owned; NULL for text */
    bool failed;
};

static void print_invalid(const struct lint *lint, const struct pipeline_file *f)
{
    /* Jenkins' declarative-linter, word for word: editors look for it. */
    printf("Errors encountered validating Jenkinsfile:\n");
    pipeline_file_print_errors(f, stdout);
    if (!f->model.call && f->parsed && !lint->o->scripted)
        fprintf(stderr, "%s: hint: gmrun lint --scripted checks pipelines without a pipeline block\n",
                f->path);
}

static void print_text(const struct lint *lint, const struct pipeline_file *f, bool valid)
{
    pipeline_file_print_warnings(f, stdout);
    if (!valid)
        print_invalid(lint, f);
    else if (lint->o->args.len > 1)
        printf("%s: Jenkinsfile successfully validated.\n", f->path);
    else
        printf("Jenkinsfile successfully validated.\n");
}

static void print_json(const struct lint *lint)
{
    json_t *sarif = strcmp(lint->o->format, "sarif") == 0 ? lint_report_sarif(lint->files) : NULL;
    json_dumpf(sarif ? sarif : lint->files, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(sarif);
}

/* On standard error and without Jenkins' frame: nothing was validated. */
static void print_unreadable(const struct pipeline_file *f)
{
    const struct diagnostic *d = &f->diagnostics.list.items[0];
    if (d->line)
        fprintf(stderr, "gmrun: %s:%d:%d: %s\n", f->path, d->line, d->col, d->message);
    else
        fprintf(stderr, "gmrun: %s\n", d->message);
}

/* --dump: what the front end made of the file, for those who work on it. False: not asked for. */
static bool dumped(const struct lint *lint, const struct pipeline_file *f)
{
    const char *what = lint->o->dump;
    if (!what)
        return false;
    if (strcmp(what, "tokens") == 0)
        lexer_dump_text(f->text.data ? f->text.data : "", f->text.len, stdout);
    else if (f->parsed)
        ast_dump(&f->ast, stdout);
    return strcmp(what, "tokens") == 0 || f->parsed;
}

/* Order: what Groovy refuses, what Declarative refuses, whether there is a pipeline at all, and only for a
 * file without errors whether it compiles. */
static void lint_file(struct lint *lint, const char *path)
{
    struct pipeline_file f _cleanup_(pipeline_file_release) = {0};
    struct error err _cleanup_(error_release) = {0};
    /* One unreadable file does not keep the others from being checked. */
    bool valid = pipeline_file_read(&f, path, &err) == 0;
    if (!valid)
        diag_syntax(&f.diagnostics, &err);
    else
        pipeline_file_check(&f, &lint->env, VALIDATE_ARGUMENTS);
    if (valid && dumped(lint, &f))
        return;
    if (valid && !lint->o->scripted)
        pipeline_file_require_pipeline(&f);
    if (valid)
        lint_compile(&f, lint->o);
    if (lint->o->strict)
        /* After everything was found: --strict changes the verdict, not the checks. */
        diag_promote_warnings(&f.diagnostics);
    valid = !f.diagnostics.errors;
    lint->failed |= !valid;
    if (lint->files)
        lint_report_add(lint->files, &f);
    else if (err.kind)
        print_unreadable(&f);
    else
        print_text(lint, &f, valid);
}

int cmd_lint(struct run_options *o)
{
    struct lint lint = {.o = o};
    model_environment_init(&lint.env, &o->config);
    if (o->format && strcmp(o->format, "text") != 0)
        lint.files = json_array();
    if (!o->args.len)
        lint_file(&lint, o->file ? o->file : "Jenkinsfile");
    for (size_t i = 0; i < o->args.len; i++)
        lint_file(&lint, o->args.items[i]);
    if (lint.files)
        print_json(&lint);
    json_decref(lint.files);
    model_environment_release(&lint.env);
    return lint.failed ? EXIT_INVALID : 0;
}
