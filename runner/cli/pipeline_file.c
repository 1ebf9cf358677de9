/* A pipeline's text with everything that was made of it: the tree keeps a copy of the text, the model borrows
 * from the tree, findings borrow from neither. */
#include "runner/cli/pipeline_file.h"
#include "base/error.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "parser/validate.h"
#include "runner/state/config.h"
#include "runner/state/tool_type.h"
#include <string.h>

/* Pipelines have kilobytes: more is a mistake. */
enum { TEXT_LIMIT = 64 << 20 };

/* Columns count UTF-16 units, as Groovy's. */
static void place_of(const char *text, size_t offset, int *line, int *col)
{
    *line = *col = 1;
    for (size_t i = 0; i < offset; i++) {
        unsigned char c = (unsigned char)text[i];
        /* A byte that goes on with a character counts nothing; four bytes are a pair of UTF-16 units. */
        *col = c == '\n' ? 1 : *col + ((c & 0xc0) != 0x80) + (c >= 0xf0);
        *line += c == '\n';
    }
}

static int check_text(const struct pipeline_file *f, struct error *err)
{
    const char *text = f->text.data ? f->text.data : "";
    const char *nul = memchr(text, 0, f->text.len);
    size_t valid = utf8_valid(text, f->text.len);
    if (!nul && valid == f->text.len)
        return 0;
    int line, col;
    place_of(text, nul ? (size_t)(nul - text) : valid, &line, &col);
    return error_at(err, ERROR_SYNTAX, f->path, line, col, "%s",
                    nul ? "this is a binary file, not a pipeline" : "the text is not valid UTF-8");
}

int pipeline_file_read(struct pipeline_file *f, const char *path, struct error *err)
{
    f->path = xstrdup(path);
    return fs_read_file(path, TEXT_LIMIT, &f->text, err) < 0 ? -1 : check_text(f, err);
}

int pipeline_file_set(struct pipeline_file *f, const char *path, const char *text, size_t len,
                      struct error *err)
{
    f->path = xstrdup(path);
    buf_add(&f->text, text, len);
    return check_text(f, err);
}

/* In Jenkins' words, which quote the whole file. */
void pipeline_file_require_pipeline(struct pipeline_file *f)
{
    if (f->model.call || f->diagnostics.errors)
        return;
    /* Jenkins quotes all of it; a screen of it is enough. */
    int len = f->text.len < 4096 ? (int)f->text.len : 4096;
    diag_error(&f->diagnostics, (struct span){0},
               "Jenkinsfile content '%.*s%s' did not contain the 'pipeline' step", len,
               f->text.data ? f->text.data : "", (size_t)len < f->text.len ? "…" : "");
}

/* Groovy's tree builder names the file in its messages, which is the script's name in Jenkins. */
static void name_script(struct error *err, const char *path)
{
    char *tail _cleanup_free_ = xasprintf(" File: %s", path);
    if (!err->message || !str_has_suffix(err->message, tail))
        return;
    int len = (int)(strlen(err->message) - strlen(tail));
    char *renamed = xasprintf("%.*s File: WorkflowScript", len, err->message);
    free(err->message);
    err->message = renamed;
}

int pipeline_file_check(struct pipeline_file *f, const struct model_environment *env, unsigned flags)
{
    struct error err _cleanup_(error_release) = {0};
    if (ast_parse(&f->ast, f->path, f->text.data ? f->text.data : "", f->text.len, &err) < 0) {
        name_script(&err, f->path);
        diag_syntax(&f->diagnostics, &err);
        return -1;
    }
    /* From here on the tree may be used, also when the check finds errors. */
    f->parsed = true;
    return validate_file(&f->ast, &f->model, env, flags, &f->diagnostics);
}

void pipeline_file_release(struct pipeline_file *f)
{
    free(f->path);
    model_release(&f->model);
    ast_release(&f->ast);
    buf_release(&f->text);
    diag_release(&f->diagnostics);
    memset(f, 0, sizeof(*f));
}

/* A node's name is a label of it too. */
static void collect_labels(struct model_environment *env, const struct config *c)
{
    size_t count = 1;
    for (size_t i = 0; i < c->n_agents; i++)
        count += 1 + c->agents[i].n_labels;
    const char **labels = xcalloc(count, sizeof(*labels));
    for (size_t i = 0; i < c->n_agents; i++) {
        labels[env->label_count++] = c->agents[i].name;
        for (size_t j = 0; j < c->agents[i].n_labels; j++)
            labels[env->label_count++] = c->agents[i].labels[j];
    }
    if (c->built_in)
        labels[env->label_count++] = "built-in";
    env->labels = labels;
}

/* Nothing is copied but the arrays: texts are the configuration's, which has to outlive the check. */
void model_environment_init(struct model_environment *env, const struct config *c)
{
    *env = (struct model_environment){
        .check_tools = c->n_tools, .check_labels = c->n_agents, .check_libraries = c->n_libraries};
    /* Each by its symbol and by its class: a file may use either. */
    struct model_tool *tools = xcalloc(c->n_tools, 2 * sizeof(*tools));
    for (size_t i = 0; i < c->n_tools; i++) {
        const struct tool_type *type = tool_type_find(c->tools[i].type);
        tools[2 * i] = (struct model_tool){type->symbol, c->tools[i].name};
        tools[2 * i + 1] = (struct model_tool){type->class, c->tools[i].name};
    }
    struct model_library *libraries = xcalloc(c->n_libraries, sizeof(*libraries));
    for (size_t i = 0; i < c->n_libraries; i++)
        libraries[i] = (struct model_library){c->libraries[i].name, c->libraries[i].implicit};
    env->tools = tools;
    env->tool_count = 2 * c->n_tools;
    env->libraries = libraries;
    env->library_count = c->n_libraries;
    collect_labels(env, c);
}

void model_environment_release(struct model_environment *env)
{
    free((void *)env->tools);
    free((void *)env->libraries);
    free((void *)env->labels);
    memset(env, 0, sizeof(*env));
}
