/* Lint by compiling: finds names of classes that do not exist, as Jenkins' compiler would. Only where a
 * file names types at all, since making a VM costs more than all other checks; not with libraries, whose
 * classes are not here. */
#include "runner/cli/lint_compile.h"
#include "runner/engine/run_life.h"

static bool names_classes(const struct ast *ast)
{
    bool found = ast->names_types;
    for (const struct node *n = ast->body; n && !found; n = n->next)
        found = n->kind == NODE_IMPORT;
    return found;
}

/* A class that is unknown to gmrun may well exist in Jenkins: a warning. */
static void report(struct pipeline_file *f, const struct error *err)
{
    static const char unknown[] = "unable to resolve class ";
    const struct span at = {.line = (uint32_t)err->line, .col = (uint32_t)err->col};
    if (str_has_prefix(err->message, unknown))
        diag_warning(&f->diagnostics, at, "unable to resolve class %s: gmrun cannot run this pipeline",
                     err->message + sizeof(unknown) - 1);
    else
        diag_syntax(&f->diagnostics, err);
    /* Findings are printed in the order of the text. */
    diag_sort(&f->diagnostics);
}

void lint_compile(struct pipeline_file *f, struct run_options *o)
{
    if (!f->parsed || f->diagnostics.errors || f->model.loads_library || !names_classes(&f->ast))
        return;
    struct error err _cleanup_(error_release) = {0};
    /* As much of a build as the compiler asks for: no loop, no processes, nothing on disk. */
    struct run run = {.options = o, .config = &o->config, .source = f, .ast = &f->ast};
    run_prepare(&run);
    if (!vm_compile(run.vm, &f->ast, "WorkflowScript", &err))
        report(f, &err);
    run_release(&run);
}
