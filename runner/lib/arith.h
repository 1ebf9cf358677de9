/* Operators between builtin values, one function for each kind of left operand. For value_arith(). */
#ifndef RUNNER_LIB_ARITH_H
#define RUNNER_LIB_ARITH_H

#include "runner/lib/lib.h"
#include "parser/token.h"

enum { ARITH_INTDIV = TOK_COUNT }; /* intdiv(), as an operator code of its own */

/* "plus" for TOK_PLUS: the method that Groovy calls for the operator. */
const char *arith_method_name(int op);

/* Both operands are numbers.
 * CALL_OK with *out owned, or CALL_THROW. */
enum call_status number_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status number_power(struct fiber *f, struct value a, struct value b, struct value *out);
enum call_status number_shift(struct fiber *f, int op, struct value a, struct value b, struct value *out);
/* CALL_NONE when there is no such operator for these operands. */
enum call_status text_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status list_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status map_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status native_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status builder_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status span_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);
enum call_status date_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);

#endif
