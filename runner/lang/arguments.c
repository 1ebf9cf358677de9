/* Arguments and parameters: Groovy's measure of how well they fit, conversions, defaults, varargs. */
#include "runner/lang/dispatch.h"
#include "runner/lib/number.h"
#include <string.h>

enum { DISTANCE_ANY = 40, DISTANCE_VARARGS = 1000, DISTANCE_CONVERT = 20 };

/* Wider types an Integer (…) may become, nearest first; the place is the distance. */
static int number_distance(struct vm *vm, struct class *from, struct class *to)
{
    static const uint8_t order[] = {CORE_BYTE,       CORE_SHORT, CORE_INTEGER, CORE_LONG,
                                    CORE_BIGINTEGER, CORE_FLOAT, CORE_DOUBLE,  CORE_BIGDECIMAL};
    int a = -1, b = -1;
    for (int i = 0; i < (int)ARRAY_LEN(order); i++) {
        if (vm->core[order[i]] == from)
            a = i;
        if (vm->core[order[i]] == to)
            b = i;
    }
    if (a < 0 || b < 0)
        return NOT_APPLICABLE;
    if (to == vm->core[CORE_FLOAT] || to == vm->core[CORE_DOUBLE])
        return 1 + (b > a ? b - a : 8);
    return b > a && from != vm->core[CORE_FLOAT] && from != vm->core[CORE_DOUBLE] ? 1 + b - a
                                                                                  : NOT_APPLICABLE;
}

static struct class *boxed(struct vm *vm, const struct type *t)
{
    static const uint8_t boxes[] = {
        [VAL_BOOL] = CORE_BOOLEAN, [VAL_CHAR] = CORE_CHARACTER, [VAL_BYTE] = CORE_BYTE,
        [VAL_SHORT] = CORE_SHORT,  [VAL_INT] = CORE_INTEGER,    [VAL_LONG] = CORE_LONG,
        [VAL_FLOAT] = CORE_FLOAT,  [VAL_DOUBLE] = CORE_DOUBLE};
    return t->primitive ? vm->core[boxes[t->primitive]] : t->class;
}

/* The more special the class, the farther: f(null) goes to f(Object) before f(String) (MetaClassHelper). */
static int null_distance(const struct type *t)
{
    if (t->primitive)
        return NOT_APPLICABLE;
    int depth = 1;
    for (const struct class *c = t->class->super; c; c = c->super)
        depth++;
    return depth;
}

/* By the place in the linearised ancestors, which is nearer for a super class than for an interface of it. */
static int ancestor_distance(struct class *c, const struct class *to)
{
    class_order(c);
    for (uint32_t i = 0; i < c->n_order; i++)
        if (c->order[i] == to)
            return (int)i * 2;
    return c->element && class_is(c, to) ? 2 : NOT_APPLICABLE;
}

/* `(T) arg` in a call counts as a T. */
static int cast_distance(const struct type *t, const struct type *cast)
{
    return !t ? DISTANCE_ANY : t->class == cast->class ? 0 : ancestor_distance(cast->class, t->class);
}

static int arg_distance(struct vm *vm, const struct type *t, struct value arg)
{
    if (arg.tag == VAL_UNSET)
        return 0;
    if (!t)
        return value_is_null(arg) ? 0 : DISTANCE_ANY;
    if (value_is_null(arg))
        return null_distance(t);
    struct class *from = vm_class_of(vm, arg), *to = boxed(vm, t);
    if (from == to)
        return 0;
    if (arg.tag >= VAL_BYTE && arg.tag <= VAL_DOUBLE) {
        int d = number_distance(vm, from, to);
        if (d >= 0)
            return d;
    }
    if (value_is(arg, OBJ_GSTRING) && to == vm->core[CORE_STRING])
        return 3;
    if (value_is(arg, OBJ_DECIMAL) && t->class) {
        int d = number_distance(vm, from, to);
        if (d >= 0)
            return DISTANCE_ANY + d; /* Object is nearer */
    }
    if (value_is(arg, OBJ_CLOSURE) && to->flags & CLASSF_INTERFACE && to->flags & CLASSF_SOURCE)
        return DISTANCE_CONVERT;
    return ancestor_distance(from, to);
}

