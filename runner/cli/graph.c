/* `gmrun graph FILE`: draws the stages of a pipeline without running it. */
#include "runner/cli/graph.h"
#include "runner/cli/cli.h"
#include "runner/cli/options.h"
#include "runner/cli/pipeline_file.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*write)(struct graph *g, struct buf *out);
} forms[] = {
    {"text", graph_write_text}, {"dot", graph_write_dot}, {"mermaid", graph_write_mermaid},
    {"json", graph_write_json}, {"svg", graph_write_svg},
};

/* An unknown form is refused by the table of options already; this is for callers that are not. */
static int draw(const struct pipeline_file *f, const char *form)
{
    struct graph g _cleanup_(graph_release) = {0};
    struct buf out _cleanup_(buf_release) = {0};
    const char *slash = strrchr(f->path, '/');
    graph_build(&g, &f->ast, &f->model, slash ? slash + 1 : f->path);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (strcmp(forms[i].name, form) == 0) {
            forms[i].write(&g, &out);
            fwrite(out.data, 1, out.len, stdout);
            return 0;
        }
    fprintf(stderr, "gmrun: graph: no form \"%s\": one of text, dot, mermaid, json, svg\n", form);
    return 2;
}

static int graph_file(const char *path, const char *form)
{
    struct pipeline_file f _cleanup_(pipeline_file_release) = {0};
    struct error err _cleanup_(error_release) = {0};
    if (pipeline_file_read(&f, path, &err) < 0) {
        /* An error with a place is in the file: its name comes first, as compilers have it. */
        fprintf(stderr, "gmrun: %s%s%s\n", err.line ? path : "", err.line ? ": " : "", err.message);
        return 2;
    }
    if (pipeline_file_check(&f, NULL, 0) < 0) {
        pipeline_file_print_errors(&f, stderr);
        return 2;
    }
    return draw(&f, form);
}

int cmd_graph(struct run_options *o)
{
    return graph_file(o->file, o->format ? o->format : "text");
}
