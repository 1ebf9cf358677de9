/* The syntax tree of Groovy as Jenkinsfiles use it. Everything lives in the arena of its `struct
 * ast`; nodes hold no ownership. Names are interned in that arena: equal names are equal pointers
 * within one tree (NUL-terminated UTF-8).
 *
 * One node type serves expressions and statements: a kind, a place, and a union. Lists of nodes are
 * singly linked through `next`, in source order. */
#ifndef PARSER_AST_H
#define PARSER_AST_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A place in the source: lines and columns from 1; columns count UTF-16 units as Jenkins' do (a tab
 * counts 1). `end_*` is the place just behind the last character. `start`/`end` are byte offsets. */
struct span {
    uint32_t start, end;
    uint32_t line, col, end_line, end_col;
};

enum node_kind {
    /* expressions */
    NODE_NULL,
    NODE_TRUE,
    NODE_FALSE,
    NODE_INT,       /* u.num: Integer */
    NODE_LONG,      /* u.num: Long (suffix L, or too large for int) */
    NODE_BIGINT,    /* u.text: decimal digits, maybe with '-': suffix G or too large for long */
    NODE_DECIMAL,   /* u.text: BigDecimal, as written without '_' and suffix */
    NODE_DOUBLE,    /* u.real: suffix D */
    NODE_FLOAT,     /* u.real: suffix F */
    NODE_STRING,    /* u.str: any literal without interpolation */
    NODE_GSTRING,   /* u.gstr */
    NODE_LIST,      /* u.list: items (NODE_SPREAD allowed) */
    NODE_MAP,       /* u.map: entries NODE_ENTRY or NODE_SPREAD_MAP */
    NODE_ENTRY,     /* u.entry: `key: value` in map literals and argument lists */
    NODE_RANGE,     /* u.binary.left .. right; u.binary.op = TOK_RANGE or exclusive TOK_RANGE_EX */
    NODE_CLOSURE,   /* u.fn */
    NODE_NAME,      /* u.name: a bare identifier, `this`, `super` */
    NODE_PROPERTY,  /* u.prop: obj.name */
    NODE_INDEX,     /* u.index: obj[args] */
    NODE_CALL,      /* u.call */
    NODE_NEW,       /* u.new_: new T(args), new T[n], new T(){…} */
    NODE_UNARY,     /* u.unary: ! - + ~ ++x --x */
    NODE_POSTFIX,   /* u.unary: x++ x-- */
    NODE_BINARY,    /* u.binary, also && || == <=> in !in instanceof is NODE_INSTANCEOF */
    NODE_ASSIGN,    /* u.binary: left op= right; op TOK_ASSIGN or compound. left may be NODE_LIST for (a, b) = x */
    NODE_TERNARY,   /* u.cond; then == NULL for elvis */
    NODE_CAST,      /* u.cast: (T)x; with .coerce: x as T */
    NODE_INSTANCEOF,/* u.cast: x instanceof T */
    NODE_POINTER,   /* u.prop: obj.&name */
    NODE_SPREAD,    /* u.unary.operand: *x */
    NODE_SPREAD_MAP,/* u.unary.operand: *:x */
    /* statements */
    NODE_EXPR,      /* u.unary.operand: expression statement */
    NODE_VAR,       /* u.var: def a = 1 / String b / def (a, b) = x: one node a declarator */
    NODE_VARS,      /* u.list.items: several declarators of one statement; .destructure = init for def (a,b) = x */
    NODE_BLOCK,     /* u.list.items */
    NODE_IF,        /* u.cond */
    NODE_WHILE,     /* u.loop: cond, body */
    NODE_DO,        /* u.loop */
    NODE_FOR,       /* u.loop: init list, cond, step list, body */
    NODE_FOR_IN,    /* u.loop: var (NODE_VAR), iterable in cond, body */
    NODE_SWITCH,    /* u.switch_ */
    NODE_CASE,      /* u.case_: value == NULL for default */
    NODE_TRY,       /* u.try_ */
    NODE_CATCH,     /* u.catch_ */
    NODE_THROW,     /* u.unary.operand */
    NODE_RETURN,    /* u.unary.operand or NULL */
    NODE_BREAK,     /* u.name: label or NULL */
    NODE_CONTINUE,  /* u.name: label or NULL */
    NODE_ASSERT,    /* u.assert_ */
    NODE_LABELED,   /* u.labeled */
    NODE_IMPORT,    /* u.import */
    NODE_PACKAGE,   /* u.name: dotted */
    NODE_METHOD,    /* u.fn: function of the script or method of a class */
    NODE_CLASS,     /* u.class_ */
    NODE_EMPTY,     /* ; */
};

/* Operators are the token kinds of the lexer (parser/token.h), e.g. TOK_PLUS, TOK_ASSIGN. */
typedef uint16_t op_t;

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
    /* What the literal was written as: '\'' '"' '3' (''' ) 'D' (""") '/' '$'; for NODE_STRING and NODE_GSTRING.
     * For other expressions: '(' if it stood in parentheses. */
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
            struct node *constants; /* enum: NODE_NEW-like: NODE_CALL with method name and args */
            uint16_t mods;
            struct annotation *annotations;
        } class_;
    } u;
};

struct source {
    const char *name; /* as messages show it: "Jenkinsfile", "WorkflowScript", "Script1.groovy" */
    const char *text; /* NUL-terminated */
    size_t len;
};

struct ast {
    struct arena arena;
    struct source source; /* text is copied into the arena; line ends as in the file */
    struct node *body;    /* statements of the script, imports and classes included */
    bool has_shebang;
};

struct error;

/* A list of diagnostics: the parser reports one, the validator many. */
struct diagnostic {
    enum { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE } severity;
    int line, col;
    char *message; /* owned */
};

/* Parses text (UTF-8; a BOM and CRLF are accepted) into ast; `name` is copied. Returns 0, or -1 with
 * the first error in Groovy's words and its place in err (ERROR_SYNTAX, file = name).
 * Depth of nesting is limited (an error, not a crash). ast is valid for ast_release() in both cases. */
int ast_parse(struct ast *ast, const char *name, const char *text, size_t len, struct error *err);
void ast_release(struct ast *ast);
/* Indented one-node-a-line text of the tree, for --dump=ast and tests. */
void ast_dump(const struct ast *ast, FILE *out);
/* Interns a name in the tree's arena. */
const char *ast_intern(struct ast *ast, const char *s, size_t n);
/* The source text of a node. */
static inline const char *ast_text(const struct ast *ast, const struct node *n, size_t *len)
{
    *len = n->span.end - n->span.start;
    return ast->source.text + n->span.start;
}

#endif
