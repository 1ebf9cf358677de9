/* The compiled form of a pattern, shared by the matcher and the scanner. */
#ifndef BASE_GLOB_INTERNAL_H
#define BASE_GLOB_INTERNAL_H

#include "base/util.h"

struct glob_part {
    const char *text; /* into glob_pattern.text, not terminated */
    size_t len;
    bool deep, literal; /* `**`; no wildcard at all */
};

struct glob_pattern {
    char *text;
    bool absolute;
    VEC(struct glob_part) parts;
};

/* prefix: whether something below the folder `path` could match. */
bool glob_pattern_matches(const struct glob_pattern *g, const char *path, bool case_sensitive, bool prefix);

#endif
