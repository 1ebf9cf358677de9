/* Groovy that is loaded while the build runs: `load`, library files, `evaluate`. A `pipeline { }` anywhere
 * in it (also in a method, as vars/ files have it) is lowered before the code is compiled. Trees live as
 * long as the VM, which borrows from them. */
#include "runner/engine/source.h"
#include "base/fs.h"
#include "parser/model.h"
#include "parser/refusals.h"
#include "parser/walk.h"
#include "runner/engine/embedded.h"
#include "runner/engine/library.h"
#include "runner/engine/lower.h"
#include <string.h>

/* As of a pipeline's own file (cli/pipeline_file.c). */
enum { SOURCE_LIMIT = 64 << 20 };

struct pipelines { /* statements that are `pipeline { }` */
    VEC(struct node *) found;
};

static bool collect(void *data, struct node *n)
{
    struct pipelines *p = data;
    const struct node *call = n->kind == NODE_EXPR || n->kind == NODE_RETURN ? n->u.unary.operand : NULL;
    if (call && call->kind == NODE_CALL && !call->u.call.obj && call->u.call.block && call->u.call.method &&
        call->u.call.method->kind == NODE_STRING &&
        strcmp(call->u.call.method->u.str.bytes, "pipeline") == 0) {
        vec_push(&p->found, n);
        return false;
    }
    return true;
}

static int lower_one(struct ast *ast, struct node *statement, struct error *err)
{
    struct model model = {0};
    struct diagnostics d = {0};
    int status = model_build_call(ast, statement, &model, &d);
    /* The model is for the check and the lowering only; its texts are the tree's. */
    if (status == 0)
        lower_pipeline(ast, &model); /* copies what it needs into the tree */
    else
        for (size_t i = 0; i < d.list.len; i++)
            error_at(err, ERROR_SYNTAX, ast->source.name, d.list.items[i].line, d.list.items[i].col, "%s",
                     d.list.items[i].message);
    diag_release(&d);
    model_release(&model);
    return status;
}

struct ast *source_parse(struct run *run, const char *name, const char *text, size_t len, struct error *err)
{
    struct ast *ast = xcalloc(1, sizeof(*ast));
    struct pipelines p = {0};
    /* Before it is parsed: on failure, too, it is freed with the run. */
    vec_push(&run->asts, ast);
    if (ast_parse(ast, name, text, len, err) < 0 || refusals_error(ast, err) < 0)
        return NULL;
    walk_list(ast->body, collect, &p);
    int status = 0;
    for (size_t i = 0; i < p.found.len && status == 0; i++)
        status = lower_one(ast, p.found.items[i], err);
    vec_release(&p.found);
    return status < 0 ? NULL : ast;
}

struct ast *source_parse_file(struct run *run, const char *path, const char *name, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    if (fs_read_file(path, SOURCE_LIMIT, &text, err) < 0)
        return NULL;
    return source_parse(run, name, text.data ? text.data : "", text.len, err);
}

enum call_status source_refused(struct fiber *f, const char *name, const struct error *err)
{
    return vm_throw(f, "MultipleCompilationErrorsException",
                    "startup failed:\n%s: %d: %s @ line %d, column %d.", name, err->line, err->message,
                    err->line, err->col);
}

enum call_status source_script(struct fiber *f, struct ast *ast, const char *class, bool shared,
                               struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct run *run = run_of(f);
    struct code *code = vm_compile(run->vm, ast, class, &err);
    if (!code)
        return source_refused(f, library_class_error(run, &err) ? err.file : ast->source.name, &err);
    *out = script_new(run->vm, code, shared ? run->script : NULL_VALUE);
    return CALL_OK;
}
