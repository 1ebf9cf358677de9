/* Classes of the library that are written in Groovy: compiled when one of their file is first named. */
#ifndef RUNNER_LANG_SOURCE_CLASS_H
#define RUNNER_LANG_SOURCE_CLASS_H

#include "runner/lang/vm.h"

struct class_source { /* one file, in one package; all borrowed for good */
    const char *file, *package;
    const char *names; /* simple names of its classes, each between blanks */
    const char *text, *end;
    bool imported; /* the package is one that every script imports */
};

/* Makes the rows known. */
void vm_class_sources(struct vm *vm, const struct class_source *rows, size_t n);
/* The class of that name, compiled if need be; NULL if no file has it. */
struct class *class_from_source(struct vm *vm, const char *name);
/* Compiles text at run time; the tree lives as long as the VM. `hidden`: as vm_compile_hidden(). */
struct code *vm_compile_text(struct vm *vm, const char *file, const char *text, size_t len,
                             const char *class_name, bool hidden, struct error *err);

#endif
