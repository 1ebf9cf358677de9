/* The VM itself: made from its host's hooks and the library's tables, freed with everything in it. */
#include "runner/lang/code.h"
#include "runner/lang/interp.h"
#include "runner/lang/prelude.h"
#include "runner/lang/reflect.h"
#include "runner/lib/lib.h"

struct vm *vm_new(const struct vm_host *host)
{
    struct vm *vm = xcalloc(1, sizeof(*vm));
    if (host)
        vm->host = *host;
    vm->containers.next = vm->containers.prev = &vm->containers;
    vm->ready_tail = &vm->ready;
    vm->depth_limit = 1024;
    vm->heap_limit = (size_t)1 << 30;
    vm->epoch = 1;
    core_register(vm);
    natives_register(vm);
    reflect_register(vm);
    lib_register(vm);
    return vm;
}

/* Order: fibers hold values in their frames; classes hold statics and are named by every container, so
 * they go after the containers; symbols are the names of all of these and go last. */
void vm_free(struct vm *vm)
{
    if (!vm)
        return;
    for (struct fiber *f = vm->fibers, *next; f; f = next) {
        next = f->next;
        fiber_free(f);
    }
    for (size_t i = 0; i < vm->classes.len; i++) {
        value_release(vm->classes.items[i]->instance);
        vm->classes.items[i]->instance = NULL_VALUE;
    }
    for (size_t i = 0; i < vm->classes.len; i++)
        for (size_t k = 0; k < vm->classes.items[i]->statics.len; k++) {
            value_release(vm->classes.items[i]->statics.items[k]);
            vm->classes.items[i]->statics.items[k] = NULL_VALUE;
        }
    for (size_t i = 0; i < vm->codes.len; i++)
        code_free(vm->codes.items[i]);
    vec_release(&vm->codes);
    container_free_all(&vm->containers);
    preludes_free(vm);
    vm_trees_free(vm);
    for (size_t i = 0; i < vm->classes.len; i++)
        class_free(vm->classes.items[i]);
    vec_release(&vm->classes);
    ptr_map_release(&vm->by_name);
    ptr_map_release(&vm->by_simple);
    symbols_release(&vm->symbols);
    free(vm);
}

const struct vm_host *vm_host(struct vm *vm)
{
    return &vm->host;
}
