/* Arbitrary text through parser, model, validator and graph: no crash, no leak, no hang; every message has
 * words. */
#include "base/error.h"
#include "base/utf8.h"
#include "parser/validate.h"
#include "runner/cli/graph.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draw(const struct ast *ast, const struct model *model)
{
    struct graph g = {0};
    struct buf out = {0};
    graph_build(&g, ast, model, "fuzz");
    graph_write_text(&g, &out);
    graph_write_svg(&g, &out);
    graph_write_mermaid(&g, &out);
    graph_release(&g);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text = {0};
    utf8_clean(&text, (const char *)data, size);
    buf_reserve(&text, 1);
    struct ast ast = {0};
    struct model model = {0};
    struct diagnostics d = {0};
    struct error err = {0};
    if (ast_parse(&ast, "fuzz", text.data, text.len, &err) == 0 &&
        validate_file(&ast, &model, NULL, VALIDATE_ARGUMENTS, &d) == 0)
        draw(&ast, &model);
    for (size_t i = 0; i < d.list.len; i++)
        if (!d.list.items[i].message || !*d.list.items[i].message)
            abort();
    diag_release(&d);
    model_release(&model);
    ast_release(&ast);
    error_release(&err);
    buf_release(&text);
    return 0;
}
