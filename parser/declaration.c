/* Declarations: modifiers, annotations, variables, methods, imports. A script and a class body share
 * them; what is allowed where is decided behind the parser, as in Groovy. */
#include "parser/parse.h"

static struct annotation *parse_annotation(struct parser *p);

/* A value in an annotation's parentheses: an expression, or another annotation as its name. */
static struct node *parse_annotation_value(struct parser *p)
{
    if (!at(p, TOK_AT))
        return parse_conditional(p, CONTEXT_NESTED);
    struct node *n = node_at(p, NODE_NAME, p->tok);
    if (!enter(p))
        return NULL;
    const struct annotation *a = parse_annotation(p);
    leave(p);
    if (!a)
        return NULL;
    n->u.name = a->name;
    return node_close(p, n);
}

/* `name = value`; a single unnamed value is that of `value`. */
static struct node *parse_annotation_entry(struct parser *p, bool *unnamed)
{
    struct node *n = node_at(p, NODE_ENTRY, p->tok);
    *unnamed = kind_at(p, 1) != TOK_ASSIGN;
    if (!*unnamed) {
        n->u.entry.key = string_node(p, p->tok);
        take(p);
        take(p);
        skip_newline(p);
    } else {
        n->u.entry.key = node_at(p, NODE_STRING, p->tok);
        n->u.entry.key->u.str.bytes = ast_intern(p->ast, "value", 5);
        n->u.entry.key->u.str.len = 5;
    }
    n->u.entry.value = parse_annotation_value(p);
    return n->u.entry.value ? node_close(p, n) : NULL;
}

static bool parse_annotation_args(struct parser *p, struct annotation *a)
{
    struct list args;
    bool unnamed = false;
    list_init(&args);
    while (!at(p, TOK_RPAREN)) {
        if (!list_add(&args, parse_annotation_entry(p, &unnamed)))
            return false;
        if (unnamed || !accept(p, TOK_COMMA))
            break;
    }
    a->args = args.first;
    return expect(p, TOK_RPAREN);
}

static struct annotation *parse_annotation(struct parser *p)
{
    struct annotation *a = arena_new(&p->ast->arena, struct annotation);
    const struct token *first = p->tok;
    if (kind_at(p, 1) != TOK_IDENT)
        return fail_unexpected(p, first);
    take(p);
    a->name = parse_dotted(p);
    if (!a->name)
        return NULL;
    const struct token *open = at(p, TOK_NL) ? p->tok + 1 : p->tok;
    if (open->kind == TOK_LPAREN) {
        skip_newline(p);
        take(p);
        if (!parse_annotation_args(p, a))
            return NULL;
    }
    a->span = span_of(first, p->last);
    return a;
}

bool parse_modifiers(struct parser *p, uint16_t *mods, struct annotation **annotations)
{
    struct annotation **end = annotations;
    *mods = 0;
    *annotations = NULL;
    for (;;) {
        uint16_t mod = token_modifier((enum token_kind)p->tok->kind);
        if (mod) {
            *mods |= mod;
            take(p);
        } else if (at(p, TOK_AT) && kind_at(p, 1) != TOK_INTERFACE) {
            *end = parse_annotation(p);
            if (!*end)
                return false;
            end = &(*end)->next;
        } else {
            return true;
        }
        skip_newline(p);
    }
}

/* Groovy looks one token behind a name and blames the name for what cannot follow. */
static bool ends_param(const struct parser *p)
{
    switch (kind_at(p, 1)) {
    case TOK_COMMA:
    case TOK_RPAREN:
    case TOK_ASSIGN:
    case TOK_ARROW:
    case TOK_NL:
    case TOK_ERROR:
        return true;
    default:
        return false;
    }
}

static bool ends_variable(const struct parser *p)
{
    switch (kind_at(p, 1)) {
    case TOK_COMMA:
    case TOK_ASSIGN:
    case TOK_SEMI:
    case TOK_NL:
    case TOK_RBRACE:
    case TOK_ELSE:
    case TOK_CASE:
    case TOK_DEFAULT:
    case TOK_EOF:
    case TOK_ERROR:
        return true;
    default:
        return false;
    }
}

