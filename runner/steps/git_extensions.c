/* One row an extension; those that concern polling, the web page or the tools of Jenkins change nothing here.
 *
 *
 * Each row puts its wish into the request or the extras; the worker decides in which order they are carried
 * out. Members arrive as texts, whatever Groovy type they had (scm_text()). */
#include "runner/steps/git_extensions.h"
#include "runner/engine/node.h"
#include "runner/engine/scm_object.h"
#include <string.h>

struct asked { /* one extension of a call */
    struct step_call *call;
    struct value e;
    json_t *request;
    struct git_extras *extras;
};

void git_extras_release(struct git_extras *x)
{
    free(x->subdir);
    free(x->user_name);
    free(x->user_email);
}

static const char *text(const struct asked *a, const char *name)
{
    const char *s = scm_text(a->call->fiber, a->e, name);
    return s && *s ? s : NULL;
}

static bool flag(const struct asked *a, const char *name)
{
    const char *s = text(a, name);
    return s && strcmp(s, "true") == 0;
}

static long number(const struct asked *a, const char *name, long dflt)
{
    const char *s = text(a, name);
    return s ? strtol(s, NULL, 10) : dflt;
}

static void set(json_t *o, const char *key, const char *s)
{
    if (s)
        json_object_set_new(o, key, json_string(s));
}

static void set_timeout(const struct asked *a)
{
    long minutes = number(a, "timeout", 0);
    if (minutes > 0)
        a->extras->timeout_ms = minutes * 60000;
}

static void clean(const struct asked *a)
{
    json_object_set_new(a->request, "clean", json_true());
    if (flag(a, "deleteUntrackedNestedRepositories"))
        json_object_set_new(a->request, "cleanNested", json_true());
}

/* A depth counts in a shallow clone only.
 * reference is a path of the node's machine. */
static void clone_option(const struct asked *a)
{
    if (flag(a, "shallow"))
        json_object_set_new(a->request, "depth", json_integer(number(a, "depth", 1)));
    if (flag(a, "noTags"))
        json_object_set_new(a->request, "noTags", json_true());
    set(a->request, "reference", text(a, "reference"));
    set_timeout(a);
}

static void local_branch(const struct asked *a)
{
    const char *name = text(a, "localBranch");
    set(a->request, "localBranch", name ? name : "**");
}

static void lfs(const struct asked *a)
{
    json_object_set_new(a->request, "lfs", json_true());
}

/* options: [mergeRemote:, mergeTarget:, fastForwardMode:] */
static void merge(const struct asked *a)
{
    struct asked options = *a;
    options.e = scm_member(a->call->fiber, a->e, "options");
    const char *remote = text(&options, "mergeRemote"), *mode = text(&options, "fastForwardMode");
    json_t *m = json_pack("{s:s}", "remote", remote ? remote : "origin");
    set(m, "target", text(&options, "mergeTarget"));
    set(m, "fastForward", mode);
    json_object_set_new(a->request, "merge", m);
}

/* The change log then begins where the branch stands, not at the build before. */
static void changelog_to_branch(const struct asked *a)
{
    struct asked options = *a;
    options.e = scm_member(a->call->fiber, a->e, "options");
    const char *remote = text(&options, "compareRemote"), *target = text(&options, "compareTarget");
    _cleanup_free_ char *ref =
        xasprintf("refs/remotes/%s/%s", remote ? remote : "origin", target ? target : "");
    set(a->request, "previous", ref);
}

static void target_directory(const struct asked *a)
{
    free(a->extras->subdir);
    a->extras->subdir = xstrdup(text(a, "relativeTargetDir"));
}

static void sparse(const struct asked *a)
{
    json_t *paths = json_array();
    struct value item;
    for (uint32_t i = 0; !value_is_null(item = scm_item(a->call->fiber, a->e, "sparseCheckoutPaths", i));
         i++) {
        const char *path = scm_text(a->call->fiber, item, "path");
        if (path && *path)
            json_array_append_new(paths, json_string(path));
    }
    json_object_set_new(a->request, "sparse", paths);
}

