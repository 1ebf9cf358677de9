/* Running numeric loops. What makes them fast: nothing is typed at run time, the slots used most are C locals
 * and so stay in registers of the processor, and the place a loop returns to is guessed, see JUMP. */
#include "runner/lang/numeric.h"
#include "runner/lang/slow.h"
#include "runner/lib/number.h"
#include <string.h>

static inline double nl_real(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof(d));
    return d;
}

static inline uint64_t nl_bits(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof(bits));
    return bits;
}

/* An operand's form is the number of its pin, or M. */
#define GET_0(operand) p0
#define GET_1(operand) p1
#define GET_2(operand) p2
#define GET_M(operand) s[i->operand]
#define PUT_0(v) p0 = (v)
#define PUT_1(v) p1 = (v)
#define PUT_2(v) p2 = (v)
#define PUT_M(v) s[i->x] = (v)

#define FORMS_OF(a, X, ...)                                                                                  \
    X(a, 0, __VA_ARGS__) X(a, 1, __VA_ARGS__) X(a, 2, __VA_ARGS__) X(a, M, __VA_ARGS__)
#define FORMS(X, ...)                                                                                        \
    FORMS_OF(0, X, __VA_ARGS__)                                                                              \
    FORMS_OF(1, X, __VA_ARGS__)                                                                              \
    FORMS_OF(2, X, __VA_ARGS__)                                                                              \
    FORMS_OF(M, X, __VA_ARGS__)

/* Offsets instead of addresses, as the loader would have to relocate those in every start of the program. */
#define LABEL_ROW(a, b, name) &&name##_##a##b - &&JUMP,
#define LABELS(name, ...) FORMS(LABEL_ROW, name)

#define NEXT                                                                                                 \
    do {                                                                                                     \
        i = pc++;                                                                                            \
        goto *((const char *)&&JUMP + offsets[i->op]);                                                       \
    } while (0)

/* A backward jump computes its target from what it has read at pc, which makes a chain of dependent loads
 * from turn to turn that costs more than the loop's own work. So the target of the last one is kept, and `pc`
 * is set from that if it is the same: the processor predicts the comparison and need not wait. The empty asm
 * keeps the compiler from seeing that both are equal. Only backward jumps count against the budget. */
#define JUMP_BY(offset)                                                                                      \
    do {                                                                                                     \
        const struct nl_ins *target = pc + (offset), *seen = last;                                           \
        if (target > i) {                                                                                    \
            pc = target;                                                                                     \
            NEXT;                                                                                            \
        }                                                                                                    \
        __asm__("" : "+r"(seen));                                                                            \
        if (UNLIKELY(target != seen)) {                                                                      \
            last = target;                                                                                   \
            __asm__("" : "+r"(last));                                                                        \
        }                                                                                                    \
        pc = last;                                                                                           \
        if (UNLIKELY(--left < 0))                                                                            \
            goto leave;                                                                                      \
        NEXT;                                                                                                \
    } while (0)

#define OPERATION(a, b, name, expression)                                                                    \
    name##_##a##b:                                                                                           \
    {                                                                                                        \
        uint64_t x = GET_##a(x), y = GET_##b(y);                                                             \
        (void)x;                                                                                             \
        PUT_##a(expression);                                                                                 \
        NEXT;                                                                                                \
    }
#define OPERATIONS(name, expression) FORMS(OPERATION, name, expression)

#define CONDITION(a, b, name, expression)                                                                    \
    name##_##a##b:                                                                                           \
    {                                                                                                        \
        uint64_t x = GET_##a(x), y = GET_##b(y);                                                             \
        if (expression)                                                                                      \
            JUMP_BY(i->rel);                                                                                 \
        NEXT;                                                                                                \
    }
#define CONDITIONS(name, expression) FORMS(CONDITION, name, expression)

