/* The results' names and exit statuses. NONE has the exit status of SUCCESS: a build whose result nobody
 * set was good. */
#include "base/util.h"
#include "runner/sinks/event.h"
#include <string.h>

static const struct {
    const char *name;
    int status; /* of the program, in docs/getting-started.md; 2 is left for usage errors */
} results[] = {
    [RESULT_SUCCESS] = {"SUCCESS", 0}, [RESULT_UNSTABLE] = {"UNSTABLE", 3},
    [RESULT_FAILURE] = {"FAILURE", 1}, [RESULT_NOT_BUILT] = {"NOT_BUILT", 5},
    [RESULT_ABORTED] = {"ABORTED", 4}, [RESULT_NONE] = {"null", 0},
};

const char *result_name(enum result r)
{
    return results[r].name;
}

bool result_parse(const char *name, enum result *r)
{
    for (size_t i = 0; i < RESULT_NONE; i++)
        if (strcmp(results[i].name, name) == 0) {
            *r = (enum result)i;
            return true;
        }
    return false;
}

int result_exit_status(enum result r)
{
    return results[r].status;
}
