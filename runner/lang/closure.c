/* Closures: script functions with what they captured, bound methods, curried and composed ones. */
#include "runner/lang/dispatch.h"
#include "runner/lib/ops.h"
#include <string.h>

enum { OWNER_FIRST, DELEGATE_FIRST, OWNER_ONLY, DELEGATE_ONLY, TO_SELF };

struct value closure_new(struct vm *vm, enum closure_kind kind)
{
    struct closure *c = xcalloc(1, sizeof(*c));
    container_link(vm, &c->head, OBJ_CLOSURE);
    c->kind = (uint8_t)kind;
    return value_object(c);
}

static enum call_status no_call(struct fiber *f, struct closure *c, int argc, struct value *argv)
{
    return vm_throw_no_signature(f, value_object(c), c->fn && c->fn->is_closure ? "call" : "doCall", argc,
                                 argv);
}

static enum call_status call_script(struct fiber *f, struct closure *c, int argc, struct value *argv)
{
    struct proto *p = c->fn;
    struct value null = NULL_VALUE;
    if (argc == 0 && p->n_params == 1 && p->n_required == 1 && !p->varargs &&
        !(p->params[0].type && p->params[0].type->primitive)) /* Groovy passes a null */
        return enter_function(f, p, c, c->self, 1, &null, 0);
    if (p->typed || p->varargs || argc > p->n_params || argc < p->n_required) {
        if (args_distance(f->vm, p, argc, argv) >= 0)
            return enter_function(f, p, c, c->self, argc, argv, 0);
        /* one list for several parameters is taken apart */
        if (argc == 1 && p->n_params > 1 && value_is(argv[0], OBJ_LIST)) {
            struct list *l = AS_LIST(argv[0]);
            if (args_distance(f->vm, p, (int)l->len, l->items) >= 0)
                return enter_function(f, p, c, c->self, (int)l->len, l->items, 0);
        }
        return no_call(f, c, argc, argv);
    }
    if (argc == 1 && p->n_params > 1 && p->n_required <= 1 && value_is(argv[0], OBJ_LIST) &&
        AS_LIST(argv[0])->len <= p->n_params)
        return enter_function(f, p, c, c->self, (int)AS_LIST(argv[0])->len, AS_LIST(argv[0])->items, 0);
    return enter_function(f, p, c, c->self, argc, argv, 0);
}

/* A class as the owner: static methods first, else an instance method whose receiver is the first
 * argument, as in `['a'].collect(String.&toUpperCase)`. */
static enum call_status call_bound(struct fiber *f, struct closure *c, int argc, struct value *argv,
                                   struct value *out)
{
    if (c->name == f->vm->sym[SYM_INIT] ||
        (value_is(c->owner, OBJ_CLASS) && strcmp(c->name->data, "new") == 0)) {
        struct value object = NULL_VALUE;
        enum call_status status = object_allocate(f, AS_CLASS(c->owner), &object);
        if (status == CALL_OK)
            status = object_construct(f, AS_CLASS(c->owner), object, argc, argv, out);
        value_release(object);
        return status;
    }
    enum call_status status = invoke(f, c->owner, c->name, argc, argv, out);
    if (status == CALL_NONE && value_is(c->owner, OBJ_CLASS) && argc > 0)
        status = invoke(f, argv[0], c->name, argc - 1, argv + 1, out);
    return status == CALL_NONE ? invoke_or_throw(f, c->owner, c->name, argc, argv, out) : status;
}

static enum call_status call_curried(struct fiber *f, struct closure *c, int argc, struct value *argv,
                                     struct value *out)
{
    struct list *bound = AS_LIST(c->second);
    int n = (int)bound->len, total = n + argc;
    int at = c->position == CURRY_RIGHT ? argc : c->position < argc ? c->position : argc;
    struct value *args = xmalloc(((size_t)total + 1) * sizeof(*args));
    memcpy(args, argv, (size_t)at * sizeof(*args));
    memcpy(args + at, bound->items, (size_t)n * sizeof(*args));
    memcpy(args + at + n, argv + at, (size_t)(argc - at) * sizeof(*args));
    enum call_status status = call_value(f, c->target, total, args, out);
    free(args);
    return status;
}

static void release_closure(void *data)
{
    value_release(value_object(data));
}

