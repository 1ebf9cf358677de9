/* Reading and checking a pipeline before it runs. A pipeline with errors is refused as a whole, in
 * Jenkins' words where Jenkins' console is asked for. Warnings wait until the build has sinks to tell
 * them. */
#include "runner/cli/run_check.h"
#include "runner/cli/run_options.h"
#include <stdio.h>

static void print_refusal(const struct run *run)
{
    const struct pipeline_file *f = run->source;
    if (run->options->console == CONSOLE_JENKINS)
        pipeline_file_print_jenkins(f, stdout);
    else
        pipeline_file_print_errors(f, stderr);
    fflush(stdout);
}

/* 1: refused, and said so; -1: `err` has to be told by the caller. */
int run_check(struct run *run, struct error *err)
{
    const struct run_options *o = run->options;
    struct pipeline_file *f = run->source;
    struct model_environment env = {0};
    int status = o->pipeline_text ? pipeline_file_set(f, o->file, o->pipeline_text, o->pipeline_len, err)
                                  : pipeline_file_read(f, o->file, err);
    if (status < 0)
        return -1;
    model_environment_init(&env, run->config);
    status = pipeline_file_check(f, &env, false);
    model_environment_release(&env);
    if (status == 0 && o->strict && f->diagnostics.warnings) {
        /* Those that --strict makes errors of. */
        pipeline_file_print_warnings(f, stderr);
        return error_set(err, ERROR_INVALID, "warnings are errors (--strict)");
    }
    if (status < 0) {
        print_refusal(run);
        return 1;
    }
    run->ast = &f->ast;
    /* Without a pipeline block it is a scripted one, also when it is empty. */
    run->model = f->model.call ? &f->model : NULL;
    return 0;
}

void run_check_warn(struct run *run)
{
    const struct pipeline_file *f = run->source;
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        if (d->severity == DIAG_WARNING)
            run_warning(run, run->file, d->line, d->col, "%s", d->message);
    }
}
