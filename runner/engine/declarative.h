#ifndef RUNNER_ENGINE_DECLARATIVE_H
#define RUNNER_ENGINE_DECLARATIVE_H

#include <stddef.h>

const char *declarative_text(size_t *len); /* source of the declarative engine, embedded in the program */

#endif