/* parentCredentials false: submodules of the same host are fetched without a login. */
static void submodules(const struct asked *a)
{
    json_object_set_new(a->request, "submodules",
                        json_pack("{s:b,s:b,s:b}", "disable", flag(a, "disableSubmodules"), "recursive",
                                  flag(a, "recursiveSubmodules"), "parentCredentials",
                                  flag(a, "parentCredentials")));
    set_timeout(a);
}

/* Both for the git program's own commits (a merge) and for the variables that the step returns. */
static void user_identity(const struct asked *a)
{
    free(a->extras->user_name);
    free(a->extras->user_email);
    a->extras->user_name = xstrdup(text(a, "name"));
    a->extras->user_email = xstrdup(text(a, "email"));
    json_object_set_new(a->request, "identity", json_object());
    set(json_object_get(a->request, "identity"), "name", text(a, "name"));
    set(json_object_get(a->request, "identity"), "email", text(a, "email"));
}

/* --in-place works in the user's own folder. */
static void wipe(const struct asked *a)
{
    if (scope_lease(a->call->branch->scope)->keep) {
        step_log(a->call, "Not wiped: the workspace is your own folder (--in-place)");
        return;
    }
    step_log(a->call, "Wiping out workspace first.");
    json_object_set_new(a->request, "wipe", json_true());
}

static const struct {
    const char *class, *symbol;
    void (*apply)(const struct asked *a); /* NULL: changes nothing here */
} extensions[] = {
    {"AuthorInChangelog", "authorInChangelog", NULL},
    {"BuildChooserSetting", "buildChooserSetting", NULL},
    {"BuildSingleRevisionOnly", "buildSingleRevisionOnly", NULL},
    {"ChangelogToBranch", "changelogToBranch", changelog_to_branch},
    {"CheckoutOption", "checkoutOption", set_timeout},
    {"CleanBeforeCheckout", "cleanBeforeCheckout", clean},
    {"CleanCheckout", "cleanAfterCheckout", clean},
    {"CloneOption", "cloneOption", clone_option},
    {"DisableRemotePoll", "disableRemotePoll", NULL},
    {"FirstBuildChangelog", "firstBuildChangelog", NULL},
    {"GitLFSPull", "lfs", lfs},
    {"IgnoreNotifyCommit", "ignoreNotifyCommit", NULL},
    {"LocalBranch", "localBranch", local_branch},
    {"MessageExclusion", "messageExclusion", NULL},
    {"PathRestriction", "pathRestriction", NULL},
    {"PerBuildTag", "perBuildTag", NULL},
    {"PreBuildMerge", "preBuildMerge", merge},
    {"PruneStaleBranch", "pruneStaleBranch", NULL}, /* always done */
    {"PruneStaleTag", "pruneTags", NULL},
    {"RelativeTargetDirectory", "relativeTargetDirectory", target_directory},
    {"ScmName", "scmName", NULL},
    {"SparseCheckoutPaths", "sparseCheckout", sparse},
    {"SubmoduleOption", "submodule", submodules},
    {"UserExclusion", "userExclusion", NULL},
    {"UserIdentity", "userIdentity", user_identity},
    {"WipeWorkspace", "wipeWorkspace", wipe},
};

/* Symbol, class, or class with its package. */
static enum call_status apply_one(const struct asked *a)
{
    const char *class = text(a, "$class"), *dot = class ? strrchr(class, '.') : NULL;
    class = dot ? dot + 1 : class ? class : "";
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        if (strcmp(class, extensions[i].class) && strcmp(class, extensions[i].symbol))
            continue;
        if (extensions[i].apply)
            extensions[i].apply(a);
        return CALL_OK;
    }
    return vm_throw(
        a->call->fiber, "UnsupportedOperationException",
        "no known implementation of class hudson.plugins.git.extensions.GitSCMExtension is named %s", class);
}

enum call_status git_extensions_apply(struct step_call *c, struct value scm, json_t *request,
                                      struct git_extras *x)
{
    struct asked a = {.call = c, .request = request, .extras = x};
    for (uint32_t i = 0; !value_is_null(a.e = scm_item(c->fiber, scm, "extensions", i)); i++)
        if (apply_one(&a) != CALL_OK)
            return CALL_THROW;
    return CALL_OK;
}
