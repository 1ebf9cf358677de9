/* Statements: which kind begins here, lists of them, labels, and the jumps. */
#include "parser/parse.h"

/* Between statements: semicolons and newlines in any mixture; a semicolon counts more. */
static enum token_kind take_separators(struct parser *p)
{
    enum token_kind before = TOK_NL;
    while (at(p, TOK_SEMI) || at(p, TOK_NL)) {
        if (at(p, TOK_SEMI))
            before = TOK_SEMI;
        take(p);
    }
    return before;
}

static bool ends_list(const struct parser *p, enum token_kind end)
{
    enum token_kind kind = (enum token_kind)p->tok->kind;
    if (kind == TOK_EOF || kind == TOK_SEMI || kind == TOK_NL)
        return true;
    if (end == TOK_EOF)
        return false;
    return kind == TOK_RBRACE || (end == TOK_CASE && (kind == TOK_CASE || kind == TOK_DEFAULT));
}

bool parse_statements(struct parser *p, struct list *l, enum token_kind end)
{
    enum token_kind before = TOK_EOF;
    do {
        if (!ends_list(p, end) && !list_add(l, parse_statement(p, before)))
            return false;
        if (!at(p, TOK_SEMI) && !at(p, TOK_NL))
            return true;
        before = take_separators(p);
    } while (true);
}

struct node *parse_block(struct parser *p)
{
    struct node *n = node_at(p, NODE_BLOCK, p->tok);
    struct list l;
    uint16_t outer = peak_begin(p);
    list_init(&l);
    if (!enter(p) || !expect(p, TOK_LBRACE))
        return NULL;
    skip_newline(p);
    if (!parse_statements(p, &l, TOK_RBRACE) || !expect(p, TOK_RBRACE))
        return NULL;
    leave(p);
    n->u.list.items = l.first;
    return peak_end(p, n, outer) ? node_close(p, n) : NULL;
}

struct node *parse_body(struct parser *p)
{
    return at(p, TOK_LBRACE) ? parse_block(p) : parse_statement(p, TOK_EOF);
}

static const char *ambiguous_closure(enum token_kind before)
{
    if (before == TOK_NL)
        return "Ambiguous expression could be a parameterless closure expression, an isolated open code "
               "block, or it may "
               "continue a previous statement;\n   solution: Add an explicit parameter list, e.g. {it -> "
               "...}, or force "
               "it to be treated as an open block by giving it a label, e.g. L:{...}, and also either remove "
               "the "
               "previous newline, or add an explicit semicolon ';'";
    return "Ambiguous expression could be either a parameterless closure expression or an isolated open code "
           "block;\n"
           "   solution: Add an explicit closure parameter list, e.g. {it -> ...}, or force it to be treated "
           "as an open "
           "block by giving it a label, e.g. L:{...}";
}

static struct node *parse_expression_statement(struct parser *p, enum token_kind before)
{
    struct node *n = node_at(p, NODE_EXPR, p->tok);
    if (at(p, TOK_LBRACE) && !scan_closure_params(p, p->tok + 1))
        return fail_message(p, p->tok, ambiguous_closure(before));
    n->u.unary.operand = parse_command(p);
    return n->u.unary.operand && node_grow(p, n, n->u.unary.operand) ? node_close(p, n) : NULL;
}

static struct node *parse_labeled(struct parser *p)
{
    struct node *n = node_at(p, NODE_LABELED, p->tok);
    n->u.labeled.label = intern_token(p, p->tok);
    take(p);
    take(p);
    skip_newline(p);
    if (at(p, TOK_LBRACE) && !scan_closure_params(p, p->tok + 1))
        n->u.labeled.body = parse_block(p);
    else
        n->u.labeled.body = parse_statement(p, TOK_COLON);
    return n->u.labeled.body ? node_close(p, n) : NULL;
}

static struct node *parse_assert(struct parser *p, struct node *n)
{
    n->kind = NODE_ASSERT;
    n->u.assert_.text_start = p->tok->start;
    n->u.assert_.test = parse_conditional(p, CONTEXT_NESTED);
    if (!n->u.assert_.test)
        return NULL;
    n->u.assert_.text_end = p->last->end;
    if (!at(p, TOK_COLON) && !at(p, TOK_COMMA) && !token_ends_statement((enum token_kind)p->tok->kind))
        return fail_unexpected(p, p->tok);
    if (at(p, TOK_COLON) || at(p, TOK_COMMA)) {
        take(p);
        skip_newline(p);
        n->u.assert_.message = parse_expression(p, CONTEXT_NESTED);
        if (!n->u.assert_.message)
            return NULL;
    }
    return node_close(p, n);
}

static struct node *parse_jump(struct parser *p, struct node *n, enum node_kind kind)
{
    p->ast->declares = true;
    n->kind = kind;
    if (at(p, TOK_IDENT)) {
        n->u.name = intern_token(p, p->tok);
        take(p);
    }
    return node_close(p, n);
}

