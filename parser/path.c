/* Path expressions: a primary followed by .names, calls, indices and closures; and commands, the
 * calls without parentheses that can stand where a statement or the right side of = can. */
#include "parser/parse.h"
#include <string.h>

static bool is_dot(enum token_kind kind)
{
    return kind == TOK_DOT || kind == TOK_SAFE_DOT || kind == TOK_SPREAD_DOT || kind == TOK_POINTER;
}

/* Turns a name or property into the call of it, in place. A string is a method's name; any other value is
 * called itself. */
struct node *make_call(struct parser *p, struct node *callee)
{
    struct node *method = NULL, *obj = NULL, *call = callee;
    bool safe = false, spread = false;
    if (callee->kind == NODE_NAME && !callee->quote) {
        method = arena_new(&p->ast->arena, struct node);
        *method = *callee;
        method->kind = NODE_STRING;
        method->next = NULL;
        method->u.str.bytes = callee->u.name;
        method->u.str.len = callee->span.end - callee->span.start;
    } else if (callee->kind == NODE_STRING || callee->kind == NODE_GSTRING) {
        method = callee;
        call = node_from(p, NODE_CALL, callee);
        if (!call)
            return NULL;
    } else if (callee->kind == NODE_PROPERTY && !callee->quote && !callee->u.prop.field) {
        method = callee->u.prop.name;
        obj = callee->u.prop.obj;
        safe = callee->u.prop.safe;
        spread = callee->u.prop.spread;
    } else {
        obj = callee;
        call = node_from(p, NODE_CALL, callee);
        if (!call)
            return NULL;
    }
    call->kind = NODE_CALL;
    call->u.call.obj = obj;
    call->u.call.method = method;
    call->u.call.args = NULL;
    call->u.call.safe = safe;
    call->u.call.spread = spread;
    call->u.call.parens = call->u.call.block = false;
    return call;
}

static void name_to_string(struct node *n)
{
    const char *text = n->u.name;
    n->kind = NODE_STRING;
    n->u.str.bytes = text;
    n->u.str.len = (uint32_t)strlen(text);
}

/* The name behind a dot. */
static struct node *parse_member_name(struct parser *p)
{
    const struct token *t = p->tok;
    struct node *n;
    switch (t->kind) {
    case TOK_IDENT:
    case TOK_STRING:
        take(p);
        return string_node(p, t);
    case TOK_GSTRING_START:
        return parse_gstring(p);
    case TOK_LPAREN:
        take(p);
        n = parse_expression(p, CONTEXT_NESTED);
        if (n && n->kind == NODE_NAME) /* x.(y) is x.y: Groovy loses the parentheses before it looks */
            name_to_string(n);
        return n && expect(p, TOK_RPAREN) ? n : NULL;
    default:
        if (!token_is_keyword((enum token_kind)t->kind))
            return fail_unexpected(p, t);
        take(p);
        return string_node(p, t);
    }
}

/* A dot before one of these is itself to blame. */
static bool nothing_follows_dot(enum token_kind kind)
{
    return token_is_infix(kind) || is_dot(kind) || kind == TOK_COMMA || kind == TOK_EOF;
}

static struct node *parse_member(struct parser *p, struct node *obj)
{
    enum token_kind dot = (enum token_kind)p->tok->kind;
    struct node *n = node_from(p, dot == TOK_POINTER ? NODE_POINTER : NODE_PROPERTY, obj);
    if (!n)
        return NULL;
    if (nothing_follows_dot(kind_at(p, 1)))
        return fail_unexpected(p, p->tok);
    take(p);
    skip_newline(p);
    if (at(p, TOK_LT) && !skip_type_params(p))
        return NULL;
    n->u.prop.obj = obj;
    n->u.prop.safe = dot == TOK_SAFE_DOT;
    n->u.prop.spread = dot == TOK_SPREAD_DOT;
    n->u.prop.field = accept(p, TOK_AT);
    n->u.prop.name = parse_member_name(p);
    return n->u.prop.name ? node_close(p, n) : NULL;
}

static struct node *parse_call(struct parser *p, struct node *callee)
{
    struct node *call = make_call(p, callee);
    struct list args;
    list_init(&args);
    take(p);
    if (!call || !parse_args(p, TOK_RPAREN, &args, call) || !expect(p, TOK_RPAREN))
        return NULL;
    call->u.call.args = args.first;
    check_argument_names(p, args.first);
    call->u.call.parens = true;
    return node_close(p, call);
}

static struct node *parse_index(struct parser *p, struct node *obj)
{
    struct node *n = node_from(p, NODE_INDEX, obj);
    struct list args;
    list_init(&args);
    take(p);
    if (!n || !parse_args(p, TOK_RBRACK, &args, n) || !expect(p, TOK_RBRACK))
        return NULL;
    n->u.index.obj = obj;
    n->u.index.args = args.first;
    return node_close(p, n);
}

/* A closure behind a call is its last argument, behind anything else the only one of a new call. */
static struct node *append_closure(struct parser *p, struct node *callee)
{
    struct node *call = callee->kind == NODE_CALL && callee->quote != '(' ? callee : make_call(p, callee);
    if (!call)
        return NULL;
    struct node *closure = parse_closure(p);
    if (!closure || !node_grow(p, call, closure))
        return NULL;
    struct node **end = &call->u.call.args;
    while (*end)
        end = &(*end)->next;
    *end = closure;
    call->u.call.block = true;
    return node_close(p, call);
}

/* A parenthesis or brace before an operator: Groovy sees both tokens and does not go in. */
static bool opens_nothing(const struct parser *p)
{
    return (at(p, TOK_LPAREN) || at(p, TOK_LBRACE)) && token_is_infix(kind_at(p, 1));
}

