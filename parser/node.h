/* The nodes of the syntax tree.
 *
 * One node type serves expressions and statements: a kind, a place, and a union. Lists of nodes are
 * singly linked through `next`, in source order. Everything is in the arena of the tree. */
#ifndef PARSER_NODE_H
#define PARSER_NODE_H

#include "parser/declaration.h"
#include "parser/node_kind.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Operators are the token kinds of the lexer (parser/token.h), e.g. TOK_PLUS, TOK_ASSIGN. */
typedef uint16_t op_t;

/* clang-format off */
struct node {
    enum node_kind kind;
    uint16_t height; /* of the tree below, at least along its left side: bounds recursion */
    /* What the literal was written as: '\'' '"' '3' (''' ) 'D' (""") '/' '$'; for NODE_STRING and NODE_GSTRING.
     * For other expressions: '(' if it stood in parentheses; for integers the suffix i, l or g; for the
     * initialiser block of a class 's' if it is static. */
    char quote;
    struct span span;
    struct node *next;
    union {
        int64_t num;
        double real;
        const char *text;
        const char *name;
        struct { const char *bytes; uint32_t len; } str;                /* escapes resolved, UTF-8, may hold NULs */
        /* parts alternate string, value, string, …: always one NODE_STRING more than values, linked by next;
         * closure values (`${-> x}`) are NODE_CLOSURE */
        struct { struct node *parts; } gstr;
        struct { struct node *items; struct node *destructure; } list;
        struct { struct node *entries; } map;
        struct { struct node *key, *value; } entry;                     /* bare-word key is a NODE_STRING with quote 0 */
        struct { struct node *left, *right; op_t op; struct span op_span; } binary;
        struct { struct node *operand; op_t op; } unary;
        /* obj.name; name is a NODE_STRING/NODE_GSTRING/expression; safe ?. ; spread *. ; field .@ */
        struct { struct node *obj; struct node *name; bool safe, spread, field; } prop;
        struct { struct node *obj; struct node *args; bool safe; } index;
        /* [obj.]method(args) [closures]: obj NULL for a bare call; method is a NODE_STRING for plain names (span is the
         * name's), another expression for obj."$x"() ; for calling a value `f(1)(2)` or `{…}()`: obj is the value and
         * method is NULL. args: positional and NODE_ENTRY mixed in source order, trailing closures last.
         * parens: the call had parentheses; block: the last argument is a closure behind/without them */
        struct { struct node *obj, *method, *args; bool safe, spread, parens, block; } call;
        struct { struct type_ref *type; struct node *args; struct node *dims; struct node *init; struct node *body; } new_;
        struct { struct node *test, *then, *other; } cond;
        struct { struct node *operand; struct type_ref *type; bool coerce; } cast;
        struct function *fn;
        struct { const char *name; struct type_ref *type; struct node *init; uint16_t mods; struct annotation *annotations; uint32_t name_line, name_col; } var;
        struct { struct node *init, *cond, *step, *body; } loop;
        struct { struct node *value, *cases; } switch_;
        struct { struct node *value, *body; } case_;                     /* body: statement list (falls through) */
        struct { struct node *body, *catches, *finally; struct node *resources; } try_;
        struct { const char *name; struct type_ref *types; struct node *body; } catch_; /* types NULL: Exception */
        struct { struct node *test, *message; uint32_t text_start, text_end; } assert_; /* offsets of the condition's text */
        struct { const char *label; struct node *body; } labeled;
        struct { const char *name; const char *alias; bool is_static, star; struct annotation *annotations; } import; /* dotted name */
        struct {
            const char *name;
            enum class_kind kind;
            uint16_t mods; /* here, as the largest member of the union is what each node costs */
            struct type_ref *super, *interfaces;
            struct node *members;   /* NODE_METHOD, NODE_VAR (fields and properties), NODE_CLASS, NODE_BLOCK (initialisers) */
            struct node *constants; /* enum: NODE_CALL with method name and args; its own body, a NODE_CLASS, in obj */
            struct annotation *annotations;
        } class_;
    } u;
};

/* clang-format on */

#endif