struct node *parse_branch(struct parser *p)
{
    struct node *n = node_at(p, NODE_RETURN, p->tok);
    enum token_kind kind = (enum token_kind)p->tok->kind;
    take(p);
    if (kind == TOK_BREAK)
        return parse_jump(p, n, NODE_BREAK);
    if (kind == TOK_CONTINUE)
        return parse_jump(p, n, NODE_CONTINUE);
    if (kind == TOK_ASSERT)
        return parse_assert(p, n);
    if (kind == TOK_THROW)
        n->kind = NODE_THROW;
    else if (token_ends_statement((enum token_kind)p->tok->kind))
        return n;
    n->u.unary.operand = parse_expression(p, CONTEXT_NESTED);
    return n->u.unary.operand && node_grow(p, n, n->u.unary.operand) ? node_close(p, n) : NULL;
}

/* Modifiers or annotations that begin no variable or method: a destructuring, a class or an import. */
static struct node *parse_modified(struct parser *p)
{
    const struct token *first = p->tok;
    uint16_t mods;
    struct annotation *annotations;
    if (!parse_modifiers(p, &mods, &annotations))
        return NULL;
    switch (p->tok->kind) {
    case TOK_LPAREN:
        return mods & MOD_DEF ? parse_destructuring(p, mods, annotations) : fail_unexpected(p, first);
    case TOK_CLASS:
    case TOK_INTERFACE:
    case TOK_ENUM:
    case TOK_TRAIT:
    case TOK_AT:
        return parse_class(p, first, mods, annotations);
    case TOK_IMPORT:
        return mods ? fail_unexpected(p, first) : parse_import(p, annotations);
    case TOK_PACKAGE:
        return mods ? fail_unexpected(p, first) : parse_package(p, annotations);
    default:
        break;
    }
    if (at(p, TOK_LT) && mods && scan_type_args(p->tok)) {
        p->tok = first;
        return parse_declaration(p);
    }
    return fail_unexpected(p, annotations && !mods ? p->tok : first);
}

/* A statement of one token before `)` or `,`: Groovy sees two tokens and blames the first. */
static bool is_lone(const struct parser *p)
{
    enum token_kind kind = (enum token_kind)p->tok->kind, next = kind_at(p, 1);
    if (next != TOK_RPAREN && next != TOK_COMMA)
        return false;
    return kind == TOK_IDENT || (kind >= TOK_STRING && kind <= TOK_FLOAT && kind != TOK_GSTRING_START) ||
           token_is_keyword(kind);
}

static struct node *parse_unguarded(struct parser *p, enum token_kind before)
{
    enum token_kind kind = (enum token_kind)p->tok->kind;
    if (kind == TOK_IDENT && kind_at(p, 1) == TOK_COLON)
        return parse_labeled(p);
    if (kind == TOK_RETURN && before == TOK_EOF && is_lone(p))
        return fail_unexpected(p, p->tok);
    switch (kind) {
    case TOK_IF:
    case TOK_FOR:
    case TOK_WHILE:
    case TOK_SWITCH:
    case TOK_TRY:
        return parse_control(p);
    case TOK_SYNCHRONIZED:
        if (kind_at(p, 1) == TOK_LPAREN)
            return parse_control(p);
        break;
    case TOK_RETURN:
    case TOK_BREAK:
    case TOK_CONTINUE:
    case TOK_THROW:
    case TOK_ASSERT:
        return parse_branch(p);
    default:
        break;
    }
    if (scan_declaration(p))
        return parse_declaration(p);
    if (is_lone(p))
        return fail_unexpected(p, p->tok);
    if (token_begins_expression(kind))
        return parse_expression_statement(p, before);
    return parse_modified(p);
}

/* Methods and classes may stand at the top of a script only. */
static void check_definition_here(struct parser *p, const struct node *n)
{
    const char *message = NULL;
    if (n->kind == NODE_METHOD && p->depth > 1)
        message = "Method definition not expected here. Please define the method at an appropriate place or "
                  "perhaps try "
                  "using a block/Closure instead.";
    else if (n->kind == NODE_CLASS && p->depth > 1)
        message = "Class definition not expected here. Please define the class at an appropriate place or "
                  "perhaps try "
                  "using a block/Closure instead.";
    if (message)
        fail_soft_outer(p, n->span, message);
    else if (n->kind == NODE_METHOD)
        check_method_body(p, n, false);
}

/* `before` is the token behind which the statement stands: newline, semicolon, colon or TOK_EOF. */
struct node *parse_statement(struct parser *p, enum token_kind before)
{
    if (!enter(p))
        return NULL;
    struct node *n = parse_unguarded(p, before);
    if (n)
        check_definition_here(p, n);
    leave(p);
    return n;
}
