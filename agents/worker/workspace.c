/* Repair and checkout of a workspace. gmrun runs one build at a time in it, so lock files found at the
 * start are leftovers. A marker file names the commit whose checkout is under way. */
#include "agents/worker/workspace.h"
#include "agents/worker/access.h"
#include "agents/worker/fetch.h"
#include "base/fs.h"
#include <string.h>
#include <unistd.h>

#define MARKER "gmrun-checkout"

/* The objects' folder is skipped: it has no locks, and tens of thousands of files. */
static int unlock_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    const char *gitdir = data, *name = path_basename(path);
    if (S_ISDIR(st->st_mode))
        return strcmp(path, "objects") == 0 || str_has_suffix(path, "/objects") ? FS_SKIP : 0;
    if (str_has_suffix(name, ".lock")) {
        _cleanup_free_ char *whole = path_join(gitdir, path);
        unlink(whole);
    }
    return 0;
}

/* git names them tmp_pack_*, tmp_obj_*, libgit2 pack_git2_*, tmp_object_git2_* */
static int drop_temporary(void *data, const char *path, const struct stat *st, struct error *err)
{
    const char *objects = data, *name = path_basename(path);
    if (S_ISDIR(st->st_mode))
        return strcmp(path, "pack") == 0 ? 0 : FS_SKIP;
    if (str_has_prefix(name, "tmp_") || str_has_prefix(name, "pack_") || str_has_prefix(name, ".tmp-")) {
        _cleanup_free_ char *whole = path_join(objects, path);
        unlink(whole);
    }
    return 0;
}

void workspace_unlock(const char *dir)
{
    _cleanup_free_ char *gitdir = path_join(dir, ".git");
    _cleanup_free_ char *objects = path_join(gitdir, "objects");
    struct stat st;
    if (lstat(gitdir, &st) < 0 || !S_ISDIR(st.st_mode))
        return;
    fs_walk(gitdir, unlock_one, gitdir, NULL);
    fs_walk(objects, drop_temporary, objects, NULL);
}

/* A .git file (a linked work tree or submodule) is not ours to repair: it is replaced by a repository. */
static bool usable(const char *gitdir)
{
    struct stat st;
    return lstat(gitdir, &st) == 0 && S_ISDIR(st.st_mode) && !seed_interrupted(gitdir);
}

