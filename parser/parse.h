/* Inside the parser: its state and the functions its files call of each other.
 *
 * A recursive-descent parser over the token array, in the shape of Groovy 2.4's own grammar
 * (antlr 2, two tokens of lookahead, syntactic predicates), because the first error and its place
 * follow from that shape. Every function that returns a node returns NULL once it has failed; the
 * failure is in the state and is turned into words at the end. */
#ifndef PARSER_PARSE_H
#define PARSER_PARSE_H

#include "base/util.h"
#include "parser/ast.h"
#include "parser/lexer.h"

enum {
    MAX_DEPTH = 1000,  /* of expressions and statements within each other */
    MAX_HEIGHT = 4000, /* of a left-leaning tree such as a + b + c … */
    MAX_RETRIES = 64,  /* second readings of a command's arguments, else exponential */
};

enum failure { FAIL_NONE, FAIL_UNEXPECTED, FAIL_EXPECTING, FAIL_MESSAGE };

struct failure_state {
    enum failure what;
    const struct token *at;
    enum token_kind expected;
    const char *message; /* static or in the arena */
};

struct parser {
    struct ast *ast;
    const char *text;
    const struct lexer *lx;
    const struct token *tokens, *tok; /* all, the current one */
    const struct token *last;         /* the last one taken that is no newline: where nodes end */
    struct failure_state failure;
    struct failure_state soft;        /* what Groovy finds after parsing; counts if nothing else failed */
    const struct node *path;          /* the last path expression: only such take arguments without ( ) */
    const char *class_name;           /* of the class around, for its constructors */
    int depth, retries;
    uint16_t peak; /* greatest height of a node in the brackets around */
};

/* How an expression stands: only as (the beginning of) a statement may a closure follow on the next line. */
enum context { CONTEXT_NESTED, CONTEXT_STATEMENT };

/* A list being built. */
struct list {
    struct node *first, **end;
};

static inline enum token_kind kind_at(const struct parser *p, int ahead)
{
    return (enum token_kind)p->tok[ahead].kind;
}

static inline bool at(const struct parser *p, enum token_kind kind)
{
    return p->tok->kind == kind;
}

static inline void take(struct parser *p)
{
    if (p->tok->kind != TOK_NL)
        p->last = p->tok;
    if (p->tok->kind != TOK_EOF && p->tok->kind != TOK_ERROR)
        p->tok++;
}

static inline bool accept(struct parser *p, enum token_kind kind)
{
    if (p->tok->kind != kind)
        return false;
    take(p);
    return true;
}

static inline void skip_newline(struct parser *p)
{
    accept(p, TOK_NL);
}

/* parse.c */
bool expect(struct parser *p, enum token_kind kind);
void *fail_unexpected(struct parser *p, const struct token *t);
void *fail_message(struct parser *p, const struct token *t, const char *message);
void fail_soft(struct parser *p, const struct token *t, const char *message);
bool enter(struct parser *p);
static inline void leave(struct parser *p)
{
    p->depth--;
}
struct node *node_at(struct parser *p, enum node_kind kind, const struct token *first);
struct node *node_from(struct parser *p, enum node_kind kind, const struct node *left); /* begins where left does */
struct node *node_close(struct parser *p, struct node *n); /* ends here; NULL passes */
bool node_grow(struct parser *p, struct node *n, const struct node *child); /* false: too high */
uint16_t peak_begin(struct parser *p);
bool peak_end(struct parser *p, struct node *n, uint16_t outer);
void list_init(struct list *l);
bool list_add(struct list *l, struct node *n); /* false for NULL */
struct span span_of(const struct token *first, const struct token *last);
const char *intern_token(struct parser *p, const struct token *t);
struct node *string_node(struct parser *p, const struct token *t); /* a name as NODE_STRING */

/* scan.c: looks ahead without taking anything. Each returns the token behind, or NULL. */
const struct token *scan_type(const struct token *t, const struct parser *p, bool upper);
const struct token *scan_type_args(const struct token *t);
const struct token *scan_annotation(const struct parser *p, const struct token *t);
const struct token *after_bracket(const struct parser *p, const struct token *open);
bool scan_declaration(const struct parser *p);
bool scan_closure_params(const struct parser *p, const struct token *t);
bool scan_label(const struct parser *p);
bool scan_cast(const struct parser *p, bool *primitive);
bool token_is_primitive(enum token_kind kind);
uint16_t token_modifier(enum token_kind kind); /* 0: none; MOD_DEF for def */
bool token_begins_expression(enum token_kind kind);
bool token_ends_statement(enum token_kind kind);
bool token_is_infix(enum token_kind kind); /* an operator that can begin nothing */

/* expr.c */
struct node *parse_expression(struct parser *p, enum context context);
struct node *parse_conditional(struct parser *p, enum context context); /* no assignment */
struct node *parse_binary(struct parser *p, int min, enum context context);
/* An expression that may be a command without parentheses: `a b, c`. */
struct node *parse_command(struct parser *p);
enum { PRECEDENCE_LOWEST = 1, PRECEDENCE_SHIFT = 9 };

/* path.c, primary.c, args.c */
struct node *parse_path(struct parser *p, enum context context);
struct node *parse_path_elements(struct parser *p, struct node *base, enum context context);
struct node *parse_primary(struct parser *p);
struct node *parse_command_args(struct parser *p, struct node *head);
bool parse_args(struct parser *p, enum token_kind close, struct list *args, struct node *owner);
struct node *make_call(struct parser *p, struct node *callee);
struct node *parse_closure(struct parser *p);

/* literal.c */
struct node *parse_number(struct parser *p);
bool number_negate(struct parser *p, struct node *n); /* in place; false if n is no literal */
struct node *parse_gstring(struct parser *p);
struct node *parse_list_or_map(struct parser *p);

/* statement.c */
struct node *parse_statement(struct parser *p, enum token_kind before);
/* Statements up to `end`, which stays: TOK_EOF of a script, TOK_RBRACE of a block, TOK_CASE in a switch. */
bool parse_statements(struct parser *p, struct list *l, enum token_kind end);
struct node *parse_body(struct parser *p);               /* of if, for, while: a block or one statement */
struct node *parse_block(struct parser *p);              /* { … } */
struct node *parse_branch(struct parser *p);             /* return, break, continue, throw, assert */
struct node *parse_control(struct parser *p);            /* control.c: if, for, while, switch, try, synchronized */

/* declaration.c, class.c, type.c */
struct node *parse_declaration(struct parser *p);
struct node *parse_destructuring(struct parser *p, uint16_t mods, struct annotation *annotations);
bool parse_modifiers(struct parser *p, uint16_t *mods, struct annotation **annotations);
bool parse_params(struct parser *p, enum token_kind close, struct param **params);
struct node *parse_import(struct parser *p, struct annotation *annotations);
struct node *parse_package(struct parser *p, struct annotation *annotations);
struct node *parse_method(struct parser *p, const struct token *first, uint16_t mods, struct annotation *annotations,
                          struct type_ref *type);
struct node *parse_class(struct parser *p, const struct token *first, uint16_t mods, struct annotation *annotations);
struct node *parse_class_body(struct parser *p, struct node *cls);
struct type_ref *parse_type(struct parser *p);
struct type_ref *parse_plain_type(struct parser *p); /* without brackets behind it */
struct type_ref *parse_type_list(struct parser *p, enum token_kind separator); /* plain types */
bool skip_type_params(struct parser *p);
const char *parse_dotted(struct parser *p);

#endif
