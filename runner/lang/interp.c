/* The interpreter: direct-threaded code, machine numbers and plain calls in place, everything else in the
 * slow_*.c files. Only fiber_run() touches the C stack; script calls push frames. */
#include "runner/lang/interp.h"
#include "runner/lang/slow.h"

/* ---- instructions */

static inline bool set_scalar(struct value *r, struct value v)
{
    if (UNLIKELY(r->tag == VAL_OBJECT))
        return false;
    *r = v;
    return true;
}

static inline void put(struct value *r, struct value v) /* takes */
{
    struct value old = *r;
    *r = v;
    value_release(old);
}

/* A cached script method: the frame is made right here, the arguments are moved into it, since the caller's
 * registers are temporaries. */
static inline enum call_status call_plain(struct fiber *f, struct method *m, struct value self, unsigned argc,
                                          struct value *argv)
{
    struct proto *p = m->fn;
    if (UNLIKELY(f->depth >= f->vm->depth_limit))
        return enter_function(f, p, NULL, self, (int)argc, argv, 0);
    uint32_t size = (uint32_t)(sizeof(struct frame) + p->n_regs * sizeof(struct value));
    struct chunk *c = f->chunk;
    struct frame *frame;
    if (LIKELY(c->size - c->used >= size)) {
        frame = (struct frame *)(c->data + c->used);
        c->used += size;
    } else {
        frame = frame_alloc(f, size);
    }
    frame->caller = f->top;
    frame->fn = p;
    frame->pc = p->ins;
    frame->closure = NULL;
    frame->self = value_retain(self);
    frame->n_regs = p->n_regs;
    frame->result = 0;
    frame->kind = FRAME_SCRIPT;
    frame->flags = 0;
    unsigned k = 0;
    for (; k < argc; k++) {
        frame->regs[k] = argv[k];
        argv[k] = NULL_VALUE;
    }
    for (; k < p->n_regs; k++)
        frame->regs[k] = NULL_VALUE;
    f->top = frame;
    f->depth++;
    return CALL_ENTER;
}

#define NEXT                                                                                                 \
    do {                                                                                                     \
        i = pc++;                                                                                            \
        goto *labels[i->op];                                                                                 \
    } while (0)
#define SLOW(fn)                                                                                             \
    do {                                                                                                     \
        fr->pc = pc;                                                                                         \
        status = fn(f, fr, *i);                                                                              \
        if (LIKELY(status == CALL_OK && !f->throwing))                                                       \
            NEXT;                                                                                            \
        goto not_ok;                                                                                         \
    } while (0)
#define JUMP_BY(rel)                                                                                         \
    do {                                                                                                     \
        pc += (rel);                                                                                         \
        if ((rel) < 0 && UNLIKELY(--f->budget < 0))                                                          \
            goto out_of_budget;                                                                              \
        NEXT;                                                                                                \
    } while (0)

