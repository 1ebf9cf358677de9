/* tee(file) { }: the output of the steps inside goes to a file too, behind what it holds
 * [pipeline-utility-steps: TeeStep]. */
#include "base/fs.h"
#include "runner/steps/rows.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void tee_close(void *data)
{
    close((int)(intptr_t)data);
}

enum call_status step_tee(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", "")), *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0755, &err) < 0)
        return step_abort(c, "%s", err.message);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return step_abort(c, "cannot write '%s': %s", path, strerror(errno));
    struct scope *scope = scope_new(c->branch->scope);
    scope->copy_fd = fd;
    scope->data = (void *)(intptr_t)fd;
    scope->release = tee_close;
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
