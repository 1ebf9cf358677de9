/* The parser's frame: entry, failures, nodes, and the limits of depth and height. */
#include "parser/parse.h"
#include "base/error.h"
#include <string.h>

/* The first failure stays: what comes behind it is only the way back up through the callers. */
static void set_failure(struct parser *p, struct failure_state value)
{
    if (!p->failure.what)
        p->failure = value;
}

void *fail_unexpected(struct parser *p, const struct token *t)
{
    set_failure(p, (struct failure_state){.what = FAIL_UNEXPECTED, .at = t});
    return NULL;
}

void *fail_message(struct parser *p, const struct token *t, const char *message)
{
    set_failure(p, (struct failure_state){.what = FAIL_MESSAGE, .at = t, .message = message});
    return NULL;
}

/* A soft failure is one of a later phase of Groovy's compiler (its AST builder, its verifiers). It is kept
 * and the parser goes on, since a syntax error anywhere in the file is reported instead of it. */
void fail_soft(struct parser *p, struct span place, const char *message)
{
    if (p->soft.message)
        return;
    fail_soft_outer(p, place, message);
}

/* Groovy meets the outer node first, so an outer complaint replaces one that was found inside of it. */
void fail_soft_outer(struct parser *p, struct span place, const char *message)
{
    if (p->soft.message &&
        (p->soft.line < place.line || (p->soft.line == place.line && p->soft.col < place.col)))
        return;
    p->soft.message = message;
    p->soft.line = place.line;
    p->soft.col = place.col;
}

bool expect(struct parser *p, enum token_kind kind)
{
    if (accept(p, kind))
        return true;
    set_failure(p, (struct failure_state){.what = FAIL_EXPECTING, .at = p->tok, .expected = kind});
    return false;
}

/* Not undone on failure: a parser that has failed does not go on, and one that retries restores its whole
 * state. */
bool enter(struct parser *p)
{
    if (++p->depth <= MAX_DEPTH)
        return true;
    fail_message(p, p->tok, "nesting is too deep");
    return false;
}

/* What parser/scope_check.c (beside parameters and jumps) and parser/validate_script.c look for: most
 * declarative files hold none of it. */
static void note_kind(struct ast *ast, enum node_kind kind)
{
    switch (kind) {
    case NODE_VAR:
        ast->names_more = true;
        ast->declares = true;
        break;
    case NODE_CATCH:
    case NODE_LABELED:
        ast->declares = true;
        break;
    case NODE_METHOD:
    case NODE_ASSIGN:
    case NODE_CLASS:
    case NODE_IMPORT:
        ast->names_more = true;
        break;
    default:
        break;
    }
}

struct node *node_at(struct parser *p, enum node_kind kind, const struct token *first)
{
    struct node *n = arena_new(&p->ast->arena, struct node);
    note_kind(p->ast, kind);
    n->kind = kind;
    n->height = 1;
    n->span =
        (struct span){first->start, first->end, first->line, first->col, first->end_line, first->end_col};
    if (!p->peak)
        p->peak = 1;
    return n;
}

/* `left` becomes the leftmost leaf of the new node. A chain `a + b + c` grows by one level a link without
 * any recursion here, and whoever walks the tree recurses: hence the height that is counted along. */
struct node *node_from(struct parser *p, enum node_kind kind, const struct node *left)
{
    struct node *n = arena_new(&p->ast->arena, struct node);
    note_kind(p->ast, kind);
    n->kind = kind;
    n->span = left->span;
    n->height = 1;
    return node_grow(p, n, left) ? n : NULL;
}

/* At the last token taken that is no newline, so that no node ends in white space. */
struct node *node_close(struct parser *p, struct node *n)
{
    if (n) {
        n->span.end = p->last->end;
        n->span.end_line = p->last->end_line;
        n->span.end_col = p->last->end_col;
    }
    return n;
}

static bool set_height(struct parser *p, struct node *n, int height)
{
    if (height > MAX_HEIGHT) {
        fail_message(p, p->tok, "expression is too long");
        return false;
    }
    if (height > n->height)
        n->height = (uint16_t)height;
    if (n->height > p->peak)
        p->peak = n->height;
    return true;
}

bool node_grow(struct parser *p, struct node *n, const struct node *child)
{
    return !child || set_height(p, n, child->height + 1);
}

/* Between peak_begin() and peak_end() `peak` is the greatest height of any node made, whatever it hangs
 * on: the owner of a bracket gets higher than everything in it without looking at its children one by one. */
uint16_t peak_begin(struct parser *p)
{
    uint16_t outer = p->peak;
    p->peak = 0;
    return outer;
}

bool peak_end(struct parser *p, struct node *n, uint16_t outer)
{
    int height = p->peak + 1;
    p->peak = outer;
    return set_height(p, n, height);
}

void list_init(struct list *l)
{
    l->first = NULL;
    l->end = &l->first;
}

bool list_add(struct list *l, struct node *n)
{
    if (!n)
        return false;
    *l->end = n;
    l->end = &n->next;
    return true;
}

