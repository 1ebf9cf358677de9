/* Names that an installation knows: the checks that need a configuration. Without it they are skipped.
 * runner/state fills this from gmrun.yaml; everything is borrowed and must outlive the check. */
#ifndef PARSER_MODEL_ENVIRONMENT_H
#define PARSER_MODEL_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

struct model_tool {
    const char *type, *name;
};

struct model_library {
    const char *name;
    bool implicit; /* loaded without being named */
};

struct model_environment {
    bool check_tools, check_labels, check_libraries;
    const struct model_tool *tools;
    size_t tool_count;
    const char *const *labels; /* of all nodes */
    size_t label_count;
    const struct model_library *libraries;
    size_t library_count;
};

#endif
