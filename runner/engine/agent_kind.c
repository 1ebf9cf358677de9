#include "runner/engine/agent_kind.h"
#include <string.h>

enum call_status agent_kind_enter(struct fiber *f, int argc, struct value *argv, struct value *out)
{
    struct value hold = NULL_VALUE;
    enum call_status status =
        vm_throw(f, "AbortException",
                 "agent { %s } is not supported by this version: use a label, or run the program inside "
                 "the container by sh 'docker run …'",
                 value_text(f, argv[0], &hold));
    value_release(hold);
    return status;
}
