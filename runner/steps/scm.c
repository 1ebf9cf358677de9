/* checkout and git [git plugin, workflow-scm-step]: the helper program does the work
 * (agents/worker/checkout.c). */
#include "base/fs.h"
#include "executors/worker.h"
#include "runner/cli/run_options.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/engine/scm_source.h"
#include "runner/steps/rows.h"
#include <string.h>

struct fetching {
    struct step_call *call;
    struct worker *worker;
    struct lease *lease;
    bool main_source; /* `checkout scm`: its commit is the build's */
};

static void fetching_free(void *data)
{
    struct fetching *f = data;
    lease_unref(f->lease);
    free(f);
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

static struct value git_variables(struct run *run, const json_t *r)
{
    static const struct {
        const char *variable, *key;
    } fields[] = {{"GIT_COMMIT", "commit"},
                  {"GIT_BRANCH", "branch"},
                  {"GIT_LOCAL_BRANCH", "localBranch"},
                  {"GIT_URL", "url"}};
    struct value map = map_new(run->vm);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        put(map, fields[i].variable, text_at(r, fields[i].key));
    const char *url = text_at(r, "url");
    _cleanup_free_ char *before = url ? scm_commit_before(run, url, false) : NULL;
    _cleanup_free_ char *good = url ? scm_commit_before(run, url, true) : NULL;
    put(map, "GIT_PREVIOUS_COMMIT", before);
    put(map, "GIT_PREVIOUS_SUCCESSFUL_COMMIT", good);
    return map;
}

static void keep_changes(struct run *run, const json_t *r)
{
    json_t *changes = json_object_get(r, "changes");
    if (!json_array_size(changes))
        return;
    if (!run->changes)
        run->changes = json_array();
    json_array_extend(run->changes, changes);
}

/* The last commit of each source is what the next build's change log starts from. */
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

static void fetched(void *data, const struct worker_end *end)
{
    struct fetching *f = data;
    struct step_call *c = f->call;
    if (!end->result) {
        step_fail_text(c, "%s", end->message);
        return;
    }
    const char *commit = text_at(end->result, "commit");
    if (f->main_source && commit)
        json_object_set_new(c->run->record.json, "commit", json_string(commit));
    remember_commit(c->run, end->result);
    keep_changes(c->run, end->result);
    step_done(c, git_variables(c->run, end->result));
}

static void cancel_fetch(struct step_call *c)
{
    worker_cancel(((struct fetching *)c->state)->worker);
}

static enum call_status fetch(struct step_call *c, json_t *request, bool main_source) /* takes request */
{
    static const struct worker_callbacks callbacks = {.log = log_line, .done = fetched};
    _cleanup_(error_release) struct error err = {0};
    struct fetching *f = xcalloc(1, sizeof(*f));
    *f = (struct fetching){
        .call = c, .lease = lease_ref(scope_lease(c->branch->scope)), .main_source = main_source};
    c->state = f;
    c->state_release = fetching_free;
    f->worker = worker_start(&c->run->procs, NULL, request, &callbacks, f, &err);
    json_decref(request);
    if (!f->worker)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, cancel_fetch);
    return CALL_WAIT;
}

static json_t *request_new(struct step_call *c, const char *url)
{
    _cleanup_free_ char *hosts = path_join(c->run->home.dir, "known_hosts");
    json_t *r =
        json_pack("{s:s,s:s,s:s,s:s}", "op", "checkout", "dir", step_cwd(c), "url", url, "knownHosts", hosts);
    _cleanup_free_ char *before = scm_commit_before(c->run, url, false);
    if (before)
        json_object_set_new(r, "previous", json_string(before));
    return r;
}

static void set_text(json_t *o, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(o, key, json_string(text));
}

static int add_credentials(struct step_call *c, json_t *request, const char *id, struct error *err)
{
    if (!id || !*id)
        return 0;
    const struct credential *cred = credentials_find(c->run->credentials, id);
    if (!cred) {
        /* As Jenkins: a warning, and the attempt without them; a public repository needs none. */
        step_log(c, "Warning: CredentialId \"%s\" could not be found.", id);
        return 0;
    }
    json_object_set_new(request, "credentials", scm_credentials(cred));
    return 0;
}

/* ---- git(url:, branch:, credentialsId:) */

enum call_status step_git(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *url = run_expand(c->run, c->branch->scope, step_str(c, "url", ""));
    _cleanup_free_ char *branch = run_expand(c->run, c->branch->scope, step_str(c, "branch", "master"));
    if (!*url)
        return step_abort(c, "git: the url is missing");
    json_t *r = request_new(c, url);
    _cleanup_free_ char *spec = xasprintf("refs/heads/%s", branch);
    json_object_set_new(r, "branches", json_pack("[s]", spec));
    json_object_set_new(r, "localBranch", json_string(branch));
    if (!step_bool(c, "changelog", true))
        json_object_set_new(r, "changelog", json_false());
    if (add_credentials(c, r, step_str(c, "credentialsId", NULL), &err) < 0) {
        json_decref(r);
        return step_abort(c, "%s", err.message);
    }
    return fetch(c, r, false);
}

/* ---- checkout scm, checkout([$class: 'GitSCM', …]) */

static const char *map_text(struct step_call *c, struct value map, const char *key)
{
    struct value v, hold = NULL_VALUE;
    if (!value_is(map, OBJ_MAP) || !map_get_str(AS_MAP(map), key, &v) || value_is_null(v))
        return NULL;
    const char *text = value_text(c->fiber, v, &hold);
    if (!value_is_null(hold)) {
        map_set_str(AS_MAP(map), key, hold);
        value_release(hold);
    }
    return text;
}

