/* String literals of the six kinds, their values, and the decoding of their escapes.
 *
 * A string is cut into tokens here and decoded when the parser makes a node of it, so that text which
 * is only looked at is never copied. Messages and their odd places are Groovy's own. */
#include "parser/lexer.h"
#include "parser/charset.h"
#include <stdbool.h>
#include <string.h>

static bool is_newline(char c)
{
    return c == '\n' || c == '\r';
}

static uint32_t quote_len(char quote)
{
    return quote == '3' || quote == 'D' ? 3 : quote == '$' ? 2 : 1;
}

/* Length of the closing quote at s, 0 if it is none. */
static uint32_t closes(const char *s, char quote)
{
    switch (quote) {
    case '3':
        return s[0] == '\'' && s[1] == '\'' && s[2] == '\'' ? 3 : 0;
    case 'D':
        return s[0] == '"' && s[1] == '"' && s[2] == '"' ? 3 : 0;
    case '$':
        return s[0] == '/' && s[1] == '$' ? 2 : 0;
    default:
        return *s == quote;
    }
}

/* Where a text ran out: single quotes wait for their partner, the others for any character. A quote or
 * backslash that is the last character of all is to blame itself. */
static void fail_at_end(struct lexer *lx, char quote)
{
    char last = lx->text[lx->pos - 1];
    bool alone = last == '\'' && (lx->pos < 2 || lx->text[lx->pos - 2] != '\\');
    /* of ''' only the three that open, with nothing behind */
    bool bare = lx->pos < 4 || lx->text[lx->pos - 4] != '\'';
    bool triple = lx->pos >= 3 && strncmp(lx->text + lx->pos - 3, "'''", 3) == 0 && bare;
    bool opening = last == '"' || last == '\\' || (last == '\'' && (quote != '3' || triple));
    if (quote == '\'' ? alone : opening) {
        lx->pos--;
        lexer_char_error(lx);
    } else if (quote == '\'' || quote == '3')
        lexer_fail(lx, lx->line, lexer_col(lx), "expecting ''', found '<EOF>'");
    else
        lexer_fail(lx, lx->line, lexer_col(lx), "unexpected char: 0xFFFF");
}

/* An opening single quote that ends its line is to blame itself, too. */
static void fail_newline(struct lexer *lx, char quote)
{
    if (quote == '\'' && lx->text[lx->pos - 1] == '\'' && (lx->pos < 2 || lx->text[lx->pos - 2] != '\\')) {
        lx->pos--;
        lexer_char_error(lx);
    } else if (quote == '\'')
        lexer_fail(lx, lx->line, lexer_col(lx), "expecting ''', found '\\n'");
    else
        lexer_fail(lx, lx->line, lexer_col(lx), "expecting anything but ''\\n''; got it anyway");
}

/* Groovy reports this one at the token before. */
static void fail_dollar(struct lexer *lx)
{
    const struct token *last = lx->count ? &lx->tokens[lx->count - 1] : NULL;
    lexer_fail(
        lx, last ? last->line : 1, last ? last->col : 1,
        "illegal string body character after dollar sign;\n   solution: either escape a literal dollar sign "
        "\"\\$5\" or bracket the value expression \"${5}\"");
}

/* At a backslash of a quoted string. */
static void skip_escape(struct lexer *lx)
{
    char c = lx->text[lx->pos + 1];
    if (is_newline(c)) {
        lx->pos++;
        lexer_newline(lx);
    } else if (c && strchr("nrtbf\\\"'$u01234567", c)) {
        lx->pos += 2;
    } else {
        lexer_char_error(lx);
    }
}

/* At a backslash or dollar of a slashy or dollar-slashy string: length of the escape, 1 if it is none. */
static uint32_t regex_escape_len(const char *s, char quote)
{
    if (quote == '/')
        return s[0] == '\\' && s[1] == '/' ? 2 : 1;
    if (s[0] != '$')
        return 1;
    return s[1] == '$' || s[1] == '/' ? 2 : 1;
}

static bool begins_value(const char *s)
{
    return s[0] == '$' && (s[1] == '{' || is_letter(s[1]));
}

