/* Owns the folders of scripts; see scratch.h for why they are kept.
 *
 * A folder is in use by one job at a time: taken from the list, given back when its process has ended.
 * What a killed runner leaves is removed with the @tmp twin by the next build of that workspace
 * (runner/state/build.c). */
#include "agents/scratch.h"
#include "base/fs.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* As many as branches that run at once on most machines; more are removed when given back. */
enum { SPARE_MAX = 64 };

static void dir_free(struct scratch_dir *d)
{
    free(d->tmp);
    free(d->script);
    *d = (struct scratch_dir){0};
}

/* Removes the folder and, as nobody else may know of it, all that a script left in it. */
static void dir_remove(struct scratch_dir *d)
{
    _cleanup_free_ char *dir = path_dirname(d->script);
    unlink(d->script);
    if (rmdir(dir) < 0 && errno != ENOENT)
        fs_rm_rf(dir, NULL);
    dir_free(d);
}

/* Cut to length after the write: cutting to nothing before makes ext4 start the disk at the close. */
static int overwrite(const char *path, const char *text, size_t n)
{
    _cleanup_(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    /* A short write (a full disk) is no use: the caller makes a new folder, whose error says why. */
    return n && write(fd, text, n) == (ssize_t)n && ftruncate(fd, (off_t)n) == 0 ? 0 : -1;
}

static int make(const char *tmp, const char *text, size_t n, struct scratch_dir *out, struct error *err)
{
    _cleanup_free_ char *dir = fs_tempdir(tmp, "durable-", err);
    if (!dir)
        return -1;
    *out = (struct scratch_dir){xstrdup(tmp), path_join(dir, "script.sh")};
    if (fs_write_file(out->script, text, n, 0700, err) == 0)
        return 0;
    dir_remove(out);
    return -1;
}

int scratch_take(struct scratch *s, const char *tmp, const char *text, size_t n, struct scratch_dir *out,
                 struct error *err)
{
    for (size_t i = s ? s->spare.len : 0; i-- > 0;) {
        if (!str_eq(s->spare.items[i].tmp, tmp))
            continue;
        *out = s->spare.items[i];
        s->spare.items[i] = s->spare.items[--s->spare.len];
        if (overwrite(out->script, text, n) == 0)
            return 0;
        dir_remove(out); /* somebody cleaned the folder */
        break;
    }
    return make(tmp, text, n, out, err);
}

void scratch_give(struct scratch *s, struct scratch_dir *dir)
{
    if (!dir->script)
        return;
    if (!s || s->spare.len >= SPARE_MAX) {
        dir_remove(dir);
        return;
    }
    vec_push(&s->spare, *dir);
    *dir = (struct scratch_dir){0};
}

void scratch_release(struct scratch *s)
{
    for (size_t i = 0; i < s->spare.len; i++)
        dir_remove(&s->spare.items[i]);
    vec_release(&s->spare);
}
