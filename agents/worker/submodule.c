/* A submodule's address comes from the repository's content, hence from whoever may push there: a local
 * path in it is taken only when the superproject is local too (as git's protocol.file.allow=user), or the
 * machine's git configuration allows it. */
#include "agents/worker/submodule.h"
#include "base/fs.h"
#include <string.h>

enum { DEPTH_MAX = 20 };

struct update {
    struct access *access;
    bool recursive;
    int depth;
    struct error *err;
};

static int update_all(struct update *u, git_repository *repo);

/* git itself refuses local submodules since CVE-2022-39253; the same setting opens them here. */
static bool files_allowed(const struct update *u, git_repository *repo)
{
    if (u->access->url.kind == URL_LOCAL)
        return true;
    git_config *c = NULL;
    git_buf value = {0};
    bool allowed = git_config_open_default(&c) == 0 &&
                   git_config_get_string_buf(&value, c, "protocol.file.allow") == 0 &&
                   strcmp(value.ptr, "always") == 0;
    git_buf_dispose(&value);
    git_config_free(c);
    return allowed;
}

static int judge(struct update *u, git_repository *repo, git_submodule *sm, const struct url *url)
{
    if (url->kind == URL_LOCAL && !files_allowed(u, repo))
        return fail_set(u->err, FAIL_REPOSITORY,
                        "submodule '%s' lies at the local path '%s', which a remote repository may not name "
                        "(git config protocol.file.allow)",
                        git_submodule_name(sm), url->clean);
    job_log(u->access->job, "Updating submodule %s from %s", git_submodule_path(sm), url->clean);
    return 0;
}

/* Relative addresses ("../lib.git") are resolved against the superproject's remote, which may make a local
 * path of them, too: hence the check of what came out. */
static int check_address(struct update *u, git_repository *repo, git_submodule *sm)
{
    const char *address = git_submodule_url(sm);
    struct url url;
    git_buf resolved = {0};
    if (!address)
        return fail_set(u->err, FAIL_REPOSITORY, "submodule '%s' has no url in .gitmodules",
                        git_submodule_name(sm));
    if (git_submodule_resolve_url(&resolved, repo, address) < 0)
        return git_fail(u->err, "cannot resolve the address of a submodule");
    int rc = url_parse(&url, resolved.ptr, u->err);
    if (rc == 0)
        rc = judge(u, repo, sm, &url);
    url_release(&url);
    git_buf_dispose(&resolved);
    return rc;
}

/* sync after init: an address that changed upstream replaces the one kept from an earlier build. */
static int bring(struct update *u, git_repository *repo, git_submodule *sm)
{
    git_submodule_update_options options = GIT_SUBMODULE_UPDATE_OPTIONS_INIT;
    options.checkout_opts.checkout_strategy = GIT_CHECKOUT_FORCE;
    access_callbacks(u->access, &options.fetch_opts.callbacks);
    options.fetch_opts.proxy_opts.type = GIT_PROXY_AUTO;
    options.fetch_opts.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_ALL;
    git_submodule_init(sm, 1);
    git_submodule_sync(sm);
    int rc = git_submodule_update(sm, 1, &options);
    if (rc < 0) {
        _cleanup_free_ char *what = xasprintf("Failed to update submodule '%s'", git_submodule_name(sm));
        return access_fail(u->access, rc, what, u->err);
    }
    return 0;
}

/* Returning -1 ends libgit2's walk; why stands in u->err. */
static int on_submodule(git_submodule *found, const char *name, void *data)
{
    struct update *u = ((void **)data)[0];
    git_repository *repo = ((void **)data)[1], *inner = NULL;
    if (!git_submodule_head_id(found) && !git_submodule_index_id(found))
        return 0; /* only in .gitmodules */
    if (check_address(u, repo, found) < 0 || bring(u, repo, found) < 0)
        return -1;
    if (!u->recursive || git_submodule_open(&inner, found) < 0)
        return 0;
    u->depth++;
    int rc = u->depth > DEPTH_MAX
                 ? fail_set(u->err, FAIL_OTHER, "submodules are nested more than %d deep", DEPTH_MAX)
                 : update_all(u, inner);
    u->depth--;
    git_repository_free(inner);
    return rc;
}

static int update_all(struct update *u, git_repository *repo)
{
    void *pair[] = {u, repo};
    int rc = git_submodule_foreach(repo, on_submodule, pair);
    if (rc < 0 && !u->err->kind)
        git_fail(u->err, "cannot read the submodules");
    return rc < 0 ? -1 : 0;
}

/* An error of its own while it goes on, as err may be NULL and update_all() asks whether one is set. */
int submodules_update(struct access *a, git_repository *repo, bool recursive, struct error *err)
{
    struct error own = {0};
    struct update u = {a, recursive, 0, &own};
    int rc = update_all(&u, repo);
    if (rc < 0)
        fail_set(err, (enum fail)own.code, "%s", own.message);
    error_release(&own);
    return rc;
}