static struct param *parse_param(struct parser *p)
{
    struct param *param = arena_new(&p->ast->arena, struct param);
    p->ast->declares = true;
    const struct token *first = p->tok;
    uint16_t mods;
    if (!parse_modifiers(p, &mods, &param->annotations))
        return NULL;
    const struct token *typed = scan_type(p->tok, p, false);
    if (typed && (typed->kind == TOK_IDENT || typed->kind == TOK_ELLIPSIS) && !(param->type = parse_type(p)))
        return NULL;
    param->varargs = accept(p, TOK_ELLIPSIS);
    if (!at(p, TOK_IDENT) || !ends_param(p))
        return fail_unexpected(p, p->tok);
    param->name = intern_token(p, p->tok);
    take(p);
    if (accept(p, TOK_ASSIGN)) {
        skip_newline(p);
        param->init = parse_command(p);
        if (!param->init)
            return NULL;
    }
    param->span = span_of(first, p->last);
    return param;
}

bool parse_params(struct parser *p, enum token_kind close, struct param **params)
{
    struct param **end = params;
    while (!at(p, close)) {
        *end = parse_param(p);
        if (!*end)
            return false;
        end = &(*end)->next;
        if (!accept(p, TOK_COMMA))
            break;
        skip_newline(p);
    }
    return true;
}

static bool parse_initializer(struct parser *p, struct node **init)
{
    if (!accept(p, TOK_ASSIGN))
        return true;
    skip_newline(p);
    *init = parse_command(p);
    return *init != NULL;
}

void name_variable(struct parser *p, struct node *n)
{
    n->u.var.name = intern_token(p, p->tok);
    n->u.var.name_line = p->tok->line;
    n->u.var.name_col = p->tok->col;
}

/* Each declarator gets the modifiers, annotations and type of the whole statement; they are shared, not
 * copied. */
static struct node *parse_variable(struct parser *p, const struct token *first, uint16_t mods,
                                   struct annotation *annotations, struct type_ref *type)
{
    struct node *n = node_at(p, NODE_VAR, first);
    if (!at(p, TOK_IDENT) || !ends_variable(p))
        return fail_unexpected(p, p->tok);
    name_variable(p, n);
    n->u.var.type = type;
    n->u.var.mods = mods;
    n->u.var.annotations = annotations;
    take(p);
    if (!parse_initializer(p, &n->u.var.init) || !node_grow(p, n, n->u.var.init))
        return NULL;
    return node_close(p, n);
}

static struct node *parse_variables(struct parser *p, const struct token *first, uint16_t mods,
                                    struct annotation *annotations, struct type_ref *type)
{
    struct list vars;
    list_init(&vars);
    if (!list_add(&vars, parse_variable(p, first, mods, annotations, type)))
        return NULL;
    while (accept(p, TOK_COMMA)) {
        skip_newline(p);
        if (!list_add(&vars, parse_variable(p, p->tok, mods, annotations, type)))
            return NULL;
    }
    if (!vars.first->next)
        return vars.first;
    struct node *n = node_at(p, NODE_VARS, first);
    n->u.list.items = vars.first;
    return node_close(p, n);
}

/* At the name of a method, behind its modifiers and type. */
struct node *parse_method(struct parser *p, const struct token *first, uint16_t mods,
                          struct annotation *annotations, struct type_ref *type)
{
    struct node *n = node_at(p, NODE_METHOD, first);
    struct function *fn = n->u.fn = arena_new(&p->ast->arena, struct function);
    uint16_t outer = peak_begin(p);
    fn->mods = mods;
    fn->annotations = annotations;
    fn->type = type;
    fn->is_constructor = p->class_name && !type && !(mods & MOD_DEF) && at(p, TOK_IDENT) &&
                         intern_token(p, p->tok) == p->class_name;
    fn->name = string_node(p, p->tok)->u.str.bytes;
    take(p);
    take(p);
    if (!parse_params(p, TOK_RPAREN, &fn->params) || !expect(p, TOK_RPAREN))
        return NULL;
    const struct token *next = at(p, TOK_NL) ? p->tok + 1 : p->tok;
    if (next->kind == TOK_THROWS) {
        skip_newline(p);
        take(p);
        skip_newline(p);
        if (!parse_type_list(p, TOK_COMMA))
            return NULL;
        next = at(p, TOK_NL) ? p->tok + 1 : p->tok;
    }
    if (at(p, TOK_NL) && next->kind != TOK_LBRACE)
        next = p->tok;
    if (next->kind == TOK_LBRACE) {
        skip_newline(p);
        fn->body = parse_block(p);
        if (!fn->body)
            return NULL;
    } else if (!token_ends_statement((enum token_kind)next->kind) || next->kind == TOK_RPAREN) {
        return fail_unexpected(p, next);
    }
    return peak_end(p, n, outer) ? node_close(p, n) : NULL;
}

