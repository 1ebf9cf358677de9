/* Finding the revision. Jenkins tries a commit id before a branch of that name, and the remote's branches
 * before tags; wildcards are matched against "origin/x", not "x". */
#include "agents/worker/revision.h"
#include "agents/worker/commit.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

enum { NAMES_SHOWN = 10 };

void revision_release(struct revision *r)
{
    free(r->name);
    free(r->local);
}

int revision_peel(git_oid *id, git_repository *repo, const char *name)
{
    git_object *o = NULL, *commit = NULL;
    int rc = git_revparse_single(&o, repo, name);
    if (rc == 0)
        rc = git_object_peel(&commit, o, GIT_OBJECT_COMMIT);
    if (rc == 0)
        git_oid_cpy(id, git_object_id(commit));
    git_object_free(commit);
    git_object_free(o);
    return rc < 0 ? -1 : 0;
}

/* [DefaultBuildChooser]: [0-9a-f]{6,40}, small letters only. */
static bool is_commit_id(const char *spec)
{
    size_t n = strlen(spec);
    return n >= 6 && n <= GIT_OID_HEXSZ && strspn(spec, "0123456789abcdef") == n;
}

/* Takes name; local is copied. */
static int settle(struct revision *r, git_repository *repo, const char *ref, char *name, const char *local)
{
    if (revision_peel(&r->id, repo, ref) < 0) {
        free(name);
        return -1;
    }
    r->name = name;
    r->local = xstrdup(local);
    return 0;
}

static int settle_branch(struct revision *r, git_repository *repo, const char *remote, const char *branch)
{
    char *ref = xasprintf("refs/remotes/%s/%s", remote, branch);
    return settle(r, repo, ref, ref, branch);
}

static const char *after(const char *s, const char *prefix)
{
    return str_has_prefix(s, prefix) ? s + strlen(prefix) : NULL;
}

/* The order is DefaultBuildChooser's; each way is tried only after those before it named nothing. */
static int find_single(struct revision *r, git_repository *repo, const char *remote, const char *spec)
{
    _cleanup_free_ char *slash = xasprintf("%s/", remote);
    _cleanup_free_ char *tag = xasprintf("refs/tags/%s", spec);
    const char *rest;
    if (is_commit_id(spec) && settle(r, repo, spec, xstrdup("detached"), NULL) == 0)
        return 0;
    if ((rest = after(spec, "refs/heads/")))
        return settle_branch(r, repo, remote, rest);
    if ((rest = after(spec, "refs/remotes/")) || (rest = after(spec, "remotes/"))) {
        const char *branch = after(rest, slash);
        return branch ? settle_branch(r, repo, remote, branch) : -1;
    }
    if (str_has_prefix(spec, "refs/"))
        return settle(r, repo, spec, xstrdup(spec), NULL);
    if ((rest = after(spec, slash)) && settle_branch(r, repo, remote, rest) == 0)
        return 0;
    if (settle_branch(r, repo, remote, spec) == 0 || settle(r, repo, tag, xstrdup(spec), NULL) == 0)
        return 0;
    return settle(r, repo, spec, xstrdup(spec), NULL);
}

/* BranchSpec.getPattern: `**` any run, `*` any run without a slash; a spec without a slash gets any remote.
 * What stands behind ":" is a regular expression of Java: the plugin's own help excludes branches by (?!…),
 * which POSIX has not. NULL: it is none. */
static pcre2_code *compile_spec(const char *spec)
{
    struct buf b = {0};
    int code;
    size_t at;
    if (*spec == ':') {
        buf_addstr(&b, spec + 1);
    } else {
        if (!strchr(spec, '/') && strcmp(spec, "**") != 0)
            buf_addstr(&b, "[^/]+/");
        for (const char *s = spec; *s; s++) {
            if (*s == '*' && s[1] == '*') {
                buf_addstr(&b, ".*");
                s++;
            } else if (*s == '*') {
                buf_addstr(&b, "[^/]*");
            } else {
                if (strchr("\\^$.|?+()[]{}", *s))
                    buf_addch(&b, '\\');
                buf_addch(&b, *s);
            }
        }
    }
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)(b.data ? b.data : ""), b.len,
                                   PCRE2_ANCHORED | PCRE2_ENDANCHORED, &code, &at, NULL);
    buf_release(&b);
    return re;
}

/* pcre2's own limit of steps ends an expression that backtracks for ever: then it does not match. */
static bool spec_fits(const pcre2_code *re, pcre2_match_data *match, const char *name)
{
    return pcre2_match(re, (PCRE2_SPTR)name, strlen(name), 0, 0, match, NULL) > 0;
}

struct candidates {
    struct revision best;
    git_time_t time;
    size_t found;
};

