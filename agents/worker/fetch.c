/* The fetch in its single steps (connect, list, prune, download, update), because vanished branches must
 * go before new ones come: `a` gives way to `a/b`. */
#include "agents/worker/fetch.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void fetch_release(struct fetch *f)
{
    for (size_t i = 0; i < f->names.len; i++)
        free(f->names.items[i]);
    vec_release(&f->names);
    vec_release(&f->refspecs);
    free(f->default_branch);
}

/* A changed address needs the remote read anew: git_remote_set_url() writes the configuration, not the
 * object. */
static int open_remote(git_remote **out, git_repository *repo, const char *name, const char *url,
                       struct error *err)
{
    int rc = git_remote_lookup(out, repo, name);
    if (rc == 0 && !str_eq(git_remote_url(*out), url)) {
        git_remote_free(*out);
        *out = NULL;
        rc = git_remote_set_url(repo, name, url);
        if (rc == 0)
            rc = git_remote_lookup(out, repo, name);
    } else if (rc == GIT_ENOTFOUND) {
        rc = git_remote_create(out, repo, name, url);
    }
    return rc < 0 ? git_fail(err, "cannot set the remote") : 0;
}

/* Must be asked while connected; the names serve pruning, and the list of what there is in a message. */
static int note_names(git_remote *remote, struct fetch *f)
{
    const git_remote_head **heads;
    size_t n;
    git_buf branch = {0};
    if (git_remote_ls(&heads, &n, remote) < 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        vec_push(&f->names, xstrdup(heads[i]->name));
    if (n && git_remote_default_branch(&branch, remote) == 0)
        f->default_branch = xstrdup(branch.ptr);
    git_buf_dispose(&branch);
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* `there`: the remote's names, sorted: some repositories have tens of thousands of them. */
static void prune_one(git_repository *repo, char *const *there, size_t n, const git_refspec *spec,
                      const char *name)
{
    git_buf source = {0};
    if (git_refspec_dst_matches(spec, name) && git_refspec_rtransform(&source, spec, name) == 0 &&
        !bsearch(&source.ptr, there, n, sizeof(*there), by_text))
        git_reference_remove(repo, name);
    git_buf_dispose(&source);
}

/* Removes what the refspecs once brought and the remote no longer has.
 * By hand, not by GIT_FETCH_PRUNE: libgit2 prunes after the download, when `a` still stands in the way of
 * `a/b`. */
static void prune(git_repository *repo, struct fetch *f)
{
    git_strarray refs = {0};
    if (f->no_prune || git_reference_list(&refs, repo) < 0)
        return;
    size_t n = f->names.len;
    char **there = xcalloc(n + 1, sizeof(*there));
    for (size_t i = 0; i < n; i++)
        there[i] = f->names.items[i];
    qsort(there, n, sizeof(*there), by_text);
    for (size_t i = 0; i < f->refspecs.len; i++) {
        git_refspec *spec = NULL;
        if (git_refspec_parse(&spec, f->refspecs.items[i], 1) < 0)
            continue;
        for (size_t k = 0; git_refspec_dst(spec) && *git_refspec_dst(spec) && k < refs.count; k++)
            prune_one(repo, there, n, spec, refs.strings[k]);
        git_refspec_free(spec);
    }
    free(there);
    git_strarray_dispose(&refs);
}

static char *failure(const struct access *a)
{
    return xasprintf("Failed to fetch from %s", a->url.clean);
}

/* The user's credential helpers are asked only when we have no credentials: one of them could answer first,
 * or store ours. */
static void program_for(struct access *a, git_repository *repo, struct program *p)
{
    p->cwd = git_repository_workdir(repo);
    program_arg(p, "git");
    program_arg(p, "-c");
    program_arg(p, "safe.directory=*");
    if (a->creds.password || a->creds.key) {
        program_arg(p, "-c");
        program_arg(p, "credential.helper=");
    }
    program_arg(p, "fetch");
    program_arg(p, "--force");
    program_arg(p, "--no-recurse-submodules");
}

static int run_program(struct access *a, struct program *p, struct error *err)
{
    struct buf out = {0};
    int status = access_program(a, p, err) < 0 ? -1 : program_run(p, &out, err);
    if (status > 0) {
        _cleanup_free_ char *what = failure(a);
        access_fail_text(a, out.data ? out.data : "", what, err);
    }
    buf_release(&out);
    return status ? -1 : 0;
}

/* A shallow fetch with --tags would bring the history of every tag. */
static int fetch_by_program(struct access *a, git_repository *repo, struct fetch *f, struct error *err)
{
    struct program p = {0};
    char depth[32], filter[256];
    program_for(a, repo, &p);
    program_arg(&p, f->no_tags || f->depth ? "--no-tags" : "--tags");
    if (!f->no_prune)
        program_arg(&p, "--prune");
    if (f->depth) {
        snprintf(depth, sizeof(depth), "--depth=%d", f->depth);
        program_arg(&p, depth);
    }
    if (f->filter) {
        snprintf(filter, sizeof(filter), "--filter=%s", f->filter);
        program_arg(&p, filter);
    }
    program_arg(&p, "--");
    program_arg(&p, f->remote);
    for (size_t i = 0; i < f->refspecs.len; i++)
        program_arg(&p, f->refspecs.items[i]);
    int rc = run_program(a, &p, err);
    program_release(&p);
    return rc;
}

/* Tags come by a refspec of their own where they are wanted: libgit2's AUTO would fetch those on the way
 * only. */
static int download(git_remote *remote, struct fetch *f, git_remote_callbacks *cb)
{
    git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
    git_strarray specs = {(char **)f->refspecs.items, f->refspecs.len};
    options.callbacks = *cb;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.prune = GIT_FETCH_NO_PRUNE;
    int rc = git_remote_download(remote, &specs, &options);
    return rc < 0 ? rc : git_remote_update_tips(remote, cb, 1, GIT_REMOTE_DOWNLOAD_TAGS_NONE, "fetch");
}

/* libgit2 takes a path that does not exist for a URL of an unknown scheme. */
static int check_local(const struct access *a, const char *what, struct error *err)
{
    if (a->url.kind != URL_LOCAL || access(a->url.path, F_OK) == 0)
        return 0;
    return fail_set(err, FAIL_REPOSITORY, "%s: there is no folder %s", what, a->url.path);
}

int fetch_run(struct access *a, git_repository *repo, struct fetch *f, struct error *err)
{
    git_remote *remote = NULL;
    git_remote_callbacks cb = GIT_REMOTE_CALLBACKS_INIT;
    git_proxy_options proxy = GIT_PROXY_OPTIONS_INIT;
    _cleanup_free_ char *what = failure(a);
    if (check_local(a, what, err) < 0 || open_remote(&remote, repo, f->remote, a->url.clean, err) < 0)
        return -1;
    if (!f->no_tags)
        vec_push(&f->refspecs, "+refs/tags/*:refs/tags/*");
    proxy.type = GIT_PROXY_AUTO;
    access_callbacks(a, &cb);
    int rc = git_remote_connect(remote, GIT_DIRECTION_FETCH, &cb, &proxy, NULL);
    bool program = f->depth || f->filter;
    if (rc == 0 && (rc = note_names(remote, f)) == 0) {
        prune(repo, f);
        if (!program)
            rc = download(remote, f, &cb);
    }
    if (rc < 0)
        access_fail(a, rc, what, err);
    git_remote_free(remote);
    if (rc == 0 && program)
        rc = fetch_by_program(a, repo, f, err);
    return rc < 0 ? -1 : 0;
}

static bool have(git_repository *repo, const git_oid *id)
{
    git_odb *odb = NULL;
    bool there = git_repository_odb(&odb, repo) == 0 && git_odb_exists(odb, id);
    git_odb_free(odb);
    return there;
}

int fetch_commit(struct access *a, git_repository *repo, struct fetch *f, const git_oid *id,
                 struct error *err)
{
    char hex[GIT_OID_HEXSZ + 1], depth[32];
    git_oid_tostr(hex, sizeof(hex), id);
    struct program p = {0};
    program_for(a, repo, &p);
    if (f->depth) {
        snprintf(depth, sizeof(depth), "--depth=%d", f->depth);
        program_arg(&p, depth);
    }
    program_arg(&p, "--no-tags");
    program_arg(&p, "--");
    program_arg(&p, f->remote);
    program_arg(&p, hex);
    struct error e = {0};
    int rc = run_program(a, &p, &e);
    program_release(&p);
    error_release(&e);
    if (rc < 0)
        return 0;
    git_odb *odb = NULL;
    if (git_repository_odb(&odb, repo) == 0)
        git_odb_refresh(odb);
    git_odb_free(odb);
    return have(repo, id);
}
