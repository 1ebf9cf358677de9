/* nodesByLabel [workflow-basic-steps]. */
#include "runner/engine/node.h"
#include "runner/steps/rows.h"
#include <string.h>

enum { MAX_NODES = 256 };

enum call_status step_nodes_by_label(struct step_call *c, struct value *out)
{
    const char *names[MAX_NODES];
    size_t n = node_names_by_label(c->run->nodes, step_str(c, "label", ""), names, MAX_NODES);
    *out = list_new(c->run->vm, n);
    for (size_t i = 0; i < n; i++) {
        struct value v = string_from(names[i]);
        list_push(AS_LIST(*out), v);
        value_release(v);
    }
    step_log(c, n ? "Found a total of %zu nodes with the ‘%s’ label" : "Found %zu nodes with the ‘%s’ label",
             n, step_str(c, "label", ""));
    return CALL_OK;
}