/* A newline before a dot continues the path, one before a { only where a statement may begin (`foo\n{ }`). */
struct node *parse_path_elements(struct parser *p, struct node *n, enum context context)
{
    while (n) {
        enum token_kind kind = (enum token_kind)p->tok->kind, next = kind_at(p, 1);
        if (kind == TOK_NL && (is_dot(next) || (next == TOK_LBRACE && context == CONTEXT_STATEMENT))) {
            take(p);
            kind = next;
        }
        if (is_dot(kind))
            n = parse_member(p, n);
        else if (opens_nothing(p) || (kind == TOK_LBRACK && next == TOK_COLON)) /* f [:] is f([:]) */
            break;
        else if (kind == TOK_LPAREN)
            n = parse_call(p, n);
        else if (kind == TOK_AT || kind == TOK_ELLIPSIS || (kind == TOK_LBRACK && next == TOK_EOF))
            return fail_unexpected(p, p->tok);
        else if (kind == TOK_LBRACK)
            n = parse_index(p, n);
        else if (kind == TOK_LBRACE)
            n = append_closure(p, n);
        else
            break;
    }
    return n;
}

struct node *parse_path(struct parser *p, enum context context)
{
    struct node *n = parse_path_elements(p, parse_primary(p), context);
    p->path = n;
    return n;
}

static struct node *parse_command_arg(struct parser *p)
{
    if (!scan_label(p))
        return parse_expression(p, CONTEXT_NESTED);
    struct node *n = node_at(p, NODE_ENTRY, p->tok);
    n->u.entry.key =
        at(p, TOK_IDENT) || token_is_keyword((enum token_kind)p->tok->kind) ? string_node(p, p->tok) : NULL;
    if (n->u.entry.key)
        take(p);
    else
        n->u.entry.key = parse_primary(p);
    if (!n->u.entry.key || !expect(p, TOK_COLON))
        return NULL;
    skip_newline(p);
    n->u.entry.value = parse_expression(p, CONTEXT_NESTED);
    return n->u.entry.value && node_grow(p, n, n->u.entry.value) ? node_close(p, n) : NULL;
}

static bool begins_command_arg(const struct parser *p)
{
    return (token_begins_expression((enum token_kind)p->tok->kind) && !opens_nothing(p)) || scan_label(p);
}

/* The first argument is tried as a whole: if it is malformed, the text is read again as a chain of
 * names, whose error is the one Groovy reports. The bound on retries keeps that linear. */
static struct node *try_command_arg(struct parser *p)
{
    struct parser saved = *p;
    struct node *arg = parse_command_arg(p);
    if (arg || p->failure.at->kind == TOK_ERROR || p->retries <= 0)
        return arg;
    int retries = p->retries - 1;
    *p = saved;
    p->retries = retries;
    return NULL;
}

static bool arg_follows_comma(const struct parser *p)
{
    enum token_kind next = kind_at(p, 1);
    return next == TOK_NL || next == TOK_ERROR || token_begins_expression(next) || token_is_keyword(next);
}

/* Arguments behind the first one, up to what is no comma. */
static struct node *finish_command(struct parser *p, struct node *head, struct node *first)
{
    struct node *call = make_call(p, head);
    struct list args;
    if (!call)
        return NULL;
    list_init(&args);
    for (struct node *arg = first;; arg = parse_command_arg(p)) {
        if (!list_add(&args, arg) || !node_grow(p, call, arg))
            return NULL;
        if (!at(p, TOK_COMMA) || !arg_follows_comma(p))
            break;
        take(p);
        skip_newline(p);
    }
    call->u.call.args = args.first;
    check_argument_names(p, args.first);
    return node_close(p, call);
}

/* One more `name [args]` of `a b c d`, which is a(b).c(d). */
static struct node *parse_chain_link(struct parser *p, struct node *head)
{
    struct node *name = parse_primary(p);
    struct node *n = name ? node_from(p, NODE_PROPERTY, head) : NULL;
    if (!n || !node_grow(p, n, name))
        return NULL;
    n->u.prop.obj = head;
    n->u.prop.name = name;
    if (name->kind == NODE_NAME)
        name_to_string(name);
    node_close(p, n);
    if (at(p, TOK_STAR) || at(p, TOK_LT))
        return fail_unexpected(p, p->tok);
    struct node *longer = parse_path_elements(p, n, CONTEXT_STATEMENT);
    if (!longer || longer != n || longer->kind == NODE_CALL || !begins_command_arg(p) || at(p, TOK_LBRACE))
        return longer;
    struct node *arg = parse_command_arg(p);
    return arg ? finish_command(p, n, arg) : NULL;
}

/* A name that an operator follows is no link: it is left for the caller to stumble on. */
static bool begins_chain_link(const struct parser *p)
{
    enum token_kind kind = (enum token_kind)p->tok->kind, next = kind_at(p, 1);
    if (!token_begins_expression(kind) || kind == TOK_NOT || kind == TOK_TILDE || kind == TOK_PLUS ||
        kind == TOK_MINUS || kind == TOK_INC || kind == TOK_DEC || opens_nothing(p))
        return false;
    if (kind != TOK_IDENT && kind != TOK_STRING)
        return true;
    return !token_is_infix(next);
}

struct node *parse_command_args(struct parser *p, struct node *head)
{
    struct node *n = head;
    if (n->kind != NODE_CALL && begins_command_arg(p)) {
        struct node *arg = try_command_arg(p);
        if (arg)
            n = finish_command(p, n, arg);
        else if (p->failure.what)
            return NULL;
    }
    while (n && begins_chain_link(p))
        n = parse_chain_link(p, n);
    return n;
}
