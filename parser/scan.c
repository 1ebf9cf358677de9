/* Looking ahead: the predicates by which Groovy tells declarations, casts, labels and the parameters
 * of closures from expressions. Brackets are stepped over by their partner, so each is linear. */
#include "parser/parse.h"
#include <string.h>

bool token_is_primitive(enum token_kind kind)
{
    switch (kind) {
    case TOK_VOID:
    case TOK_BOOLEAN:
    case TOK_BYTE:
    case TOK_CHAR:
    case TOK_SHORT:
    case TOK_INT_TYPE:
    case TOK_FLOAT_TYPE:
    case TOK_LONG_TYPE:
    case TOK_DOUBLE_TYPE:
        return true;
    default:
        return false;
    }
}

/* Modifiers without meaning here (native, threadsafe, strictfp) count as public. */
static const uint16_t modifiers[TOK_COUNT] = {
    [TOK_DEF] = MOD_DEF,
    [TOK_STATIC] = MOD_STATIC,
    [TOK_FINAL] = MOD_FINAL,
    [TOK_PRIVATE] = MOD_PRIVATE,
    [TOK_PROTECTED] = MOD_PROTECTED,
    [TOK_PUBLIC] = MOD_PUBLIC,
    [TOK_ABSTRACT] = MOD_ABSTRACT,
    [TOK_TRANSIENT] = MOD_TRANSIENT,
    [TOK_VOLATILE] = MOD_VOLATILE,
    [TOK_SYNCHRONIZED] = MOD_SYNCHRONIZED,
    [TOK_NATIVE] = MOD_PUBLIC,
    [TOK_THREADSAFE] = MOD_PUBLIC,
    [TOK_STRICTFP] = MOD_PUBLIC,
};

uint16_t token_modifier(enum token_kind kind)
{
    return modifiers[kind];
}

static bool begins_operand(enum token_kind kind)
{
    switch (kind) {
    case TOK_IDENT:
    case TOK_STRING:
    case TOK_GSTRING_START:
    case TOK_INT:
    case TOK_LONG:
    case TOK_BIGINT:
    case TOK_DECIMAL:
    case TOK_DOUBLE:
    case TOK_FLOAT:
    case TOK_LPAREN:
    case TOK_LBRACK:
    case TOK_LBRACE:
    case TOK_NEW:
    case TOK_THIS:
    case TOK_SUPER:
    case TOK_TRUE:
    case TOK_FALSE:
    case TOK_NULL:
    case TOK_NOT:
    case TOK_TILDE:
        return true;
    default:
        return token_is_primitive(kind);
    }
}

bool token_begins_expression(enum token_kind kind)
{
    return begins_operand(kind) || kind == TOK_PLUS || kind == TOK_MINUS || kind == TOK_INC ||
           kind == TOK_DEC;
}

/* What may stand behind a whole statement. Closing brackets count: Groovy's sets do not know which is open.
 */
bool token_ends_statement(enum token_kind kind)
{
    switch (kind) {
    case TOK_EOF:
    case TOK_ERROR:
    case TOK_NL:
    case TOK_SEMI:
    case TOK_RPAREN:
    case TOK_RBRACK:
    case TOK_RBRACE:
    case TOK_COMMA:
    case TOK_ELSE:
    case TOK_CASE:
    case TOK_DEFAULT:
        return true;
    default:
        return false;
    }
}

/* + - * < are left out: antlr's lookahead cannot tell them from signs, spreads and generics. */
bool token_is_infix(enum token_kind kind)
{
    if (kind == TOK_LT || kind == TOK_NOT || kind == TOK_TILDE || kind == TOK_NOT_IN)
        return false;
    return (kind >= TOK_SLASH && kind <= TOK_RANGE_EX) || token_is_assignment(kind) || kind == TOK_QUESTION ||
           kind == TOK_ELVIS;
}

const struct token *after_bracket(const struct parser *p, const struct token *open)
{
    return open->match ? p->tokens + open->match + 1 : NULL;
}

