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
    struct failure_state failure;     /* the first; `what` FAIL_NONE: none yet */
    struct {
        const char *message;
        uint32_t line, col;
    } soft;                  /* what Groovy finds after parsing; counts if nothing else failed */
    const struct node *path; /* the last path expression: only such take arguments without ( ) */
    const char *class_name;  /* of the class around, for its constructors */
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
void fail_soft(struct parser *p, struct span place, const char *message);
/* The same where Groovy would not have looked at what stands inside of the place. */
void fail_soft_outer(struct parser *p, struct span place, const char *message);
bool enter(struct parser *p);
static inline void leave(struct parser *p)
{
    p->depth--;
}
struct node *node_at(struct parser *p, enum node_kind kind, const struct token *first);
struct node *node_from(struct parser *p, enum node_kind kind,
                       const struct node *left);                            /* begins where left does */
struct node *node_close(struct parser *p, struct node *n);                  /* ends here; NULL passes */
bool node_grow(struct parser *p, struct node *n, const struct node *child); /* false: too high */
uint16_t peak_begin(struct parser *p);
bool peak_end(struct parser *p, struct node *n, uint16_t outer);
void list_init(struct list *l);
bool list_add(struct list *l, struct node *n); /* false for NULL */
struct span span_of(const struct token *first, const struct token *last);
const char *intern_token(struct parser *p, const struct token *t);
struct node *string_node(struct parser *p, const struct token *t); /* a name as NODE_STRING */

#include "parser/grammar.h"

#endif
