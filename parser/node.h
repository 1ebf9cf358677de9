/* The nodes of the syntax tree.
 *
 * One node type serves expressions and statements: a kind, a place, and a union. Lists of nodes are
 * singly linked through `next`, in source order. Everything is in the arena of the tree. */
#ifndef PARSER_NODE_H
#define PARSER_NODE_H

#include "parser/node_kind.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in the source: lines and columns from 1; columns count UTF-16 units as Jenkins' do (a tab
 * counts 1). `end_*` is the place just behind the last character. `start`/`end` are byte offsets. */
struct span {
    uint32_t start, end;
    uint32_t line, col, end_line, end_col;
};

/* Operators are the token kinds of the lexer (parser/token.h), e.g. TOK_PLUS, TOK_ASSIGN. */
typedef uint16_t op_t;

/* clang-format off */
struct type_ref {          /* a type as written */
    const char *name;      /* "String", "java.util.List", "int", "def" is NULL pointer to type_ref */
    uint8_t dims;          /* array dimensions */
    struct type_ref *args; /* generic arguments, linked by next; otherwise ignored by the compiler */
    struct type_ref *next; /* in lists (implements, throws, multi-catch) */
    struct span span;
};

struct annotation {
    const char *name; /* without @; dotted possible */
    struct node *args; /* NODE_ENTRY list; a single value is the entry `value` */
    struct annotation *next;
    struct span span;
};

enum modifier {
    MOD_STATIC = 1, MOD_FINAL = 2, MOD_PRIVATE = 4, MOD_PROTECTED = 8, MOD_PUBLIC = 16, MOD_ABSTRACT = 32,
    MOD_DEF = 64, /* the word def stood there */
    MOD_TRANSIENT = 128, MOD_VOLATILE = 256, MOD_SYNCHRONIZED = 512,
};

struct param {
    const char *name;
    struct type_ref *type; /* NULL: untyped */
    struct node *init;     /* default value or NULL */
    bool varargs;
    struct annotation *annotations;
    struct param *next;
    struct span span;
};

struct function {           /* closure, script function, method, constructor (name == class name) */
    const char *name;       /* NULL for closures */
    struct type_ref *type;  /* result, NULL if untyped */
    struct param *params;
    bool implicit_it;       /* closure without an arrow */
    bool is_constructor;
    struct node *body;      /* NODE_BLOCK; NULL for abstract methods */
    uint16_t mods;
    struct annotation *annotations;
};

enum class_kind { CLASS_CLASS, CLASS_INTERFACE, CLASS_ENUM, CLASS_TRAIT, CLASS_ANNOTATION };

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
        struct { const char *name; struct type_ref *type; struct node *init; uint16_t mods; struct annotation *annotations; } var;
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
            struct type_ref *super, *interfaces;
            struct node *members;   /* NODE_METHOD, NODE_VAR (fields and properties), NODE_CLASS, NODE_BLOCK (initialisers) */
            struct node *constants; /* enum: NODE_CALL with method name and args; its own body, a NODE_CLASS, in obj */
            uint16_t mods;
            struct annotation *annotations;
        } class_;
    } u;
};

/* clang-format on */

#endif