static bool is_array_arg(struct vm *vm, const struct type *t, struct value arg)
{
    return value_is_null(arg) ||
           (value_is(arg, OBJ_LIST) && AS_LIST(arg)->class->element && arg_distance(vm, t, arg) >= 0);
}

/* Of the first n parameters, of which the optional ones get what is left over from left to right. */
static int fixed_distance(struct vm *vm, const struct proto *p, int n, int argc, struct value *argv, int sum)
{
    int extra = argc - (p->n_required - (n < p->n_params)), at = 0;
    for (int i = 0; i < n; i++) {
        if (p->params[i].optional && extra-- <= 0)
            continue;
        const struct type *cast = vm->arg_types ? vm->arg_types[at] : NULL;
        int d = cast && !cast->primitive ? cast_distance(p->params[i].type, cast)
                                         : arg_distance(vm, p->params[i].type, argv[at]);
        at++;
        if (d < 0)
            return NOT_APPLICABLE;
        sum += d;
    }
    return sum;
}

static uint8_t primitive_tag(const struct class *c)
{
    static const struct {
        const char *name;
        uint8_t tag;
    } rows[] = {{"int", VAL_INT},     {"long", VAL_LONG}, {"boolean", VAL_BOOL}, {"double", VAL_DOUBLE},
                {"float", VAL_FLOAT}, {"char", VAL_CHAR}, {"byte", VAL_BYTE},    {"short", VAL_SHORT}};
    for (size_t i = 0; c->flags & CLASSF_PRIMITIVE && i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, c->name->data) == 0)
            return rows[i].tag;
    return 0;
}

/* Always behind every method that takes the arguments one by one. */
static int varargs_distance(struct vm *vm, const struct proto *p, int argc, struct value *argv)
{
    int fixed = p->n_params - 1, sum = DISTANCE_VARARGS;
    if (argc < p->n_required - 1)
        return NOT_APPLICABLE;
    if (argc < fixed)
        return fixed_distance(vm, p, fixed, argc, argv, DISTANCE_VARARGS);
    struct class *element = p->params[fixed].type->class->element;
    struct type item = {.class = element == vm->core[CORE_OBJECT] ? NULL : element,
                        .primitive = primitive_tag(element)};
    for (int i = 0; i < argc; i++) {
        const struct type *t = i < fixed ? p->params[i].type : item.class ? &item : NULL;
        int d = arg_distance(vm, t, argv[i]);
        if (d < 0)
            return NOT_APPLICABLE;
        sum += d;
    }
    return sum;
}

int args_distance(struct vm *vm, const struct proto *p, int argc, struct value *argv)
{
    int n = p->n_params;
    if (p->varargs && !(argc == n && is_array_arg(vm, p->params[n - 1].type, argv[n - 1])))
        return varargs_distance(vm, p, argc, argv);
    if (argc == 0 && n == 1 && p->n_required == 1) /* the only parameter gets null */
        return p->params[0].type && p->params[0].type->primitive ? NOT_APPLICABLE : DISTANCE_CONVERT;
    if (argc > n || argc < p->n_required)
        return NOT_APPLICABLE;
    return fixed_distance(vm, p, n, argc, argv, 0);
}

/* ---- entering */

static enum call_status convert_arg(struct fiber *f, const struct type *t, struct value v, struct value *out)
{
    if (t && !value_is_null(v) && v.tag != VAL_UNSET) {
        struct class *from = vm_class_of(f->vm, v), *to = boxed(f->vm, t);
        if (from != to && (t->primitive || !class_is(from, to)) && !value_is(v, OBJ_CLOSURE))
            return value_cast(f, v, t->name, false, out);
    }
    *out = value_retain(v);
    return CALL_OK;
}

