/* zip, unzip, tar, untar [pipeline-utility-steps: CompressStepExecution, UnZipStepExecution]. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

static const char *archive_name(struct step_call *c)
{
    return step_str(c, "zipFile", step_str(c, "file", ""));
}

static bool kept(struct step_call *c, const struct worker_end *end)
{
    return false;
}

/* archive: true keeps the new file with the build. 1: it is under way.
 * The name in the archive is the file's own path in the workspace, which must not lead out of the archive. */
static int keep(struct step_call *c, const char *file, struct error *err)
{
    _cleanup_free_ char *from = step_path(c, file), *archive = path_join(c->run->record.dir, "archive");
    _cleanup_free_ char *to = path_join(archive, file), *dir = path_dirname(to);
    step_log(c, "Archiving %s", from);
    if (fs_mkdir_p(archive, 0755, err) < 0)
        return -1;
    if (!path_inside(archive, to))
        return error_set(err, ERROR_INVALID, "cannot archive '%s': it lies outside of the workspace", file);
    if (fs_mkdir_p(dir, 0755, err) < 0)
        return -1;
    if (!ws_far(c))
        return fs_copy_file(from, to, 0644, err);
    helper_fetch(c, from, to, kept);
    return 1;
}

/* keep() may go on with the helper: then the step ends by kept(). */
static bool packed(struct step_call *c, const struct worker_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    if (!end->result)
        return false;
    step_log(c, "Compressed %lld entries.",
             (long long)json_integer_value(json_object_get(end->result, "count")));
    int keeping = step_bool(c, "archive", false) ? keep(c, archive_name(c), &err) : 0;
    if (keeping < 0)
        step_fail_text(c, "%s", err.message);
    else if (keeping == 0)
        step_done(c, NULL_VALUE);
    return true;
}

static void tell_packing(struct step_call *c, const char *dir, const char *path)
{
    const char *glob = step_str(c, "glob", ""), *exclude = step_str(c, "exclude", "");
    if (!*glob && !*exclude)
        step_log(c, "Compress %s to %s", dir, path);
    else if (!*exclude)
        step_log(c, "Compress %s filtered by [%s] to %s", dir, glob, path);
    else
        step_log(c, "Compress %s filtered by [%s] - [%s] to %s", dir, glob, exclude, path);
}

/* Checks in the order of the plugin; `overwrite` was decided here, so the helper may replace. */
static enum call_status pack(struct step_call *c, const char *op)
{
    const char *file = archive_name(c), *sub = step_str(c, "dir", NULL);
    _cleanup_free_ char *path = step_path(c, file);
    _cleanup_free_ char *dir = sub && *sub ? step_path(c, sub) : xstrdup(step_cwd(c));
    if (!*file)
        return vm_throw(c->fiber, "IllegalArgumentException", "%s: the name of the file cannot be empty", op);
    if (!ws_is_dir(c, dir))
        return vm_throw(c->fiber, "IOException", "%s %s", dir,
                        ws_exists(c, dir) ? "is not a directory." : "does not exist.");
    if (ws_exists(c, path) && !step_bool(c, "overwrite", false))
        return vm_throw(c->fiber, "IOException", "%s exists.", path);
    tell_packing(c, dir, path);
    json_t *r = json_pack("{s:s,s:s,s:s,s:b,s:b,s:b}", "op", op, "dir", dir, "file", path, "overwrite", 1,
                          "defaultExcludes", step_bool(c, "defaultExcludes", true), "compress",
                          step_bool(c, "compress", true));
    json_put_text(r, "includes", step_str(c, "glob", NULL));
    json_put_text(r, "excludes", step_str(c, "exclude", NULL));
    return helper_start_there(c, r, NULL, NULL, packed, NULL, NULL);
}

/* test gives a boolean, read the contents; else nothing is returned that a pipeline can use. */
static bool unpacked(struct step_call *c, const struct worker_end *end)
{
    const char *name;
    json_t *text;
    if (!end->result)
        return false;
    if (step_bool(c, "test", false)) {
        step_done(c, value_bool(json_is_true(json_object_get(end->result, "ok"))));
        return true;
    }
    json_t *contents = json_object_get(end->result, "contents");
    bool read = step_bool(c, "read", false);
    json_object_foreach(contents, name, text)
    {
        if (read && !step_bool(c, "quiet", false))
            step_log(c, "Reading: %s", name);
    }
    step_log(c, read ? "Read: %lld files" : "Extracted: %lld files",
             (long long)json_integer_value(json_object_get(end->result, "count")));
    step_done(c, read ? json_value(c->run, contents) : NULL_VALUE);
    return true;
}

/* test: damage of the archive is the answer false, not an exception. */
static enum call_status unpack(struct step_call *c, const char *op)
{
    const char *sub = step_str(c, "dir", NULL);
    bool test = step_bool(c, "test", false);
    _cleanup_free_ char *path = step_path(c, archive_name(c));
    _cleanup_free_ char *dir = sub ? step_path(c, sub) : xstrdup(step_cwd(c));
    if (!test && (!ws_exists(c, path) || ws_is_dir(c, path)))
        return vm_throw(c->fiber, "IOException", "%s %s", path,
                        ws_exists(c, path) ? "is a directory." : "does not exist.");
    if (!test)
        step_log(c, "Extracting from %s", path);
    json_t *r = json_pack("{s:s,s:s,s:s,s:b,s:b,s:b,s:b}", "op", op, "dir", dir, "file", path, "verbose",
                          !step_bool(c, "quiet", false), "test", test, "read", step_bool(c, "read", false),
                          "keepPermissions", step_bool(c, "keepPermissions", true));
    json_put_text(r, "glob", step_str(c, "glob", NULL));
    json_put_text(r, "charset", step_str(c, "charset", NULL));
    return helper_start_there(c, r, NULL, NULL, unpacked, NULL, NULL);
}

enum call_status step_zip(struct step_call *c, struct value *out)
{
    return pack(c, "zip");
}

enum call_status step_unzip(struct step_call *c, struct value *out)
{
    return unpack(c, "unzip");
}

enum call_status step_tar(struct step_call *c, struct value *out)
{
    return pack(c, "tar");
}

enum call_status step_untar(struct step_call *c, struct value *out)
{
    return unpack(c, "untar");
}
