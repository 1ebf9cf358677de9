/* Classes, interfaces, traits, enums and annotation types. Their bodies take the same members. */
#include "parser/parse.h"

/* A static one is marked by the quote 's'. */
static struct node *parse_initializer_block(struct parser *p, bool is_static)
{
    if (is_static) {
        take(p);
        skip_newline(p);
    }
    struct node *block = parse_block(p);
    if (block)
        block->quote = is_static ? 's' : 0;
    return block;
}

static bool begins_constructor(const struct parser *p)
{
    return p->class_name && at(p, TOK_IDENT) && kind_at(p, 1) == TOK_LPAREN;
}

static bool begins_class(const struct parser *p)
{
    switch (p->tok->kind) {
    case TOK_CLASS:
    case TOK_INTERFACE:
    case TOK_ENUM:
    case TOK_TRAIT:
        return true;
    case TOK_AT:
        return kind_at(p, 1) == TOK_INTERFACE;
    default:
        return false;
    }
}

/* `int x() default 1` of annotation types. */
static struct node *skip_default(struct parser *p, struct node *n)
{
    if (!n || n->kind != NODE_METHOD || !accept(p, TOK_DEFAULT))
        return n;
    skip_newline(p);
    return parse_expression(p, CONTEXT_NESTED) ? n : NULL;
}

/* A constructor looks like a method without a type, which only the class's name tells from a call. The
 * parser is restored as a whole where type parameters stand behind the modifiers, as parse_declaration()
 * reads both. */
static struct node *parse_member_declaration(struct parser *p)
{
    struct parser saved = *p;
    const struct token *first = p->tok;
    uint16_t mods;
    struct annotation *annotations;
    if (at(p, TOK_LBRACE))
        return parse_initializer_block(p, false);
    if (at(p, TOK_STATIC) &&
        (kind_at(p, 1) == TOK_LBRACE || (kind_at(p, 1) == TOK_NL && kind_at(p, 2) == TOK_LBRACE)))
        return parse_initializer_block(p, true);
    if (scan_declaration(p) && !begins_constructor(p))
        return skip_default(p, parse_declaration(p));
    if (!parse_modifiers(p, &mods, &annotations))
        return NULL;
    if (begins_class(p))
        return parse_class(p, first, mods, annotations);
    if (begins_constructor(p) && intern_token(p, p->tok) == p->class_name)
        return parse_method(p, first, mods, annotations, NULL);
    if (at(p, TOK_LT) && mods) {
        *p = saved;
        return parse_declaration(p);
    }
    return fail_unexpected(p, first);
}

static bool parse_members(struct parser *p, struct node *cls)
{
    struct list members;
    list_init(&members);
    for (;;) {
        while (at(p, TOK_SEMI) || at(p, TOK_NL))
            take(p);
        if (at(p, TOK_RBRACE) || at(p, TOK_EOF))
            break;
        struct node *member = parse_member_declaration(p);
        if (!list_add(&members, member))
            return false;
        if (member->kind == NODE_METHOD)
            check_method_body(
                p, member, cls->u.class_.kind == CLASS_INTERFACE || cls->u.class_.kind == CLASS_ANNOTATION);
        if (!at(p, TOK_SEMI) && !at(p, TOK_NL))
            break;
    }
    cls->u.class_.members = members.first;
    return true;
}

/* The body of a constant is a class of its own, in the call's obj. */
static struct node *parse_constant(struct parser *p)
{
    uint16_t mods;
    struct annotation *annotations;
    struct list args;
    list_init(&args);
    if (!parse_modifiers(p, &mods, &annotations))
        return NULL;
    struct node *n = node_at(p, NODE_CALL, p->tok);
    if (!at(p, TOK_IDENT))
        return fail_unexpected(p, p->tok);
    n->u.call.method = string_node(p, p->tok);
    take(p);
    if (at(p, TOK_LPAREN)) {
        take(p);
        if (!parse_args(p, TOK_RPAREN, &args, n) || !expect(p, TOK_RPAREN))
            return NULL;
        n->u.call.args = args.first;
        n->u.call.parens = true;
    }
    if (at(p, TOK_LBRACE)) {
        n->u.call.obj = parse_class_body(p, node_at(p, NODE_CLASS, p->tok));
        if (!n->u.call.obj)
            return NULL;
    }
    return node_close(p, n);
}

