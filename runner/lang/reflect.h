/* Reflection, as far as pipelines use it. */
#ifndef RUNNER_LANG_REFLECT_H
#define RUNNER_LANG_REFLECT_H

struct vm;
void reflect_register(struct vm *vm);

#endif
