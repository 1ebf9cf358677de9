/* Loops over machine numbers alone, as a code of their own: two operands, types settled by the compiler, the
 * slots that count most in processor registers.
 *
 * compile_numeric.c makes it of a loop whose every variable is a local of a primitive type that no closure
 * captures; any other loop is ordinary code. A slot is 64 bits: an int is kept sign-extended, so that int and
 * long mix freely, a boolean is 0 or 1, a double is its bits. */
#ifndef RUNNER_LANG_NUMERIC_H
#define RUNNER_LANG_NUMERIC_H

#include "runner/lang/fiber.h"

/* x <- expression of x and y, both uint64_t. Unsigned, as Java's overflow wraps and C's has no meaning. */
#define NL_WRAP(e) ((uint64_t)(int64_t)(int32_t)(e))
#define NL_OPERATIONS(X)                                                                                     \
    X(MOVE, y)                                                                                               \
    X(INT, NL_WRAP(y))                                                                                       \
    X(DOUBLE, nl_bits((double)(int64_t)y))                                                                   \
    X(ADDI, NL_WRAP(x + y))                                                                                  \
    X(SUBI, NL_WRAP(x - y))                                                                                  \
    X(MULI, NL_WRAP(x *y))                                                                                   \
    X(ADDL, x + y)                                                                                           \
    X(SUBL, x - y)                                                                                           \
    X(MULL, x *y)                                                                                            \
    X(ADDD, nl_bits(nl_real(x) + nl_real(y)))                                                                \
    X(SUBD, nl_bits(nl_real(x) - nl_real(y)))                                                                \
    X(MULD, nl_bits(nl_real(x) * nl_real(y)))                                                                \
    X(DIVD, nl_bits(nl_real(x) / nl_real(y)))                                                                \
    X(AND, x &y)                                                                                             \
    X(OR, x | y)                                                                                             \
    X(XOR, x ^ y)                                                                                            \
    X(SHLI, NL_WRAP(x << (y & 31)))                                                                          \
    X(SHRI, (uint64_t)((int64_t)x >> (y & 31)))                                                              \
    X(USHRI, NL_WRAP((uint32_t)x >> (y & 31)))                                                               \
    X(SHLL, x << (y & 63))                                                                                   \
    X(SHRL, (uint64_t)((int64_t)x >> (y & 63)))                                                              \
    X(USHRL, x >> (y & 63))
/* Jump if it holds. The order of doubles is total, as Groovy's is, so that each has its opposite. */
#define NL_JUMPS(X)                                                                                          \
    X(JLT, (int64_t)x < (int64_t)y)                                                                          \
    X(JLE, (int64_t)x <= (int64_t)y)                                                                         \
    X(JEQ, x == y)                                                                                           \
    X(JNE, x != y)                                                                                           \
    X(JLTD, double_compare(nl_real(x), nl_real(y)) < 0)                                                      \
    X(JLED, double_compare(nl_real(x), nl_real(y)) <= 0)                                                     \
    X(JEQD, double_compare(nl_real(x), nl_real(y)) == 0)                                                     \
    X(JNED, double_compare(nl_real(x), nl_real(y)) != 0)
/* REM: throws if y is 0, rel tells the place. NEXT_JLT: an int x grows by one, jump if it is less than y. */
#define NL_OTHERS(X) X(REM) X(NEXT_JLT)

enum nl_op {
#define NL_ROW(name, ...) NL_##name,
    NL_OPERATIONS(NL_ROW) NL_JUMPS(NL_ROW) NL_OTHERS(NL_ROW)
#undef NL_ROW
        NL_WITH_FORMS,
};

/* An operand is one of the pinned slots or NL_MEMORY. An instruction's op is nl_op * NL_FORMS + its form,
 * form being 4 * that of x + that of y; behind them stand those without operands. */
enum { NL_PINS = 3, NL_MEMORY = NL_PINS, NL_FORMS = 16 };
enum { NL_JUMP = NL_WITH_FORMS * NL_FORMS, NL_END };

enum { NL_SLOTS = 64 };

struct nl_ins {
    uint16_t op;
    uint8_t x, y; /* slots */
    int32_t rel;  /* of jumps: from the next instruction */
};

struct nl_variable {
    uint16_t reg;
    uint8_t slot, tag;
};

struct nl_constant {
    uint64_t bits;
    uint8_t slot;
};

/* In the arena of the code. */
struct numeric {
    struct nl_ins *ins;
    struct nl_variable *variables;
    struct nl_constant *constants;
    uint16_t n_variables, n_constants;
    uint8_t pins[NL_PINS];
};

/* Runs the loop on the registers of the frame. CALL_NONE: the budget is used up, and a second call goes on
 * from there: what is to be known for it is in the registers, of which `resume` is the loop's own (0 at
 * first). CALL_THROW: fr->pc is set. */
enum call_status numeric_run(struct fiber *f, struct frame *fr, const struct numeric *n, unsigned resume);

#endif
