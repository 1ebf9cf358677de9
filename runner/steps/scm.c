/* checkout and git [git plugin, workflow-scm-step]: the helper program does the work
 * (agents/worker/checkout.c).
 *
 * checkout and git make one request for the worker: which repository, which revision, what the extensions
 * ask for. Its result becomes the step's value (GIT_COMMIT …), the build's change log and, for `checkout
 * scm`, the build's commit. */
#include "base/fs.h"
#include "agents/worker.h"
#include "runner/cli/run_options.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/engine/scm_object.h"
#include "runner/engine/scm_source.h"
#include "runner/steps/git_extensions.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* The call's state while the worker runs. The lease is counted: an abort must not give the folder away
 * before the worker is gone. */
struct fetching {
    struct step_call *call;
    struct worker *worker;
    struct lease *lease;
    struct git_extras extras;
    struct loop_timer limit;
    bool main_source; /* `checkout scm`: its commit is the build's */
    bool late;
    json_t *urls; /* of all remotes, when there are several; or NULL */
    char *here;   /* a local source for a far node is checked out there first; or NULL */
};

static void fetching_free(void *data)
{
    struct fetching *f = data;
    loop_timer_stop(f->call->run->loop, &f->limit);
    lease_unref(f->lease);
    git_extras_release(&f->extras);
    json_decref(f->urls);
    if (f->here)
        fs_rm_rf(f->here, NULL);
    free(f->here);
    free(f);
}

static struct fetching *fetching_new(struct step_call *c, bool main_source) /* belongs to the call */
{
    struct fetching *f = xcalloc(1, sizeof(*f));
    *f = (struct fetching){
        .call = c, .lease = lease_ref(scope_lease(c->branch->scope)), .main_source = main_source};
    c->state = f;
    c->state_release = fetching_free;
    return f;
}

static void log_line(void *data, const char *text, size_t n)
{
    struct fetching *f = data;
    step_log(f->call, "%.*s", (int)n, text);
}

static void put(struct value map, const char *name, const char *text)
{
    if (!text)
        return;
    struct value v = string_from(text);
    map_set_str(AS_MAP(map), name, v);
    value_release(v);
}

