/* The lexer's frame: white space, newlines, names, operators, brackets, and the stack of what is open.
 *
 * Groovy decides three things by what came before, and so does this file: a / divides behind
 * anything that can end an expression; a newline counts only outside of ( and [; a } ends the value
 * of a string if its { began one. None of them needs the parser, so tokens are made in one sweep. */
#include "parser/lexer.h"
#include "base/util.h"
#include "parser/charset.h"
#include <stdarg.h>
#include <string.h>

static const struct keyword {
    const char *text;
    uint8_t len, kind;
} keywords[] = {
#define TOKEN_ROW(name, text) {text, sizeof(text) - 1, TOK_##name},
    TOKEN_KEYWORDS(TOKEN_ROW)
#undef TOKEN_ROW
};

/* Index of the first keyword with that letter, from 'a'; the next entry ends the group. */
static const uint8_t keyword_index[] = {0,  3,  6,  12, 16, 19, 24, 25, 25, 32, 32, 32, 33, 33,
                                        36, 36, 40, 40, 41, 47, 55, 55, 57, 58, 58, 58, 58};

void lexer_init(struct lexer *lx, struct arena *arena, const char *text, size_t len)
{
    *lx = (struct lexer){.text = text, .len = (uint32_t)len, .line = 1, .arena = arena, .last_kind = TOK_NL};
    if (len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
        lx->pos = lx->line_start = 3;
}

void lexer_release(struct lexer *lx)
{
    free(lx->tokens);
    free(lx->levels);
    lx->tokens = NULL;
    lx->levels = NULL;
}

/* Only the first error counts. The lexer stops at it, but a value or a comment may still be on its way
 * out. */
int lexer_fail(struct lexer *lx, uint32_t line, uint32_t col, const char *fmt, ...)
{
    if (lx->message)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    char *message = NULL;
    if (vasprintf(&message, fmt, ap) >= 0)
        lx->message = arena_strdup(lx->arena, message);
    va_end(ap);
    free(message);
    lx->error_line = line;
    lx->error_col = col;
    return -1;
}

/* Groovy's words for a character that begins nothing. */
void lexer_char_error(struct lexer *lx)
{
    unsigned char c = (unsigned char)lx->text[lx->pos];
    if (lx->pos >= lx->len)
        lexer_fail(lx, lx->line, lexer_col(lx), "unexpected char: 0xFFFF");
    else if (c < 0x20 || c > 0x7e)
        lexer_fail(lx, lx->line, lexer_col(lx), "unexpected char: 0x%X", c);
    else
        lexer_fail(lx, lx->line, lexer_col(lx), "unexpected char: '%c'", c);
}

/* Room for the three TOK_EOF and a TOK_ERROR is kept, and the first allocation guesses a token for every
 * five bytes, which real files stay below: mostly one allocation a file. The pointer is good until the
 * next push. */
struct token *lexer_push(struct lexer *lx, enum token_kind kind, uint32_t start, uint32_t line, uint32_t col)
{
    if (lx->count + 4 > lx->cap) {
        lx->cap = lx->cap ? lx->cap * 2 : lx->len / 5 + 64;
        lx->tokens = xrealloc(lx->tokens, lx->cap * sizeof(*lx->tokens));
    }
    struct token *t = &lx->tokens[lx->count++];
    *t = (struct token){.start = start,
                        .end = lx->pos,
                        .line = line,
                        .col = col,
                        .end_line = lx->line,
                        .end_col = lexer_col(lx),
                        .kind = kind};
    lx->last_kind = kind;
    return t;
}

/* The error is Groovy's for a newline inside of `${…}` of a "…" string; the position moves on all the
 * same. */
void lexer_newline(struct lexer *lx)
{
    if (lx->text[lx->pos] == '\r' && lx->text[lx->pos + 1] == '\n')
        lx->pos++;
    lx->pos++;
    if (lx->simple_strings)
        lexer_fail(
            lx, lx->line, lexer_col(lx),
            "end of line reached within a simple string 'x' or \"x\" or /x/;\n   solution: for multi-line "
            "literals, use triple quotes '''x''' or \"\"\"x\"\"\" or /x/ or $/x/$");
    lx->line++;
    lx->line_start = lx->pos;
}

static bool line_end(char c)
{
    return c == '\n' || c == '\r';
}

static void skip_line_comment(struct lexer *lx)
{
    while (lx->pos < lx->len && !line_end(lx->text[lx->pos])) {
        if ((unsigned char)lx->text[lx->pos] < 0x80)
            lx->pos++;
        else
            lexer_skip_wide(lx);
    }
}

/* An open comment: antlr waits for `*` or, behind one, for `/`; one without content is no comment at all.
 * `last` is where the last character stands. */
static int fail_comment(struct lexer *lx, const struct lexer *start, const struct lexer *last)
{
    const char *text = lx->text + start->pos + 2;
    uint32_t len = lx->pos - start->pos - 2;
    char c = len ? text[len - 1] : 0;
    if (len == 0 || (len == 1 && c == '*'))
        return lexer_fail(lx, start->line, lexer_col(start), "unexpected char: '/'");
    if (len > 1 && text[len - 2] == '*' && line_end(c))
        return lexer_fail(lx, last->line, lexer_col(last), "expecting '/', found '\\n'");
    if (len > 1 && text[len - 2] == '*' && (unsigned char)c < 0x80)
        return lexer_fail(lx, last->line, lexer_col(last), "expecting '/', found '%c'", c);
    return lexer_fail(lx, lx->line, lexer_col(lx), "expecting '%c', found '<EOF>'", c == '*' ? '/' : '*');
}

static int skip_block_comment(struct lexer *lx)
{
    const struct lexer start = *lx;
    struct lexer last = *lx;
    lx->pos += 2;
    while (lx->pos < lx->len) {
        char c = lx->text[lx->pos];
        if (c == '*' && lx->text[lx->pos + 1] == '/') {
            lx->pos += 2;
            return 0;
        }
        if (lx->pos + 1 == lx->len)
            last = *lx;
        if (line_end(c))
            lexer_newline(lx);
        else if ((unsigned char)c < 0x80)
            lx->pos++;
        else
            lexer_skip_wide(lx);
    }
    return fail_comment(lx, &start, &last);
}

/* Skips blanks, comments and escaped line ends; *newline tells whether a line ended on the way. */
static int skip_space(struct lexer *lx, bool *newline)
{
    for (;;) {
        char c = lx->text[lx->pos], d = c ? lx->text[lx->pos + 1] : 0;
        if (c == ' ' || c == '\t' || c == '\f') {
            const char *s = lx->text + lx->pos + 1;
            while (*s == ' ')
                s++;
            lx->pos = (uint32_t)(s - lx->text);
        } else if (line_end(c)) {
            *newline = true;
            lexer_newline(lx);
        } else if (c == '/' && d == '/') {
            skip_line_comment(lx);
        } else if (c == '/' && d == '*') {
            if (skip_block_comment(lx))
                return -1;
        } else if (c == '\\' && line_end(d)) {
            lx->pos++;
            lexer_newline(lx);
        } else {
            return 0;
        }
    }
}

/* A newline token begins where the line ends and takes in all that follows without meaning. */
static int lex_space(struct lexer *lx)
{
    bool newline = false;
    const char *s = lx->text + lx->pos;
    while (*s == ' ' || *s == '\t')
        s++;
    lx->pos = (uint32_t)(s - lx->text);
    char c = lx->text[lx->pos];
    if (!line_end(c) && c != '/' && c != '\\' && c != '\f')
        return 0;
    uint32_t start = lx->pos, line = lx->line, col = lexer_col(lx);
    while (lx->pos < lx->len && !line_end(lx->text[lx->pos])) {
        uint32_t before = lx->pos;
        c = lx->text[lx->pos];
        char d = lx->text[lx->pos + 1];
        if (c == ' ' || c == '\t' || c == '\f') {
            lx->pos++;
        } else if (c == '/' && d == '/') {
            skip_line_comment(lx);
        } else if (c == '/' && d == '*') {
            if (skip_block_comment(lx))
                return -1;
        } else if (c == '\\' && line_end(d)) {
            lx->pos++;
            lexer_newline(lx);
        }
        if (lx->pos == before)
            break;
        start = lx->pos, line = lx->line, col = lexer_col(lx);
    }
    if (skip_space(lx, &newline))
        return -1;
    if (newline && !lx->paren_level) {
        struct token *t = lexer_push(lx, TOK_NL, start, line, col);
        t->end = t->start + 1;
    }
    return 0;
}

/* Behind the push of the opening token: its index is count - 1. A { begins a world of its own in which
 * newlines count again, and restores the level around when it ends. */
static void open_bracket(struct lexer *lx, char open, char quote)
{
    if (lx->depth == lx->depth_cap) {
        lx->depth_cap = lx->depth_cap ? lx->depth_cap * 2 : 32;
        lx->levels = xrealloc(lx->levels, lx->depth_cap * sizeof(*lx->levels));
    }
    lx->levels[lx->depth++] = (struct lexer_level){
        .token = lx->count - 1, .paren_level = lx->paren_level, .open = open, .quote = quote};
    lx->paren_level = open == '{' ? 0 : lx->paren_level + 1;
    lx->simple_strings += quote == '"';
}

/* An unmatched bracket gets no partner and spoils paren_level; the parser stumbles on it before that
 * matters. */
static void close_bracket(struct lexer *lx, char open)
{
    lx->paren_level--;
    if (lx->depth && lx->levels[lx->depth - 1].open == open)
        lx->tokens[lx->levels[--lx->depth].token].match = lx->count - 1;
}

/* A } ends every ( and [ that was left open inside of its block. */
static void close_brace(struct lexer *lx)
{
    while (lx->depth && lx->levels[lx->depth - 1].open != '{')
        lx->depth--;
    lx->paren_level = 0;
    if (!lx->depth)
        return;
    struct lexer_level level = lx->levels[--lx->depth];
    lx->tokens[level.token].match = lx->count - 1;
    lx->paren_level = level.paren_level;
    if (level.quote == '"')
        lx->simple_strings--;
    if (level.quote)
        lexer_quoted_rest(lx, level.quote);
}

static enum token_kind keyword_kind(const char *s, size_t n)
{
    if (n < 2 || n > 12 || *s < 'a' || *s > 'z')
        return TOK_IDENT;
    for (unsigned i = keyword_index[*s - 'a'], end = keyword_index[*s - 'a' + 1]; i < end; i++)
        if (keywords[i].len == n && !memcmp(keywords[i].text, s, n))
            return (enum token_kind)keywords[i].kind;
    return TOK_IDENT;
}

/* Words that Java does not reserve stay usable in dotted names. */
static bool soft_keyword(enum token_kind kind)
{
    return kind == TOK_AS || kind == TOK_DEF || kind == TOK_IN || kind == TOK_TRAIT;
}

static void lex_name(struct lexer *lx, bool dollar)
{
    uint32_t start = lx->pos, line = lx->line, col = lexer_col(lx);
    for (;;) {
        const char *s = lx->text + lx->pos;
        while ((unsigned char)*s < 0x80 && (is_word(*s) || (dollar && *s == '$')))
            s++;
        lx->pos = (uint32_t)(s - lx->text);
        if ((unsigned char)*s < 0x80)
            break;
        lexer_skip_wide(lx);
    }
    enum token_kind kind = keyword_kind(lx->text + start, lx->pos - start);
    if (soft_keyword(kind) &&
        (lx->text[lx->pos] == '.' || lx->last_kind == TOK_DOT || lx->last_kind == TOK_PACKAGE))
        kind = TOK_IDENT;
    if (kind == TOK_STATIC && lx->text[lx->pos] == '.')
        kind = TOK_IDENT;
    lexer_push(lx, kind, start, line, col);
}

/* The value behind a `$` in a string: `{…}`, or names joined by dots. */
void lexer_value(struct lexer *lx, char quote)
{
    if (lx->text[lx->pos] == '{') {
        uint32_t start = lx->pos++;
        lexer_push(lx, TOK_LBRACE, start, lx->line, lexer_col(lx) - 1);
        open_bracket(lx, '{', quote);
        return;
    }
    for (;;) {
        lex_name(lx, false);
        if (lx->text[lx->pos] != '.' || !is_letter(lx->text[lx->pos + 1]))
            break;
        uint32_t start = lx->pos++;
        lexer_push(lx, TOK_DOT, start, lx->line, lexer_col(lx) - 1);
    }
    lexer_quoted_rest(lx, quote);
}

/* Operators by first character, the longest first. */
static const struct operator
{
    const char text[5];
    uint8_t len, kind;
}
operators[] = {
    {"!==", 3, TOK_NOT_IDENTICAL},
    {"!=", 2, TOK_NE},
    {"!", 1, TOK_NOT},
    {"%=", 2, TOK_PERCENT_ASSIGN},
    {"%", 1, TOK_PERCENT},
    {"&&", 2, TOK_ANDAND},
    {"&=", 2, TOK_AND_ASSIGN},
    {"&", 1, TOK_AND},
    {"(", 1, TOK_LPAREN},
    {")", 1, TOK_RPAREN},
    {"**=", 3, TOK_POWER_ASSIGN},
    {"**", 2, TOK_POWER},
    {"*=", 2, TOK_STAR_ASSIGN},
    {"*.", 2, TOK_SPREAD_DOT},
    {"*", 1, TOK_STAR},
    {"++", 2, TOK_INC},
    {"+=", 2, TOK_PLUS_ASSIGN},
    {"+", 1, TOK_PLUS},
    {",", 1, TOK_COMMA},
    {"--", 2, TOK_DEC},
    {"-=", 2, TOK_MINUS_ASSIGN},
    {"->", 2, TOK_ARROW},
    {"-", 1, TOK_MINUS},
    {"..<", 3, TOK_RANGE_EX},
    {"...", 3, TOK_ELLIPSIS},
    {"..", 2, TOK_RANGE},
    {".&", 2, TOK_POINTER},
    {".", 1, TOK_DOT},
    {"/=", 2, TOK_SLASH_ASSIGN},
    {"/", 1, TOK_SLASH},
    {":", 1, TOK_COLON},
    {";", 1, TOK_SEMI},
    {"<=>", 3, TOK_COMPARE},
    {"<<=", 3, TOK_SHL_ASSIGN},
    {"<<", 2, TOK_SHL},
    {"<=", 2, TOK_LE},
    {"<", 1, TOK_LT},
    {"==~", 3, TOK_MATCH},
    {"===", 3, TOK_IDENTICAL},
    {"==", 2, TOK_EQ},
    {"=~", 2, TOK_FIND},
    {"=", 1, TOK_ASSIGN},
    {">>>=", 4, TOK_USHR_ASSIGN},
    {">>>", 3, TOK_USHR},
    {">>=", 3, TOK_SHR_ASSIGN},
    {">>", 2, TOK_SHR},
    {">=", 2, TOK_GE},
    {">", 1, TOK_GT},
    {"?.", 2, TOK_SAFE_DOT},
    {"?:", 2, TOK_ELVIS},
    {"?", 1, TOK_QUESTION},
    {"@", 1, TOK_AT},
    {"[", 1, TOK_LBRACK},
    {"]", 1, TOK_RBRACK},
    {"^=", 2, TOK_XOR_ASSIGN},
    {"^", 1, TOK_XOR},
    {"{", 1, TOK_LBRACE},
    {"|=", 2, TOK_OR_ASSIGN},
    {"||", 2, TOK_OROR},
    {"|", 1, TOK_OR},
    {"}", 1, TOK_RBRACE},
    {"~", 1, TOK_TILDE},
};

/* First row + 1 of each character, 0 for none; in step with the table above. */
static const uint8_t operator_index[128] = {
    ['!'] = 1,  ['%'] = 4,  ['&'] = 6,  ['('] = 9,  [')'] = 10, ['*'] = 11, ['+'] = 16,
    [','] = 19, ['-'] = 20, ['.'] = 24, ['/'] = 29, [':'] = 31, [';'] = 32, ['<'] = 33,
    ['='] = 38, ['>'] = 43, ['?'] = 49, ['@'] = 52, ['['] = 53, [']'] = 54, ['^'] = 55,
    ['{'] = 57, ['|'] = 58, ['}'] = 61, ['~'] = 62,
};

/* The loop ends, since the last row of every character is the operator of one character. */
static const struct operator* operator_find(const char *s)
{
    unsigned i = (unsigned char)*s < 128 ? operator_index[(unsigned char)*s] : 0;
    if (!i)
        return NULL;
    const struct operator* op = & operators[i - 1];
    while (op->len > 1 && (op->text[1] != s[1] || strncmp(op->text, s, op->len)))
        op++;
    return op;
}

static void lex_operator(struct lexer *lx)
{
    const struct operator* op = operator_find(lx->text + lx->pos);
    if (!op) {
        lexer_char_error(lx);
        return;
    }
    uint32_t start = lx->pos, col = lexer_col(lx);
    lx->pos += op->len;
    lexer_push(lx, (enum token_kind)op->kind, start, lx->line, col);
    switch (op->kind) {
    case TOK_LPAREN:
    case TOK_LBRACK:
    case TOK_LBRACE:
        open_bracket(lx, op->text[0], 0);
        break;
    case TOK_RPAREN:
        close_bracket(lx, '(');
        break;
    case TOK_RBRACK:
        close_bracket(lx, '[');
        break;
    case TOK_RBRACE:
        close_brace(lx);
        break;
    default:
        break;
    }
}

/* Whether the token before can end an expression, so that a / divides (Groovy counts all keywords in). */
static bool ends_expression(enum token_kind kind)
{
    switch (kind) {
    case TOK_IDENT:
    case TOK_STRING:
    case TOK_GSTRING_END:
    case TOK_INT:
    case TOK_LONG:
    case TOK_BIGINT:
    case TOK_DECIMAL:
    case TOK_DOUBLE:
    case TOK_FLOAT:
    case TOK_RPAREN:
    case TOK_RBRACK:
    case TOK_RBRACE:
    case TOK_INC:
    case TOK_DEC:
        return true;
    default:
        return token_is_keyword(kind);
    }
}

static void lex_one(struct lexer *lx)
{
    const char *s = lx->text + lx->pos;
    if (is_letter(*s))
        lex_name(lx, true);
    else if (is_digit(*s))
        lexer_number(lx);
    else if (*s == '\'')
        lexer_quoted(lx, s[1] == '\'' && s[2] == '\'' ? '3' : '\'');
    else if (*s == '"')
        lexer_quoted(lx, s[1] == '"' && s[2] == '"' ? 'D' : '"');
    else if (*s == '/' && lx->pos + 1 < lx->len && !ends_expression(lx->last_kind))
        lexer_quoted(lx, '/');
    else if (*s == '$' && s[1] == '/' && !ends_expression(lx->last_kind))
        lexer_quoted(lx, '$');
    else if (*s == '$')
        lex_name(lx, true);
    else
        lex_operator(lx);
}

/* Only at the very start of the text: there Groovy's lexer wants a ! behind a #. */
static void lex_shebang(struct lexer *lx)
{
    if (lx->text[lx->pos] != '#')
        return;
    if (lx->text[lx->pos + 1] != '!') {
        lx->pos++;
        char c = lx->text[lx->pos];
        lexer_fail(lx, lx->line, lexer_col(lx),
                   c ? "expecting '!', found '%c'" : "expecting '!', found '<EOF>'", c);
        return;
    }
    lx->has_shebang = true;
    skip_line_comment(lx);
}

/* Three TOK_EOF: the parser looks at most two tokens ahead and need not ask for the end. */
void lexer_run(struct lexer *lx)
{
    lex_shebang(lx);
    while (!lx->message) {
        if (lex_space(lx) || lx->pos >= lx->len)
            break;
        lex_one(lx);
    }
    if (lx->message) {
        lexer_push(lx, TOK_ERROR, lx->pos, lx->error_line, lx->error_col);
        lx->last_kind = TOK_ERROR;
    }
    for (int i = 0; i < 3; i++)
        lexer_push(lx, TOK_EOF, lx->pos, lx->line, lexer_col(lx));
}

void lexer_dump(const struct lexer *lx, FILE *out)
{
    for (uint32_t i = 0; i < lx->count; i++) {
        const struct token *t = &lx->tokens[i];
        fprintf(out, "%u:%u %s", t->line, t->col, token_text((enum token_kind)t->kind));
        if (t->kind == TOK_ERROR)
            fprintf(out, " %s", lx->message);
        else if (t->kind != TOK_NL && t->kind != TOK_EOF && t->kind <= TOK_FLOAT)
            fprintf(out, " %.*s", (int)(t->end - t->start), lx->text + t->start);
        fputc('\n', out);
        if (t->kind == TOK_EOF)
            break;
    }
}

void lexer_dump_text(const char *text, size_t len, FILE *out)
{
    struct arena arena = {0};
    struct lexer lx;
    size_t bad = utf8_check(text, len);
    if (bad < len)
        fprintf(out, "error invalid UTF-8 at byte %zu\n", bad);
    lexer_init(&lx, &arena, arena_strndup(&arena, text, bad), bad);
    lexer_run(&lx);
    lexer_dump(&lx, out);
    lexer_release(&lx);
    arena_release(&arena);
}
