/* A numeric loop (numeric.h) being made of its tree. A loop is tried as such first: what it does not know
 * sets `failed`, and the loop is compiled as ordinary code. */
#ifndef RUNNER_LANG_COMPILE_NUMERIC_H
#define RUNNER_LANG_COMPILE_NUMERIC_H

#include "runner/lang/compile.h"
#include "runner/lang/numeric.h"

/* Bounds also what is tried in vain: nested loops that all fail would cost the square of their depth. */
enum { NL_MAX_INS = 500, NL_MAX_PLACES = 32 };

struct nl_slot {
    enum { NL_VARIABLE, NL_CONSTANT, NL_TEMPORARY } kind;
    uint8_t tag;
    bool busy;   /* a temporary of the statement being compiled */
    bool frozen; /* an untyped variable: an int as long as nobody assigns to it */
    uint16_t reg;
    uint64_t bits;   /* of a constant */
    uint32_t weight; /* how often it is used, a deeper loop counting eightfold */
};

/* VAL_OBJECT: a literal like 0.5, which is a double only beside one. */
struct nl_operand {
    uint8_t slot, tag;
};

struct nl_exit {
    struct nl_exit *outer;
    const char *label;
    struct jump_list breaks, continues;
};

struct nl_builder {
    struct func *c;
    bool failed;
    unsigned depth, n_slots, n_ins, n_places;
    unsigned label; /* the last place that a jump leads to: nothing is merged across it */
    const char *next_label;
    struct nl_exit *exits;
    struct nl_slot slots[NL_SLOTS];
    struct nl_ins ins[NL_MAX_INS];
    struct span places[NL_MAX_PLACES]; /* of what may throw */
};

/* ---- compile_numeric_expr.c; -1: no slot */
struct nl_operand nl_fail(struct nl_builder *b);
unsigned nl_emit(struct nl_builder *b, unsigned op, unsigned x, unsigned y);
struct nl_operand nl_constant(struct nl_builder *b, unsigned tag, uint64_t bits);
/* A local in sight. One that is declared in the loop has a slot from nl_declare(). */
struct nl_operand nl_variable(struct nl_builder *b, const char *name);
/* type NULL: an int that nobody may assign to. */
struct nl_operand nl_declare(struct nl_builder *b, const char *name, const struct type *type);
struct nl_operand nl_hidden(struct nl_builder *b); /* an int variable without a name */
/* Computed in `want` where that can be. The expression has no side effects. */
struct nl_operand nl_value(struct nl_builder *b, const struct node *n, int want);
struct nl_operand nl_arithmetic(struct nl_builder *b, const struct node *n, op_t op, struct nl_operand l,
                                struct nl_operand r, int want);
/* As an assignment to a variable of the type converts it. */
struct nl_operand nl_convert(struct nl_builder *b, struct nl_operand o, unsigned tag, int want);
void nl_jump_if(struct nl_builder *b, const struct node *n, bool sense, struct jump_list *out);
void nl_jump_compare(struct nl_builder *b, op_t op, struct nl_operand l, struct nl_operand r,
                     struct jump_list *out);
void nl_jump(struct nl_builder *b, struct jump_list *out);
void nl_patch(struct nl_builder *b, struct jump_list *list, unsigned target);
unsigned nl_here(struct nl_builder *b);

#endif
