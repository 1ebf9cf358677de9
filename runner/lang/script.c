/* Scripts as objects: the instance, its binding, its methods as callables. */
#include "runner/lang/dispatch.h"
#include "runner/lang/interp.h"
#include <string.h>

static struct value binding_new(struct vm *vm)
{
    struct value binding = instance_new(vm, vm->core[CORE_BINDING]);
    AS_INSTANCE(binding)->fields[0] = map_new(vm);
    return binding;
}

/* @Field initialisers run when the script object is made, on a fiber of their own that cannot wait. What they
 * throw is kept for run(). */
static void init_fields(struct vm *vm, struct value script)
{
    struct class *c = AS_INSTANCE(script)->class;
    if (!c->init)
        return;
    struct value callable = closure_new(vm, CLOSURE_METHOD);
    struct fiber *f = fiber_start(vm, callable, 0, NULL, NULL, NULL);
    value_release(callable);
    struct value out = NULL_VALUE;
    f->has_arrived = false;
    struct frame *sync = sync_begin(f);
    enum call_status status = sync_end(f, sync, enter_function(f, c->init, NULL, script, 0, NULL, 0), &out);
    if (status == CALL_THROW)
        AS_INSTANCE(script)->fields[1] = fiber_take_exception(f);
    value_release(out);
    fiber_discard(f);
}

void script_construct(struct vm *vm, struct value script, struct value binding)
{
    struct value *own = &AS_INSTANCE(script)->fields[0];
    value_release(*own);
    *own = value_is_null(binding) ? binding_new(vm) : value_retain(binding);
    init_fields(vm, script);
}

struct value script_new(struct vm *vm, struct code *code, struct value binding_of)
{
    struct value script = instance_new(vm, code->script);
    script_construct(vm, script,
                     value_is(binding_of, OBJ_INSTANCE) ? AS_INSTANCE(binding_of)->fields[0] : NULL_VALUE);
    return script;
}

struct value method_of(struct vm *vm, struct value self, const char *name)
{
    struct class *c = value_is(self, OBJ_CLASS) ? AS_CLASS(self) : vm_class_of(vm, self);
    struct string *symbol = vm_symbol(vm, name, strlen(name));
    if (class_methods(c, symbol)->n == 0)
        return NULL_VALUE;
    struct value v = closure_new(vm, CLOSURE_METHOD);
    AS_CLOSURE(v)->owner = value_retain(self);
    AS_CLOSURE(v)->delegate = value_retain(self);
    AS_CLOSURE(v)->name = symbol;
    return v;
}