static const struct token *over_newline(const struct token *t)
{
    return t->kind == TOK_NL ? t + 1 : t;
}

static bool in_type_args(enum token_kind kind)
{
    switch (kind) {
    case TOK_IDENT:
    case TOK_DOT:
    case TOK_COMMA:
    case TOK_QUESTION:
    case TOK_EXTENDS:
    case TOK_SUPER:
    case TOK_AND:
    case TOK_LBRACK:
    case TOK_RBRACK:
    case TOK_NL:
        return true;
    default:
        return token_is_primitive(kind);
    }
}

/* >> and >>> close two and three: the lexer cannot know that they are no shifts. */
const struct token *scan_type_args(const struct token *t)
{
    int open = 0;
    do {
        if (t->kind == TOK_LT)
            open++;
        else if (t->kind == TOK_GT)
            open--;
        else if (t->kind == TOK_SHR)
            open -= 2;
        else if (t->kind == TOK_USHR)
            open -= 3;
        else if (!in_type_args((enum token_kind)t->kind))
            return NULL;
        t++;
    } while (open > 0);
    return open ? NULL : t;
}

static bool is_upper(const struct parser *p, const struct token *t)
{
    char c = p->text[t->start];
    return c >= 'A' && c <= 'Z';
}

/* A type as written; with `upper` its last name must begin with a capital, as at a statement's start. */
const struct token *scan_type(const struct token *t, const struct parser *p, bool upper)
{
    if (token_is_primitive((enum token_kind)t->kind)) {
        t++;
    } else {
        if (t->kind != TOK_IDENT)
            return NULL;
        while (t[1].kind == TOK_DOT && over_newline(t + 2)->kind == TOK_IDENT)
            t = over_newline(t + 2);
        if (upper && !is_upper(p, t))
            return NULL;
        t++;
    }
    if (t->kind == TOK_LT)
        t = scan_type_args(t);
    while (t && t->kind == TOK_LBRACK)
        t = after_bracket(p, t);
    return t;
}

const struct token *scan_annotation(const struct parser *p, const struct token *t)
{
    if (t->kind != TOK_AT || t[1].kind != TOK_IDENT)
        return NULL;
    t++;
    while (t[1].kind == TOK_DOT && t[2].kind == TOK_IDENT)
        t += 2;
    t++;
    const struct token *open = over_newline(t);
    return open->kind == TOK_LPAREN ? after_bracket(p, open) : t;
}

static bool follows_type(enum token_kind kind)
{
    return kind == TOK_IDENT || kind == TOK_STRING || kind == TOK_AT || modifiers[kind] ||
           token_is_primitive(kind);
}

/* One more modifier, annotation or type; NULL if there is none. */
static const struct token *scan_prefix(const struct parser *p, const struct token *t)
{
    if (modifiers[t->kind])
        return over_newline(t + 1);
    if (t->kind == TOK_AT) {
        t = scan_annotation(p, t);
        return t ? over_newline(t) : NULL;
    }
    t = scan_type(t, p, true);
    return t && follows_type((enum token_kind)t->kind) ? t : NULL;
}

/* groovy.g's `declarationStart`. A lower-case type (`foo bar`) is read as a command, `Foo bar` as a
 * variable. */
bool scan_declaration(const struct parser *p)
{
    const struct token *t = p->tok, *next;
    while ((next = scan_prefix(p, t)))
        t = next;
    return t != p->tok && (t->kind == TOK_IDENT || t->kind == TOK_STRING);
}

/* A default value ends at the comma or arrow of its own level. */
static const struct token *scan_default(const struct parser *p, const struct token *t)
{
    for (;; t++) {
        switch (t->kind) {
        case TOK_COMMA:
        case TOK_ARROW:
            return t;
        case TOK_LPAREN:
        case TOK_LBRACK:
        case TOK_LBRACE:
            if (!t->match)
                return NULL;
            t = p->tokens + t->match;
            break;
        case TOK_RPAREN:
        case TOK_RBRACK:
        case TOK_RBRACE:
        case TOK_SEMI:
        case TOK_NL:
        case TOK_ERROR:
        case TOK_EOF:
            return NULL;
        default:
            break;
        }
    }
}

