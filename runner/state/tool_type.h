/* Kinds of tools: the symbol that a pipeline and gmrun.yaml name them by, their class in Jenkins, and what an
 * installation sets in the environment.
 *
 * A type more is a row in tool_type.c and one in parser/catalog_*.c's table of tools. */
#ifndef RUNNER_STATE_TOOL_TYPE_H
#define RUNNER_STATE_TOOL_TYPE_H

#include <stdbool.h>
#include <stddef.h>

struct tool_type {
    const char *symbol, *class;
    const char *homes[2];   /* variables that hold the home; NULL: none */
    const char *path, *bin; /* PATH+…, and its value below the home; NULL: not on the path */
};
extern const struct tool_type tool_types[];
extern const size_t tool_type_count;

/* By symbol or class; NULL: no such type. */
const struct tool_type *tool_type_find(const char *name);
bool tool_type_matches(const char *a, const char *b); /* two names of one type */

#endif
