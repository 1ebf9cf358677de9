/* Operation read-file: the content of a file at a commit, without checking anything out. Request: repository
 * (its work tree), commit (anything that names one), path. Result: text, null when there is no such file.
 * By object database alone: no index, no work tree, so a concurrent checkout does no harm. */
#include "agents/worker/access.h"
#include "agents/worker/ops.h"
#include <git2.h>

enum { FILE_LIMIT = 64 << 20 };

static json_t *text_of(git_repository *repo, const git_tree_entry *entry, const char *path, struct error *err)
{
    git_blob *blob = NULL;
    if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB) {
        fail_set(err, FAIL_OTHER, "'%s' is not a file", path);
        return NULL;
    }
    if (git_blob_lookup(&blob, repo, git_tree_entry_id(entry)) < 0) {
        git_fail(err, "cannot read a file");
        return NULL;
    }
    json_t *out = NULL;
    if (git_blob_rawsize(blob) > FILE_LIMIT)
        fail_set(err, FAIL_OTHER, "'%s' is too large to be read as text", path);
    else
        out =
            json_pack("{s:o}", "text", json_textn(git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)));
    git_blob_free(blob);
    return out;
}

static json_t *find(git_repository *repo, const char *commit, const char *path, struct error *err)
{
    git_object *tree = NULL;
    git_tree_entry *entry = NULL;
    _cleanup_free_ char *spec = xasprintf("%s^{tree}", commit);
    if (git_revparse_single(&tree, repo, spec) < 0) {
        git_fail(err, "no such commit");
        return NULL;
    }
    int rc = git_tree_entry_bypath(&entry, (git_tree *)tree, path);
    json_t *out = rc == 0 ? text_of(repo, entry, path, err) : json_pack("{s:n}", "text");
    git_tree_entry_free(entry);
    git_object_free(tree);
    return out;
}

json_t *op_read_file(struct job *j, struct error *err)
{
    const char *root = job_need(j, "repository", err), *commit = root ? job_need(j, "commit", err) : NULL;
    const char *path = commit ? job_need(j, "path", err) : NULL;
    git_repository *repo = NULL;
    json_t *out = NULL;
    if (!path)
        return NULL;
    if (access_start_git(j, err) < 0)
        return NULL;
    if (git_repository_open(&repo, root) < 0)
        git_fail(err, "cannot open the repository");
    else
        out = find(repo, commit, path, err);
    git_repository_free(repo);
    return out;
}
