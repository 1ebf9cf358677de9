/* The instructions' general cases: one function each. They take their operands from the frame, whose pc
 * stands behind the instruction, and leave the result in R[a]; CALL_ENTER leaves that to the callee. */
#ifndef RUNNER_LANG_SLOW_H
#define RUNNER_LANG_SLOW_H

#include "runner/lang/dispatch.h"
#include "runner/lang/opcode.h"

enum { NO_RESULT = 0xffff };
typedef enum call_status (*slow_fn)(struct fiber *f, struct frame *fr, struct ins i);

static inline void reg_set(struct frame *fr, unsigned a, struct value v) /* takes */
{
    struct value old = fr->regs[a];
    fr->regs[a] = v;
    value_release(old);
}

/* slow_value.c */
enum call_status slow_arith(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_addi(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_unary(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_step(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_compare(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_test(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_cast(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_range(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_index(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_index_set(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_truth(struct fiber *f, struct value v, bool *out);
/* For the fused jumps: *out is whether `a op b` holds. */
enum call_status slow_holds(struct fiber *f, enum opcode op, struct value a, struct value b, bool *out);

/* slow_build.c */
enum call_status slow_list_spread(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_map_put(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_map_spread(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_gstring(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_closure(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_array(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_iterate(struct fiber *f, struct frame *fr, struct ins i);
/* CALL_NONE: at its end. */
enum call_status slow_iterate_next(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_throw(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_assert(struct fiber *f, struct frame *fr, struct ins i);

/* slow_call.c */
enum call_status slow_call(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_call_self(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_call_value(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_call_super(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_new(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_construct(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_init(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_var_get(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_var_set(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_prop_get(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_prop_set(struct fiber *f, struct frame *fr, struct ins i);
enum call_status slow_pointer(struct fiber *f, struct frame *fr, struct ins i);

/* Truth of what needs no call; -1 otherwise. */
static inline int quick_truth(struct value v)
{
    switch (v.tag) {
    case VAL_NULL:
        return 0;
    case VAL_BOOL:
        return v.u.b;
    case VAL_INT:
        return v.u.i != 0;
    case VAL_LONG:
        return v.u.l != 0;
    case VAL_OBJECT:
        if (v.u.o->kind == OBJ_STRING)
            return AS_STRING(v)->len != 0;
        if (v.u.o->kind == OBJ_LIST)
            return AS_LIST(v)->len != 0;
        if (v.u.o->kind == OBJ_MAP)
            return AS_MAP(v)->len != 0;
        return v.u.o->kind == OBJ_CLOSURE ? 1 : -1;
    default:
        return -1;
    }
}

#endif
