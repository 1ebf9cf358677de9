/* Number literals: which kind they are. Values are computed when the parser makes a node. */
#include "parser/lexer.h"
#include "parser/charset.h"
#include <stdbool.h>

static char peek(const struct lexer *lx, uint32_t ahead)
{
    return lx->pos + ahead < lx->len ? lx->text[lx->pos + ahead] : 0;
}

static void fail_digit(struct lexer *lx)
{
    char c = peek(lx, 0);
    if (c)
        lexer_fail(lx, lx->line, lexer_col(lx), "expecting token in range: '0'..'9', found '%c'", c);
    else
        lexer_fail(lx, lx->line, lexer_col(lx), "expecting token in range: '0'..'9', found '<EOF>'");
}

/* Digits with underscores between them. */
static void skip_digits(struct lexer *lx, bool (*is)(char))
{
    for (;;) {
        while (is(peek(lx, 0)))
            lx->pos++;
        if (peek(lx, 0) != '_')
            return;
        while (peek(lx, 0) == '_')
            lx->pos++;
        if (!is(peek(lx, 0))) {
            if (is == is_digit)
                fail_digit(lx);
            else
                lexer_char_error(lx);
            return;
        }
    }
}

static bool is_binary(char c)
{
    return c == '0' || c == '1';
}

static enum token_kind integer_suffix(struct lexer *lx)
{
    switch (peek(lx, 0) | 32) {
    case 'l':
        lx->pos++;
        return TOK_LONG;
    case 'i':
        lx->pos++;
        return TOK_INT;
    case 'g':
        lx->pos++;
        return TOK_BIGINT;
    default:
        return TOK_INT;
    }
}

/* Behind 0x or 0b. */
static enum token_kind radix(struct lexer *lx, bool (*is)(char))
{
    lx->pos += 2;
    if (!is(peek(lx, 0)))
        lexer_char_error(lx);
    else
        skip_digits(lx, is);
    return integer_suffix(lx);
}

static enum token_kind real_suffix(struct lexer *lx)
{
    switch (peek(lx, 0) | 32) {
    case 'f':
        lx->pos++;
        return TOK_FLOAT;
    case 'd':
        lx->pos++;
        return TOK_DOUBLE;
    case 'g':
        lx->pos++;
        return TOK_DECIMAL;
    default:
        return TOK_DECIMAL;
    }
}

static void exponent(struct lexer *lx)
{
    lx->pos++;
    bool sign = peek(lx, 0) == '+' || peek(lx, 0) == '-';
    lx->pos += sign;
    if (is_digit(peek(lx, 0)))
        skip_digits(lx, is_digit);
    else if (sign)
        fail_digit(lx);
    else
        lexer_char_error(lx);
}

/* 09 is two numbers, 0 and 9, unless a fraction or exponent follows. */
static void stop_octal(struct lexer *lx, uint32_t start)
{
    uint32_t i = start + 1;
    if (lx->text[start] != '0')
        return;
    while ((lx->text[i] >= '0' && lx->text[i] <= '7') || lx->text[i] == '_')
        i++;
    if (i < lx->pos)
        lx->pos = i;
}

static enum token_kind decimal(struct lexer *lx)
{
    uint32_t start = lx->pos;
    skip_digits(lx, is_digit);
    bool real = peek(lx, 0) == '.' && is_digit(peek(lx, 1));
    if (real) {
        lx->pos++;
        skip_digits(lx, is_digit);
    }
    if ((peek(lx, 0) | 32) == 'e') {
        real = true;
        exponent(lx);
    }
    char c = (char)(peek(lx, 0) | 32);
    if (real || c == 'f' || c == 'd')
        return real_suffix(lx);
    stop_octal(lx, start);
    return integer_suffix(lx);
}

void lexer_number(struct lexer *lx)
{
    uint32_t start = lx->pos, line = lx->line, col = lexer_col(lx);
    char second = (char)(peek(lx, 1) | 32);
    enum token_kind kind;
    if (peek(lx, 0) == '0' && second == 'x')
        kind = radix(lx, is_hex);
    else if (peek(lx, 0) == '0' && second == 'b')
        kind = radix(lx, is_binary);
    else
        kind = decimal(lx);
    if (!lx->message)
        lexer_push(lx, kind, start, line, col);
}