/* NO_SEARCH: a workspace below somebody's home must not find the repository that holds it. */
int workspace_open(struct workspace *w, const char *dir, struct error *err)
{
    *w = (struct workspace){.dir = dir};
    _cleanup_free_ char *gitdir = path_join(dir, ".git");
    if (fs_mkdir_p(dir, 0777, err) < 0)
        return -1;
    workspace_unlock(dir);
    if (usable(gitdir) && git_repository_open_ext(&w->repo, dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0)
        return 0;
    w->fresh = true;
    if (fs_rm_rf(gitdir, err) < 0)
        return error_wrap(err, "cannot remove a damaged repository");
    git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
    options.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
    if (git_repository_init_ext(&w->repo, dir, &options) < 0)
        return git_fail(err, "cannot make a repository in the workspace");
    return 0;
}

void workspace_release(struct workspace *w)
{
    git_repository_free(w->repo);
    w->repo = NULL;
}

void workspace_forget_refs(struct workspace *w)
{
    git_strarray refs = {0};
    if (git_reference_list(&refs, w->repo) < 0)
        return;
    for (size_t i = 0; i < refs.count; i++)
        if (str_has_prefix(refs.strings[i], "refs/remotes/") || str_has_prefix(refs.strings[i], "refs/tags/"))
            git_reference_remove(w->repo, refs.strings[i]);
    git_strarray_dispose(&refs);
}

static void on_checkout(const char *path, size_t done, size_t total, void *data)
{
    job_progress(data, "checkout", done, total, 0);
}

/* FORCE also brings back files that were deleted; untracked ones stay, as with `git checkout -f`. */
static int checkout_tree(struct workspace *w, struct job *j, const git_oid *id, struct error *err)
{
    git_object *commit = NULL;
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    options.dir_mode = 0777; /* less the umask, which leaves all of it in a pod */
    options.progress_cb = on_checkout;
    options.progress_payload = j;
    int rc = git_object_lookup(&commit, w->repo, id, GIT_OBJECT_COMMIT);
    if (rc == 0)
        rc = git_checkout_tree(w->repo, commit, &options);
    git_object_free(commit);
    if (rc < 0)
        return git_fail(err, "cannot check out");
    return workspace_head(w, id, err);
}

int workspace_head(struct workspace *w, const git_oid *id, struct error *err)
{
    return git_repository_set_head_detached(w->repo, id) < 0 ? git_fail(err, "cannot set HEAD") : 0;
}

/* A second failure is none: then the commit is gone, and the checkout that follows does what it can. */
static void complete_killed(struct workspace *w, struct job *j, const char *marker)
{
    struct buf b = {0};
    git_oid id;
    if (access(marker, F_OK) == 0 && fs_read_file(marker, 4096, &b, NULL) == 0 && b.len >= GIT_OID_HEXSZ &&
        git_oid_fromstr(&id, b.data) == 0)
        checkout_tree(w, j, &id, NULL);
    buf_release(&b);
}

int workspace_checkout(struct workspace *w, struct job *j, const git_oid *id, struct error *err)
{
    _cleanup_free_ char *marker = path_join(git_repository_path(w->repo), MARKER);
    complete_killed(w, j, marker);
    if (fs_write_file(marker, git_oid_tostr_s(id), GIT_OID_HEXSZ, 0644, err) < 0 ||
        checkout_tree(w, j, id, err) < 0)
        return -1;
    unlink(marker);
    return 0;
}

struct clean {
    const char *dir;
    git_index *index;
    bool nested;
};

static bool holds_repository(const char *dir)
{
    _cleanup_free_ char *git = path_join(dir, ".git");
    return access(git, F_OK) == 0;
}

/* -1 only ends the walk at the first one: it is no error. */
static int look_for_git(void *found, const char *path, const struct stat *st, struct error *err)
{
    if (strcmp(path_basename(path), ".git"))
        return 0;
    *(bool *)found = true;
    return -1;
}

/* Further below: then only what surrounds it goes, as with `git clean -fd`. */
static bool surrounds_repository(const char *dir)
{
    bool found = false;
    struct error err = {0};
    fs_walk(dir, look_for_git, &found, &err);
    error_release(&err);
    return found;
}

/* Files of the index stay even when ignored; a folder with none of them goes whole, without a look into it.
 */
static int clean_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct clean *c = data;
    _cleanup_free_ char *whole = path_join(c->dir, path);
    if (strcmp(path, ".git") == 0)
        return FS_SKIP;
    if (git_index_get_bypath(c->index, path, 0))
        return S_ISDIR(st->st_mode) ? FS_SKIP : 0; /* a directory in the index is a submodule */
    if (S_ISDIR(st->st_mode)) {
        _cleanup_free_ char *prefix = xasprintf("%s/", path);
        if (git_index_find_prefix(NULL, c->index, prefix) == 0)
            return 0;
        if (!c->nested && holds_repository(whole))
            return FS_SKIP;
        if (!c->nested && surrounds_repository(whole))
            return 0;
    }
    return fs_rm_rf(whole, err) < 0 ? -1 : FS_SKIP;
}

int workspace_clean(struct workspace *w, bool nested, struct error *err)
{
    struct clean c = {w->dir, NULL, nested};
    if (git_repository_index(&c.index, w->repo) < 0)
        return git_fail(err, "cannot read the index");
    int rc = fs_walk(w->dir, clean_one, &c, err);
    git_index_free(c.index);
    return rc;
}

/* Folders that are empty then go, too, as git has none. */
static void drop_file(const char *dir, const char *path)
{
    _cleanup_free_ char *whole = path_join(dir, path);
    if (!path_inside(dir, whole) || unlink(whole) < 0)
        return;
    for (char *slash; (slash = strrchr(whole, '/')) && (size_t)(slash - whole) > strlen(dir);) {
        *slash = '\0';
        if (rmdir(whole) < 0)
            return;
    }
}

void workspace_drop_tree(const char *dir)
{
    git_repository *repo = NULL;
    git_index *index = NULL;
    if (git_libgit2_init() < 0)
        return;
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    if (git_repository_open_ext(&repo, dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0)
        return;
    if (git_repository_index(&index, repo) == 0)
        for (size_t i = 0; i < git_index_entrycount(index); i++)
            drop_file(dir, git_index_get_byindex(index, i)->path);
    git_index_free(index);
    git_repository_free(repo);
}
