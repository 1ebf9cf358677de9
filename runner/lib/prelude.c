/* The library's Groovy part, embedded as text; the VM compiles a file of it when one of its methods is
 * first called. */
#include "runner/lib/tables.h"
#include "base/error.h"

/* .incbin rather than an array in C: the compiler reads nothing of it. The paths are relative to the root
 * of the source, where make runs; the Makefile lists the files as prerequisites, since no dependency file
 * can. */
#define EMBED(name)                                                                                          \
    __asm__(".section .rodata\n"                                                                             \
            "prelude_" #name ":\n"                                                                           \
            ".incbin \"runner/prelude/" #name ".groovy\"\n"                                                  \
            "prelude_" #name "_end:\n"                                                                       \
            ".previous\n");                                                                                  \
    extern const char prelude_##name[], prelude_##name##_end[];

#define PRELUDES(X)                                                                                          \
    X(object) X(closure) X(iterable) X(map) X(sorted) X(text) X(stream) X(number) X(statics) X(date) X(reader)
PRELUDES(EMBED)

void lib_register_preludes(struct vm *vm)
{
#define REGISTER(name)                                                                                       \
    vm_prelude(vm, "prelude/" #name ".groovy", prelude_##name,                                               \
               (size_t)(prelude_##name##_end - prelude_##name), NULL);
    PRELUDES(REGISTER)
}
