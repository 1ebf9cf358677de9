/* Expressions with operators: precedence climbing over one table.
 *
 * Groovy's levels have oddities that the code keeps: a sign binds looser than ** but tighter than *;
 * comparisons, `in`, `as` and `instanceof` do not chain; and where its parser looks at two tokens, an
 * operator without operand is itself to blame (+ and - are left for the caller to stumble on). */
#include "parser/parse.h"

enum { PREC_RELATION = 8, PREC_SUM = 10, PREC_PRODUCT = 11, PREC_POWER = 12 };

/* All binary operators, left-associative; assignment and ?: are below all of them and associate right. */
static const struct {
    uint8_t precedence;
} operators[TOK_COUNT] = {
    [TOK_OROR] = {1},
    [TOK_ANDAND] = {2},
    [TOK_OR] = {3},
    [TOK_XOR] = {4},
    [TOK_AND] = {5},
    [TOK_FIND] = {6},
    [TOK_MATCH] = {6},
    [TOK_EQ] = {7},
    [TOK_NE] = {7},
    [TOK_IDENTICAL] = {7},
    [TOK_NOT_IDENTICAL] = {7},
    [TOK_COMPARE] = {7},
    [TOK_LT] = {PREC_RELATION},
    [TOK_LE] = {PREC_RELATION},
    [TOK_GT] = {PREC_RELATION},
    [TOK_GE] = {PREC_RELATION},
    [TOK_IN] = {PREC_RELATION},
    [TOK_AS] = {PREC_RELATION},
    [TOK_INSTANCEOF] = {PREC_RELATION},
    [TOK_SHL] = {PRECEDENCE_SHIFT},
    [TOK_SHR] = {PRECEDENCE_SHIFT},
    [TOK_USHR] = {PRECEDENCE_SHIFT},
    [TOK_RANGE] = {PRECEDENCE_SHIFT},
    [TOK_RANGE_EX] = {PRECEDENCE_SHIFT},
    [TOK_PLUS] = {PREC_SUM},
    [TOK_MINUS] = {PREC_SUM},
    [TOK_STAR] = {PREC_PRODUCT},
    [TOK_SLASH] = {PREC_PRODUCT},
    [TOK_PERCENT] = {PREC_PRODUCT},
    [TOK_POWER] = {PREC_POWER},
};

static struct node *parse_unary(struct parser *p);

static bool is_sign(enum token_kind kind)
{
    return kind == TOK_PLUS || kind == TOK_MINUS || kind == TOK_INC || kind == TOK_DEC;
}

/* Whether the operand behind the current operator can begin; a newline may stand between. */
static bool operand_follows(const struct parser *p)
{
    enum token_kind kind = kind_at(p, 1);
    return kind == TOK_NL || kind == TOK_ERROR || token_begins_expression(kind);
}

/* A minus before a literal is part of it, so that -2147483648 is an int. */
static struct node *make_unary(struct parser *p, const struct token *op, struct node *operand)
{
    if (!operand)
        return NULL;
    if (op->kind == TOK_MINUS && number_negate(p, operand)) {
        operand->span = span_of(op, p->last);
        return operand;
    }
    struct node *n = node_at(p, NODE_UNARY, op);
    n->u.unary.op = op->kind;
    n->u.unary.operand = operand;
    return node_grow(p, n, operand) ? node_close(p, n) : NULL;
}

static struct node *parse_cast(struct parser *p, bool primitive, enum context context);

static struct node *parse_postfix(struct parser *p, enum context context)
{
    struct node *operand = parse_path(p, context);
    if (!operand || (!at(p, TOK_INC) && !at(p, TOK_DEC)))
        return operand;
    struct node *n = node_from(p, NODE_POSTFIX, operand);
    if (!n)
        return NULL;
    n->u.unary.op = p->tok->kind;
    n->u.unary.operand = operand;
    take(p);
    return node_close(p, n);
}

/* Everything that binds tighter than ** and begins without a sign. */
static struct node *parse_unsigned(struct parser *p, enum context context)
{
    const struct token *op = p->tok;
    bool primitive = false;
    if (at(p, TOK_NOT) || at(p, TOK_TILDE)) {
        take(p);
        skip_newline(p);
        return make_unary(p, op, parse_unary(p));
    }
    if (at(p, TOK_LPAREN) && scan_cast(p, &primitive))
        return parse_cast(p, primitive, context);
    return parse_postfix(p, context);
}

static struct node *parse_cast(struct parser *p, bool primitive, enum context context)
{
    struct node *n = node_at(p, NODE_CAST, p->tok);
    take(p);
    n->u.cast.type = parse_type(p);
    if (!n->u.cast.type || !expect(p, TOK_RPAREN) || !enter(p))
        return NULL;
    n->u.cast.operand = primitive ? parse_unary(p) : parse_unsigned(p, context);
    leave(p);
    if (!n->u.cast.operand || !node_grow(p, n, n->u.cast.operand))
        return NULL;
    return node_close(p, n);
}