enum body_end { BODY_CLOSED, BODY_VALUE, BODY_FAILED };

/* Moves over one character that is special inside of the string; true if it is plain after all. */
static bool skip_special(struct lexer *lx, char quote, bool *escapes)
{
    const char *s = lx->text + lx->pos;
    bool raw = quote == '/' || quote == '$';
    if (is_newline(*s)) {
        if (quote == '\'' || quote == '"') {
            fail_newline(lx, quote);
            return false;
        }
        *escapes |= *s == '\r';
        lexer_newline(lx);
        return false;
    }
    if (!raw && *s == '\\') {
        *escapes = true;
        skip_escape(lx);
        return false;
    }
    if (raw && (*s == '\\' || *s == '$')) {
        uint32_t n = regex_escape_len(s, quote);
        *escapes |= n > 1 || (*s == '\\' && s[1] == 'u');
        lx->pos += n;
        return false;
    }
    if (*s == '$' && quote != '\'' && quote != '3') {
        fail_dollar(lx);
        return false;
    }
    return true;
}

static enum body_end scan_body(struct lexer *lx, char quote, bool *escapes)
{
    bool values = quote != '\'' && quote != '3';
    while (!lx->message) {
        char c = lx->text[lx->pos];
        if ((unsigned char)c >= 0x80) {
            lexer_skip_wide(lx);
            continue;
        }
        if (char_classes[(unsigned char)c] & CHAR_PLAIN) {
            const char *s = lx->text + lx->pos + 1;
            while (char_classes[(unsigned char)*s] & CHAR_PLAIN)
                s++;
            lx->pos = (uint32_t)(s - lx->text);
            continue;
        }
        if (lx->pos >= lx->len) {
            fail_at_end(lx, quote);
            break;
        }
        if (closes(lx->text + lx->pos, quote))
            return BODY_CLOSED;
        if (values && begins_value(lx->text + lx->pos))
            return BODY_VALUE;
        if (skip_special(lx, quote, escapes))
            lx->pos++;
    }
    return BODY_FAILED;
}

/* Iterative, not recursive: a value only opens a bracket and returns to the main loop, whose matching
 * brace comes back here by lexer_quoted_rest(). Names after a bare `$` are short and are done at once. */
static void finish_part(struct lexer *lx, char quote, uint32_t start, uint32_t line, uint32_t col, bool first)
{
    bool escapes = false;
    enum body_end end = scan_body(lx, quote, &escapes);
    if (end == BODY_FAILED)
        return;
    enum token_kind kind = first ? TOK_STRING : TOK_GSTRING_END;
    if (end == BODY_VALUE) {
        lx->pos++;
        kind = first ? TOK_GSTRING_START : TOK_GSTRING_MIDDLE;
    } else {
        lx->pos += quote_len(quote);
    }
    struct token *t = lexer_push(lx, kind, start, line, col);
    t->quote = quote;
    t->escapes = escapes;
    if (end == BODY_VALUE)
        lexer_value(lx, quote);
}

void lexer_quoted(struct lexer *lx, char quote)
{
    uint32_t start = lx->pos, line = lx->line, col = lexer_col(lx);
    lx->pos += quote_len(quote);
    finish_part(lx, quote, start, line, col, true);
}

void lexer_quoted_rest(struct lexer *lx, char quote)
{
    finish_part(lx, quote, lx->pos, lx->line, lexer_col(lx), false);
}

