/* Types as written, dotted names, and the generic parameters that mean nothing at run time. */
#include "parser/parse.h"
#include "parser/duplicate_check.h"

/* a.b.c as one name, without the blanks that may stand around its dots. */
const char *parse_dotted(struct parser *p)
{
    const struct token *first = p->tok, *last = first;
    if (!expect(p, TOK_IDENT))
        return NULL;
    while (at(p, TOK_DOT) &&
           (kind_at(p, 1) == TOK_IDENT || (kind_at(p, 1) == TOK_NL && kind_at(p, 2) == TOK_IDENT))) {
        take(p);
        skip_newline(p);
        last = p->tok;
        take(p);
    }
    size_t len = 0;
    for (const struct token *t = first; t <= last; t++)
        len += t->kind == TOK_NL ? 0 : t->end - t->start;
    if (len == last->end - first->start)
        return ast_intern(p->ast, p->text + first->start, len);
    char *joined = arena_alloc(&p->ast->arena, len + 1), *out = joined;
    for (const struct token *t = first; t <= last; t++)
        for (uint32_t i = t->start; i < t->end && t->kind != TOK_NL; i++)
            *out++ = p->text[i];
    return ast_intern(p->ast, joined, len);
}

bool skip_type_params(struct parser *p)
{
    const struct token *end = scan_type_args(p->tok);
    if (!end) {
        fail_unexpected(p, p->tok);
        return false;
    }
    p->tok = end;
    p->last = end - 1;
    return true;
}

/* The arguments were scanned and are well-formed as far as brackets go; nesting by >> makes a tree of
 * them awkward and nothing needs more than the outermost names. */
static struct type_ref *parse_type_args(struct parser *p)
{
    struct type_ref *first = NULL, **end = &first;
    const struct token *stop = scan_type_args(p->tok);
    int open = 0;
    for (const struct token *t = p->tok; stop && t < stop; t++) {
        if (t->kind == TOK_LT)
            open++;
        else if (t->kind == TOK_GT || t->kind == TOK_SHR || t->kind == TOK_USHR)
            open -= t->kind == TOK_GT ? 1 : t->kind == TOK_SHR ? 2 : 3;
        else if (open == 1 && (t[-1].kind == TOK_LT || t[-1].kind == TOK_COMMA)) {
            struct type_ref *arg = arena_new(&p->ast->arena, struct type_ref);
            arg->name = intern_token(p, t);
            arg->span = span_of(t, t);
            *end = arg;
            end = &arg->next;
        }
    }
    return first;
}

struct type_ref *parse_plain_type(struct parser *p)
{
    const struct token *first = p->tok;
    struct type_ref *type = arena_new(&p->ast->arena, struct type_ref);
    if (token_is_primitive((enum token_kind)first->kind)) {
        type->name = intern_token(p, first);
        take(p);
    } else {
        if (!at(p, TOK_IDENT))
            return fail_unexpected(p, p->tok);
        type->name = parse_dotted(p);
        p->ast->names_types |= type->name && !*common_package(type->name);
    }
    if (at(p, TOK_LT) && scan_type_args(p->tok)) {
        type->args = parse_type_args(p);
        skip_type_params(p);
    }
    type->span = span_of(first, p->last);
    return type;
}

struct type_ref *parse_type(struct parser *p)
{
    const struct token *first = p->tok;
    struct type_ref *type = parse_plain_type(p);
    while (type && at(p, TOK_LBRACK) && kind_at(p, 1) == TOK_RBRACK) {
        take(p);
        take(p);
        type->dims++;
    }
    if (type)
        type->span = span_of(first, p->last);
    return type;
}

struct type_ref *parse_type_list(struct parser *p, enum token_kind separator)
{
    struct type_ref *first = NULL, **end = &first;
    for (;;) {
        *end = parse_plain_type(p);
        if (!*end)
            return NULL;
        end = &(*end)->next;
        const struct token *next = at(p, TOK_NL) ? p->tok + 1 : p->tok;
        if (next->kind != separator)
            return first;
        skip_newline(p);
        take(p);
        skip_newline(p);
    }
}
