/* Names that an installation knows: the checks that need a configuration. Without it they are skipped.
 * runner/state fills this from gmrun.yaml; everything is borrowed and must outlive the check. */
#ifndef PARSER_MODEL_ENVIRONMENT_H
#define PARSER_MODEL_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

struct model_tool {
    const char *type, *name;
};

struct model_environment {
    bool check_tools, check_labels, check_libraries;
    const struct model_tool *tools;
    size_t tool_count;
    const char *const *labels; /* of all nodes */
    size_t label_count;
    const char *const *libraries;
    size_t library_count;
    bool implicit_library; /* one of them is loaded without being named */
};

#endif
