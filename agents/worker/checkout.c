/* Operation checkout. Request:
 *   dir          workspace, absolute
 *   url          address; with credentials {id, username, password, privateKey, passphrase}, caFile,
 * knownHosts remote       its name (origin); refspec string or array (+refs/heads/…:refs/remotes/origin/…)
 *   remotes      array of {name, url, refspec, credentials} instead of the four above
 *   branches     specifiers (see revision.h); none: the branch that the remote's HEAD names
 *   commit       this commit, whatever the branches say; branch: what it is called then
 *   previous     commit of the build before, for the changes; changelog: false leaves them out
 *   localBranch  make this branch at the commit ("**": the remote branch's name); else HEAD is detached
 *   clean, cleanNested, noTags, prune (true), submodules (bool or {recursive, parentCredentials}), lfs
 *   depth, filter, sparse [paths]: need the git program; reference: borrow the objects of this repository
 *   wipe         empty dir first
 *   merge        {remote, target, fastForward}: merge the commit into that branch and check out the outcome;
 *                identity {name, email}: whose merge it is
 * Result: commit, branch (GIT_BRANCH), localBranch, url, remote, refName, fresh, firstBuild, previous,
 * changes, and what commit.h describes. Log lines are those of Jenkins' git plugin; its lines of executed
 * commands are left out. */
#include "agents/worker/checkout.h"
#include "agents/worker/commit.h"
#include "agents/worker/ops.h"
#include "agents/worker/submodule.h"
#include "base/fs.h"
#include <string.h>
#include <unistd.h>

void checkout_cleanup(const json_t *req)
{
    const char *dir = obj_str(req, "dir");
    if (dir)
        workspace_unlock(dir);
}

/* A list of texts, or a text that holds several between blanks, as Jenkins' field does. Without any: all
 * branches, as `git clone` would. */
static void add_refspecs(struct fetch *f, const json_t *spec, char **standard)
{
    static const char blanks[] = " \t\r\n";
    size_t i;
    json_t *v;
    *standard = xstrdup(json_string_value(spec));
    for (char *p = *standard; p && *(p += strspn(p, blanks));) {
        size_t n = strcspn(p, blanks);
        vec_push(&f->refspecs, p);
        p += n;
        if (*p)
            *p++ = '\0';
    }
    json_array_foreach(spec, i, v) if (json_is_string(v)) vec_push(&f->refspecs, json_string_value(v));
    if (f->refspecs.len)
        return;
    free(*standard);
    *standard = xasprintf("+refs/heads/*:refs/remotes/%s/*", f->remote);
    vec_push(&f->refspecs, *standard);
}

static struct source *add_source(struct checkout *c, const json_t *o, const char *name, struct error *err)
{
    struct source *s = xcalloc(1, sizeof(*s));
    vec_push(&c->sources, s);
    if (access_init(&s->access, c->job, o, err) < 0)
        return NULL;
    s->fetch.remote = name;
    s->fetch.no_tags = job_flag(c->job, "noTags", false);
    s->fetch.no_prune = !job_flag(c->job, "prune", true);
    s->fetch.depth = (int)job_int(c->job, "depth", 0);
    s->fetch.filter = job_str(c->job, "filter");
    add_refspecs(&s->fetch, json_object_get(o, "refspec"), &s->standard);
    return s;
}

/* On an error the caller releases c all the same: *c is set before anything can fail. */
int checkout_init(struct checkout *c, struct job *j, struct error *err)
{
    size_t i;
    json_t *v;
    *c = (struct checkout){.job = j};
    const json_t *remotes = json_object_get(j->req, "remotes"),
                 *branches = json_object_get(j->req, "branches");
    const char *dir = job_need(j, "dir", err);
    if (!dir)
        return -1;
    if (*dir != '/')
        return error_set(err, ERROR_USAGE, "\"dir\" must be an absolute path");
    json_array_foreach(
        remotes, i,
        v) if (!add_source(c, v, obj_str(v, "name") ? obj_str(v, "name") : "origin", err)) return -1;
    if (!i && !add_source(c, j->req, job_str(j, "remote") ? job_str(j, "remote") : "origin", err))
        return -1;
    if (json_is_string(branches))
        vec_push(&c->specs, json_string_value(branches));
    json_array_foreach(branches, i, v) if (json_is_string(v)) vec_push(&c->specs, json_string_value(v));
    if (job_flag(j, "wipe", false) && fs_is_dir(dir) && fs_empty_dir(dir, err) < 0)
        return -1;
    return access_start_git(j, err) < 0 ? -1 : workspace_open(&c->ws, dir, err);
}

