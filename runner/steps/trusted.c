/* readTrusted(path): a file of the repository that the pipeline file lies in, at the commit that is built,
 * whatever the workspace holds [workflow-multibranch: ReadTrustedStep]. Without a repository: beside the
 * pipeline file. */
#include "base/fs.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include <string.h>

enum { TRUSTED_LIMIT = 64 << 20 };

/* Links are followed only within the folder (path_inside()). */
static enum call_status read_below(struct step_call *c, const char *root, const char *name, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *path = path_join(root, name);
    if (!path_inside(root, name))
        return step_abort(c, "%s references a file that is not inside %s", name, root);
    if (!fs_exists(path))
        return step_abort(c, "File not found: %s", name);
    if (fs_read_file(path, TRUSTED_LIMIT, &text, &err) < 0)
        return step_abort(c, "%s", err.message);
    *out = string_new(text.data ? text.data : "", text.len);
    return CALL_OK;
}

static bool blob_read(struct step_call *c, const struct worker_end *end)
{
    const char *text = json_string_value(json_object_get(end->result, "text"));
    if (end->result && text)
        step_done(c, string_from(text));
    else if (end->result)
        step_fail_text(c, "File not found: %s", step_str(c, "path", ""));
    return end->result != NULL;
}

enum call_status step_read_trusted(struct step_call *c, struct value *out)
{
    const struct scm_source *scm = &c->run->scm;
    const char *name = step_str(c, "path", "");
    step_log(c, "Obtained %s from %s", name, scm->root ? scm->root : "the folder of the pipeline");
    if (!scm->root || !scm->commit || scm->dirty || scm->in_place) {
        _cleanup_free_ char *dir = path_dirname(c->run->file_path);
        return read_below(c, scm->root ? scm->root : dir, name, out);
    }
    const char *commit = scm->local && scm->ref ? scm->ref : scm->commit;
    return helper_start(c,
                        json_pack("{s:s,s:s,s:s,s:s}", "op", "read-file", "repository", scm->root, "commit",
                                  commit, "path", name),
                        blob_read);
}
