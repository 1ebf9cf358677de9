/* The Groovy part of the library: source whose `class XMethods` adds its static methods to class X. */
#ifndef RUNNER_LANG_PRELUDE_H
#define RUNNER_LANG_PRELUDE_H

#include "runner/lang/vmstate.h"
#include "base/error.h"

struct prelude;

/* Compiles the file a method stands in, after which its `fn` is set. */
int prelude_load(struct vm *vm, struct prelude *prelude, struct error *err);
void preludes_free(struct vm *vm);

#endif