/* The newest by the committer's date, as BuildChooser sorts candidates; of equals the first by name stays. */
static void consider(struct candidates *c, git_repository *repo, struct job *j, const char *remote,
                     const char *branch)
{
    struct revision r = {0};
    if (settle_branch(&r, repo, remote, branch) < 0)
        return;
    job_log(j, "Seen branch in repository %s/%s", remote, branch);
    git_time_t t = commit_time(repo, &r.id);
    if (c->found++ && t <= c->time) {
        revision_release(&r);
        return;
    }
    revision_release(&c->best);
    c->best = r;
    c->time = t;
}

/* A spec refs/heads/x* is matched as REMOTE/x*: Jenkins takes both names of a branch. */
static int find_matching(struct revision *r, git_repository *repo, struct job *j, const char *remote,
                         const char *spec)
{
    git_strarray refs = {0};
    struct candidates c = {0};
    _cleanup_free_ char *prefix = xasprintf("refs/remotes/%s/", remote);
    _cleanup_free_ char *heads =
        xasprintf("%s/%s", remote, after(spec, "refs/heads/") ? after(spec, "refs/heads/") : "");
    pcre2_code *re = compile_spec(str_has_prefix(spec, "refs/heads/") ? heads : spec);
    if (!re)
        return -1;
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(re, NULL);
    if (git_reference_list(&refs, repo) < 0)
        refs.count = 0;
    for (size_t i = 0; i < refs.count; i++) {
        const char *branch = after(refs.strings[i], prefix);
        if (branch && strcmp(branch, "HEAD") != 0 &&
            spec_fits(re, match, refs.strings[i] + strlen("refs/remotes/")))
            consider(&c, repo, j, remote, branch);
    }
    pcre2_match_data_free(match);
    pcre2_code_free(re);
    git_strarray_dispose(&refs);
    if (!c.found)
        return -1;
    job_log(j, "Seen %zu remote branch%s", c.found, c.found > 1 ? "es" : "");
    if (c.found > 1)
        job_log(j, "Multiple candidate revisions");
    *r = c.best;
    return 0;
}

int revision_find(struct revision *r, git_repository *repo, struct job *j, const struct fetch *f,
                  const char *const *specs, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *spec = specs[i];
        bool any_remote = str_has_prefix(spec, "*/");
        _cleanup_free_ char *named =
            any_remote ? xasprintf("%s/%s", f->remote, spec + 2) : xstrdup(*spec ? spec : "**");
        bool wild = strchr(named, '*') || *named == ':';
        if ((wild ? find_matching(r, repo, j, f->remote, named) : find_single(r, repo, f->remote, named)) ==
            0)
            return 0;
    }
    return revision_unknown(f, specs, n, err);
}

static const char *short_name(const char *ref)
{
    const char *s = after(ref, "refs/heads/");
    return s ? s : after(ref, "refs/tags/");
}

/* What the user typed without what all specs have in common, to be compared with names of branches and tags.
 */
static const char *bare_spec(const struct fetch *f, const char *spec)
{
    const char *s = short_name(spec);
    if (s)
        return s;
    if (str_has_prefix(spec, "*/"))
        return spec + 2;
    size_t n = strlen(f->remote);
    return strncmp(spec, f->remote, n) == 0 && spec[n] == '/' ? spec + n + 1 : spec;
}

/* Tags peeled by the server ("^{}") are the same names again. */
int revision_unknown(const struct fetch *f, const char *const *specs, size_t n, struct error *err)
{
    struct buf b = {0};
    VEC(const char *) names = {0};
    for (size_t i = 0; i < f->names.len; i++) {
        const char *s = short_name(f->names.items[i]);
        if (s && !str_has_suffix(s, "^{}"))
            vec_push(&names, s);
    }
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s'%s'", i ? ", " : "", specs[i]);
    const char *near = n ? nearest_name(bare_spec(f, specs[0]), names.items, names.len) : NULL;
    buf_printf(&b, " not found");
    if (near)
        buf_printf(&b, ", did you mean '%s'?", near);
    buf_addstr(&b,
               names.len ? (near ? " There are: " : "; there are: ") : "; the repository has no branches");
    for (size_t i = 0; i < names.len && i < NAMES_SHOWN; i++)
        buf_printf(&b, "%s%s", i ? ", " : "", names.items[i]);
    if (names.len > NAMES_SHOWN)
        buf_printf(&b, " and %zu more", names.len - NAMES_SHOWN);
    vec_release(&names);
    fail_set(err, FAIL_REVISION,
             "Couldn't find any revision to build. Verify the repository and branch configuration for this "
             "job. (%s)",
             b.data);
    buf_release(&b);
    return -1;
}
