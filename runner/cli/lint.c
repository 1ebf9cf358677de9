/* `gmrun lint FILE...`: checks and prints, runs nothing. Text output follows Jenkins' declarative-linter;
 * JSON and SARIF are for editors and code hosts. */
#include "runner/cli/cli.h"
#include "runner/cli/options.h"
#include "parser/lexer.h"
#include "runner/cli/pipeline_file.h"
#include "parser/validate.h"
#include <jansson.h>
#include <string.h>

enum { EXIT_INVALID = 2 };

struct lint {
    const struct run_options *o;
    struct model_environment env;
    json_t *files; /* owned; NULL for text */
    bool failed;
};

static void print_invalid(const struct lint *lint, const struct pipeline_file *f)
{
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

static const char *severity_name(const struct diagnostic *d)
{
    return d->severity == DIAG_ERROR ? "error" : d->severity == DIAG_WARNING ? "warning" : "note";
}

static json_t *text_of(const char *text)
{
    json_t *value = json_string(text);
    return value ? value : json_string("");
}

static void add_json(struct lint *lint, const struct pipeline_file *f, bool valid)
{
    json_t *messages = json_array();
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        json_array_append_new(messages,
                              json_pack("{s:s, s:i, s:i, s:o}", "severity", severity_name(d), "line", d->line,
                                        "column", d->col, "message", text_of(d->message)));
    }
    json_array_append_new(lint->files, json_pack("{s:o, s:b, s:o}", "file", text_of(f->path), "valid", valid,
                                                 "messages", messages));
}

static json_t *sarif_location(const char *file, const json_t *message)
{
    json_int_t line = json_integer_value(json_object_get(message, "line"));
    json_t *place = json_pack("{s:{s:s}}", "artifactLocation", "uri", file);
    if (line > 0)
        json_object_set_new(place, "region",
                            json_pack("{s:I, s:I}", "startLine", line, "startColumn",
                                      json_integer_value(json_object_get(message, "column"))));
    return json_pack("{s:o}", "physicalLocation", place);
}

static json_t *sarif_results(const json_t *files)
{
    json_t *results = json_array(), *file, *message;
    size_t i, j;
    json_array_foreach(files, i, file)
    {
        const char *name = json_string_value(json_object_get(file, "file"));
        json_array_foreach(json_object_get(file, "messages"), j, message)
        {
            json_array_append_new(results,
                                  json_pack("{s:s, s:s, s:{s:O}, s:[o]}", "ruleId", "jenkinsfile", "level",
                                            json_string_value(json_object_get(message, "severity")),
                                            "message", "text", json_object_get(message, "message"),
                                            "locations", sarif_location(name, message)));
        }
    }
    return results;
}

static void print_json(const struct lint *lint)
{
    json_t *root = json_incref(lint->files);
    if (strcmp(lint->o->format, "sarif") == 0) {
        json_decref(root);
        root = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:[{s:s}]}}, s:s, s:o}]}", "$schema",
                         "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool",
                         "driver", "name", "gmrun", "version", GMRUN_VERSION, "rules", "id", "jenkinsfile",
                         "columnKind", "utf16CodeUnits", "results", sarif_results(lint->files));
    }
    json_dumpf(root, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(root);
}

static void report_unreadable(struct pipeline_file *f, const struct error *err)
{
    struct span at = {.line = (uint32_t)err->line, .col = (uint32_t)err->col};
    diag_error(&f->diagnostics, at, "%s", err->message);
}

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

static void lint_file(struct lint *lint, const char *path)
{
    struct pipeline_file f _cleanup_(pipeline_file_release) = {0};
    struct error err _cleanup_(error_release) = {0};
    bool valid = pipeline_file_read(&f, path, &err) == 0;
    if (!valid)
        report_unreadable(&f, &err);
    else
        pipeline_file_check(&f, &lint->env, VALIDATE_ARGUMENTS);
    if (valid && dumped(lint, &f))
        return;
    if (valid && !lint->o->scripted)
        pipeline_file_require_pipeline(&f);
    if (lint->o->strict)
        diag_promote_warnings(&f.diagnostics);
    valid = !f.diagnostics.errors;
    lint->failed |= !valid;
    if (lint->files)
        add_json(lint, &f, valid);
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