#define COUNT_UP(a, b, ...)                                                                                  \
    NEXT_JLT_##a##b:                                                                                         \
    {                                                                                                        \
        uint64_t x = NL_WRAP(GET_##a(x) + 1), y = GET_##b(y);                                                \
        PUT_##a(x);                                                                                          \
        if ((int64_t)x < (int64_t)y)                                                                         \
            JUMP_BY(i->rel);                                                                                 \
        NEXT;                                                                                                \
    }

/* MIN_VALUE % -1 would trap on x86. */
#define REMAINDER(a, b, ...)                                                                                 \
    REM_##a##b:                                                                                              \
    {                                                                                                        \
        int64_t x = (int64_t)GET_##a(x), y = (int64_t)GET_##b(y);                                            \
        if (UNLIKELY(y == 0)) {                                                                              \
            pc = i;                                                                                          \
            goto leave;                                                                                      \
        }                                                                                                    \
        PUT_##a((uint64_t)(y == -1 ? 0 : x % y));                                                            \
        NEXT;                                                                                                \
    }

/* Returns the instruction at which it stands: NL_END, one whose divisor is 0, or the target of a jump that
 * came when the budget was used up. */
__attribute__((noinline, noclone)) static const struct nl_ins *execute(const struct numeric *n, uint64_t *s,
                                                                       uint32_t at, int32_t *budget)
{
    static const int32_t offsets[] = {
        NL_OPERATIONS(LABELS) NL_JUMPS(LABELS) NL_OTHERS(LABELS)[NL_JUMP] = 0,
        [NL_END] = &&END - &&JUMP,
    };
    const struct nl_ins *pc = n->ins + at, *i = pc, *last = pc;
    uint64_t p0 = s[n->pins[0]], p1 = s[n->pins[1]], p2 = s[n->pins[2]];
    int32_t left = *budget;
    NEXT;
    NL_OPERATIONS(OPERATIONS)
    NL_JUMPS(CONDITIONS)
    FORMS(COUNT_UP, )
    FORMS(REMAINDER, )
JUMP:
    JUMP_BY(i->rel);
END:
    pc = i;
leave:
    s[n->pins[0]] = p0;
    s[n->pins[1]] = p1;
    s[n->pins[2]] = p2;
    *budget = left;
    return pc;
}

/* The register of a variable that is declared in the loop may hold anything when the loop begins. */
static void load(const struct numeric *n, const struct frame *fr, uint64_t *s)
{
    for (unsigned k = 0; k < n->n_variables; k++) {
        const struct nl_variable *v = &n->variables[k];
        const struct value *r = &fr->regs[v->reg];
        s[v->slot] = r->tag != v->tag ? 0 : v->tag == VAL_INT ? NL_WRAP(r->u.i) : (uint64_t)r->u.l;
    }
    for (unsigned k = 0; k < n->n_constants; k++)
        s[n->constants[k].slot] = n->constants[k].bits;
}

static void store(const struct numeric *n, struct frame *fr, const uint64_t *s)
{
    for (unsigned k = 0; k < n->n_variables; k++) {
        const struct nl_variable *v = &n->variables[k];
        reg_set(fr, v->reg, (struct value){.tag = v->tag, .u.l = (int64_t)s[v->slot]});
    }
}

enum call_status numeric_run(struct fiber *f, struct frame *fr, const struct numeric *n, unsigned resume)
{
    uint64_t s[NL_SLOTS];
    for (unsigned k = 0; k < NL_PINS; k++) /* a loop of fewer slots has none for them */
        s[n->pins[k]] = 0;
    load(n, fr, s);
    int32_t at = fr->regs[resume].u.i;
    const struct nl_ins *end = execute(n, s, (uint32_t)at, &f->budget);
    store(n, fr, s);
    if (f->budget < 0) {
        reg_set(fr, resume, value_int((int32_t)(end - n->ins)));
        return CALL_NONE;
    }
    if (end->op == NL_END)
        return CALL_OK;
    fr->pc += end->rel + 1;
    return vm_throw(f, "ArithmeticException", "/ by zero");
}
