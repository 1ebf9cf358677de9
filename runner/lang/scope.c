/* Bare names: what `x` and `x(…)` mean in a script, a method or a closure when no local answers.
 *
 * A closure asks its owner and its delegate in the order of its strategy; an owner that is a closure asks on.
 * A script has its variables (the binding) and, last, whatever the host knows: steps and globals. */
#include "runner/lang/dispatch.h"
#include "runner/lib/ops.h"
#include <string.h>

enum { OWNER_FIRST, DELEGATE_FIRST, OWNER_ONLY, DELEGATE_ONLY, TO_SELF };

struct map *script_variables(struct value script)
{
    if (!value_is(script, OBJ_INSTANCE) || !(AS_INSTANCE(script)->class->flags & CLASSF_SCRIPT))
        return NULL;
    struct value binding = AS_INSTANCE(script)->fields[0];
    return value_is(binding, OBJ_INSTANCE) && value_is(AS_INSTANCE(binding)->fields[0], OBJ_MAP)
               ? AS_MAP(AS_INSTANCE(binding)->fields[0])
               : NULL;
}

struct asked { /* the places a closure looks in, in order */
    struct value at[2];
    int n;
};

static struct asked places(const struct closure *c)
{
    bool same =
        c->delegate.tag == VAL_OBJECT && c->owner.tag == VAL_OBJECT && c->delegate.u.o == c->owner.u.o;
    switch (c->strategy) {
    case DELEGATE_FIRST:
        return (struct asked){{c->delegate, c->owner}, same ? 1 : 2};
    case OWNER_ONLY:
        return (struct asked){{c->owner}, 1};
    case DELEGATE_ONLY:
        return (struct asked){{c->delegate}, 1};
    case TO_SELF:
        return (struct asked){.n = 0};
    default:
        return (struct asked){{c->owner, c->delegate}, same ? 1 : 2};
    }
}

/* ---- reading */

static enum call_status get_in(struct fiber *f, struct value at, struct string *name, struct value *out)
{
    if (!value_is(at, OBJ_CLOSURE))
        return value_is_null(at) ? CALL_NONE : property_get(f, at, name, out);
    struct closure *c = AS_CLOSURE(at);
    enum call_status status = closure_property(f, c, name, out);
    struct asked asked = places(c);
    for (int i = 0; i < asked.n && status == CALL_NONE; i++)
        status = get_in(f, asked.at[i], name, out);
    return status;
}

static struct value scope_of(const struct frame *frame)
{
    return frame->closure ? value_object(frame->closure) : frame->self;
}

static struct value root_of(const struct frame *frame)
{
    return frame->closure ? frame->closure->self : frame->self;
}

static enum call_status static_import_get(struct fiber *f, struct frame *frame, struct string *name,
                                          struct value *out)
{
    enum call_status status = CALL_NONE;
    for (struct code_name *i = frame->fn->code->names; i && status == CALL_NONE; i = i->next)
        if (i->class && strcmp(i->alias, "*static") == 0)
            status = property_get(f, value_object(i->class), name, out);
    return status;
}

enum call_status scope_get(struct fiber *f, struct frame *frame, struct string *name, struct value *out)
{
    enum call_status status = get_in(f, scope_of(frame), name, out);
    if (status == CALL_NONE)
        status = static_import_get(f, frame, name, out);
    if (status != CALL_NONE)
        return status;
    struct value root = root_of(frame);
    struct class *c = value_is(root, OBJ_CLASS) ? AS_CLASS(root) : vm_class_of(f->vm, root);
    return throw_no_property(f, name, c);
}

/* ---- writing */

static enum call_status set_in(struct fiber *f, struct value at, struct string *name, struct value v)
{
    if (!value_is(at, OBJ_CLOSURE))
        return value_is_null(at) ? CALL_NONE : property_set(f, at, name, v);
    struct closure *c = AS_CLOSURE(at);
    if (closure_set_property(c, name, v))
        return CALL_OK;
    struct asked asked = places(c);
    enum call_status status = CALL_NONE;
    for (int i = 0; i < asked.n && status == CALL_NONE; i++)
        status = set_in(f, asked.at[i], name, v);
    return status;
}

enum call_status scope_set(struct fiber *f, struct frame *frame, struct string *name, struct value v)
{
    enum call_status status = set_in(f, scope_of(frame), name, v);
    if (status != CALL_NONE)
        return status;
    struct value root = root_of(frame);
    struct class *c = value_is(root, OBJ_CLASS) ? AS_CLASS(root) : vm_class_of(f->vm, root);
    return throw_no_property(f, name, c);
}

/* ---- calling */

/* call(), curry() and so on called bare inside of a closure mean the closure itself. */
static bool own_method(struct vm *vm, struct string *name)
{
    return ptr_map_get(&vm->core[CORE_CLOSURE]->methods, name) != NULL;
}

static enum call_status call_in(struct fiber *f, struct value at, struct string *name, int argc,
                                struct value *argv, struct value *out)
{
    if (!value_is(at, OBJ_CLOSURE))
        return value_is_null(at) ? CALL_NONE : invoke(f, at, name, argc, argv, out);
    struct closure *c = AS_CLOSURE(at);
    enum call_status status = CALL_NONE;
    if (own_method(f->vm, name))
        status = invoke(f, at, name, argc, argv, out);
    struct asked asked = places(c);
    for (int i = 0; i < asked.n && status == CALL_NONE; i++)
        status = call_in(f, asked.at[i], name, argc, argv, out);
    return status;
}

static enum call_status static_import_call(struct fiber *f, struct frame *frame, struct string *name,
                                           int argc, struct value *argv, struct value *out)
{
    enum call_status status = CALL_NONE;
    for (struct code_name *i = frame->fn->code->names; i && status == CALL_NONE; i = i->next)
        if (i->class && strcmp(i->alias, "*static") == 0)
            status = invoke(f, value_object(i->class), name, argc, argv, out);
    return status;
}

/* A variable that holds no closure may still have call(): a library's object. */
static enum call_status call_variable(struct fiber *f, struct frame *frame, struct string *name, int argc,
                                      struct value *argv, struct value *out)
{
    struct value v = NULL_VALUE;
    enum call_status status = get_in(f, scope_of(frame), name, &v);
    if (status != CALL_OK)
        return status == CALL_THROW ? CALL_THROW : CALL_NONE;
    status = value_is_null(v) ? CALL_NONE : invoke(f, v, f->vm->sym[SYM_CALL], argc, argv, out);
    value_release(v);
    return status;
}

/* Steps come last: a script may define a method or variable `sh`, and it hides the step as in Jenkins. */
enum call_status scope_call(struct fiber *f, struct frame *frame, struct string *name, int argc,
                            struct value *argv, struct value *out)
{
    struct value root = root_of(frame);
    enum call_status status = call_in(f, scope_of(frame), name, argc, argv, out);
    if (status == CALL_NONE)
        status = static_import_call(f, frame, name, argc, argv, out);
    struct map *variables = script_variables(root);
    struct value v;
    if (status == CALL_NONE && variables && map_get(variables, value_object(name), &v))
        status = call_variable(f, frame, name, argc, argv, out);
    if (status == CALL_NONE && variables && f->vm->host.call)
        status = host_call(f, name, argc, argv, out);
    return status == CALL_NONE ? vm_throw_no_signature(f, root, name->data, argc, argv) : status;
}
