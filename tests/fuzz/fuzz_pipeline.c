/* Whatever the file holds: lexing, parsing, building the model and checking it end, and give back their
 * memory. */
#include "base/error.h"
#include "runner/cli/pipeline_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pipeline_file file = {0};
    struct error err = {0};
    if (pipeline_file_set(&file, "Jenkinsfile", (const char *)data, len, &err) == 0)
        pipeline_file_check(&file, NULL, 0);
    pipeline_file_release(&file);
    error_release(&err);
    return 0;
}