static enum call_status call_second(struct fiber *f, struct outcome result, void *data, struct value *out)
{
    struct closure *c = data;
    if (result.thrown)
        return vm_throw_value(f, value_retain(result.v));
    struct value arg = result.v;
    return fiber_call(f, c->second, 1, &arg, NULL, NULL, NULL);
}

/* A composed closure's first half is called through a continuation, since it may park; the closure is
 * retained for that long. */
enum call_status closure_call(struct fiber *f, struct closure *c, int argc, struct value *argv,
                              struct value *out)
{
    switch (c->kind) {
    case CLOSURE_SCRIPT:
        return call_script(f, c, argc, argv);
    case CLOSURE_METHOD:
        return call_bound(f, c, argc, argv, out);
    case CLOSURE_CURRY:
        return call_curried(f, c, argc, argv, out);
    default:
        value_retain(value_object(c));
        return fiber_call(f, c->target, argc, argv, call_second, c, release_closure);
    }
}

int closure_arity(struct value closure)
{
    const struct closure *c = AS_CLOSURE(closure);
    if (c->kind == CLOSURE_SCRIPT)
        return c->fn->n_params;
    if (c->kind == CLOSURE_CURRY) {
        int n = closure_arity(c->target) - (int)AS_LIST(c->second)->len;
        return n > 0 ? n : 0;
    }
    if (c->kind == CLOSURE_COMPOSE)
        return closure_arity(c->target);
    const struct class *class = value_is(c->owner, OBJ_CLASS) ? AS_CLASS(c->owner) : NULL;
    struct vm *vm = c->position ? NULL : class ? class->vm : NULL;
    const struct method_set *set = vm ? class_methods((struct class *)class, c->name)
                                   : value_is(c->owner, OBJ_INSTANCE)
                                       ? class_methods(AS_INSTANCE(c->owner)->class, c->name)
                                       : NULL;
    return set && set->n_script ? set->methods[0]->fn->n_params : 1;
}

void closure_set_delegate(struct value closure, struct value delegate, int strategy)
{
    struct closure *c = AS_CLOSURE(closure);
    struct value old = c->delegate;
    c->delegate = value_retain(delegate);
    c->strategy = (uint8_t)strategy;
    value_release(old);
}

static struct value parameter_types(struct vm *vm, struct value closure)
{
    int n = closure_arity(closure);
    struct value types = array_new(vm, "Class", (size_t)n);
    const struct closure *c = AS_CLOSURE(closure);
    for (int i = 0; i < n; i++) {
        struct class *class = vm->core[CORE_OBJECT];
        if (c->kind == CLOSURE_SCRIPT && c->fn->params[i].type && c->fn->params[i].type->class)
            class = c->fn->params[i].type->class;
        AS_LIST(types)->items[i] = value_retain(value_object(class));
    }
    return types;
}

enum call_status closure_property(struct fiber *f, struct closure *c, struct string *name, struct value *out)
{
    struct string *const *sym = f->vm->sym;
    if (name == sym[SYM_OWNER])
        *out = value_retain(c->owner);
    else if (name == sym[SYM_DELEGATE])
        *out = value_retain(c->delegate);
    else if (name == sym[SYM_THIS_OBJECT])
        *out = value_retain(c->self);
    else if (name == sym[SYM_RESOLVE_STRATEGY])
        *out = value_int(c->strategy);
    else if (strcmp(name->data, "maximumNumberOfParameters") == 0)
        *out = value_int(closure_arity(value_object(c)));
    else if (c->kind == CLOSURE_METHOD && strcmp(name->data, "method") == 0)
        *out = value_retain(value_object(c->name));
    else if (strcmp(name->data, "parameterTypes") == 0)
        *out = parameter_types(f->vm, value_object(c));
    else
        return CALL_NONE;
    return CALL_OK;
}

bool closure_set_property(struct closure *c, struct string *name, struct value v)
{
    if (strcmp(name->data, "delegate") == 0)
        closure_set_delegate(value_object(c), v, c->strategy);
    else if (strcmp(name->data, "resolveStrategy") == 0 && v.tag == VAL_INT)
        c->strategy = (uint8_t)v.u.i;
    else
        return false;
    return true;
}
