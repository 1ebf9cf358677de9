/* Source text to tokens, all at once: the parser looks ahead and goes back freely, and brackets know
 * their partners, so that looking behind a closing one costs nothing. */
#ifndef PARSER_LEXER_H
#define PARSER_LEXER_H

#include "base/arena.h"
#include "parser/token.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Places as in struct span. The text of a token is source[start, end). */
struct token {
    uint32_t start, end;
    uint32_t line, col, end_line, end_col;
    uint32_t match; /* of ( [ {: index of the closing token, 0 if there is none */
    uint8_t kind;   /* enum token_kind */
    char quote;     /* of strings: ' " 3 (''') D (""") / $ */
    bool escapes;   /* of strings: needs decoding (a backslash, a carriage return, a dollar escape) */
};

/* A string that is still open while the tokens of its value are read, or any other open bracket. */
struct lexer_level {
    uint32_t token;   /* index of the opening token */
    int paren_level;  /* what it was outside */
    char open, quote; /* ( [ { and the quote of the string around a { */
};

struct lexer {
    const char *text; /* borrowed; NUL-terminated */
    uint32_t len;
    uint32_t pos;
    uint32_t line, line_start; /* column = pos - line_start + 1; moved along by characters of several bytes */
    int paren_level;           /* open ( and [ since the last {: newlines mean nothing in there */
    uint32_t simple_strings;   /* open values of "…" strings: a newline in there is an error */
    uint8_t last_kind;         /* decides whether / divides */
    bool has_shebang;
    struct token *tokens; /* owned, ends with three TOK_EOF */
    uint32_t count, cap;
    struct lexer_level *levels; /* owned */
    uint32_t depth, depth_cap;
    /* The first error: tokens end with one TOK_ERROR at its place. */
    const char *message; /* in the arena; NULL if none */
    uint32_t error_line, error_col;
    struct arena *arena; /* borrowed, for messages */
};

/* text is valid UTF-8 (see utf8_check) of at most 1 GiB and outlives the lexer. Malformed input is no
 * failure here: the error waits in the token list for the parser, which may find an earlier one. */
void lexer_init(struct lexer *lx, struct arena *arena, const char *text, size_t len);
void lexer_run(struct lexer *lx);
void lexer_release(struct lexer *lx);

/* The characters of a string token or a part of one, escapes resolved; in the arena. */
const char *lexer_string(const struct lexer *lx, const struct token *t, uint32_t *len);
/* The same as Groovy's messages show it: strings without quotes, TOK_EOF empty. In the arena. */
const char *lexer_shown(const struct lexer *lx, const struct token *t);
/* One token a line: place, kind, text. For --dump=tokens; lexer_dump_text() does all of it for a text. */
void lexer_dump(const struct lexer *lx, FILE *out);
void lexer_dump_text(const char *text, size_t len, FILE *out);

/* Offset of the first byte that is not valid UTF-8, or of a \u without four hex digits; len if all is well.
 */
size_t utf8_check(const char *text, size_t len);
size_t unicode_escape_check(const char *text, size_t len);

/* Inside the lexer (lexer_string.c, lexer_number.c). */
int lexer_fail(struct lexer *lx, uint32_t line, uint32_t col, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void lexer_char_error(struct lexer *lx);
struct token *lexer_push(struct lexer *lx, enum token_kind kind, uint32_t start, uint32_t line, uint32_t col);
void lexer_newline(struct lexer *lx); /* steps over one line end of any kind */
void lexer_number(struct lexer *lx);
void lexer_quoted(struct lexer *lx, char quote);      /* at an opening quote */
void lexer_quoted_rest(struct lexer *lx, char quote); /* behind a value */
void lexer_value(struct lexer *lx, char quote);       /* behind the `$` of a value */

static inline uint32_t lexer_col(const struct lexer *lx)
{
    return lx->pos - lx->line_start + 1;
}

/* Steps over one character; a tail byte of UTF-8 is not counted, four bytes are two UTF-16 units. */
static inline void lexer_skip_wide(struct lexer *lx)
{
    unsigned char c = (unsigned char)lx->text[lx->pos];
    uint32_t n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    lx->pos += n;
    lx->line_start += n - (n == 4 ? 2 : 1);
}

#endif