static struct node *parse_unary(struct parser *p)
{
    const struct token *op = p->tok;
    struct node *n;
    if (!enter(p))
        return NULL;
    if (is_sign((enum token_kind)op->kind)) {
        take(p);
        skip_newline(p);
        n = make_unary(p, op, parse_unary(p));
    } else {
        n = parse_unsigned(p, CONTEXT_NESTED);
    }
    leave(p);
    return n;
}

static struct node *make_binary(struct parser *p, struct node *left, const struct token *op,
                                struct node *right)
{
    if (!right)
        return NULL;
    bool range = op->kind == TOK_RANGE || op->kind == TOK_RANGE_EX;
    struct node *n = node_from(p, range ? NODE_RANGE : NODE_BINARY, left);
    if (!n || !node_grow(p, n, right))
        return NULL;
    n->u.binary.left = left;
    n->u.binary.right = right;
    n->u.binary.op = op->kind;
    n->u.binary.op_span = span_of(op, op);
    return node_close(p, n);
}

static struct node *parse_powers(struct parser *p, struct node *left)
{
    while (left && at(p, TOK_POWER)) {
        const struct token *op = p->tok;
        take(p);
        skip_newline(p);
        left = make_binary(p, left, op, parse_unary(p));
    }
    return left;
}

/* The first operand of a product: a sign takes in the powers behind it, and no second sign. */
static struct node *parse_operand(struct parser *p, enum context context)
{
    const struct token *op = p->tok;
    if (!is_sign((enum token_kind)op->kind))
        return parse_powers(p, parse_unsigned(p, context));
    take(p);
    skip_newline(p);
    if (is_sign((enum token_kind)p->tok->kind))
        return fail_unexpected(p, p->tok);
    return make_unary(p, op, parse_powers(p, parse_unsigned(p, CONTEXT_NESTED)));
}

static struct node *parse_type_operator(struct parser *p, struct node *left)
{
    struct node *n = node_from(p, at(p, TOK_AS) ? NODE_CAST : NODE_INSTANCEOF, left);
    if (!n)
        return NULL;
    n->u.cast.operand = left;
    n->u.cast.coerce = at(p, TOK_AS);
    take(p);
    skip_newline(p);
    n->u.cast.type = parse_type(p);
    return n->u.cast.type ? node_close(p, n) : NULL;
}

static bool type_follows(const struct parser *p)
{
    enum token_kind kind = kind_at(p, 1);
    return kind == TOK_NL || kind == TOK_IDENT || token_is_primitive(kind);
}

/* Precedence climbing. `max` falls as operators are taken: behind a relation no second one is taken on
 * this level, so `a < b < c` stops at the second < and fails, as in Groovy's grammar. */
struct node *parse_binary(struct parser *p, int min, enum context context)
{
    int max = PREC_PRODUCT;
    if (!enter(p))
        return NULL;
    struct node *left = min > PREC_PRODUCT ? parse_powers(p, parse_unary(p)) : parse_operand(p, context);
    while (left) {
        const struct token *op = p->tok;
        int precedence = operators[op->kind].precedence;
        bool typed = op->kind == TOK_AS || op->kind == TOK_INSTANCEOF;
        if (precedence < min || precedence > max)
            break;
        if (!(typed ? type_follows(p) : operand_follows(p))) {
            if (precedence == PREC_SUM || typed || op->kind == TOK_IN)
                break;
            if (precedence == PREC_RELATION)
                return fail_unexpected(p, op);
        }
        if (typed) {
            left = parse_type_operator(p, left);
            max = PREC_RELATION - 1;
            continue;
        }
        take(p);
        skip_newline(p);
        left = make_binary(p, left, op, parse_binary(p, precedence + 1, CONTEXT_NESTED));
        max = precedence == PREC_RELATION ? PREC_RELATION - 1 : precedence;
        if (left && max < PREC_RELATION && p->tok->kind >= TOK_LT && p->tok->kind <= TOK_GE)
            return fail_unexpected(p, p->tok);
    }
    leave(p);
    return left;
}

/* a ?: b */
static struct node *parse_elvis(struct parser *p, struct node *test)
{
    struct node *n = node_from(p, NODE_TERNARY, test);
    if (!n)
        return NULL;
    take(p);
    skip_newline(p);
    n->u.cond.test = test;
    n->u.cond.other = parse_conditional(p, CONTEXT_NESTED);
    return n->u.cond.other && node_grow(p, n, n->u.cond.other) ? node_close(p, n) : NULL;
}

static struct node *parse_ternary(struct parser *p, struct node *test)
{
    struct node *n = node_from(p, NODE_TERNARY, test);
    if (!n)
        return NULL;
    take(p);
    skip_newline(p);
    n->u.cond.test = test;
    n->u.cond.then = parse_expression(p, CONTEXT_NESTED);
    if (!n->u.cond.then || !node_grow(p, n, n->u.cond.then))
        return NULL;
    skip_newline(p);
    if (!expect(p, TOK_COLON))
        return NULL;
    skip_newline(p);
    n->u.cond.other = parse_conditional(p, CONTEXT_NESTED);
    return n->u.cond.other && node_grow(p, n, n->u.cond.other) ? node_close(p, n) : NULL;
}

