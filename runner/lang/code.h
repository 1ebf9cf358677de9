/* Compiled code. Register machine: an instruction is 8 bytes, op a b c or op a bx; registers hold owned
 * values. A function's parameters are its first registers. Everything lies in the arena of its `struct
 * code`, which lives as long as the VM. */
#ifndef RUNNER_LANG_CODE_H
#define RUNNER_LANG_CODE_H

#include "runner/lang/heap.h"
#include "base/arena.h"
#include "parser/ast.h"

/* A jump's bx counts from the next instruction. Fused comparisons and loops use the following word as
 * their jump. */
struct ins {
    uint16_t op, a;
    union {
        struct {
            uint16_t b, c;
        };
        int32_t bx;
    };
};

struct type {
    const char *name;    /* for value_cast(): simple name, "int[]" */
    struct class *class; /* NULL: any */
    uint8_t primitive;   /* value tag, 0 if none */
};

/* A call, property access or other place that needs a name and caches what it found. */
struct site {
    struct string *name;
    uint16_t argc;
    uint8_t flags; /* SITE_* */
    uint32_t epoch;
    struct class *class; /* NEW, SUPER: the class; else the cached receiver's */
    struct method *method;
    const struct type **casts; /* one an argument, or NULL: f((T) x) chooses among overloads by T */
    uint32_t field;            /* cached field index */
};
enum {
    SITE_SAFE = 1,     /* ?. */
    SITE_SPREAD = 2,   /* *. */
    SITE_LIST = 4,     /* the arguments are one list: f(*args) */
    SITE_FIELD = 8,    /* .@ */
    SITE_NAMED = 16,   /* the first argument is the map of named ones */
    SITE_DYNAMIC = 32, /* the name is in the register behind the receiver */
};

struct place {
    uint32_t pc, line, col;
};

/* Ordered innermost first because inner try statements are finished, and add theirs, before the outer
 * ones. */
struct handler {
    uint32_t start, end, target; /* covers start <= pc < end; innermost first */
    uint16_t reg;                /* takes the exception */
};

struct capture {
    uint16_t index;
    bool from_closure; /* a cell of the enclosing closure; else a register of the enclosing frame */
};

struct parameter {
    struct string *name;
    const struct type *type; /* NULL: untyped */
    bool optional;
};

/* Made once a function of the text; closures of a loop share it. */
struct proto {
    struct string *name;   /* "doCall" for closures */
    struct string *method; /* the method that a closure stands in, as traces show it; else the name */
    struct class *class;   /* in whose text it stands */
    struct code *code;
    struct ins *ins;
    uint32_t n_ins;
    struct value *consts;
    struct site *sites;
    struct proto **functions;
    const struct type **types;
    struct numeric **numerics; /* numeric.h */
    struct place *places;
    uint32_t n_places;
    struct handler *handlers;
    uint32_t n_handlers;
    struct capture *captures;
    uint16_t n_captures, n_params, n_required, n_regs;
    bool varargs, typed, is_static, is_closure, implicit_it, synthetic;
    bool noncps; /* a @NonCPS method or a closure in one */
    struct parameter *params;
    const struct type *result; /* NULL: any */
};

struct code {
    struct vm *vm;
    struct arena arena;
    char *file;
    struct class *script;
    struct proto *run;
    VEC(struct value) consts;    /* owned ones of all functions */
    VEC(struct class *) classes; /* declared in this file */
    struct code_name *names;     /* imports: list in the arena */
};

struct code_name {
    const char *alias;
    struct class *class; /* a class, or the owner of a static member */
    const char *member;  /* NULL: the class itself */
    struct code_name *next;
};

/* Line and column of an instruction. */
struct place function_place(const struct proto *fn, const struct ins *pc);
void code_free(struct code *code);

#endif