static const char *text_at(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

/* With several remotes GIT_URL_1, GIT_URL_2 … instead of GIT_URL [GitSCM.buildEnvironment]. */
static void put_urls(struct value map, const json_t *urls)
{
    size_t i;
    json_t *url;
    json_array_foreach(urls, i, url)
    {
        _cleanup_free_ char *name = xasprintf("GIT_URL_%zu", i + 1);
        put(map, name, json_string_value(url));
    }
}

/* [GitSCM.buildEnvironment]; what is not known is left out. */
static struct value git_variables(const struct fetching *f, const json_t *r)
{
    static const struct {
        const char *variable, *key;
    } fields[] = {{"GIT_COMMIT", "commit"},
                  {"GIT_BRANCH", "branch"},
                  {"GIT_LOCAL_BRANCH", "localBranch"},
                  {"GIT_URL", "url"}};
    const struct git_extras *x = &f->extras;
    struct run *run = f->call->run;
    struct value map = map_new(run->vm);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (!f->urls || strcmp(fields[i].variable, "GIT_URL"))
            put(map, fields[i].variable, text_at(r, fields[i].key));
    const char *url = text_at(r, "url");
    _cleanup_free_ char *before = url ? scm_commit_before(run, url, false) : NULL;
    _cleanup_free_ char *good = url ? scm_commit_before(run, url, true) : NULL;
    put(map, "GIT_PREVIOUS_COMMIT", before);
    put(map, "GIT_PREVIOUS_SUCCESSFUL_COMMIT", good);
    put_urls(map, f->urls);
    put(map, "GIT_CHECKOUT_DIR", x->subdir);
    put(map, "GIT_COMMITTER_NAME", x->user_name);
    put(map, "GIT_AUTHOR_NAME", x->user_name);
    put(map, "GIT_COMMITTER_EMAIL", x->user_email);
    put(map, "GIT_AUTHOR_EMAIL", x->user_email);
    return map;
}

/* `set` numbers the checkouts of a build: changeSets are shown by it. */
static void keep_changes(struct run *run, const json_t *r)
{
    json_t *changes = json_object_get(r, "changes"), *commit;
    size_t i, n = json_array_size(run->changes);
    json_int_t before =
        n ? json_integer_value(json_object_get(json_array_get(run->changes, n - 1), "set")) : 0;
    if (!json_array_size(changes))
        return;
    if (!run->changes) {
        run->changes = json_array(); /* the record's own: builds that this one starts look for it there */
        json_object_set(run->record.json, "changes", run->changes);
    }
    json_array_foreach(changes, i, commit) json_object_set_new(commit, "set", json_integer(before + 1));
    json_array_extend(run->changes, changes);
    build_write(&run->record, NULL);
}

/* The last commit of each source is what the next build's change log starts from.
 * By address: a build may check out several repositories, and the same one twice. */
static void remember_commit(struct run *run, const json_t *r)
{
    const char *url = text_at(r, "url"), *commit = text_at(r, "commit");
    json_t *commits = json_object_get(run->record.json, "commits");
    if (!url || !commit)
        return;
    if (!commits)
        json_object_set_new(run->record.json, "commits", commits = json_object());
    json_object_set_new(commits, url, json_string(commit));
}

static bool tree_sent(struct step_call *c, const struct worker_end *end)
{
    if (end->result)
        step_done(c, value_retain(step_arg(c, " variables")));
    return end->result != NULL;
}

/* Takes variables.
 * The variables wait in the arguments, under a name that no argument has, until the tree is there. */
static void send_tree(struct fetching *f, struct value variables)
{
    struct step_call *c = f->call;
    map_set_str(AS_MAP(c->args), " variables", variables);
    value_release(variables);
    _cleanup_free_ char *dir = f->extras.subdir ? step_path(c, f->extras.subdir) : xstrdup(step_cwd(c)),
                        *here = f->here;
    f->here = NULL;
    if (helper_start_put(c, here, dir, true, tree_sent) == CALL_THROW)
        step_fail(c, fiber_take_exception(c->fiber));
}

/* `late` decides first: a worker that was cancelled tells "Interrupted". */
static void fetched(void *data, const struct worker_end *end)
{
    struct fetching *f = data;
    struct step_call *c = f->call;
    if (f->late) {
        step_fail_text(c, "Timeout after %d minutes", (int)(f->extras.timeout_ms / 60000));
        return;
    }
    if (!end->result) {
        step_fail_text(c, "%s", end->message);
        return;
    }
    const char *commit = text_at(end->result, "commit");
    if (f->main_source && commit)
        json_object_set_new(c->run->record.json, "commit", json_string(commit));
    remember_commit(c->run, end->result);
    keep_changes(c->run, end->result);
    struct value variables = git_variables(f, end->result);
    if (f->here)
        send_tree(f, variables);
    else
        step_done(c, variables);
}

/* fetched() comes all the same, when the worker has ended. */
static void cancel_fetch(struct step_call *c)
{
    worker_cancel(((struct fetching *)c->state)->worker);
}

static void too_late(struct loop_timer *t)
{
    struct fetching *f = t->data;
    f->late = true;
    worker_cancel(f->worker);
}

static void keep_urls(struct fetching *f, const json_t *request)
{
    size_t i;
    json_t *remote, *remotes = json_object_get(request, "remotes");
    if (!remotes)
        return;
    f->urls = json_array();
    json_array_foreach(remotes, i, remote) json_array_append(f->urls, json_object_get(remote, "url"));
}

static enum call_status fetch(struct fetching *f, json_t *request) /* takes request */
{
    static const struct worker_callbacks callbacks = {.log = log_line, .done = fetched};
    _cleanup_(error_release) struct error err = {0};
    struct step_call *c = f->call;
    if (!step_bool(c, "changelog", true))
        json_object_set_new(request, "changelog", json_false());
    keep_urls(f, request);
    f->worker = f->here ? worker_start(&c->run->procs, NULL, request, &callbacks, f, &err)
                        : helper_worker(c, request, &callbacks, f, &err);
    json_decref(request);
    if (!f->worker)
        return step_abort(c, "%s", err.message);
    f->limit = (struct loop_timer){.fn = too_late, .data = f};
    if (f->extras.timeout_ms)
        loop_timer_start(c->run->loop, &f->limit, f->extras.timeout_ms);
    step_on_cancel(c, cancel_fetch);
    return CALL_WAIT;
}

static json_t *request_new(struct step_call *c, const char *url)
{
    _cleanup_free_ char *hosts = helper_known_hosts(c);
    json_t *r = json_pack("{s:s,s:s,s:s}", "op", "checkout", "dir", step_cwd(c), "knownHosts", hosts);
    if (*url)
        json_object_set_new(r, "url", json_string(url));
    return r;
}

/* The commit that the change log starts from. */
static void set_previous(struct step_call *c, json_t *request)
{
    const char *url = text_at(request, "url");
    _cleanup_free_ char *before = url ? scm_commit_before(c->run, url, false) : NULL;
    if (before)
        json_object_set_new(request, "previous", json_string(before));
}

static void set_text(json_t *o, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(o, key, json_string(text));
}

/* The words are GitSCM's. */
static void add_credentials(struct step_call *c, json_t *request, const char *id)
{
    const struct credential *cred = id && *id ? credentials_find(c->run->credentials, id) : NULL;
    if (cred)
        json_object_set_new(request, "credentials", scm_credentials(cred));
    else if (id && *id) /* as Jenkins: the attempt without them; a public repository needs none */
        step_log(c, "Warning: CredentialId \"%s\" could not be found.", id);
}

/* ---- git(url:, branch:, credentialsId:) */

/* refs/heads/NAME: git(branch: …) names a branch and nothing else [GitStep]. */
enum call_status step_git(struct step_call *c, struct value *out)
{
    _cleanup_free_ char *url = run_expand(c->run, c->branch->scope, step_str(c, "url", ""));
    _cleanup_free_ char *branch = run_expand(c->run, c->branch->scope, step_str(c, "branch", "master"));
    if (!*url)
        return step_abort(c, "git: the url is missing");
    json_t *r = request_new(c, url);
    _cleanup_free_ char *spec = xasprintf("refs/heads/%s", branch);
    json_object_set_new(r, "branches", json_pack("[s]", spec));
    json_object_set_new(r, "localBranch", json_string(branch));
    set_previous(c, r);
    add_credentials(c, r, step_str(c, "credentialsId", NULL));
    return fetch(fetching_new(c, false), r);
}

/* ---- checkout scm, checkout([$class: 'GitSCM', …]) */

static void add_branches(struct step_call *c, json_t *request, struct value scm)
{
    json_t *branches = json_array();
    struct value b;
    for (uint32_t i = 0; !value_is_null(b = scm_item(c->fiber, scm, "branches", i)); i++) {
        const char *name = scm_text(c->fiber, b, "name");
        _cleanup_free_ char *expanded = run_expand(c->run, c->branch->scope, name ? name : "**");
        json_array_append_new(branches, json_string(expanded));
    }
    json_object_set_new(request, "branches", branches);
}

/* name, url, refspec, credentials of one remote. */
static json_t *remote_request(struct step_call *c, struct value remote, uint32_t i)
{
    const char *url = scm_text(c->fiber, remote, "url"), *name = scm_text(c->fiber, remote, "name");
    _cleanup_free_ char *expanded = url ? run_expand(c->run, c->branch->scope, url) : NULL,
                        *derived = i ? xasprintf("origin%u", i) : NULL;
    json_t *to = json_object();
    set_text(to, "url", expanded);
    set_text(to, "name", name && *name ? name : derived);
    set_text(to, "refspec", scm_text(c->fiber, remote, "refspec"));
    add_credentials(c, to, scm_text(c->fiber, remote, "credentialsId"));
    return to;
}

/* Several remotes are all fetched; the first is the one that the result speaks of.
 * The first remote's members are also the request's own: what a single one needs. */
static void add_remotes(struct step_call *c, json_t *request, struct value scm)
{
    struct value remote = scm_item(c->fiber, scm, "userRemoteConfigs", 0);
    json_t *all = json_array(), *first = remote_request(c, value_is_null(remote) ? scm : remote, 0);
    json_object_update(request, first);
    if (json_object_get(first, "name"))
        json_object_set(request, "remote", json_object_get(first, "name"));
    json_array_append_new(all, first);
    for (uint32_t i = 1; !value_is_null(remote = scm_item(c->fiber, scm, "userRemoteConfigs", i)); i++)
        json_array_append_new(all, remote_request(c, remote, i));
    if (json_array_size(all) > 1)
        json_object_set(request, "remotes", all);
    json_decref(all);
}

/* A script may pass on its own `scm` or parts of it with extensions of its own: then the commit that is built
 * is meant, wherever it lies. */
static void add_own_source(struct step_call *c, json_t *r)
{
    const struct scm_source *s = &c->run->scm;
    set_text(r, "url", s->url);
    if (s->dirty && s->local) {
        set_text(r, "op", "checkout-dirty");
        set_text(r, "source", s->root);
    } else if (s->local) {
        set_text(r, "commit", s->ref);
        set_text(r, "branch", s->branch ? s->branch : s->tag);
    } else if (s->ref) {
        json_object_set_new(r, "branches", json_pack("[s]", s->ref));
    }
}

/* The whole `scm`, or a GitSCM made of its userRemoteConfigs and branches. */
static bool is_own(struct step_call *c, struct value scm)
{
    return scm_object_is_own(c->run, scm) ||
           (scm_object_is_own(c->run, scm_item(c->fiber, scm, "userRemoteConfigs", 0)) &&
            scm_object_is_own(c->run, scm_item(c->fiber, scm, "branches", 0)));
}

static enum call_status no_source(struct step_call *c)
{
    return step_abort(
        c,
        "‘checkout scm’ is only available when using “Multibranch Pipeline” or “Pipeline script "
        "from SCM”: %s lies in no git repository; name one by --scm URL[#REF], or "
        "build in its folder by --in-place",
        c->run->file);
}

static void tell_dirty(struct run *run)
{
    if (run->scm_dirty)
        run_notice(run, "uncommitted changes are not built; --dirty takes the working tree as it is");
    run->scm_dirty = false;
}

/* Order: remotes, branches, the own source over them, the previous commit by the address that came out,
 * extensions over all. */
static enum call_status checkout_git(struct step_call *c, struct value scm, bool own)
{
    struct fetching *f = fetching_new(c, own);
    json_t *r = request_new(c, "");
    add_remotes(c, r, scm);
    add_branches(c, r, scm);
    if (own)
        add_own_source(c, r);
    set_previous(c, r);
    if (git_extensions_apply(c, scm, r, &f->extras) != CALL_OK) {
        json_decref(r);
        return CALL_THROW;
    }
    if (f->extras.subdir) {
        _cleanup_free_ char *dir = step_path(c, f->extras.subdir);
        set_text(r, "dir", dir);
    }
    if (!json_object_get(r, "url")) {
        json_decref(r);
        return step_abort(c, "checkout: no repository URL; only git is supported");
    }
    if (ws_far(c) && own && c->run->scm.local) {
        f->here = xasprintf("%s/far-source-%d", c->run->record.dir, c->id);
        set_text(r, "dir", f->here);
    }
    return fetch(f, r);
}

/* The class of what describes an SCM: git is the only one here.
 * A map without $class is taken for one: checkout(scm: [branches: …]). */
static bool is_git(struct step_call *c, struct value scm)
{
    static const char *const names[] = {"GitSCM", "scmGit", "gitSCM", "git", "hudson.plugins.git.GitSCM"};
    const char *class = scm_text(c->fiber, scm, "$class");
    for (size_t i = 0; class && i < ARRAY_LEN(names); i++)
        if (strcmp(class, names[i]) == 0)
            return true;
    return !class;
}

enum call_status step_checkout(struct step_call *c, struct value *out)
{
    struct value scm = step_arg(c, "scm");
    bool own = is_own(c, scm);
    if (own && !c->run->scm.url && !c->run->scm.in_place)
        return no_source(c);
    if (own && c->run->scm.in_place && scm_object_is_own(c->run, scm)) {
        *out = map_new(c->run->vm);
        return CALL_OK;
    }
    if (own)
        tell_dirty(c->run);
    else if (!value_is(scm, OBJ_MAP))
        return step_abort(c, "checkout takes scm, or a map such as [$class: 'GitSCM', …]");
    else if (!is_git(c, scm))
        return vm_throw(c->fiber, "UnsupportedOperationException",
                        "no known implementation of class hudson.scm.SCM is named %s",
                        scm_text(c->fiber, scm, "$class"));
    return checkout_git(c, scm, own);
}
