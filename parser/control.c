/* Compound statements: if, while, for, switch, try, synchronized. */
#include "parser/parse.h"

/* `( test )`; an assignment is no test of an if, but one of a while. */
static struct node *parse_test(struct parser *p, bool assignment)
{
    if (!expect(p, TOK_LPAREN))
        return NULL;
    struct node *test =
        assignment ? parse_expression(p, CONTEXT_NESTED) : parse_conditional(p, CONTEXT_NESTED);
    return test && expect(p, TOK_RPAREN) ? test : NULL;
}

/* Whether an else follows, behind a newline or a semicolon perhaps. */
static bool accept_else(struct parser *p)
{
    const struct token *t = p->tok;
    while (t->kind == TOK_SEMI || t->kind == TOK_NL)
        t++;
    if (t->kind != TOK_ELSE)
        return false;
    p->tok = t;
    take(p);
    skip_newline(p);
    return true;
}

/* A chain of else-ifs is a loop here, so that its length is no depth; those who walk the tree recurse. */
static struct node *parse_if(struct parser *p)
{
    struct node *first = NULL, **slot = &first;
    int length = 0;
    for (;;) {
        struct node *n = node_at(p, NODE_IF, p->tok);
        *slot = n;
        take(p);
        n->u.cond.test = parse_test(p, false);
        if (!n->u.cond.test)
            return NULL;
        skip_newline(p);
        n->u.cond.then = parse_body(p);
        if (!n->u.cond.then)
            return NULL;
        node_close(p, n);
        if (!accept_else(p)) {
            if (!token_ends_statement((enum token_kind)p->tok->kind))
                return fail_unexpected(p, p->tok);
            break;
        }
        if (++length > MAX_HEIGHT)
            return fail_message(p, p->tok, "chain of else is too long");
        if (!at(p, TOK_IF)) {
            n->u.cond.other = parse_body(p);
            if (!n->u.cond.other)
                return NULL;
            break;
        }
        slot = &n->u.cond.other;
    }
    for (struct node *n = first; n && n->kind == NODE_IF; n = n->u.cond.other)
        node_close(p, n);
    return first;
}

static bool parse_loop_body(struct parser *p, struct node *n)
{
    skip_newline(p);
    if (at(p, TOK_SEMI)) {
        n->u.loop.body = node_at(p, NODE_EMPTY, p->tok);
        take(p);
    } else {
        n->u.loop.body = parse_body(p);
    }
    return n->u.loop.body != NULL;
}

static struct node *parse_while(struct parser *p)
{
    struct node *n = node_at(p, NODE_WHILE, p->tok);
    take(p);
    n->u.loop.cond = parse_test(p, true);
    return n->u.loop.cond && parse_loop_body(p, n) ? node_close(p, n) : NULL;
}

static struct node *parse_loop_variable(struct parser *p)
{
    struct node *n = node_at(p, NODE_VAR, p->tok);
    if (!parse_modifiers(p, &n->u.var.mods, &n->u.var.annotations))
        return NULL;
    const struct token *typed = scan_type(p->tok, p, false);
    if (typed && typed->kind == TOK_IDENT && !(n->u.var.type = parse_type(p)))
        return NULL;
    enum token_kind next = kind_at(p, 1);
    if (!at(p, TOK_IDENT) || (next != TOK_IN && next != TOK_COLON && next != TOK_ASSIGN && next != TOK_ERROR))
        return fail_unexpected(p, p->tok);
    name_variable(p, n);
    take(p);
    return node_close(p, n);
}

/* for (x in list) and for (Type x : list) */
static struct node *parse_for_in(struct parser *p, struct node *n, bool typed)
{
    n->kind = NODE_FOR_IN;
    n->u.loop.init = parse_loop_variable(p);
    if (!n->u.loop.init)
        return NULL;
    if (at(p, TOK_COLON) && !typed)
        return fail_message(
            p, p->tok,
            "Java-style for-each statement requires a type declaration.;\n   solution: Use the "
            "'in' keyword, as for (x in y) {...}");
    bool in = at(p, TOK_IN);
    if (!in && !at(p, TOK_COLON))
        return fail_unexpected(p, p->tok);
    take(p);
    skip_newline(p);
    n->u.loop.cond =
        in ? parse_binary(p, PRECEDENCE_SHIFT, CONTEXT_NESTED) : parse_expression(p, CONTEXT_NESTED);
    return n->u.loop.cond;
}

