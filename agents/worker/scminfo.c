/* Operation scm-info: where a folder or file stands. Request: path; status (true): look for uncommitted
 * changes too. Result: inside (false: in no work tree, then nothing else); root, path (relative to root,
 * "" for root itself), gitDir, commit and its description (absent before the first commit), branch (null
 * when HEAD is detached), tag/tags, remote, url (without user and password), dirty, modified, untracked,
 * shallow. */
#include "agents/worker/access.h"
#include "agents/worker/commit.h"
#include "agents/worker/ops.h"
#include "base/fs.h"
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static void put_text(json_t *o, const char *name, const char *text)
{
    json_object_set_new(o, name, json_text(text));
}

static char *without_slash(const char *dir)
{
    size_t n = strlen(dir);
    return xstrndup(dir, n > 1 && dir[n - 1] == '/' ? n - 1 : n);
}

/* HEAD may name a branch that has no commit yet: the branch is told, the commit is not. */
static void add_head(json_t *out, git_repository *repo)
{
    git_reference *head = NULL, *real = NULL;
    const char *branch = NULL;
    if (git_reference_lookup(&head, repo, "HEAD") == 0 && git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
        branch = git_reference_symbolic_target(head);
    if (branch && str_has_prefix(branch, "refs/heads/"))
        branch += strlen("refs/heads/");
    put_text(out, "branch", branch);
    if (git_repository_head(&real, repo) == 0 &&
        commit_describe(out, repo, git_reference_target(real), NULL) == 0)
        commit_tags(out, repo, git_reference_target(real), NULL);
    git_reference_free(real);
    git_reference_free(head);
}

/* The upstream's remote, else origin, else the only one. */
static void add_remote(json_t *out, git_repository *repo)
{
    git_reference *head = NULL;
    git_buf name = {0};
    git_strarray all = {0};
    git_remote *r = NULL;
    if (git_repository_head(&head, repo) == 0)
        git_branch_upstream_remote(&name, repo, git_reference_name(head));
    git_remote_list(&all, repo);
    const char *pick = name.ptr && *name.ptr ? name.ptr : all.count == 1 ? all.strings[0] : "origin";
    if (git_remote_lookup(&r, repo, pick) == 0 && git_remote_url(r)) {
        _cleanup_free_ char *url = url_clean(git_remote_url(r));
        put_text(out, "remote", pick);
        put_text(out, "url", url);
    }
    git_remote_free(r);
    git_strarray_dispose(&all);
    git_buf_dispose(&name);
    git_reference_free(head);
}

/* Ignored files count as nothing; submodules are left to their own repositories. */
static int add_status(json_t *out, git_repository *repo, struct error *err)
{
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    git_status_list *list = NULL;
    json_int_t modified = 0, untracked = 0;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
    if (git_status_list_new(&list, repo, &options) < 0)
        return git_fail(err, "cannot read the status");
    for (size_t i = 0; i < git_status_list_entrycount(list); i++) {
        if (git_status_byindex(list, i)->status == GIT_STATUS_WT_NEW)
            untracked++;
        else
            modified++;
    }
    git_status_list_free(list);
    json_object_set_new(out, "dirty", json_boolean(modified || untracked));
    json_object_set_new(out, "modified", json_integer(modified));
    json_object_set_new(out, "untracked", json_integer(untracked));
    return 0;
}

/* libgit2's folders end in a slash. */
static void add_place(json_t *out, git_repository *repo, const char *real_path)
{
    _cleanup_free_ char *root = without_slash(git_repository_workdir(repo));
    _cleanup_free_ char *gitdir = without_slash(git_repository_path(repo));
    size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);
    put_text(out, "root", root);
    put_text(out, "gitDir", gitdir);
    put_text(out, "path", strncmp(real_path, root, n) == 0 && real_path[n] == '/' ? real_path + n + 1 : "");
    json_object_set_new(out, "shallow", json_boolean(git_repository_is_shallow(repo)));
}

json_t *op_scm_info(struct job *j, struct error *err)
{
    const char *path = job_need(j, "path", err);
    char real[PATH_MAX];
    git_repository *repo = NULL;
    if (!path)
        return NULL;
    if (!realpath(path, real)) {
        error_errno(err, "cannot read '%s'", path);
        return NULL;
    }
    if (access_start_git(j, err) < 0)
        return NULL;
    _cleanup_free_ char *dir = fs_is_dir(real) ? xstrdup(real) : path_dirname(real);
    int rc = git_repository_open_ext(&repo, dir, GIT_REPOSITORY_OPEN_CROSS_FS, NULL);
    json_t *out = json_object();
    bool inside = rc == 0 && git_repository_workdir(repo);
    json_object_set_new(out, "inside", json_boolean(inside));
    if (rc < 0 && rc != GIT_ENOTFOUND)
        rc = git_fail(err, "cannot open the git repository");
    else
        rc = 0;
    if (inside) {
        add_place(out, repo, real);
        add_head(out, repo);
        add_remote(out, repo);
        if (job_flag(j, "status", true))
            rc = add_status(out, repo, err);
    }
    git_repository_free(repo);
    if (rc == 0)
        return out;
    json_decref(out);
    return NULL;
}
