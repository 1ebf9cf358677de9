/* .dockerignore [moby: patternmatcher]: patterns a line, the last one that matches a path or a folder above
 * it decides, `!` takes back. */
#ifndef WORKER_IGNORE_H
#define WORKER_IGNORE_H

#include <stdbool.h>
#include "base/error.h"
#include "base/util.h"

struct ignore_rule {
    char *pattern; /* cleaned, no slash in front or behind */
    bool keep;     /* began with ! */
};

/* Zeroed: ignores nothing. */
struct ignore {
    VEC(struct ignore_rule) rules;
    bool keeps; /* some rule takes back */
};

void ignore_parse(struct ignore *g, const char *text); /* adds the text's rules */
void ignore_add(struct ignore *g, const char *pattern);
bool ignore_match(const struct ignore *g, const char *path); /* relative, with slashes */
void ignore_release(struct ignore *g);

#endif
