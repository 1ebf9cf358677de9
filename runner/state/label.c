/* A recursive descent parser over nodes in an array: children are indices, so that freeing needs no
 * recursion. Nesting is limited, since a label may come from a pipeline nobody has reviewed.
 *
 * Evaluation needs no recursion either: nodes are made after their operands, so an array of truths is
 * filled from the front. A build asks for labels some hundred times at most; nothing is cached. */
#include "runner/state/label.h"
#include "base/util.h"
#include <string.h>

enum { MAX_NESTING = 200 };
enum operator{ OP_ATOM, OP_NOT, OP_AND, OP_OR, OP_IFF, OP_IMPLIES };

struct label_node {
    enum operator op;
    char *atom;
    int left, right; /* indices into nodes, -1: none */
};

struct label_expr {
    VEC(struct label_node) nodes;
    int root;
};

struct parser {
    struct label_expr *expr;
    const char *text, *at;
    int nesting;
    struct error *err;
};

void label_free(struct label_expr *e)
{
    for (size_t i = 0; e && i < e->nodes.len; i++)
        free(e->nodes.items[i].atom);
    if (e)
        vec_release(&e->nodes);
    free(e);
}

static int node_add(struct parser *p, enum operator op, char *atom, int left, int right)
{
    struct label_node n = {op, atom, left, right};
    vec_push(&p->expr->nodes, n);
    return (int)p->expr->nodes.len - 1;
}

static void skip_blanks(struct parser *p)
{
    p->at += strspn(p->at, " \t\r\n");
}

static bool accept(struct parser *p, const char *token)
{
    skip_blanks(p);
    if (!str_has_prefix(p->at, token))
        return false;
    p->at += strlen(token);
    return true;
}

/* An atom may hold a dash, but not the start of an arrow. */
static size_t atom_length(const char *s)
{
    size_t n = 0;
    while (s[n] && !strchr("&|!<>() \t\r\n\"'", s[n]) && !(s[n] == '-' && s[n + 1] == '>'))
        n++;
    return n;
}

static int unexpected(struct parser *p, const char *expected)
{
    size_t n = atom_length(p->at);
    if (!n)
        n = *p->at ? (strspn(p->at, "&|<->") ? strspn(p->at, "&|<->") : 1) : 0;
    int col = (int)(p->at - p->text) + 1;
    if (!n)
        return error_at(p->err, ERROR_SYNTAX, NULL, 1, col,
                        "Invalid boolean expression: unexpected end of '%s'", p->text);
    return error_at(p->err, ERROR_SYNTAX, NULL, 1, col,
                    expected ? "Invalid boolean expression: expecting %s, found '%.*s'"
                             : "Invalid boolean expression: unexpected token: %s%.*s",
                    expected ? expected : "", (int)n, p->at);
}

/* hudson.model.labels.LabelAtom.escape() writes such names: a backslash takes the next character as it is. */
static int parse_quoted(struct parser *p)
{
    char *atom = xmalloc(strlen(p->at) + 1);
    size_t n = 0;
    const char *s = p->at + 1;
    for (; *s && *s != '"'; s++) {
        s += *s == '\\' && s[1];
        atom[n++] = *s;
    }
    atom[n] = 0;
    if (!*s || !n) {
        free(atom);
        return error_at(p->err, ERROR_SYNTAX, NULL, 1, (int)(p->at - p->text) + 1,
                        "Invalid boolean expression: %s", *s ? "empty label" : "unterminated string");
    }
    p->at = s + 1;
    return node_add(p, OP_ATOM, atom, -1, -1);
}

static int parse_level(struct parser *p, enum operator op);

static int parse_unary(struct parser *p)
{
    if (++p->nesting > MAX_NESTING)
        return error_at(p->err, ERROR_SYNTAX, NULL, 1, (int)(p->at - p->text) + 1,
                        "Invalid boolean expression: nested more than %d deep", MAX_NESTING);
    int node;
    if (accept(p, "!")) {
        int operand = parse_unary(p);
        node = operand < 0 ? -1 : node_add(p, OP_NOT, NULL, operand, -1);
    } else if (accept(p, "(")) {
        node = parse_level(p, OP_IMPLIES);
        if (node >= 0 && !accept(p, ")"))
            node = unexpected(p, "RPAREN");
    } else if (*p->at == '"') {
        node = parse_quoted(p);
    } else {
        size_t n = atom_length(p->at);
        if (!n)
            return unexpected(p, NULL);
        node = node_add(p, OP_ATOM, xstrndup(p->at, n), -1, -1);
        p->at += n;
    }
    /* Not on the ways out by an error: the parse is over then. */
    p->nesting--;
    return node;
}

/* The levels differ in their token only; the enum's order is their precedence. */
static int parse_level(struct parser *p, enum operator op)
{
    static const char *const tokens[] = {
        [OP_AND] = "&&", [OP_OR] = "||", [OP_IFF] = "<->", [OP_IMPLIES] = "->"};
    if (op == OP_NOT)
        return parse_unary(p);
    int left = parse_level(p, op - 1);
    while (left >= 0 && accept(p, tokens[op])) {
        int right = parse_level(p, op - 1);
        left = right < 0 ? -1 : node_add(p, op, NULL, left, right);
    }
    return left;
}

struct label_expr *label_parse(const char *text, struct error *err)
{
    struct parser p = {.expr = xcalloc(1, sizeof(*p.expr)), .text = text, .at = text, .err = err};
    p.expr->root = parse_level(&p, OP_IMPLIES);
    skip_blanks(&p);
    if (p.expr->root >= 0 && *p.at)
        p.expr->root = unexpected(&p, "EOF");
    if (p.expr->root >= 0)
        return p.expr;
    label_free(p.expr);
    return NULL;
}

/* Children always stand before their parent: one pass from the front decides all nodes. */
bool label_matches(const struct label_expr *e, const char *const *labels, size_t n)
{
    _cleanup_free_ bool *is = xcalloc(e->nodes.len, sizeof(*is));
    for (size_t i = 0; i < e->nodes.len; i++) {
        const struct label_node *node = &e->nodes.items[i];
        bool left = node->left >= 0 && is[node->left], right = node->right >= 0 && is[node->right];
        for (size_t k = 0; node->op == OP_ATOM && k < n; k++)
            left |= strcmp(labels[k], node->atom) == 0;
        const bool values[] = {
            [OP_ATOM] = left,        [OP_NOT] = !left,         [OP_AND] = left && right,
            [OP_OR] = left || right, [OP_IFF] = left == right, [OP_IMPLIES] = !left || right};
        is[i] = values[node->op];
    }
    return is[e->root];
}
