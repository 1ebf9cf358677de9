/* What declarations are made of: places, types as written, annotations, parameters, functions. In the arena
 * of the tree, as its nodes are. */
#ifndef PARSER_DECLARATION_H
#define PARSER_DECLARATION_H

#include <stdbool.h>
#include <stdint.h>

struct node; /* parser/node.h */

/* A place in the source: lines and columns from 1; columns count UTF-16 units as Jenkins' do (a tab
 * counts 1). `end_*` is the place just behind the last character. `start`/`end` are byte offsets. */
struct span {
    uint32_t start, end;
    uint32_t line, col, end_line, end_col;
};

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

/* clang-format on */

#endif
