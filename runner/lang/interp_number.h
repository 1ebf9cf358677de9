/* The instructions on machine numbers, one macro for each family; for fiber_run() alone, whose names they
 * use. A result that would replace an object is left to the slow way. */
#ifndef RUNNER_LANG_INTERP_NUMBER_H
#define RUNNER_LANG_INTERP_NUMBER_H

#define IS_WHOLE(v) ((v)->tag == VAL_INT || (v)->tag == VAL_LONG)
#define WHOLE(v) ((v)->tag == VAL_INT ? (int64_t)(v)->u.i : (v)->u.l)

#define ARITH(name, builtin, operator)                                                                       \
    op_##name:                                                                                               \
    {                                                                                                        \
        struct value *x = &R[i->b], *y = &R[i->c], *to = &R[i->a];                                           \
        if (LIKELY(x->tag == VAL_INT && y->tag == VAL_INT)) {                                                \
            int32_t n;                                                                                       \
            (void)builtin(x->u.i, y->u.i, &n);                                                               \
            if (LIKELY(set_scalar(to, value_int(n))))                                                        \
                NEXT;                                                                                        \
        } else if (IS_WHOLE(x) && IS_WHOLE(y)) {                                                             \
            int64_t n;                                                                                       \
            (void)builtin(WHOLE(x), WHOLE(y), &n);                                                           \
            if (LIKELY(set_scalar(to, value_long(n))))                                                       \
                NEXT;                                                                                        \
        } else if (x->tag == VAL_DOUBLE && y->tag == VAL_DOUBLE) {                                           \
            if (LIKELY(set_scalar(to, value_double(x->u.d operator y->u.d))))                                \
                NEXT;                                                                                        \
        }                                                                                                    \
        SLOW(slow_arith);                                                                                    \
    }

#define BITS(name, operator)                                                                                 \
    op_##name:                                                                                               \
    {                                                                                                        \
        struct value *x = &R[i->b], *y = &R[i->c];                                                           \
        if (x->tag == VAL_INT && y->tag == VAL_INT &&                                                        \
            set_scalar(&R[i->a], value_int(x->u.i operator y->u.i)))                                         \
            NEXT;                                                                                            \
        SLOW(slow_arith);                                                                                    \
    }

#define COMPARE_OP(name, operator)                                                                           \
    op_##name:                                                                                               \
    {                                                                                                        \
        struct value *x = &R[i->b], *y = &R[i->c];                                                           \
        if (x->tag == VAL_INT && y->tag == VAL_INT &&                                                        \
            set_scalar(&R[i->a], value_bool(x->u.i operator y->u.i)))                                        \
            NEXT;                                                                                            \
        SLOW(slow_compare);                                                                                  \
    }

#define JUMP_COMPARE(name, operator)                                                                         \
    op_##name:                                                                                               \
    {                                                                                                        \
        struct value *x = &R[i->a], *y = &R[i->b];                                                           \
        bool holds;                                                                                          \
        if (LIKELY(x->tag == VAL_INT && y->tag == VAL_INT)) {                                                \
            holds = x->u.i operator y->u.i;                                                                  \
        } else if (x->tag == VAL_LONG && y->tag == VAL_LONG) {                                               \
            holds = x->u.l operator y->u.l;                                                                  \
        } else {                                                                                             \
            fr->pc = pc;                                                                                     \
            status = slow_holds(f, OP_##name, *x, *y, &holds);                                               \
            if (status != CALL_OK)                                                                           \
                goto not_ok;                                                                                 \
        }                                                                                                    \
        i = pc++;                                                                                            \
        if (holds == (bool)i->a)                                                                             \
            JUMP_BY(i->bx);                                                                                  \
        NEXT;                                                                                                \
    }

#define JUMP_COMPARE_INT(name, operator)                                                                     \
    op_##name:                                                                                               \
    {                                                                                                        \
        struct value *x = &R[i->a];                                                                          \
        bool holds;                                                                                          \
        if (LIKELY(x->tag == VAL_INT)) {                                                                     \
            holds = x->u.i operator i->bx;                                                                   \
        } else if (x->tag == VAL_LONG) {                                                                     \
            holds = x->u.l operator i->bx;                                                                   \
        } else {                                                                                             \
            fr->pc = pc;                                                                                     \
            status = slow_holds(f, OP_##name, *x, value_int(i->bx), &holds);                                 \
            if (status != CALL_OK)                                                                           \
                goto not_ok;                                                                                 \
        }                                                                                                    \
        i = pc++;                                                                                            \
        if (holds == (bool)i->a)                                                                             \
            JUMP_BY(i->bx);                                                                                  \
        NEXT;                                                                                                \
    }

#endif