static uint32_t put_utf8(char *out, uint32_t rune)
{
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    if (rune < 0x800) {
        out[0] = (char)(0xC0 | rune >> 6);
        out[1] = (char)(0x80 | (rune & 0x3F));
        return 2;
    }
    if (rune < 0x10000) {
        out[0] = (char)(0xE0 | rune >> 12);
        out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
        out[2] = (char)(0x80 | (rune & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | rune >> 18);
    out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
    out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
    out[3] = (char)(0x80 | (rune & 0x3F));
    return 4;
}

/* \uXXXX (any number of u); returns behind it, or NULL if it is not one. */
static const char *read_unicode(const char *s, const char *end, uint32_t *unit)
{
    if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
        return NULL;
    for (s++; s < end && *s == 'u'; s++)
        ;
    if (end - s < 4)
        return NULL;
    *unit = 0;
    for (int i = 0; i < 4; i++, s++) {
        if (!is_hex(*s))
            return NULL;
        *unit = *unit << 4 | (uint32_t)hex_value(*s);
    }
    return s;
}

/* A pair of surrogates is one character; half of one has no UTF-8 and becomes U+FFFD. */
static const char *decode_unicode(const char *s, const char *end, char **out)
{
    uint32_t unit, low;
    s = read_unicode(s, end, &unit);
    if (!s)
        return NULL;
    if (unit >= 0xD800 && unit < 0xDC00) {
        const char *after = read_unicode(s, end, &low);
        if (after && low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            s = after;
        }
    }
    *out += put_utf8(*out, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    return s;
}

static const char *decode_octal(const char *s, const char *end, char **out)
{
    uint32_t value = 0;
    int max = *s <= '3' ? 3 : 2;
    for (int i = 0; i < max && s < end && *s >= '0' && *s <= '7'; i++)
        value = value * 8 + (uint32_t)(*s++ - '0');
    *out += put_utf8(*out, value);
    return s;
}

/* At a backslash of a quoted string. */
static const char *decode_escape(const char *s, const char *end, char **out)
{
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    const char *after = decode_unicode(s, end, out);
    if (after)
        return after;
    char c = s[1];
    const char *at = memchr(from, c, sizeof(from) - 1);
    if (c >= '0' && c <= '7')
        return decode_octal(s + 1, end, out);
    if (is_newline(c))
        return s + (c == '\r' && s[2] == '\n' ? 3 : 2);
    *(*out)++ = at ? to[at - from] : c;
    return s + 2;
}

static const char *decode_raw(const char *s, const char *end, char quote, char **out)
{
    const char *after = *s == '\\' ? decode_unicode(s, end, out) : NULL;
    if (after)
        return after;
    uint32_t n = s + 1 < end ? regex_escape_len(s, quote) : 1;
    *(*out)++ = s[n - 1];
    return s + n;
}

/* Line ends inside of strings are \n whatever the file has. */
static uint32_t decode(char *out, const char *s, const char *end, char quote)
{
    char *begin = out;
    bool raw = quote == '/' || quote == '$';
    while (s < end) {
        if (*s == '\r') {
            *out++ = '\n';
            s += s + 1 < end && s[1] == '\n' ? 2 : 1;
        } else if (raw && (*s == '\\' || *s == '$')) {
            s = decode_raw(s, end, quote, &out);
        } else if (!raw && *s == '\\') {
            s = decode_escape(s, end, &out);
        } else {
            *out++ = *s++;
        }
    }
    return (uint32_t)(out - begin);
}

/* A part that begins or ends at a value has no quote there: GSTRING_START and _MIDDLE end in the `$`,
 * which is the one byte taken off. */
const char *lexer_string(const struct lexer *lx, const struct token *t, uint32_t *len)
{
    uint32_t start = t->start, end = t->end;
    if (t->kind == TOK_STRING || t->kind == TOK_GSTRING_START)
        start += quote_len(t->quote);
    end -= t->kind == TOK_STRING || t->kind == TOK_GSTRING_END ? quote_len(t->quote) : 1;
    if (!t->escapes) {
        *len = end - start;
        return arena_strndup(lx->arena, lx->text + start, *len);
    }
    char *out = arena_alloc(lx->arena, end - start + 1);
    *len = decode(out, lx->text + start, lx->text + end, t->quote);
    out[*len] = '\0';
    return out;
}

const char *lexer_shown(const struct lexer *lx, const struct token *t)
{
    uint32_t len;
    if (t->kind == TOK_EOF)
        return "";
    if (t->kind == TOK_NL)
        return "<newline>";
    if (t->kind >= TOK_STRING && t->kind <= TOK_GSTRING_END)
        return lexer_string(lx, t, &len);
    return arena_strndup(lx->arena, lx->text + t->start, t->end - t->start);
}