static struct value list_at(struct value map, const char *key, uint32_t i)
{
    struct value list;
    if (!value_is(map, OBJ_MAP) || !map_get_str(AS_MAP(map), key, &list) || !value_is(list, OBJ_LIST) ||
        i >= AS_LIST(list)->len)
        return NULL_VALUE;
    return AS_LIST(list)->items[i];
}

static void add_branches(struct step_call *c, json_t *request, struct value scm)
{
    json_t *branches = json_array();
    for (uint32_t i = 0;; i++) {
        struct value b = list_at(scm, "branches", i);
        if (value_is_null(b))
            break;
        const char *name = map_text(c, b, "name");
        _cleanup_free_ char *expanded = run_expand(c->run, c->branch->scope, name ? name : "**");
        json_array_append_new(branches, json_string(expanded));
    }
    json_object_set_new(request, "branches", branches);
}

static bool is_either(const char *name, const char *class, const char *symbol)
{
    return strcmp(name, class) == 0 || strcmp(name, symbol) == 0;
}

/* Extensions of GitSCM by class or symbol; those that change nothing here are not named. */
static void add_extension(struct step_call *c, json_t *request, struct value e, char **subdir)
{
    const char *class = map_text(c, e, "$class");
    const char *dot = class ? strrchr(class, '.') : NULL;
    class = dot ? dot + 1 : class ? class : "";
    if (!strcmp(class, "RelativeTargetDirectory")) {
        const char *dir = map_text(c, e, "relativeTargetDir");
        free(*subdir);
        *subdir = xstrdup(dir);
    } else if (is_either(class, "LocalBranch", "localBranch")) {
        const char *name = map_text(c, e, "localBranch");
        set_text(request, "localBranch", name && *name ? name : "**");
    } else if (is_either(class, "SubmoduleOption", "submodule")) {
        const char *recursive = map_text(c, e, "recursiveSubmodules");
        json_object_set_new(request, "submodules",
                            json_pack("{s:b}", "recursive", recursive && !strcmp(recursive, "true")));
    } else if (is_either(class, "CleanBeforeCheckout", "cleanBeforeCheckout") ||
               !strcmp(class, "CleanCheckout")) {
        json_object_set_new(request, "clean", json_true());
    } else if (is_either(class, "CloneOption", "cloneOption")) {
        const char *depth = map_text(c, e, "depth"), *shallow = map_text(c, e, "shallow");
        if (shallow && !strcmp(shallow, "true"))
            json_object_set_new(request, "depth", json_integer(depth ? strtol(depth, NULL, 10) : 1));
    } else if (is_either(class, "GitLFSPull", "lfs")) {
        json_object_set_new(request, "lfs", json_true());
    }
}

static enum call_status checkout_described(struct step_call *c, struct value scm)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *subdir = NULL;
    struct value remote = list_at(scm, "userRemoteConfigs", 0);
    const char *url = map_text(c, remote, "url");
    if (!url)
        url = map_text(c, scm, "url");
    if (!url)
        return step_abort(c, "checkout: no repository URL; only git is supported");
    _cleanup_free_ char *expanded = run_expand(c->run, c->branch->scope, url);
    json_t *r = request_new(c, expanded);
    set_text(r, "refspec", map_text(c, remote, "refspec"));
    set_text(r, "remote", map_text(c, remote, "name"));
    add_branches(c, r, scm);
    for (uint32_t i = 0; !value_is_null(list_at(scm, "extensions", i)); i++)
        add_extension(c, r, list_at(scm, "extensions", i), &subdir);
    if (subdir) {
        _cleanup_free_ char *dir = step_path(c, subdir);
        set_text(r, "dir", dir);
    }
    const char *id = map_text(c, remote, "credentialsId");
    if (add_credentials(c, r, id ? id : map_text(c, scm, "credentialsId"), &err) < 0) {
        json_decref(r);
        return step_abort(c, "%s", err.message);
    }
    return fetch(c, r, false);
}

static enum call_status checkout_main(struct step_call *c)
{
    struct run *run = c->run;
    const struct scm_source *s = &run->scm;
    if (s->in_place)
        return CALL_OK;
    if (!s->url)
        return step_abort(
            c,
            "checkout scm: %s lies in no git repository; name one by --scm URL[#REF], or build in its folder "
            "by --in-place",
            run->file);
    if (run->scm_dirty) {
        run->scm_dirty = false;
        run_notice(run, "uncommitted changes are not built; --dirty takes the working tree as it is");
    }
    json_t *r = request_new(c, s->url);
    if (s->dirty && s->local) {
        set_text(r, "op", "checkout-dirty");
        set_text(r, "source", s->root);
    } else if (s->local) {
        set_text(r, "commit", s->ref);
        set_text(r, "branch", s->branch ? s->branch : s->tag);
    } else if (s->ref) {
        json_object_set_new(r, "branches", json_pack("[s]", s->ref));
    }
    return fetch(c, r, true);
}

enum call_status step_checkout(struct step_call *c, struct value *out)
{
    struct value scm = step_arg(c, "scm");
    if (value_is(scm, OBJ_MAP) && AS_MAP(scm) == AS_MAP(c->run->objects[OBJECT_SCM])) {
        enum call_status status = checkout_main(c);
        if (status == CALL_OK)
            *out = map_new(c->run->vm);
        return status;
    }
    if (!value_is(scm, OBJ_MAP))
        return step_abort(c, "checkout takes scm, or a map such as [$class: 'GitSCM', …]");
    return checkout_described(c, scm);
}
