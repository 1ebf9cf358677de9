/* tee(file) { }: the output of the steps inside goes to a file too, behind what it holds
 * [pipeline-utility-steps: TeeStep]. */
#include "base/fs.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* scope->hear gets whole pieces of masked output, from any step within. */
static void tee_write(void *data, const char *text, size_t len)
{
    int fd = (int)(intptr_t)data;
    while (len) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno != EINTR)
            return; /* a full disk is no reason to end the build */
        text += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

static void tee_close(void *data)
{
    close((int)(intptr_t)data);
}

/* For a far node what was heard lies here until the block's end.
 * What the block threw counts more than a file that could not be sent. */
static enum call_status tee_send(struct step_call *c, struct outcome o, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    if ((fs_read_file(c->state, SIZE_MAX / 4, &text, &err) < 0 ||
         ws_append_file(c, path, text.data ? text.data : "", text.len, &err) < 0) &&
        !o.thrown)
        return step_abort(c, "%s", err.message);
    return step_after_plain(c, o, out);
}

static void tee_forget(void *state)
{
    unlink(state);
    free(state);
}

/* Where the text goes: the file itself, or on a far node a stand-in. Owned, NULL: err. */
static char *tee_target(struct step_call *c, struct error *err)
{
    if (ws_far(c)) {
        c->state = xasprintf("%s/far-tee-%d", c->run->record.dir, c->id);
        c->state_release = tee_forget;
        return xstrdup(c->state);
    }
    char *path = step_path(c, step_str(c, "file", ""));
    _cleanup_free_ char *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0755, err) == 0)
        return path;
    free(path);
    return NULL;
}

enum call_status step_tee(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    _cleanup_free_ char *path = tee_target(c, &err);
    if (!path)
        return step_abort(c, "%s", err.message);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return step_abort(c, "cannot write '%s': %s", path, strerror(errno));
    struct scope *scope = scope_new(c->branch->scope);
    scope->hear = tee_write;
    scope->data = (void *)(intptr_t)fd;
    scope->release = tee_close;
    return step_body(c, scope, NULL, 0, NULL, ws_far(c) ? tee_send : step_after_plain);
}