/* One of the three parts of a for; each may be empty. */
static bool parse_for_part(struct parser *p, struct node **part)
{
    if (at(p, TOK_SEMI) || at(p, TOK_RPAREN))
        return true;
    *part = scan_declaration(p) ? parse_declaration(p) : parse_expression(p, CONTEXT_NESTED);
    return *part != NULL;
}

static bool parse_for_classic(struct parser *p, struct node *n)
{
    return parse_for_part(p, &n->u.loop.init) && expect(p, TOK_SEMI) && parse_for_part(p, &n->u.loop.cond) &&
           expect(p, TOK_SEMI) && parse_for_part(p, &n->u.loop.step);
}

/* A for without semicolon in its parentheses goes over something; the classic one has a single variable. */
static bool is_classic(const struct parser *p)
{
    const struct token *t = p->tok + 1;
    bool several = false;
    for (; t->kind != TOK_RPAREN && t->kind != TOK_EOF && t->kind != TOK_ERROR; t++) {
        if (t->match)
            t = p->tokens + t->match;
        else if (t->kind == TOK_COMMA)
            several = true;
        else if (t->kind == TOK_SEMI)
            return !several;
        else if (t->kind == TOK_IN || t->kind == TOK_COLON)
            return false;
    }
    return false;
}

static struct node *parse_for(struct parser *p)
{
    struct node *n = node_at(p, NODE_FOR, p->tok);
    take(p);
    bool classic = at(p, TOK_LPAREN) && is_classic(p);
    if (!expect(p, TOK_LPAREN))
        return NULL;
    bool typed = scan_declaration(p);
    if (!classic && !typed && !(at(p, TOK_IDENT) && (kind_at(p, 1) == TOK_IN || kind_at(p, 1) == TOK_COLON)))
        return fail_unexpected(p, p->tok);
    if (classic ? !parse_for_classic(p, n) : !parse_for_in(p, n, typed))
        return NULL;
    if (!expect(p, TOK_RPAREN) || !parse_loop_body(p, n))
        return NULL;
    return node_close(p, n);
}

/* One `case x:` or `default:`; several in a row share the statements of the last. */
static struct node *parse_case(struct parser *p)
{
    struct node *n = node_at(p, NODE_CASE, p->tok);
    bool value = at(p, TOK_CASE);
    take(p);
    if (value && !(n->u.case_.value = parse_expression(p, CONTEXT_NESTED)))
        return NULL;
    if (!expect(p, TOK_COLON))
        return NULL;
    skip_newline(p);
    return node_close(p, n);
}

/* `case 1: case 2: x()` is two nodes, the first without statements; falling through is the compiler's
 * business. */
static bool parse_cases(struct parser *p, struct list *cases)
{
    while (at(p, TOK_CASE) || at(p, TOK_DEFAULT)) {
        struct node *n = parse_case(p);
        if (!list_add(cases, n))
            return false;
        if (at(p, TOK_CASE) || at(p, TOK_DEFAULT))
            continue;
        struct list body;
        list_init(&body);
        if (!list_add(&body, parse_statement(p, TOK_COLON)) ||
            ((at(p, TOK_SEMI) || at(p, TOK_NL)) && !parse_statements(p, &body, TOK_CASE)))
            return false;
        n->u.case_.body = body.first;
    }
    return true;
}

