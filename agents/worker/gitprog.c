/* What libgit2 cannot do, by the git program: sparse and partial checkouts, large files (LFS). */
#include "agents/worker/checkout.h"
#include "base/fs.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void git_args(struct program *p, git_repository *repo, const char *const *args, size_t n)
{
    p->cwd = git_repository_workdir(repo);
    program_arg(p, "git");
    program_arg(p, "-c");
    program_arg(p, "safe.directory=*");
    for (size_t i = 0; i < n; i++)
        program_arg(p, args[i]);
}

/* `what` leads the message; err NULL: only the status counts. Submodules are not its business: each has its
 * own update. */
static int run_git(struct access *a, git_repository *repo, const char *const *args, size_t n,
                   const char *what, struct error *err)
{
    struct program p = {0};
    struct buf out = {0};
    git_args(&p, repo, args, n);
    int status = access_program(a, &p, err) < 0 ? -1 : program_run(&p, &out, err);
    if (status > 0)
        access_fail_text(a, out.data ? out.data : "", what, err);
    buf_release(&out);
    program_release(&p);
    return status ? -1 : 0;
}

/* The patterns are written in the old, non-cone form, as Jenkins' plugin does. Without paths the setting is
 * turned off again, or an earlier build's would stay. */
static int set_sparse(git_repository *repo, const json_t *paths, struct error *err)
{
    struct buf b = {0};
    git_config *c = NULL;
    size_t i;
    json_t *v;
    _cleanup_free_ char *dir = path_join(git_repository_path(repo), "info");
    _cleanup_free_ char *file = path_join(dir, "sparse-checkout");
    json_array_foreach(paths, i, v) buf_printf(&b, "%s\n", json_string_value(v) ? json_string_value(v) : "");
    int rc = git_repository_config(&c, repo) < 0 ? git_fail(err, "cannot read the configuration") : 0;
    if (rc == 0 && git_config_set_bool(c, "core.sparseCheckout", b.len > 0) < 0)
        rc = git_fail(err, "cannot set core.sparseCheckout");
    if (rc == 0 && b.len)
        rc = fs_mkdir_p(dir, 0777, err) < 0 ? -1 : fs_write_file(file, b.data, b.len, 0644, err);
    git_config_free(c);
    buf_release(&b);
    return rc;
}

int git_program_checkout(struct access *a, git_repository *repo, const git_oid *id, const json_t *sparse,
                         struct error *err)
{
    const char *hex = git_oid_tostr_s(id),
               *args[] = {"checkout", "--quiet", "--force", "--detach", hex, "--"};
    return set_sparse(repo, sparse, err) < 0
               ? -1
               : run_git(a, repo, args, ARRAY_LEN(args), "Checkout failed", err);
}

static const char *fast_forward(const json_t *merge)
{
    const char *mode = obj_str(merge, "fastForward");
    return str_eq(mode, "FF_ONLY") ? "--ff-only" : str_eq(mode, "NO_FF") ? "--no-ff" : "--ff";
}

/* The environment counts more than the configuration, for git; this process serves one request only. */
static void act_as(const json_t *who)
{
    static const char *const variables[][2] = {{"GIT_AUTHOR_NAME", "name"},
                                               {"GIT_COMMITTER_NAME", "name"},
                                               {"GIT_AUTHOR_EMAIL", "email"},
                                               {"GIT_COMMITTER_EMAIL", "email"}};
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        if (obj_str(who, variables[i][1]))
            setenv(variables[i][0], obj_str(who, variables[i][1]), 1);
}

/* On a conflict the workspace is put back, so that the next build does not find a half-done merge. */
int git_program_merge(struct access *a, git_repository *repo, const json_t *merge, struct revision *rev,
                      struct error *err)
{
    const char *target = obj_str(merge, "target");
    _cleanup_free_ char *branch = xasprintf("%s/%s", obj_str(merge, "remote"), target ? target : "master"),
                        *ref = xasprintf("refs/remotes/%s", branch),
                        *hex = xstrdup(git_oid_tostr_s(&rev->id));
    const char *stand[] = {"checkout", "--quiet", "--force", "--detach", ref, "--"},
               *join[] = {"-c",      "user.name=Jenkins", "-c", "user.email=nobody@nowhere", "merge",
                          "--quiet", fast_forward(merge), hex};
    act_as(json_object_get(a->job->req, "identity"));
    job_log(a->job, "Merging Revision %s (%s) to %s", hex, rev->name, branch);
    if (run_git(a, repo, stand, ARRAY_LEN(stand), "Checkout failed", err) < 0)
        return -1;
    if (run_git(a, repo, join, ARRAY_LEN(join),
                "Branch not suitable for integration as it does not merge cleanly", err) < 0) {
        static const char *const back[] = {"reset", "--quiet", "--hard"};
        run_git(a, repo, back, ARRAY_LEN(back), "", NULL);
        return -1;
    }
    return revision_peel(&rev->id, repo, "HEAD") < 0 ? git_fail(err, "cannot read the merge") : 0;
}

/* Only the top folder's .gitattributes, where `git lfs track` writes. */
static bool speaks_of_lfs(git_repository *repo)
{
    struct buf b = {0};
    _cleanup_free_ char *file = path_join(git_repository_workdir(repo), ".gitattributes");
    bool found = access(file, F_OK) == 0 && fs_read_file(file, 0, &b, NULL) == 0 && b.data &&
                 strstr(b.data, "filter=lfs");
    buf_release(&b);
    return found;
}

int git_program_lfs(struct access *a, git_repository *repo, bool wanted, struct error *err)
{
    static const char *const version[] = {"lfs", "version"}, *const pull[] = {"lfs", "pull"};
    if (!wanted && !speaks_of_lfs(repo))
        return 0;
    if (run_git(a, repo, version, ARRAY_LEN(version), "", NULL) == 0)
        return run_git(a, repo, pull, ARRAY_LEN(pull), "Failed to pull large files", err);
    if (wanted)
        return fail_set(err, FAIL_OTHER, "large files are wanted, but git-lfs is not installed");
    job_log(
        a->job,
        "[WARNING] The repository has large files (LFS), but git-lfs is not installed: they stay pointers");
    return 0;
}
