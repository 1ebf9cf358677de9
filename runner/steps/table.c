/* All steps by name. rows.inc is sorted, as the search halves it (tests/unit checks that). */
#include "runner/steps/rows.h"
#include <string.h>

static const struct step_impl table[] = {
#define STEP_ROW(name, fn, flags) {name, fn, flags},
#include "runner/steps/rows.inc"
#undef STEP_ROW
};

static int by_name(const void *key, const void *row)
{
    return strcmp(key, ((const struct step_impl *)row)->name);
}

const struct step_impl *step_find(const char *name)
{
    return bsearch(name, table, ARRAY_LEN(table), sizeof(table[0]), by_name);
}

/* Names with _ are the engine's own helpers. */
bool step_parks(const char *name)
{
    static const char *const immediate[] = {
        "echo",     "error",           "evaluate",        "isUnix",       "properties", "pwd",
        "unstable", "libraryResource", "compareVersions", "nodesByLabel", "milestone",  "readTrusted"};
    for (size_t i = 0; i < ARRAY_LEN(immediate); i++)
        if (strcmp(immediate[i], name) == 0)
            return false;
    return name[0] != '_' && step_find(name);
}
