/* What the compiler's files share: the state of one file and of one function being compiled.
 *
 * Expressions are compiled into a register the caller names. Locals live in registers from their
 * declaration to the end of their block; temporaries are above them, as a stack. */
#ifndef RUNNER_LANG_COMPILE_H
#define RUNNER_LANG_COMPILE_H

#include "runner/lang/code.h"
#include "runner/lang/opcode.h"
#include "runner/lang/vmstate.h"
#include "base/error.h"
#include "parser/token.h"

struct class_context { /* the class whose text is being compiled */
    struct class *class;
    struct class_context *outer;
    bool is_script, is_static_nested;
    struct func *site;          /* anonymous: the function that creates it */
    VEC(const char *) captured; /* anonymous: names of its hidden fields, from field base_captured on */
    uint32_t base_captured;
};

struct unit { /* one file */
    struct vm *vm;
    struct code *code;
    const struct ast *ast;
    struct error *err;
    bool failed;
    struct ptr_map nested;      /* struct function * (tree) -> struct ptr_map * of names its closures use */
    struct ptr_map class_nodes; /* struct node * (NODE_CLASS) -> struct class */
    struct class_context *context;
    unsigned anonymous;
    bool synthetic; /* the prelude: its frames do not show */
};

struct local {
    const char *name;
    uint16_t reg;
    bool captured;           /* the register holds a cell */
    const struct type *type; /* NULL: untyped */
};

/* What break, continue and return leave on their way out. */
struct exit_scope {
    struct exit_scope *outer;
    enum { EXIT_LOOP, EXIT_SWITCH, EXIT_LABEL, EXIT_FINALLY } kind;
    const char *label;
    VEC(uint32_t) breaks, continues;
    const struct node *finally;   /* EXIT_FINALLY: its block */
    VEC(struct handler) * covers; /* ranges that the try block has so far */
    uint32_t cover_start;
    size_t n_locals;
};

typedef VEC(struct handler) handler_vec;

/* On the stack of its compile function; its vectors go into the code's arena in func_finish(). */
struct func {
    struct func *outer;
    struct unit *unit;
    struct class_context *context;
    const struct function *tree; /* NULL: script body, initialisers */
    struct ptr_map *nested;      /* names that closures in it use */
    bool is_closure, is_static, is_void;
    struct proto *proto;
    VEC(struct ins) ins;
    VEC(struct value) consts;
    VEC(struct site) sites;
    VEC(struct proto *) functions;
    VEC(const struct type *) types;
    VEC(struct numeric *) numerics;
    VEC(struct place) places;
    VEC(struct handler) handlers;
    VEC(struct capture) captures;
    VEC(const char *) capture_names;
    VEC(struct local) locals;
    unsigned next_reg, max_reg;
    struct exit_scope *exits;
    struct span span;     /* of what is being compiled */
    uint32_t last_target; /* instructions before it must not be fused: a jump ends there */
};

/* Where a name leads. */
struct name_ref {
    enum {
        NAME_LOCAL,
        NAME_CELL,
        NAME_UP,
        NAME_THIS_CELL,
        NAME_CLASS,
        NAME_FIELD,
        NAME_MEMBER,
        NAME_DYNAMIC
    } kind;
    unsigned index; /* register, cell, hidden field */
    const struct type *type;
    struct class *class;
    const char *member;
};

#include "runner/lang/compile_parts.h"

#endif