static const struct token *scan_param(const struct parser *p, const struct token *t)
{
    for (;;) {
        if (t->kind == TOK_FINAL || t->kind == TOK_DEF)
            t = over_newline(t + 1);
        else if (t->kind == TOK_AT && scan_annotation(p, t))
            t = over_newline(scan_annotation(p, t));
        else
            break;
    }
    const struct token *typed = scan_type(t, p, false);
    if (typed && (typed->kind == TOK_IDENT || typed->kind == TOK_ELLIPSIS))
        t = typed;
    if (t->kind == TOK_ELLIPSIS)
        t++;
    if (t->kind != TOK_IDENT)
        return NULL;
    t++;
    return t->kind == TOK_ASSIGN ? scan_default(p, t + 1) : t;
}

/* Whether parameters and an arrow follow; t is behind the brace. */
bool scan_closure_params(const struct parser *p, const struct token *t)
{
    t = over_newline(t);
    if (t->kind == TOK_ARROW)
        return true;
    for (;;) {
        t = scan_param(p, t);
        if (!t)
            return false;
        if (t->kind == TOK_COMMA) {
            t = over_newline(t + 1);
            continue;
        }
        return over_newline(t)->kind == TOK_ARROW;
    }
}

static const struct token *after_gstring(const struct parser *p, const struct token *t)
{
    for (t++; t->kind != TOK_GSTRING_END; t++) {
        if (t->kind == TOK_LBRACE && t->match)
            t = p->tokens + t->match;
        if (t->kind == TOK_EOF || t->kind == TOK_ERROR)
            return NULL;
    }
    return t + 1;
}

/* `key:` of a map or named argument. */
bool scan_label(const struct parser *p)
{
    const struct token *t = p->tok;
    switch (t->kind) {
    case TOK_LPAREN:
        t = after_bracket(p, t);
        break;
    case TOK_GSTRING_START:
        t = after_gstring(p, t);
        break;
    case TOK_IDENT:
    case TOK_STRING:
    case TOK_INT:
    case TOK_LONG:
    case TOK_BIGINT:
    case TOK_DECIMAL:
    case TOK_DOUBLE:
    case TOK_FLOAT:
        t++;
        break;
    default:
        t = token_is_keyword((enum token_kind)t->kind) ? t + 1 : NULL;
    }
    return t && t->kind == TOK_COLON;
}

/* `(x, y)`, `()` and `(a: b)` behind a parenthesis are the arguments of a call, not its cast operand. */
static bool is_operand(const struct parser *p, const struct token *open)
{
    if (open->kind != TOK_LPAREN)
        return true;
    const struct token *end = open->match ? p->tokens + open->match : NULL, *t = open + 1;
    if (!end || t == end)
        return false;
    for (; t < end; t++) {
        if (t->match)
            t = p->tokens + t->match;
        else if (t->kind == TOK_COMMA)
            return false;
    }
    return !(open[1].kind == TOK_STAR || (open[2].kind == TOK_COLON && open + 2 < end));
}

/* `(Type) operand`. `(a) - b` is a subtraction unless the type is primitive, which can be no value. */
bool scan_cast(const struct parser *p, bool *primitive)
{
    const struct token *type = p->tok + 1, *end = scan_type(type, p, false);
    if (!end || end->kind != TOK_RPAREN)
        return false;
    *primitive = token_is_primitive((enum token_kind)type->kind);
    enum token_kind kind = (enum token_kind)end[1].kind;
    if (*primitive)
        return token_begins_expression(kind);
    return begins_operand(kind) && is_operand(p, end + 1);
}
