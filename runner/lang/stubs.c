/* Stands in for parts of the machine that are being written; goes away with them. */
#include "runner/lang/code.h"
#include "runner/lang/interp.h"
#include "runner/lang/prelude.h"

#define STUB vm_throw(f, "UnsupportedOperationException", "not there yet")

enum call_status fiber_call(struct fiber *f, struct value callable, int argc, struct value *argv, native_cont cont,
                            void *data, void (*release)(void *data))
{
    return STUB;
}

enum call_status vm_call_sync(struct fiber *f, struct value callable, int argc, struct value *argv, struct value *out)
{
    return STUB;
}

enum call_status vm_invoke_sync(struct fiber *f, struct value self, const char *name, int argc, struct value *argv,
                                struct value *out)
{
    return STUB;
}

enum call_status vm_get_property(struct fiber *f, struct value self, const char *name, struct value *out)
{
    return STUB;
}

enum call_status vm_set_property(struct fiber *f, struct value self, const char *name, struct value v)
{
    return STUB;
}

int closure_arity(struct value closure)
{
    return 0;
}

struct value closure_delegate(struct value closure)
{
    return AS_CLOSURE(closure)->delegate;
}

void closure_set_delegate(struct value closure, struct value delegate, int strategy)
{
}

enum run_status fiber_run(struct fiber *f, struct frame *until, struct value *out)
{
    return RUN_DONE;
}

void fiber_begin(struct fiber *f, struct value callable, int argc, struct value *argv)
{
}

void code_free(struct code *code)
{
}

struct code *vm_compile(struct vm *vm, const struct ast *ast, const char *class_name, struct error *err)
{
    error_set(err, ERROR_INVALID, "not there yet");
    return NULL;
}

struct value script_new(struct vm *vm, struct code *code, struct value binding_of)
{
    return NULL_VALUE;
}

struct value method_of(struct vm *vm, struct value self, const char *name)
{
    return NULL_VALUE;
}

struct map *script_binding(struct value script)
{
    return NULL;
}
