/* What the build before came to [core: Run.getPreviousCompletedBuild]. Its record is read when first asked
 * for: that of a build of thousands of stages is long. */
#include "runner/engine/run.h"
#include <stdlib.h>

enum result run_result_before(struct run *run)
{
    _cleanup_free_ int *numbers = NULL;
    if (run->before_known)
        return run->before;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    run->before = RESULT_NONE;
    run->before_known = true;
    for (size_t i = 0; i < n && run->before == RESULT_NONE; i++) {
        /* One that runs has no result to compare with. */
        if (numbers[i] >= run->record.number || build_running(&run->home, run->record.job, numbers[i], NULL))
            continue;
        json_t *build = build_load(&run->home, run->record.job, numbers[i], NULL);
        const char *name = json_string_value(json_object_get(build, "result"));
        if (!name || !result_parse(name, &run->before))
            run->before = RESULT_NONE;
        json_decref(build);
    }
    return run->before;
}