static bool begins_constants(const struct parser *p)
{
    const struct token *t = p->tok, *next;
    while (t->kind == TOK_AT && (next = scan_annotation(p, t)))
        t = next->kind == TOK_NL ? next + 1 : next;
    if (t->kind != TOK_IDENT)
        return false;
    enum token_kind kind = (enum token_kind)t[1].kind;
    return kind == TOK_LPAREN || kind == TOK_LBRACE || kind == TOK_COMMA || kind == TOK_SEMI ||
           kind == TOK_NL || kind == TOK_RBRACE;
}

static bool parse_constants(struct parser *p, struct node *cls)
{
    struct list constants;
    list_init(&constants);
    skip_newline(p);
    if (!begins_constants(p))
        return true;
    for (;;) {
        if (!list_add(&constants, parse_constant(p)))
            return false;
        const struct token *next = at(p, TOK_NL) ? p->tok + 1 : p->tok;
        if (next->kind != TOK_COMMA)
            break;
        skip_newline(p);
        take(p);
        skip_newline(p);
        if (!at(p, TOK_IDENT) && !at(p, TOK_AT))
            break;
    }
    cls->u.class_.constants = constants.first;
    return true;
}

struct node *parse_class_body(struct parser *p, struct node *cls)
{
    uint16_t outer = peak_begin(p);
    if (!enter(p) || !expect(p, TOK_LBRACE))
        return NULL;
    if (cls->u.class_.kind == CLASS_ENUM && !parse_constants(p, cls))
        return NULL;
    if (!parse_members(p, cls) || !expect(p, TOK_RBRACE))
        return NULL;
    leave(p);
    return peak_end(p, cls, outer) ? node_close(p, cls) : NULL;
}

/* extends and implements, in either order's grammar; an interface extends several. */
static bool parse_supertypes(struct parser *p, struct node *cls)
{
    if (at(p, TOK_EXTENDS)) {
        take(p);
        skip_newline(p);
        struct type_ref *types = parse_type_list(p, TOK_COMMA);
        if (!types)
            return false;
        if (cls->u.class_.kind == CLASS_INTERFACE)
            cls->u.class_.interfaces = types;
        else
            cls->u.class_.super = types;
        skip_newline(p);
    }
    if (at(p, TOK_IMPLEMENTS)) {
        take(p);
        skip_newline(p);
        cls->u.class_.interfaces = parse_type_list(p, TOK_COMMA);
        if (!cls->u.class_.interfaces)
            return false;
        skip_newline(p);
    }
    return true;
}

static enum class_kind class_kind_of(enum token_kind kind)
{
    switch (kind) {
    case TOK_INTERFACE:
        return CLASS_INTERFACE;
    case TOK_ENUM:
        return CLASS_ENUM;
    case TOK_TRAIT:
        return CLASS_TRAIT;
    default:
        return CLASS_CLASS;
    }
}

/* At the word class, interface, … behind the modifiers. */
struct node *parse_class(struct parser *p, const struct token *first, uint16_t mods,
                         struct annotation *annotations)
{
    struct node *cls = node_at(p, NODE_CLASS, first);
    bool annotation = accept(p, TOK_AT);
    if (kind_at(p, 1) != TOK_IDENT)
        return fail_unexpected(p, annotation ? p->tok - 1 : p->tok);
    cls->u.class_.kind = annotation ? CLASS_ANNOTATION : class_kind_of((enum token_kind)p->tok->kind);
    cls->u.class_.mods = mods;
    cls->u.class_.annotations = annotations;
    take(p);
    cls->u.class_.name = intern_token(p, p->tok);
    take(p);
    skip_newline(p);
    if (at(p, TOK_LT)) {
        if (!skip_type_params(p))
            return NULL;
        skip_newline(p);
    }
    if (!parse_supertypes(p, cls))
        return NULL;
    if (!at(p, TOK_LBRACE))
        return fail_unexpected(p, p->tok);
    const char *outer = p->class_name;
    p->class_name = cls->u.class_.name;
    cls = parse_class_body(p, cls);
    p->class_name = outer;
    return cls;
}
