/* Primary expressions, closures, `new`, and the lists of arguments in brackets. */
#include "parser/parse.h"
#include "parser/name_set.h"
#include <string.h>

static struct node *parse_parenthesized(struct parser *p)
{
    const struct token *open = p->tok;
    take(p);
    struct node *n = parse_expression(p, CONTEXT_NESTED);
    if (!n || !expect(p, TOK_RPAREN))
        return NULL;
    n->quote = n->kind == NODE_STRING || n->kind == NODE_GSTRING ? n->quote : '(';
    n->span = span_of(open, p->last);
    return n;
}

static bool parse_closure_params(struct parser *p, struct function *fn)
{
    skip_newline(p);
    if (!parse_params(p, TOK_ARROW, &fn->params))
        return false;
    skip_newline(p);
    return expect(p, TOK_ARROW);
}

/* `${…}` values come here too: the caller then takes the only expression out of the closure. */
struct node *parse_closure(struct parser *p)
{
    struct node *n = node_at(p, NODE_CLOSURE, p->tok);
    struct function *fn = n->u.fn = arena_new(&p->ast->arena, struct function);
    uint16_t outer = peak_begin(p);
    fn->implicit_it = !scan_closure_params(p, p->tok + 1);
    take(p);
    if (!fn->implicit_it && !parse_closure_params(p, fn))
        return NULL;
    skip_newline(p);
    if (at(p, TOK_EOF))
        return fail_unexpected(p, p->tok);
    struct list l;
    list_init(&l);
    fn->body = node_at(p, NODE_BLOCK, p->tok);
    if (!parse_statements(p, &l, TOK_RBRACE))
        return NULL;
    fn->body->u.list.items = l.first;
    node_close(p, fn->body);
    return expect(p, TOK_RBRACE) && peak_end(p, n, outer) ? node_close(p, n) : NULL;
}

/* Sizes in brackets: new int[3][] */
static bool parse_dimensions(struct parser *p, struct node *n)
{
    struct list dims;
    list_init(&dims);
    while (at(p, TOK_LBRACK)) {
        take(p);
        n->u.new_.type->dims++;
        if (!at(p, TOK_RBRACK) && !list_add(&dims, parse_expression(p, CONTEXT_NESTED)))
            return false;
        if (!expect(p, TOK_RBRACK))
            return false;
    }
    n->u.new_.dims = dims.first;
    return true;
}

static bool parse_anonymous_class(struct parser *p, struct node *n)
{
    struct node *cls = node_at(p, NODE_CLASS, p->tok);
    cls->u.class_.super = n->u.new_.type;
    const char *outer = p->class_name;
    p->class_name = NULL;
    n->u.new_.body = parse_class_body(p, cls);
    p->class_name = outer;
    return n->u.new_.body && node_grow(p, n, cls);
}

static struct node *parse_new(struct parser *p)
{
    struct node *n = node_at(p, NODE_NEW, p->tok);
    struct list args;
    take(p);
    skip_newline(p);
    if (at(p, TOK_LT) && !skip_type_params(p))
        return NULL;
    n->u.new_.type = parse_plain_type(p);
    if (!n->u.new_.type)
        return NULL;
    if (at(p, TOK_LBRACK))
        return parse_dimensions(p, n) ? node_close(p, n) : NULL;
    const struct token *open = at(p, TOK_NL) ? p->tok + 1 : p->tok;
    if (open->kind != TOK_LPAREN)
        return fail_unexpected(p, p->tok);
    skip_newline(p);
    take(p);
    list_init(&args);
    if (!parse_args(p, TOK_RPAREN, &args, n) || !expect(p, TOK_RPAREN))
        return NULL;
    n->u.new_.args = args.first;
    check_argument_names(p, args.first);
    if (at(p, TOK_LBRACE) && !parse_anonymous_class(p, n))
        return NULL;
    return node_close(p, n);
}

static struct node *parse_name(struct parser *p)
{
    struct node *n = node_at(p, NODE_NAME, p->tok);
    n->u.name = intern_token(p, p->tok);
    take(p);
    return n;
}

static struct node *parse_simple(struct parser *p, enum node_kind kind)
{
    struct node *n = node_at(p, kind, p->tok);
    take(p);
    return n;
}

struct node *parse_primary(struct parser *p)
{
    const struct token *t = p->tok;
    switch (t->kind) {
    case TOK_IDENT:
    case TOK_THIS:
    case TOK_SUPER:
        return parse_name(p);
    case TOK_STRING:
        take(p);
        return string_node(p, t);
    case TOK_GSTRING_START:
        return parse_gstring(p);
    case TOK_INT:
    case TOK_LONG:
    case TOK_BIGINT:
    case TOK_DECIMAL:
    case TOK_DOUBLE:
    case TOK_FLOAT:
        return parse_number(p);
    case TOK_TRUE:
        return parse_simple(p, NODE_TRUE);
    case TOK_FALSE:
        return parse_simple(p, NODE_FALSE);
    case TOK_NULL:
        return parse_simple(p, NODE_NULL);
    case TOK_LPAREN:
        return parse_parenthesized(p);
    case TOK_LBRACK:
        return parse_list_or_map(p);
    case TOK_LBRACE:
        return parse_closure(p);
    case TOK_NEW:
        return parse_new(p);
    default:
        return token_is_primitive((enum token_kind)t->kind) ? parse_name(p) : fail_unexpected(p, t);
    }
}