void checkout_release(struct checkout *c)
{
    workspace_release(&c->ws);
    for (size_t i = 0; i < c->sources.len; i++) {
        struct source *s = c->sources.items[i];
        access_release(&s->access);
        fetch_release(&s->fetch);
        free(s->standard);
        free(s);
    }
    vec_release(&c->sources);
    vec_release(&c->specs);
    revision_release(&c->rev);
    free(c->local_branch);
    free(c->extra_refspec);
}

/* The repository remembers the address without credentials, so a new password is no change. */
static bool url_changed(struct checkout *c, const struct source *s)
{
    git_remote *r = NULL;
    bool changed = git_remote_lookup(&r, c->ws.repo, s->fetch.remote) == 0 &&
                   !str_eq(git_remote_url(r), s->access.url.clean);
    git_remote_free(r);
    return changed;
}

/* By objects/info/alternates, as `git clone --reference`: the lender must outlive the workspace, which is
 * the user's promise. */
static void borrow_objects(struct checkout *c)
{
    const char *reference = job_str(c->job, "reference");
    git_repository *r = NULL;
    if (!reference)
        return;
    if (git_repository_open(&r, reference) < 0) {
        job_log(c->job, "[WARNING] Reference path is not a git repository: %s", reference);
        return;
    }
    _cleanup_free_ char *line = xasprintf("%sobjects\n", git_repository_commondir(r));
    _cleanup_free_ char *file = path_join(git_repository_path(c->ws.repo), "objects/info/alternates");
    fs_write_file(file, line, strlen(line), 0644, NULL);
    git_repository_free(r);
    job_log(c->job, "Using reference repository: %s", reference);
    /* libgit2 reads alternates when it opens the object database */
    git_repository_free(c->ws.repo);
    c->ws.repo = NULL;
    git_repository_open_ext(&c->ws.repo, c->ws.dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
}

/* A spec that names any other ref is fetched as such (refs/pull/1/head, refs/changes/…). */
static void add_spec_refs(struct checkout *c, struct fetch *f)
{
    for (size_t i = 0; i < c->specs.len; i++) {
        const char *spec = c->specs.items[i];
        if (!str_has_prefix(spec, "refs/") || str_has_prefix(spec, "refs/heads/") ||
            str_has_prefix(spec, "refs/tags/") || str_has_prefix(spec, "refs/remotes/") ||
            strpbrk(spec, "*:"))
            continue;
        if (!c->extra_refspec) /* of several remotes the same one */
            c->extra_refspec = xasprintf("+%s:%s", spec, spec);
        vec_push(&f->refspecs, c->extra_refspec);
        return;
    }
}

/* Lines and their order are GitSCM.retrieveChanges' and CliGitAPIImpl's, without the commands that gmrun
 * does not run. */
static int fetch_source(struct checkout *c, struct source *s, struct error *err)
{
    const char *id = s->access.creds.id;
    if (id)
        job_log(c->job, "using credential %s", id);
    job_log(c->job, c->ws.fresh ? "Cloning the remote Git repository"
                                : "Fetching changes from the remote Git repository");
    if (c->ws.fresh)
        job_log(c->job, "Cloning repository %s", s->access.url.clean);
    if (url_changed(c, s) && c->sources.len == 1)
        workspace_forget_refs(&c->ws);
    job_log(c->job, "Fetching upstream changes from %s", s->access.url.clean);
    if (s->access.url.kind == URL_LOCAL && !s->fetch.depth && !s->fetch.filter)
        seed_objects(c->ws.repo, s->access.url.path);
    add_spec_refs(c, &s->fetch);
    if (s->access.url.kind == URL_LOCAL)
        vec_push(&s->fetch.refspecs, "+HEAD:refs/gmrun/head"); /* it may be detached, on no branch */
    if (fetch_run(&s->access, c->ws.repo, &s->fetch, err) < 0)
        return error_wrap(err,
                          c->ws.fresh ? "Error cloning remote repo '%s'" : "Error fetching remote repo '%s'",
                          s->fetch.remote);
    return 0;
}

int checkout_fetch(struct checkout *c, struct error *err)
{
    borrow_objects(c);
    if (!c->ws.repo)
        return git_fail(err, "cannot open the workspace again");
    for (size_t i = 0; i < c->sources.len; i++)
        if (fetch_source(c, c->sources.items[i], err) < 0)
            return -1;
    return 0;
}

/* The name of a commit that the caller chose: the remote branch's where there is one.
 * "detached" is what GitSCM calls a revision without a branch (GIT_BRANCH=detached). */
static void name_chosen(struct checkout *c, const char *remote)
{
    const char *branch = job_str(c->job, "branch");
    size_t n = strlen(remote);
    git_reference *ref = NULL;
    char *full = xasprintf("refs/remotes/%s", branch ? branch : "");
    bool there = branch && git_reference_lookup(&ref, c->ws.repo, full) == 0;
    git_reference_free(ref);
    c->rev.name = there ? full : xstrdup(branch ? branch : "detached");
    if (!there)
        free(full);
    if (branch)
        c->rev.local = xstrdup(strncmp(branch, remote, n) == 0 && branch[n] == '/' ? branch + n + 1 : branch);
}

/* A server may give a commit that no ref leads to (uploadpack.allowReachableSHA1InWant; GitHub and GitLab
 * do): so it is asked for by itself, by the git program, which libgit2 1.5 cannot. */
static int find_chosen(struct checkout *c, const char *text, struct error *err)
{
    struct source *s = c->sources.items[0];
    git_oid id;
    bool there = revision_peel(&c->rev.id, c->ws.repo, text) == 0;
    if (!there && strlen(text) == GIT_OID_HEXSZ && git_oid_fromstr(&id, text) == 0)
        there = fetch_commit(&s->access, c->ws.repo, &s->fetch, &id, err) == 1 &&
                revision_peel(&c->rev.id, c->ws.repo, text) == 0;
    if (!there)
        return fail_set(err, FAIL_REVISION, "Couldn't find any revision to build. Commit %s is not in %s",
                        text, s->access.url.clean);
    return 0;
}

/* Where the remote's HEAD names no branch (a bare repository with a wrong one), whatever branch is newest. */
static int find_default(struct checkout *c, struct error *err)
{
    struct fetch *f = &c->sources.items[0]->fetch;
    const char *spec = f->default_branch ? f->default_branch : "**";
    return revision_find(&c->rev, c->ws.repo, c->job, f, &spec, 1, err);
}

/* Remotes in the order of the request, as DefaultBuildChooser; only the last one's failure is told. A full
 * commit id that no remote has as a branch is tried at last by find_chosen(). */
static int find_in_sources(struct checkout *c, struct error *err)
{
    const char *first = c->specs.items[0];
    for (size_t i = 0; i < c->sources.len; i++) {
        struct error e = {0};
        int rc = revision_find(&c->rev, c->ws.repo, c->job, &c->sources.items[i]->fetch, c->specs.items,
                               c->specs.len, &e);
        if (rc < 0 && i + 1 == c->sources.len)
            fail_set(err, FAIL_REVISION, "%s", e.message);
        error_release(&e);
        if (rc == 0)
            return 0;
        if (strlen(first) == GIT_OID_HEXSZ && i + 1 == c->sources.len && find_chosen(c, first, NULL) == 0) {
            c->rev.name = xstrdup("detached");
            error_release(err);
            return 0;
        }
    }
    return -1;
}

int checkout_find(struct checkout *c, struct error *err)
{
    const char *commit = job_str(c->job, "commit");
    if (commit) {
        if (find_chosen(c, commit, err) < 0)
            return -1;
        name_chosen(c, c->sources.items[0]->fetch.remote);
    } else if ((c->specs.len ? find_in_sources(c, err) : find_default(c, err)) < 0) {
        return -1;
    }
    const json_t *merge = json_object_get(c->job->req, "merge");
    if (merge && git_program_merge(&c->sources.items[0]->access, c->ws.repo, merge, &c->rev, err) < 0)
        return -1;
    job_log(c->job, "Checking out Revision %s (%s)", git_oid_tostr_s(&c->rev.id), c->rev.name);
    return 0;
}

/* Made by ref and HEAD alone: the files are those of the commit already. */
static int make_local_branch(struct checkout *c, struct error *err)
{
    const char *wanted = job_str(c->job, "localBranch");
    if (!wanted)
        return 0;
    const char *name = strcmp(wanted, "**") == 0 ? c->rev.local : wanted;
    if (!name)
        return 0;
    _cleanup_free_ char *ref = xasprintf("refs/heads/%s", name);
    git_reference *r = NULL;
    int valid = 0;
    if (git_reference_name_is_valid(&valid, ref) < 0 || !valid)
        return fail_set(err, FAIL_REVISION, "'%s' is not a valid name for a local branch", name);
    int rc = git_reference_create(&r, c->ws.repo, ref, &c->rev.id, 1, "checkout");
    git_reference_free(r);
    if (rc < 0 || git_repository_set_head(c->ws.repo, ref) < 0)
        return git_fail(err, "cannot make the local branch");
    c->local_branch = xstrdup(name);
    return 0;
}

static int update_submodules(struct checkout *c, struct error *err)
{
    const json_t *s = json_object_get(c->job->req, "submodules");
    if (!s || json_is_false(s) || json_is_true(json_object_get(s, "disable")))
        return 0;
    const json_t *recursive = json_object_get(s, "recursive"),
                 *parent = json_object_get(s, "parentCredentials");
    struct access *a = &c->sources.items[0]->access;
    if (json_is_false(parent))
        a->creds = (struct creds){0};
    return submodules_update(a, c->ws.repo, json_is_true(s) || json_is_true(recursive), err);
}

/* Order: files, then `clean` (CleanCheckout cleans after the checkout), the local branch, large files,
 * submodules; the log line of the commit stands where Jenkins has it. */
int checkout_files(struct checkout *c, struct error *err)
{
    bool program = json_array_size(json_object_get(c->job->req, "sparse")) || job_str(c->job, "filter");
    struct access *a = &c->sources.items[0]->access;
    int rc =
        program ? git_program_checkout(a, c->ws.repo, &c->rev.id, json_object_get(c->job->req, "sparse"), err)
                : workspace_checkout(&c->ws, c->job, &c->rev.id, err);
    if (rc == 0 && job_flag(c->job, "clean", false))
        job_log(c->job, "Cleaning workspace");
    if (rc == 0 && job_flag(c->job, "clean", false))
        rc = workspace_clean(&c->ws, job_flag(c->job, "cleanNested", false), err);
    if (rc == 0)
        rc = make_local_branch(c, err);
    if (rc < 0)
        return error_wrap(err, "Could not checkout %s", git_oid_tostr_s(&c->rev.id));
    _cleanup_free_ char *title = commit_title(c->ws.repo, &c->rev.id);
    job_log(c->job, "Commit message: \"%s\"", title);
    if (git_program_lfs(a, c->ws.repo, job_flag(c->job, "lfs", false), err) < 0)
        return -1;
    return update_submodules(c, err);
}

/* `previous` was recorded by an earlier build; after a forced push or in a shallow clone it may not be
 * there, and then there is no change log rather than a wrong one. */
static void add_changes(struct checkout *c, json_t *out)
{
    const char *previous = job_str(c->job, "previous");
    git_oid since;
    json_t *changes = NULL;
    json_object_set_new(out, "firstBuild", json_boolean(!previous));
    if (!job_flag(c->job, "changelog", true))
        return;
    if (!previous)
        job_log(c->job, "First time build. Skipping changelog.");
    else if (revision_peel(&since, c->ws.repo, previous) == 0)
        changes = commit_changes(c->ws.repo, &since, &c->rev.id);
    else
        job_log(c->job, "Previous build's revision %s is no longer in the repository. Skipping changelog.",
                previous);
    json_object_set_new(out, "changes", changes ? changes : json_array());
}

static const char *wanted_tag(const char *name)
{
    return str_has_prefix(name, "refs/tags/") ? name + strlen("refs/tags/") : name;
}

json_t *checkout_result(struct checkout *c, struct error *err)
{
    json_t *out = json_object();
    if (commit_describe(out, c->ws.repo, &c->rev.id, err) < 0) {
        json_decref(out);
        return NULL;
    }
    const char *name = c->rev.name;
    commit_tags(out, c->ws.repo, &c->rev.id, wanted_tag(name));
    json_object_set_new(out, "refName", json_text(name));
    json_object_set_new(out, "branch", json_text(str_has_prefix(name, "refs/remotes/") ? name + 13 : name));
    json_object_set_new(out, "localBranch", json_text(c->local_branch));
    json_object_set_new(out, "url", json_text(c->sources.items[0]->access.url.clean));
    json_object_set_new(out, "remote", json_text(c->sources.items[0]->fetch.remote));
    json_object_set_new(out, "fresh", json_boolean(c->ws.fresh));
    add_changes(c, out);
    return out;
}

json_t *op_checkout(struct job *j, struct error *err)
{
    struct checkout c;
    json_t *result = NULL;
    if (checkout_init(&c, j, err) == 0 && checkout_fetch(&c, err) == 0 && checkout_find(&c, err) == 0 &&
        checkout_files(&c, err) == 0)
        result = checkout_result(&c, err);
    checkout_release(&c);
    return result;
}