static struct node *parse_switch(struct parser *p)
{
    struct node *n = node_at(p, NODE_SWITCH, p->tok);
    struct list cases;
    list_init(&cases);
    take(p);
    n->u.switch_.value = parse_test(p, true);
    if (!n->u.switch_.value)
        return NULL;
    skip_newline(p);
    if (!expect(p, TOK_LBRACE))
        return NULL;
    skip_newline(p);
    if (!parse_cases(p, &cases) || !expect(p, TOK_RBRACE))
        return NULL;
    n->u.switch_.cases = cases.first;
    return node_close(p, n);
}

static struct node *parse_catch(struct parser *p)
{
    struct node *n = node_at(p, NODE_CATCH, p->tok);
    if (kind_at(p, 1) != TOK_LPAREN)
        return fail_unexpected(p, p->tok);
    take(p);
    take(p);
    if (accept(p, TOK_FINAL))
        skip_newline(p);
    accept(p, TOK_DEF);
    enum token_kind next = kind_at(p, 1);
    bool typed = at(p, TOK_IDENT) && next != TOK_RPAREN;
    if (typed && !(n->u.catch_.types = parse_type_list(p, TOK_OR)))
        return NULL;
    n->u.catch_.name = at(p, TOK_IDENT) ? intern_token(p, p->tok) : NULL;
    if (!n->u.catch_.name)
        return fail_unexpected(p, p->tok);
    take(p);
    if (!expect(p, TOK_RPAREN))
        return NULL;
    skip_newline(p);
    n->u.catch_.body = parse_block(p);
    return n->u.catch_.body ? node_close(p, n) : NULL;
}

static bool accept_clause(struct parser *p, enum token_kind kind)
{
    const struct token *t = at(p, TOK_NL) ? p->tok + 1 : p->tok;
    if (t->kind != kind)
        return false;
    skip_newline(p);
    return true;
}

static struct node *parse_try(struct parser *p)
{
    struct node *n = node_at(p, NODE_TRY, p->tok);
    struct list catches;
    const struct token *first = p->tok;
    list_init(&catches);
    take(p);
    skip_newline(p);
    n->u.try_.body = parse_block(p);
    if (!n->u.try_.body)
        return NULL;
    while (accept_clause(p, TOK_CATCH))
        if (!list_add(&catches, parse_catch(p)))
            return NULL;
    n->u.try_.catches = catches.first;
    if (accept_clause(p, TOK_FINALLY)) {
        if (kind_at(p, 1) != TOK_LBRACE && kind_at(p, 1) != TOK_NL)
            return fail_unexpected(p, p->tok);
        take(p);
        skip_newline(p);
        n->u.try_.finally = parse_block(p);
        if (!n->u.try_.finally)
            return NULL;
    }
    if (!token_ends_statement((enum token_kind)p->tok->kind))
        return fail_unexpected(p, p->tok);
    if (!n->u.try_.catches && !n->u.try_.finally)
        fail_soft(p, span_of(first, first), "A try statement must have at least one catch or finally block.");
    return node_close(p, n);
}

/* All script code runs on one thread, so the lock is only evaluated. */
static struct node *parse_synchronized(struct parser *p)
{
    struct node *n = node_at(p, NODE_BLOCK, p->tok);
    struct node *lock = node_at(p, NODE_EXPR, p->tok);
    take(p);
    lock->u.unary.operand = parse_test(p, true);
    if (!lock->u.unary.operand)
        return NULL;
    node_close(p, lock);
    skip_newline(p);
    lock->next = parse_block(p);
    n->u.list.items = lock;
    return lock->next ? node_close(p, n) : NULL;
}

static const struct {
    enum token_kind kind;
    struct node *(*parse)(struct parser *p);
} controls[] = {
    {TOK_IF, parse_if},         {TOK_FOR, parse_for}, {TOK_WHILE, parse_while},
    {TOK_SWITCH, parse_switch}, {TOK_TRY, parse_try}, {TOK_SYNCHRONIZED, parse_synchronized},
};

struct node *parse_control(struct parser *p)
{
    for (size_t i = 0; i < ARRAY_LEN(controls); i++)
        if (at(p, controls[i].kind))
            return controls[i].parse(p);
    return fail_unexpected(p, p->tok);
}