void check_method_body(struct parser *p, const struct node *n, bool in_interface)
{
    bool abstract = in_interface || (n->u.fn->mods & MOD_ABSTRACT);
    if (abstract && n->u.fn->body)
        fail_soft_outer(p, n->span, "Abstract methods do not define a body.");
    else if (!abstract && !n->u.fn->body)
        fail_soft(p, n->span,
                  "You defined a method without body. Try adding a body, or declare it abstract.");
}

/* def (a, b) = …, at the parenthesis. */
struct node *parse_destructuring(struct parser *p, uint16_t mods, struct annotation *annotations)
{
    struct node *n = node_at(p, NODE_VARS, p->last);
    struct list vars;
    list_init(&vars);
    do {
        take(p);
        const struct token *typed = scan_type(p->tok, p, false);
        struct type_ref *type = NULL;
        const struct token *first = p->tok;
        if (typed && typed->kind == TOK_IDENT && !(type = parse_type(p)))
            return NULL;
        if (!at(p, TOK_IDENT) || !ends_param(p))
            return fail_unexpected(p, p->tok);
        struct node *var = node_at(p, NODE_VAR, first);
        name_variable(p, var);
        var->u.var.type = type;
        var->u.var.mods = mods;
        var->u.var.annotations = annotations;
        take(p);
        list_add(&vars, node_close(p, var));
    } while (at(p, TOK_COMMA));
    n->u.list.items = vars.first;
    if (!expect(p, TOK_RPAREN) || !expect(p, TOK_ASSIGN))
        return NULL;
    skip_newline(p);
    n->u.list.destructure = parse_expression(p, CONTEXT_NESTED);
    return n->u.list.destructure && node_grow(p, n, n->u.list.destructure) ? node_close(p, n) : NULL;
}

/* A variable or method; scan_declaration() has said that one begins here. */
struct node *parse_declaration(struct parser *p)
{
    const struct token *first = p->tok;
    uint16_t mods;
    struct annotation *annotations;
    struct type_ref *type = NULL;
    if (!parse_modifiers(p, &mods, &annotations))
        return NULL;
    if (at(p, TOK_LT) && !skip_type_params(p))
        return NULL;
    const struct token *typed = scan_type(p->tok, p, true);
    bool modified = mods || annotations;
    if (typed && (!modified || typed->kind == TOK_IDENT || typed->kind == TOK_STRING) &&
        !(type = parse_type(p)))
        return NULL;
    if (kind_at(p, 1) == TOK_LPAREN && (at(p, TOK_IDENT) || at(p, TOK_STRING)))
        return parse_method(p, first, mods, annotations, type);
    return parse_variables(p, first, mods, annotations, type);
}

struct node *parse_import(struct parser *p, struct annotation *annotations)
{
    struct node *n = node_at(p, NODE_IMPORT, p->tok);
    if (kind_at(p, 1) != TOK_IDENT && kind_at(p, 1) != TOK_STATIC)
        return fail_unexpected(p, p->tok);
    n->u.import.annotations = annotations;
    take(p);
    n->u.import.is_static = accept(p, TOK_STATIC);
    n->u.import.name = parse_dotted(p);
    if (!n->u.import.name)
        return NULL;
    if (accept(p, TOK_DOT)) {
        skip_newline(p);
        if (!expect(p, TOK_STAR))
            return NULL;
        n->u.import.star = true;
    } else if (accept(p, TOK_AS)) {
        skip_newline(p);
        n->u.import.alias = at(p, TOK_IDENT) ? intern_token(p, p->tok) : NULL;
        if (!expect(p, TOK_IDENT))
            return NULL;
    }
    if (!token_ends_statement((enum token_kind)p->tok->kind))
        return fail_unexpected(p, p->tok);
    return node_close(p, n);
}

struct node *parse_package(struct parser *p, struct annotation *annotations)
{
    struct node *n = node_at(p, NODE_PACKAGE, p->tok);
    (void)annotations;
    if (kind_at(p, 1) != TOK_IDENT)
        return fail_unexpected(p, p->tok);
    take(p);
    n->u.name = parse_dotted(p);
    return n->u.name ? node_close(p, n) : NULL;
}