/* The key of an entry: a bare word or keyword is a string, anything else an expression. */
static struct node *parse_label(struct parser *p)
{
    const struct token *t = p->tok;
    if (t->kind != TOK_IDENT && !token_is_keyword((enum token_kind)t->kind))
        return parse_primary(p);
    take(p);
    return string_node(p, t);
}

static struct node *parse_entry(struct parser *p)
{
    struct node *n = node_at(p, NODE_ENTRY, p->tok);
    n->u.entry.key = parse_label(p);
    if (!n->u.entry.key || !expect(p, TOK_COLON))
        return NULL;
    n->u.entry.value = parse_expression(p, CONTEXT_NESTED);
    return n->u.entry.value ? node_close(p, n) : NULL;
}

static struct node *parse_spread(struct parser *p)
{
    struct node *n = node_at(p, NODE_SPREAD, p->tok);
    take(p);
    if (accept(p, TOK_COLON))
        n->kind = NODE_SPREAD_MAP;
    n->u.unary.operand = parse_expression(p, CONTEXT_NESTED);
    return n->u.unary.operand ? node_close(p, n) : NULL;
}

static struct node *parse_arg(struct parser *p)
{
    struct node *n;
    if (at(p, TOK_STAR))
        return parse_spread(p);
    if (scan_label(p))
        return parse_entry(p);
    if (kind_at(p, 1) == TOK_EOF)
        return fail_unexpected(p, p->tok);
    n = parse_expression(p, CONTEXT_NESTED);
    if (n && at(p, TOK_COLON))
        return fail_message(
            p, p->tok,
            "illegal colon after argument expression;\n   solution: a complex label expression "
            "before a colon must be parenthesized");
    return n;
}

static bool ends_args(const struct parser *p)
{
    return at(p, TOK_RPAREN) || at(p, TOK_RBRACK);
}

/* Behind an argument: false if no other follows. Groovy lets one comma too many pass between two
 * arguments, blames the next token behind the first argument, and waits for the bracket later on. */
static bool next_arg(struct parser *p, const struct node *first, enum token_kind close)
{
    if (ends_args(p))
        return false;
    if (accept(p, TOK_SEMI)) {
        fail_soft(p, first->span, "Expression list of the form (a; b; c) is not supported in this context.");
        return true;
    }
    if (at(p, TOK_COMMA)) {
        take(p);
        if (at(p, TOK_COMMA) && kind_at(p, 1) != TOK_COMMA && kind_at(p, 1) != close)
            take(p);
        return !ends_args(p);
    }
    if (!first->next)
        fail_unexpected(p, p->tok);
    else
        expect(p, close);
    return false;
}

/* Arguments up to `close`, which stays; a comma may stand before it. owner grows with them. */
bool parse_args(struct parser *p, enum token_kind close, struct list *args, struct node *owner)
{
    uint16_t outer = peak_begin(p);
    if (!at(p, close)) {
        do {
            if (!list_add(args, parse_arg(p)))
                return false;
        } while (next_arg(p, args->first, close));
    }
    return !p->failure.what && peak_end(p, owner, outer);
}

enum { FEW_NAMES = 16 };

static const struct node *entry_name(const struct node *arg)
{
    const struct node *key = arg->kind == NODE_ENTRY ? arg->u.entry.key : NULL;
    return key && key->kind == NODE_STRING ? key : NULL;
}

/* In a call, not in a map, each name once. */
void check_argument_names(struct parser *p, const struct node *args)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    const struct node *first[FEW_NAMES] = {0};
    size_t count = 0;
    for (const struct node *arg = args; arg; arg = arg->next) {
        const struct node *key = entry_name(arg);
        bool known = false;
        for (size_t i = 0; key && i < count && i < FEW_NAMES; i++)
            known |= strcmp(first[i]->u.str.bytes, key->u.str.bytes) == 0;
        if (key && count >= FEW_NAMES && !known)
            known = !name_set_add(&seen, key->u.str.bytes, key->u.str.len);
        if (known) {
            fail_soft(
                p, args->span,
                arena_printf(&p->ast->arena, "Duplicate named parameter '%s' found.", key->u.str.bytes));
            return;
        }
        if (key && count < FEW_NAMES)
            first[count] = key;
        count += key != NULL;
    }
}