struct span span_of(const struct token *first, const struct token *last)
{
    return (struct span){first->start, last->end, first->line, first->col, last->end_line, last->end_col};
}

const char *intern_token(struct parser *p, const struct token *t)
{
    return ast_intern(p->ast, p->text + t->start, t->end - t->start);
}

struct node *string_node(struct parser *p, const struct token *t)
{
    struct node *n = node_at(p, NODE_STRING, t);
    if (t->kind == TOK_STRING) {
        uint32_t len;
        const char *s = lexer_string(p->lx, t, &len);
        n->u.str.bytes = ast_intern(p->ast, s, len);
        n->u.str.len = len;
        n->quote = t->quote;
    } else {
        n->u.str.bytes = intern_token(p, t);
        n->u.str.len = t->end - t->start;
    }
    return n;
}

/* What Groovy calls a token that it waits for. */
static const char *expected_name(enum token_kind kind, struct parser *p)
{
    switch (kind) {
    case TOK_EOF:
        return "EOF";
    case TOK_IDENT:
        return "an identifier";
    case TOK_GSTRING_END:
        return "a string literal end";
    case TOK_NL:
        return "some newlines, whitespace or comments";
    default:
        return arena_printf(&p->ast->arena, token_is_keyword(kind) ? "\"%s\"" : "'%s'", token_text(kind));
    }
}

static int report(struct parser *p, const struct failure_state *f, struct error *err)
{
    const struct token *t = f->at;
    const char *file = p->ast->source.name;
    int line = (int)t->line, col = (int)t->col;
    if (t->kind == TOK_ERROR && p->lx->message)
        return error_at(err, ERROR_SYNTAX, file, line, col, "%s", p->lx->message);
    switch (f->what) {
    case FAIL_UNEXPECTED:
        return error_at(err, ERROR_SYNTAX, file, line, col, "unexpected token: %s", lexer_shown(p->lx, t));
    case FAIL_EXPECTING:
        return error_at(err, ERROR_SYNTAX, file, line, col, "expecting %s, found '%s'",
                        expected_name(f->expected, p), lexer_shown(p->lx, t));
    default:
        return error_at(err, ERROR_SYNTAX, file, line, col, "%s", f->message);
    }
}

static bool parse_script(struct parser *p)
{
    struct list l;
    list_init(&l);
    skip_newline(p);
    if (!parse_statements(p, &l, TOK_EOF) || !expect(p, TOK_EOF))
        return false;
    p->ast->body = l.first;
    return true;
}

/* Line and column of an offset, for the checks that run before the lexer. */
static int fail_offset(struct ast *ast, size_t offset, const char *message, struct error *err)
{
    int line = 1, col = 1;
    const unsigned char *s = (const unsigned char *)ast->source.text;
    for (size_t i = 0; i < offset; i++) {
        if (s[i] == '\n' || (s[i] == '\r' && s[i + 1] != '\n')) {
            line++;
            col = 1;
        } else if ((s[i] & 0xC0) != 0x80) {
            col += s[i] >= 0xF0 ? 2 : 1;
        }
    }
    return error_at(err, ERROR_SYNTAX, ast->source.name, line, col, "%s", message);
}

/* Order of what can be wrong: encoding, then \u escapes anywhere (Groovy's reader resolves them before its
 * lexer sees the text), then the first error of the lexer or the parser in the order of the text, and only
 * if there is none the earliest soft failure. */
int ast_parse(struct ast *ast, const char *name, const char *text, size_t len, struct error *err)
{
    memset(ast, 0, sizeof(*ast));
    ast->source.name = arena_strdup(&ast->arena, name);
    if (len > 1u << 30)
        return error_at(err, ERROR_SYNTAX, name, 0, 0, "file is larger than 1 GiB");
    ast->source.text = arena_strndup(&ast->arena, text, len);
    ast->source.len = len;
    size_t bad = utf8_check(text, len);
    if (bad < len)
        return fail_offset(ast, bad, "invalid UTF-8", err);
    bad = unicode_escape_check(ast->source.text, len);
    if (bad < len)
        return fail_offset(ast, bad, "Did not find four digit hex character code.", err);

    struct lexer _cleanup_(lexer_release) lx;
    lexer_init(&lx, &ast->arena, ast->source.text, len);
    lexer_run(&lx);
    ast->has_shebang = lx.has_shebang;
    struct parser p = {.ast = ast,
                       .text = ast->source.text,
                       .lx = &lx,
                       .tokens = lx.tokens,
                       .tok = lx.tokens,
                       .last = lx.tokens,
                       .retries = MAX_RETRIES};
    if (!parse_script(&p))
        return report(&p, &p.failure, err);
    if (!p.soft.message)
        return 0;
    return error_at(err, ERROR_SYNTAX, name, (int)p.soft.line, (int)p.soft.col,
                    "%s at line: %u column: %u. File: %s", p.soft.message, p.soft.line, p.soft.col, name);
}
