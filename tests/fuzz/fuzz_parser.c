/* The parser on arbitrary bytes: a tree that can be dumped and whose places are inside of the text,
 * or an error with a message and a place. */
#include "parser/ast.h"
#include "base/error.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ast ast;
    struct error err = {0};
    int rc = ast_parse(&ast, "Jenkinsfile", (const char *)data, size, &err);
    if (rc && (!err.message || !*err.message || err.line < 1 || err.col < 1))
        abort();
    if (!rc) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        ast_dump(&ast, out);
        fclose(out);
        free(text);
        for (const struct node *n = ast.body; n; n = n->next)
            if (n->span.start > n->span.end || n->span.end > size)
                abort();
    }
    ast_release(&ast);
    error_release(&err);
    return 0;
}
