/* Small steps: tools, labels, packing, and those that Jenkins needs and a command line does not. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/engine/tool.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include <string.h>

enum call_status step_tool(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *home = tool_home(c->run, NULL, step_str(c, "name", ""), &err);
    if (!home)
        return step_abort(c, "%s", err.message);
    *out = string_from(home);
    return CALL_OK;
}

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

/* ---- zip, unzip, tar, untar */

/* archive: true keeps the new file with the build. */
static bool packed(struct step_call *c, const struct worker_end *end)
{
    _cleanup_(error_release) struct error err = {0};
    const char *file = step_str(c, "zipFile", NULL);
    if (!end->result)
        return false;
    if (!file)
        file = step_str(c, "file", "");
    _cleanup_free_ char *from = step_path(c, file), *archive = path_join(c->run->record.dir, "archive");
    _cleanup_free_ char *to = path_join(archive, file), *dir = path_dirname(to);
    if (fs_mkdir_p(archive, 0755, &err) < 0)
        step_fail_text(c, "%s", err.message);
    else if (!path_inside(archive, to))
        step_fail_text(c, "cannot archive '%s': it lies outside of the workspace", file);
    else if (fs_mkdir_p(dir, 0755, &err) < 0 || fs_copy_file(from, to, 0644, &err) < 0)
        step_fail_text(c, "%s", err.message);
    else
        step_done(c, NULL_VALUE);
    return true;
}

static enum call_status pack(struct step_call *c, const char *op, const char *file)
{
    const char *sub = step_str(c, "dir", NULL);
    _cleanup_free_ char *path = step_path(c, file), *dir = sub ? step_path(c, sub) : xstrdup(step_cwd(c));
    json_t *r = json_pack("{s:s,s:s,s:s,s:b,s:b,s:b}", "op", op, "dir", dir, "file", path, "overwrite",
                          step_bool(c, "overwrite", false), "defaultExcludes",
                          step_bool(c, "defaultExcludes", true), "compress", step_bool(c, "compress", true));
    json_put_text(r, "includes", step_str(c, "glob", NULL));
    json_put_text(r, "excludes", step_str(c, "exclude", NULL));
    return helper_start(c, r, step_bool(c, "archive", false) ? packed : NULL);
}

/* test gives a boolean, read the contents; else nothing is returned that a pipeline can use. */
static bool unpacked(struct step_call *c, const struct worker_end *end)
{
    if (!end->result)
        return false;
    if (step_bool(c, "test", false))
        step_done(c, value_bool(json_is_true(json_object_get(end->result, "ok"))));
    else if (step_bool(c, "read", false))
        step_done(c, json_value(c->run, json_object_get(end->result, "contents")));
    else
        step_done(c, NULL_VALUE);
    return true;
}

static enum call_status unpack(struct step_call *c, const char *op, const char *file)
{
    const char *sub = step_str(c, "dir", NULL);
    _cleanup_free_ char *path = step_path(c, file), *dir = sub ? step_path(c, sub) : xstrdup(step_cwd(c));
    json_t *r =
        json_pack("{s:s,s:s,s:s,s:b,s:b,s:b,s:b}", "op", op, "dir", dir, "file", path, "verbose",
                  !step_bool(c, "quiet", false), "test", step_bool(c, "test", false), "read",
                  step_bool(c, "read", false), "keepPermissions", step_bool(c, "keepPermissions", true));
    json_put_text(r, "glob", step_str(c, "glob", NULL));
    json_put_text(r, "charset", step_str(c, "charset", NULL));
    return helper_start(c, r, unpacked);
}

enum call_status step_zip(struct step_call *c, struct value *out)
{
    return pack(c, "zip", step_str(c, "zipFile", ""));
}

enum call_status step_unzip(struct step_call *c, struct value *out)
{
    return unpack(c, "unzip", step_str(c, "zipFile", ""));
}

enum call_status step_tar(struct step_call *c, struct value *out)
{
    return pack(c, "tar", step_str(c, "file", ""));
}

enum call_status step_untar(struct step_call *c, struct value *out)
{
    return unpack(c, "untar", step_str(c, "file", ""));
}
