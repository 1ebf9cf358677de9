/* The texts of the token kinds, from the rows of parser/token.h. */
#include "parser/token.h"

static const char *const texts[] = {
#define TOKEN_ROW(name, text) text,
    TOKEN_ALL(TOKEN_ROW)
#undef TOKEN_ROW
};

const char *token_text(enum token_kind kind)
{
    return texts[kind];
}