#define ARITH(name, builtin, operator)                                                                       \
    op_##name:                                                                                               \
    {                                                                                                        \
        struct value *x = &R[i->b], *y = &R[i->c], *to = &R[i->a];                                           \
        if (LIKELY(x->tag == VAL_INT && y->tag == VAL_INT)) {                                                \
            int32_t n;                                                                                       \
            (void)builtin(x->u.i, y->u.i, &n);                                                               \
            if (LIKELY(set_scalar(to, value_int(n))))                                                        \
                NEXT;                                                                                        \
        } else if (x->tag == VAL_LONG && (y->tag == VAL_INT || y->tag == VAL_LONG)) {                        \
            int64_t n;                                                                                       \
            (void)builtin(x->u.l, y->tag == VAL_INT ? (int64_t)y->u.i : y->u.l, &n);                         \
            if (LIKELY(set_scalar(to, value_long(n))))                                                       \
                NEXT;                                                                                        \
        } else if (x->tag == VAL_INT && y->tag == VAL_LONG) {                                                \
            int64_t n;                                                                                       \
            (void)builtin((int64_t)x->u.i, y->u.l, &n);                                                      \
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

#define LOAD_FRAME()                                                                                         \
    do {                                                                                                     \
        fr = f->top;                                                                                         \
        R = fr->regs;                                                                                        \
        pc = fr->pc;                                                                                         \
    } while (0)

enum run_status fiber_run(struct fiber *f, struct frame *until, struct value *out)
{
#define OPCODE_ROW(name) [OP_##name] = &&op_##name,
    static const void *const labels[] = {OPCODES(OPCODE_ROW)};
#undef OPCODE_ROW
    struct frame *fr = NULL;
    struct value *R = NULL;
    const struct ins *pc = NULL;
    const struct ins *i = NULL;
    enum call_status status;
    struct outcome o = {0};

    if (f->throwing || f->has_arrived)
        goto arrived;
    LOAD_FRAME();
    NEXT;

not_ok:
    if (status == CALL_WAIT)
        return RUN_PARKED;
    if (status == CALL_THROW || f->throwing)
        goto thrown;
    if (f->has_arrived)
        goto arrived;
    LOAD_FRAME();
    if (UNLIKELY(--f->budget < 0))
        goto out_of_budget;
    NEXT;

arrived:
    if (f->throwing)
        goto thrown;
    o = (struct outcome){false, f->arrived};
    f->arrived = NULL_VALUE;
    f->has_arrived = false;
    goto deliver;
thrown:
    o = (struct outcome){true, fiber_take_exception(f)};
deliver:
    switch (deliver_outcome(f, until, &o)) {
    case PARKED:
        return RUN_PARKED;
    case ENDED:
        *out = o.v;
        return o.thrown ? RUN_THROWN : RUN_DONE;
    default:
        LOAD_FRAME();
        NEXT;
    }

out_of_budget:
    fr->pc = pc;
    status = fiber_tick(f);
    if (status == CALL_WAIT)
        return RUN_YIELD;
    if (status == CALL_THROW) {
        fr->pc = pc + (pc == fr->fn->ins);
        goto thrown;
    }
    NEXT;

    /* ---- moves */
op_MOVE:
    put(&R[i->a], value_retain(R[i->b]));
    NEXT;
op_NULL:
    put(&R[i->a], NULL_VALUE);
    NEXT;
op_BOOL:
    put(&R[i->a], value_bool(i->b));
    NEXT;
op_INT:
    put(&R[i->a], value_int(i->bx));
    NEXT;
op_CONST:
    put(&R[i->a], value_retain(fr->fn->consts[i->bx]));
    NEXT;
op_THIS:
    put(&R[i->a], value_retain(fr->self));
    NEXT;

    /* ---- cells */
op_CELL_NEW:
    put(&R[i->a], value_object(cell_new(f->vm, NULL_VALUE)));
    NEXT;
op_CELL_BOX : {
    struct value v = R[i->a];
    R[i->a] = NULL_VALUE;
    R[i->a] = value_object(cell_new(f->vm, v));
    NEXT;
}
op_CELL_GET:
    put(&R[i->a], value_retain(AS_CELL(R[i->b])->value));
    NEXT;
op_CELL_SET:
    put(&AS_CELL(R[i->a])->value, value_retain(R[i->b]));
    NEXT;
op_UP_GET:
    put(&R[i->a], value_retain(AS_CELL(fr->closure->cells[i->bx])->value));
    NEXT;
op_UP_SET:
    put(&AS_CELL(fr->closure->cells[i->bx])->value, value_retain(R[i->a]));
    NEXT;
op_UP_CELL:
    put(&R[i->a], value_retain(fr->closure->cells[i->bx]));
    NEXT;
op_THIS_CELL:
    put(&R[i->a], value_retain(AS_INSTANCE(fr->self)->fields[i->bx]));
    NEXT;

    /* ---- names and members */
op_VAR_GET:
    SLOW(slow_var_get);
op_VAR_SET:
    SLOW(slow_var_set);
op_PROP_GET : {
    struct value v = R[i->a];
    const struct site *s = &fr->fn->sites[i->bx];
    if (value_is(v, OBJ_INSTANCE) && AS_INSTANCE(v)->class == s->class && s->epoch == f->vm->epoch) {
        put(&R[i->a], value_retain(AS_INSTANCE(v)->fields[s->field]));
        NEXT;
    }
    SLOW(slow_prop_get);
}
op_PROP_SET:
    SLOW(slow_prop_set);
op_POINTER:
    SLOW(slow_pointer);

    /* ---- operators */
    ARITH(ADD, __builtin_add_overflow, +)
    ARITH(SUB, __builtin_sub_overflow, -)
    ARITH(MUL, __builtin_mul_overflow, *)
    BITS(AND, &)
    BITS(OR, |)
    BITS(XOR, ^)
op_MOD : {
    struct value *x = &R[i->b], *y = &R[i->c];
    if (x->tag == VAL_INT && y->tag == VAL_INT && y->u.i > 0 &&
        set_scalar(&R[i->a], value_int(x->u.i % y->u.i)))
        NEXT;
    SLOW(slow_arith);
}
op_DIV:
op_POW:
op_SHL:
op_SHR:
op_USHR:
    SLOW(slow_arith);
op_ADDI : {
    struct value *x = &R[i->b];
    if (LIKELY(x->tag == VAL_INT) &&
        set_scalar(&R[i->a], value_int((int32_t)((uint32_t)x->u.i + (uint32_t)(int16_t)i->c))))
        NEXT;
    SLOW(slow_addi);
}
op_NEXT : {
    struct value *x = &R[i->b];
    if (LIKELY(x->tag == VAL_INT) && set_scalar(&R[i->a], value_int((int32_t)((uint32_t)x->u.i + 1u))))
        NEXT;
    SLOW(slow_step);
}
op_PREVIOUS : {
    struct value *x = &R[i->b];
    if (LIKELY(x->tag == VAL_INT) && set_scalar(&R[i->a], value_int((int32_t)((uint32_t)x->u.i - 1u))))
        NEXT;
    SLOW(slow_step);
}
op_NEG:
op_POS:
op_BITNOT:
    SLOW(slow_unary);
op_NOT:
op_TRUTH : {
    int truth = quick_truth(R[i->b]);
    if (truth < 0) {
        bool b = false;
        fr->pc = pc;
        status = slow_truth(f, R[i->b], &b);
        if (status != CALL_OK)
            goto not_ok;
        truth = b;
    }
    put(&R[i->a], value_bool(truth != (i->op == OP_NOT)));
    NEXT;
}
    COMPARE_OP(EQ, ==)
    COMPARE_OP(NE, !=)
    COMPARE_OP(LT, <)
    COMPARE_OP(LE, <=)
    COMPARE_OP(GT, >)
    COMPARE_OP(GE, >=)
op_COMPARE:
    SLOW(slow_compare);
op_IDENTICAL:
op_NOT_IDENTICAL:
op_FIND:
op_MATCH:
op_IN:
op_NOT_IN:
op_CASE:
op_INSTANCEOF:
    SLOW(slow_test);
op_CAST:
op_COERCE:
    SLOW(slow_cast);
op_RANGE:
op_RANGE_EX:
    SLOW(slow_range);
op_INDEX : {
    struct value obj = R[i->b], key = R[i->c], v;
    if (value_is(obj, OBJ_LIST) && key.tag == VAL_INT && (uint32_t)key.u.i < AS_LIST(obj)->len) {
        put(&R[i->a], value_retain(AS_LIST(obj)->items[key.u.i]));
        NEXT;
    }
    if (value_is(obj, OBJ_MAP) && value_is(key, OBJ_STRING) && map_get(AS_MAP(obj), key, &v) &&
        f->categories.tag == VAL_NULL && !(AS_MAP(obj)->class->flags & CLASSF_SOURCE)) {
        put(&R[i->a], value_retain(v));
        NEXT;
    }
    SLOW(slow_index);
}
op_INDEX_SET:
    SLOW(slow_index_set);

    /* ---- jumps */
op_JUMP:
    JUMP_BY(i->bx);
op_JUMP_TRUE:
op_JUMP_FALSE : {
    int truth = quick_truth(R[i->a]);
    if (UNLIKELY(truth < 0)) {
        bool b = false;
        fr->pc = pc;
        status = slow_truth(f, R[i->a], &b);
        if (status != CALL_OK)
            goto not_ok;
        truth = b;
    }
    if (truth == (i->op == OP_JUMP_TRUE))
        JUMP_BY(i->bx);
    NEXT;
}
op_JUMP_NULL:
    if (R[i->a].tag == VAL_NULL)
        JUMP_BY(i->bx);
    NEXT;
op_JUMP_SET:
    if (R[i->a].tag != VAL_UNSET)
        JUMP_BY(i->bx);
    NEXT;
    JUMP_COMPARE(JEQ, ==)
    JUMP_COMPARE(JLT, <)
    JUMP_COMPARE(JLE, <=)
    JUMP_COMPARE(JGT, >)
    JUMP_COMPARE(JGE, >=)
    JUMP_COMPARE_INT(JEQI, ==)
    JUMP_COMPARE_INT(JLTI, <)
    JUMP_COMPARE_INT(JLEI, <=)
    JUMP_COMPARE_INT(JGTI, >)
    JUMP_COMPARE_INT(JGEI, >=)

op_LOOP_LTI : {
    int32_t n = (int32_t)((uint32_t)R[i->a].u.i + 1u);
    R[i->a].u.i = n;
    bool less = n < i->bx;
    i = pc++;
    if (less)
        JUMP_BY(i->bx);
    NEXT;
}
op_LOOP_LT : {
    int32_t n = (int32_t)((uint32_t)R[i->a].u.i + 1u);
    struct value *limit = &R[i->b];
    bool less;
    R[i->a].u.i = n;
    if (LIKELY(limit->tag == VAL_INT)) {
        less = n < limit->u.i;
    } else {
        fr->pc = pc;
        status = slow_holds(f, OP_LT, R[i->a], *limit, &less);
        if (status != CALL_OK)
            goto not_ok;
    }
    i = pc++;
    if (less)
        JUMP_BY(i->bx);
    NEXT;
}

    /* ---- building */
op_LIST:
    put(&R[i->a], list_new(f->vm, 0));
    NEXT;
op_LIST_ADD:
    list_push(AS_LIST(R[i->a]), R[i->b]);
    NEXT;
op_LIST_SPREAD:
    SLOW(slow_list_spread);
op_MAP:
    put(&R[i->a], map_new(f->vm));
    NEXT;
op_MAP_PUT:
    SLOW(slow_map_put);
op_MAP_SPREAD:
    SLOW(slow_map_spread);
op_GSTRING:
    SLOW(slow_gstring);
op_CLOSURE:
    SLOW(slow_closure);
op_ARRAY:
    SLOW(slow_array);

    /* ---- calls */
op_CALL : {
    struct site *s = &fr->fn->sites[i->bx];
    struct value self = R[i->a];
    if (s->class && s->epoch == f->vm->epoch && f->categories.tag == VAL_NULL &&
        vm_class_of(f->vm, self) == s->class) {
        fr->pc = pc;
        fr->result = i->a;
        if (s->method->fn) {
            status = call_plain(f, s->method, self, s->argc, &R[i->a + 1]);
            goto not_ok;
        }
        struct value v = NULL_VALUE;
        status = s->method->native(f, self, s->argc, &R[i->a + 1], &v);
        if (LIKELY(status == CALL_OK)) {
            put(&R[i->a], v);
            NEXT;
        }
        if (status != CALL_NONE)
            goto not_ok;
    }
    SLOW(slow_call);
}
op_CALL_SELF : {
    struct site *s = &fr->fn->sites[i->bx];
    if (s->class && s->epoch == f->vm->epoch && s->method->fn && value_is(fr->self, OBJ_INSTANCE) &&
        !fr->closure && AS_INSTANCE(fr->self)->class == s->class && f->categories.tag == VAL_NULL) {
        fr->pc = pc;
        fr->result = i->a;
        status = call_plain(f, s->method, fr->self, s->argc, &R[i->a + 1]);
        goto not_ok;
    }
    SLOW(slow_call_self);
}
op_CALL_VALUE:
    SLOW(slow_call_value);
op_CALL_SUPER:
    SLOW(slow_call_super);
op_CALL_STATIC:
    SLOW(slow_call);
op_NEW:
    SLOW(slow_new);
op_CONSTRUCT:
    SLOW(slow_construct);
op_INIT:
    SLOW(slow_init);

op_ITERATE:
    SLOW(slow_iterate);
op_ITERATE_NEXT:
    fr->pc = pc;
    status = slow_iterate_next(f, fr, *i);
    if (status == CALL_OK)
        NEXT;
    if (status != CALL_NONE)
        goto not_ok;
    JUMP_BY(i->bx);

    /* ---- leaving */
op_RETURN:
    o = (struct outcome){false, R[i->a]};
    R[i->a] = NULL_VALUE;
    goto leave;
op_RETURN_NULL:
    o = (struct outcome){0};
leave:
    if (fr->flags & FRAME_CONSTRUCT) {
        value_release(o.v);
        o.v = value_retain(fr->self);
    }
    for (unsigned k = 0; k < fr->n_regs; k++)
        value_release(R[k]);
    value_release(fr->self);
    if (fr->closure)
        value_release(value_object(fr->closure));
    frame_drop(f);
    fr = f->top;
    if (LIKELY(fr && fr->kind == FRAME_SCRIPT && fr->result != NO_RESULT)) {
        LOAD_FRAME();
        put(&R[fr->result], o.v);
        NEXT;
    }
    goto deliver;
op_THROW:
    SLOW(slow_throw);
op_ASSERT:
    SLOW(slow_assert);
op_NOP:
    NEXT;
}