struct node *parse_conditional(struct parser *p, enum context context)
{
    if (!enter(p))
        return NULL;
    struct node *n = parse_binary(p, PRECEDENCE_LOWEST, context);
    if (n) {
        const struct token *op = at(p, TOK_NL) ? p->tok + 1 : p->tok;
        if (op->kind == TOK_ELVIS || op->kind == TOK_QUESTION) {
            skip_newline(p);
            if (!operand_follows(p))
                return fail_unexpected(p, op);
            n = at(p, TOK_ELVIS) ? parse_elvis(p, n) : parse_ternary(p, n);
        }
    }
    leave(p);
    return n;
}

/* Groovy finds these only behind the parser, so that a syntax error anywhere comes first. */
static void check_target(struct parser *p, const struct node *left, const struct token *op)
{
    static const char bad[] = "%s'%.*s', is a bad expression as the left hand side of an assignment operator";
    const char *format, *prefix = "";
    int len = (int)(left->span.end - left->span.start);
    const char *text = p->text + left->span.start;
    switch (left->kind) {
    case NODE_NAME:
    case NODE_PROPERTY:
    case NODE_INDEX:
        return;
    case NODE_LIST:
        if (left->quote == '(')
            return;
        prefix = "class org.codehaus.groovy.ast.expr.ListExpression, with its value ";
        format = bad;
        break;
    case NODE_POSTFIX:
        prefix = "class org.codehaus.groovy.ast.expr.PostfixExpression, with its value ";
        format = bad;
        break;
    case NODE_CALL:
        prefix = left->u.call.obj ? "" : "this.";
        format = "\n\"%s%.*s\" is a method call expression, but it should be a variable expression";
        break;
    case NODE_BINARY:
        format = "\n%s(%.*s) is a binary expression, but it should be a variable expression";
        break;
    case NODE_GSTRING:
        format = "\n%s%.*s is a GString expression, but it should be a variable expression";
        break;
    case NODE_STRING:
        text = left->u.str.bytes, len = (int)left->u.str.len;
        /* fall through */
    default:
        format = "\n%s[%.*s] is a constant expression, but it should be a variable expression";
        break;
    }
    fail_soft(p, span_of(op, op), arena_printf(&p->ast->arena, format, prefix, len, text));
}

/* The right side may be a command: `x = sh 'ls'`. The operator associates right by that recursion. */
static struct node *parse_assignment(struct parser *p, struct node *left)
{
    const struct token *op = p->tok;
    if (op->kind == TOK_ASSIGN || left->kind != NODE_LIST)
        check_target(p, left, op);
    struct node *n = node_from(p, NODE_ASSIGN, left);
    if (!n)
        return NULL;
    take(p);
    skip_newline(p);
    n->u.binary.left = left;
    n->u.binary.op = op->kind;
    n->u.binary.op_span = span_of(op, op);
    n->u.binary.right = parse_command(p);
    return n->u.binary.right && node_grow(p, n, n->u.binary.right) ? node_close(p, n) : NULL;
}

/* `(a, b) = …`: whether the parenthesis at hand is the left side. */
static bool begins_destructuring(const struct parser *p)
{
    if (!at(p, TOK_LPAREN) || kind_at(p, 1) != TOK_IDENT || !p->tok->match)
        return false;
    const struct token *t = p->tok + 2, *end = p->tokens + p->tok->match;
    if (end[1].kind != TOK_ASSIGN)
        return false;
    for (; t < end; t += 2)
        if (t->kind != TOK_COMMA || t[1].kind != TOK_IDENT)
            return false;
    return true;
}

static struct node *parse_multiple_assignment(struct parser *p)
{
    struct node *left = node_at(p, NODE_LIST, p->tok);
    struct list names;
    list_init(&names);
    left->quote = '(';
    do {
        take(p);
        struct node *n = node_at(p, NODE_NAME, p->tok);
        n->u.name = intern_token(p, p->tok);
        list_add(&names, n);
        take(p);
    } while (at(p, TOK_COMMA));
    expect(p, TOK_RPAREN);
    left->u.list.items = names.first;
    return parse_assignment(p, node_close(p, left));
}

struct node *parse_expression(struct parser *p, enum context context)
{
    if (!enter(p))
        return NULL;
    struct node *n;
    if (begins_destructuring(p)) {
        n = parse_multiple_assignment(p);
    } else {
        n = parse_conditional(p, context);
        if (n && token_is_assignment((enum token_kind)p->tok->kind))
            n = parse_assignment(p, n);
    }
    leave(p);
    return n;
}

/* Only a bare path expression takes arguments without parentheses, hence the comparison with the last path.
 */
struct node *parse_command(struct parser *p)
{
    struct node *n = parse_expression(p, CONTEXT_STATEMENT);
    if (!n || n != p->path || at(p, TOK_ELSE))
        return n;
    return parse_command_args(p, n);
}