static enum call_status collect_varargs(struct fiber *f, const struct proto *p, int argc, struct value *argv,
                                        struct value *out)
{
    int fixed = p->n_params - 1, n = argc - fixed;
    struct class *element = p->params[fixed].type->class->element;
    struct value array = array_new(f->vm, element->simple->data, (size_t)(n > 0 ? n : 0));
    struct type item = {.name = element->simple->data, .class = element, .primitive = primitive_tag(element)};
    for (int i = 0; i < n; i++) {
        struct value *slot = &AS_LIST(array)->items[i];
        if (element == f->vm->core[CORE_OBJECT])
            *slot = value_retain(argv[fixed + i]);
        else if (convert_arg(f, &item, argv[fixed + i], slot) != CALL_OK) {
            value_release(array);
            return CALL_THROW;
        }
    }
    *out = array;
    return CALL_OK;
}

/* Arguments go to the required parameters first, what is left over to the optional ones from left to
 * right; the others stay VAL_UNSET, and the function's own first instructions compute the defaults. */
static enum call_status fill(struct fiber *f, struct frame *frame, const struct proto *p, int argc,
                             struct value *argv)
{
    int n = p->n_params, last = n;
    if (p->varargs && !(argc == n && is_array_arg(f->vm, p->params[n - 1].type, argv[n - 1]))) {
        last = n - 1;
        struct value rest = NULL_VALUE;
        if (collect_varargs(f, p, argc, argv, &rest) != CALL_OK)
            return CALL_THROW;
        frame->regs[n - 1] = rest;
    }
    int extra = (argc < last ? argc : last) - (p->n_required - (last < n)), at = 0;
    for (int i = 0; i < last; i++) {
        if (p->params[i].optional && extra-- <= 0) {
            if (!p->implicit_it)
                frame->regs[i] = (struct value){.tag = VAL_UNSET};
            continue;
        }
        struct value v = NULL_VALUE;
        if (at < argc && convert_arg(f, p->params[i].type, argv[at++], &v) != CALL_OK)
            return CALL_THROW;
        frame->regs[i] = v;
    }
    return CALL_OK;
}

/* In groovy-cps' words. Without a limit the heap would be the only end of a recursion. */
static enum call_status too_deep(struct fiber *f)
{
    const char *file = "?";
    int line = 0, col;
    const struct frame *frame = f->top;
    while (frame && (frame->kind != FRAME_SCRIPT || frame->fn->synthetic))
        frame = frame->caller;
    fiber_place(f, &file, &line, &col);
    if (frame && strcmp(frame->fn->code->script->name->data, "WorkflowScript") == 0)
        file = "WorkflowScript"; /* as in traces: Jenkins knows the pipeline's file by its class only */
    const char *class = frame && frame->fn->class ? frame->fn->class->name->data : "Script";
    return vm_throw(
        f, "StackOverflowError",
        "Excessively nested closures/functions at %s.%s(%s:%d) - look for unbounded recursion - call "
        "depth: %u",
        class, frame ? frame->fn->name->data : "?", file, line, f->vm->depth_limit + 1);
}

/* Frames are popped by whoever ends them; on CALL_THROW none was left behind. */
enum call_status enter_function(struct fiber *f, struct proto *p, struct closure *closure, struct value self,
                                int argc, struct value *argv, unsigned frame_flags)
{
    if (UNLIKELY(f->depth >= f->vm->depth_limit))
        return too_deep(f);
    struct frame *frame = frame_push(f, FRAME_SCRIPT, p->n_regs);
    frame->fn = p;
    frame->pc = p->ins;
    frame->flags = (uint8_t)frame_flags;
    frame->self = value_retain(self);
    if (closure)
        frame->closure = (struct closure *)value_retain(value_object(closure)).u.o;
    if (UNLIKELY(fill(f, frame, p, argc, argv) != CALL_OK)) {
        frame_pop(f);
        return CALL_THROW;
    }
    return CALL_ENTER;
}
