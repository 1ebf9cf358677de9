/* The lexer on arbitrary bytes: tokens are in order, inside of the text, and end with TOK_EOF. */
#include "parser/lexer.h"
#include "parser/charset.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_token(const struct lexer *lx, uint32_t i, size_t size)
{
    const struct token *t = &lx->tokens[i];
    uint32_t len;
    if (t->start > t->end || t->end > size || t->kind >= TOK_COUNT)
        abort();
    if (i && t->kind != TOK_ERROR && t->start < lx->tokens[i - 1].end && lx->tokens[i - 1].kind != TOK_NL)
        abort();
    if (t->match && (t->match >= lx->count || t->match <= i))
        abort();
    if (t->kind >= TOK_STRING && t->kind <= TOK_GSTRING_END)
        lexer_string(lx, t, &len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    char *text = arena_strndup(&arena, (const char *)data, size);
    if (utf8_check(text, size) == size && unicode_escape_check(text, size) == size) {
        struct lexer lx;
        lexer_init(&lx, &arena, text, size);
        lexer_run(&lx);
        for (uint32_t i = 0; i < lx.count; i++)
            check_token(&lx, i, size);
        if (lx.count < 3 || lx.tokens[lx.count - 1].kind != TOK_EOF)
            abort();
        lexer_release(&lx);
    }
    arena_release(&arena);
    return 0;
}
