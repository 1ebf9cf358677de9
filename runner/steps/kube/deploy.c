/* kubernetesDeploy [kubernetes-cd: KubernetesDeploy, DeploymentCommand], k8sApply, k8sDelete.
 *
 * One way for the three: read the manifests, bring them into the cluster, prune, wait for what was asked for,
 * and where that fails go back if told so. The plugin ends after the second part. */
#include "base/fs.h"
#include "executors/kube/await.h"
#include "executors/kube/diff.h"
#include "executors/kube/field.h"
#include "executors/kube/prune.h"
#include "executors/kube/pull_secret.h"
#include "executors/kube/status.h"
#include "executors/kube/revert.h"
#include "runner/steps/kube/cluster.h"
#include "runner/steps/kube/manifests.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include <string.h>

struct deployment {
    struct cluster_step step;
    bool plugin; /* kubernetesDeploy: its messages, and a kind that the server lacks is no failure */
    bool remove, dry_run, wait, rollback;
    const char *prune; /* label selector, NULL */
    int timeout_s;
    struct manifest_reading *reading;
    kube_objects objects;
    struct apply *apply;
    struct prune *pruning;
    struct await *await;
    struct revert *revert;
    char *failure; /* that led to the rollback */
};

static void deployment_release(struct cluster_step *s)
{
    struct deployment *d = (struct deployment *)s;
    manifests_drop(d->reading);
    await_free(d->await);
    revert_free(d->revert);
    prune_free(d->pruning);
    apply_free(d->apply);
    kube_objects_release(&d->objects);
    free(d->failure);
}

static void line(void *data, const char *text)
{
    step_log(((struct deployment *)data)->step.call, "%s", text);
}

static void finished(struct deployment *d)
{
    if (d->plugin)
        step_log(d->step.call, "Finished Kubernetes deployment");
    step_done(d->step.call, NULL_VALUE);
}

/* ---- back to what was there before */

static void undone(void *data, const struct error *err)
{
    struct deployment *d = data;
    if (err)
        step_log(d->step.call, "The rollback failed: %s", err->message);
    step_fail_text(d->step.call, "%s", d->failure);
}

static void roll_back(struct deployment *d)
{
    static const struct revert_callbacks callbacks = {line, undone};
    size_t n;
    const struct apply_item *items = apply_items(d->apply, &n);
    d->revert = revert_applied(d->step.kube, items, n, &callbacks, d);
}

/* ---- the wait */

static void awaited(void *data, const struct error *err)
{
    struct deployment *d = data;
    if (!err) {
        finished(d);
        return;
    }
    d->failure = xasprintf("%s%s", d->remove ? "" : "The rollout failed. ", err->message);
    if (d->rollback)
        roll_back(d);
    else
        step_fail_text(d->step.call, "%s", d->failure);
}

static bool is_awaited(const struct deployment *d, const struct apply_item *item)
{
    if (d->remove)
        return item->outcome == APPLY_DELETED;
    return item->after && status_is_awaited(item->after) && item->outcome != APPLY_FAILED;
}

static void wait_for(struct deployment *d)
{
    static const struct await_callbacks callbacks = {line, awaited};
    size_t n, awaited_count = 0;
    const struct apply_item *items = apply_items(d->apply, &n);
    struct await_target *targets = xcalloc(n + 1, sizeof(*targets));
    struct await_options o = {.what = d->remove ? AWAIT_GONE : AWAIT_ROLLOUT, .timeout_s = d->timeout_s};
    for (size_t i = 0; i < n; i++)
        if (is_awaited(d, &items[i]))
            targets[awaited_count++] = (struct await_target){
                .resource = items[i].resource,
                .space = items[i].space,
                .name = object_name(d->remove ? items[i].object->json : items[i].after),
                .object = d->remove ? NULL : items[i].after,
                .generation = d->remove ? 0 : field_int(items[i].after, "metadata.generation", 0),
                .file = items[i].object->file,
                .line = items[i].object->line};
    if (awaited_count)
        d->await = await_start(d->step.kube, targets, awaited_count, &o, &callbacks, d);
    free(targets);
    if (!awaited_count)
        finished(d);
}

static void after_prune(void *data, const struct error *err)
{
    struct deployment *d = data;
    if (err)
        step_fail_text(d->step.call, "%s", err->message);
    else if (d->wait && !d->dry_run)
        wait_for(d);
    else
        finished(d);
}

/* ---- bringing it in */

static void tell_diff(struct deployment *d, const struct apply_item *item, const char *title)
{
    _cleanup_(buf_release) struct buf text = {0};
    size_t lines = diff_objects(item->before, item->after, &text);
    line(d, "");
    step_log(d->step.call, "%s %s", !item->before ? "New" : lines ? "Changed" : "Unchanged", title);
    for (const char *p = text.data ? text.data : ""; *p;) {
        size_t n = strcspn(p, "\n");
        step_log(d->step.call, "  %.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
}

static char *item_title(const struct apply_item *item)
{
    const json_t *o =
        item->after && !field_is(item->after, "kind", "Status") ? item->after : item->object->json;
    const char *name = *object_name(o) ? object_name(o) : object_name(item->object->json);
    return xasprintf("%s%s%s", item->space ? item->space : "", item->space ? "/" : "", name);
}

/* "deploy/a.yaml:3: "; "" for an object that no file has. Owned. */
static char *place_of(const struct apply_item *item)
{
    const struct kube_object *o = item->object;
    return o->file ? xasprintf("%s:%d: ", o->file, o->line) : xstrdup("");
}

static void tell_refusal(struct deployment *d, const struct apply_item *item, const char *kind)
{
    const char *hint = apply_hint(kind, item->err.message);
    _cleanup_free_ char *place = place_of(item);
    step_log(d->step.call, "%s%s%s%s%s", place, item->err.message, hint ? " (" : "", hint ? hint : "",
             hint ? ")" : "");
}

static void told(void *data, const struct apply_item *item)
{
    static const char *const words[] = {
        [APPLY_CREATED] = "Created", [APPLY_APPLIED] = "Applied", [APPLY_DELETED] = "Deleted"};
    struct deployment *d = data;
    const char *kind = object_kind(item->object->json);
    _cleanup_free_ char *title = item_title(item), *whole = xasprintf("%s %s", kind, title);
    _cleanup_free_ char *place = place_of(item);
    if (item->outcome == APPLY_UNKNOWN && d->plugin)
        step_log(d->step.call, "Skipped unsupported resource: %s%s", place, item->err.message);
    else if (item->outcome == APPLY_FAILED || item->outcome == APPLY_UNKNOWN)
        tell_refusal(d, item, kind);
    else if (item->outcome == APPLY_ABSENT)
        step_log(d->step.call, "%s is absent: nothing to delete", whole);
    else if (d->dry_run && d->remove)
        step_log(d->step.call, "Would delete %s", whole);
    else if (d->dry_run)
        tell_diff(d, item, whole);
    else
        step_log(d->step.call, "%s %s: %s", words[item->outcome], kind, title);
}

static void notice(void *data, const struct apply_item *item, const char *text)
{
    _cleanup_free_ char *place = place_of(item);
    step_log(((struct deployment *)data)->step.call, "%s%s", place, text);
}

static void fail_applying(struct deployment *d, size_t failed)
{
    size_t n;
    const struct apply_item *items = apply_items(d->apply, &n), *first = NULL;
    bool unknown_counts = !d->plugin;
    for (size_t i = 0; i < n && !first; i++)
        if (items[i].outcome == APPLY_FAILED || (items[i].outcome == APPLY_UNKNOWN && unknown_counts))
            first = &items[i];
    const char *hint = apply_hint(object_kind(first->object->json), first->err.message);
    _cleanup_free_ char *title = object_title(first->object->json);
    _cleanup_free_ char *more = failed > 1 ? xasprintf("; and %zu more", failed - 1) : xstrdup("");
    struct error err = {.kind = first->err.kind, .file = first->err.file, .line = first->err.line};
    err.message = xasprintf("%s: %s%s%s%s%s", title, first->err.message, hint ? " (" : "", hint ? hint : "",
                            hint ? ")" : "", more);
    cluster_fail(&d->step, &err);
    free(err.message);
}

static void applied(void *data, size_t failed, const struct error *err)
{
    static const struct prune_callbacks callbacks = {line, after_prune};
    struct deployment *d = data;
    size_t n;
    const struct apply_item *items = apply_items(d->apply, &n);
    if (err)
        cluster_fail(&d->step, err);
    else if (failed)
        fail_applying(d, failed);
    else if (d->prune && !d->remove)
        d->pruning = prune_start(d->step.kube, items, n, d->prune, d->dry_run, &callbacks, d);
    else
        after_prune(d, NULL);
}

static void bring_in(struct deployment *d)
{
    static const struct apply_callbacks callbacks = {told, notice, line, applied};
    struct step_call *c = d->step.call;
    const char *space = step_str(c, "namespace", "");
    /* The plugin puts what names no namespace into "default", whatever the context says. */
    struct apply_options o = {.space = *space      ? space
                                       : d->plugin ? "default"
                                                   : NULL,
                              .remove = d->remove,
                              .dry_run = d->dry_run,
                              .by_patch = !step_bool(c, "serverSide", true),
                              .keep_before = d->rollback,
                              .skip_unknown = d->plugin};
    plan_sort(&d->objects);
    d->apply = apply_start(d->step.kube, &d->objects, &o, &callbacks, d);
}

static void read_in(void *data, kube_objects *objects, const struct error *err)
{
    struct deployment *d = data;
    d->reading = NULL;
    if (err) {
        cluster_fail(&d->step, err);
        return;
    }
    for (size_t i = 0; i < objects->len; i++)
        vec_push(&d->objects, objects->items[i]);
    vec_release(objects);
    bring_in(d);
}

/* ---- the image pull secret */

static int add_login(struct step_call *c, struct map *m, json_t **dockercfg, struct error *err)
{
    const char *id = described_str(c, m, "credentialsId", "");
    const struct credential *cred = credentials_find(c->run->credentials, id);
    if (!cred)
        return error_set(err, ERROR_INVALID, "Could not find credentials entry with ID '%s'", id);
    if (cred->type != CRED_USERNAME_PASSWORD)
        return error_set(err, ERROR_INVALID, "Credentials '%s' are no user name with a password", id);
    pull_secret_add(dockercfg, described_str(c, m, "url", ""), cred->username ? cred->username : "",
                    cred->password ? cred->password : "");
    return 0;
}

static int collect_logins(struct step_call *c, json_t **dockercfg, struct error *err)
{
    struct value list = step_arg(c, "dockerCredentials");
    for (size_t i = 0; i < described_count(list); i++) {
        struct map *m = described_at(list, i);
        if (m && add_login(c, m, dockercfg, err) < 0)
            return -1;
    }
    return 0;
}

/* The secret is one more object of the plan; its name is in the environment before the manifests are read. */
static int add_pull_secret(struct deployment *d, struct error *err)
{
    struct step_call *c = d->step.call;
    json_t *dockercfg = NULL;
    _cleanup_free_ char *given = run_expand(c->run, c->branch->scope, step_str(c, "secretName", ""));
    const char *space = step_str(c, "secretNamespace", "");
    _cleanup_free_ char *name = *given ? xstrdup(given) : pull_secret_name();
    int rc = collect_logins(c, &dockercfg, err);
    if (rc == 0 && dockercfg)
        rc = pull_secret_check_name(name, err);
    if (rc == 0 && dockercfg && !d->remove) {
        struct kube_object secret = {pull_secret_object(dockercfg, name, *space ? space : "default"),
                                     xstrdup("dockerCredentials"), 1};
        vec_push(&d->objects, secret);
        env_set(&c->run->global_env, "KUBERNETES_SECRET_NAME", name);
    }
    json_decref(dockercfg);
    return rc;
}

/* ---- starts */

/* What k8sDelete found by name or selector goes the way of a manifest's objects. */
static void take_found(struct deployment *d, json_t *found, const struct kube_resource *r)
{
    struct kube_object o = {.json = json_pack("{s:s,s:s,s:{s:s,s:s}}", "apiVersion", r->api_version, "kind",
                                              r->kind, "metadata", "name", object_name(found), "namespace",
                                              object_namespace(found))};
    if (!r->namespaced)
        json_object_del(json_object_get(o.json, "metadata"), "namespace");
    vec_push(&d->objects, o);
}

static void found_one(struct cluster_step *s, const struct kube_result *r)
{
    take_found((struct deployment *)s, r->end.json, r->resource);
    bring_in((struct deployment *)s);
}

static void found_list(struct cluster_step *s, const struct kube_result *r)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(r->end.json, "items"), i, item)
    {
        take_found((struct deployment *)s, item, r->resource);
    }
    bring_in((struct deployment *)s);
}

static void found_nothing(struct cluster_step *s, const struct kube_result *r)
{
    step_log(s->call, "%s %s is absent: nothing to delete", r->resource->kind, r->name);
    finished((struct deployment *)s);
}

static void find(struct cluster_step *s)
{
    struct cluster_object o;
    if (!cluster_object(s, &o, false))
        return;
    if (!o.name && !*step_str(s->call, "selector", "")) {
        step_fail_text(s->call, "k8sDelete of all %s? Give a name, or a selector", o.kind);
        return;
    }
    s->absent = found_nothing;
    cluster_read(s, &o, o.name ? found_one : found_list);
}

static void begin(struct cluster_step *s)
{
    struct deployment *d = (struct deployment *)s;
    struct step_call *c = s->call;
    _cleanup_(error_release) struct error err = {0};
    const char *text = step_str(c, "text", NULL), *configs = step_str(c, "configs", "");
    bool substitute = step_bool(c, "enableConfigSubstitution", d->plugin);
    if (d->plugin)
        step_log(c, "Starting Kubernetes deployment");
    if (add_pull_secret(d, &err) < 0) {
        cluster_fail(s, &err);
    } else if (text && *text) {
        if (manifests_parse(c, "text", text, substitute, &d->objects, &err) < 0)
            cluster_fail(s, &err);
        else
            bring_in(d);
    } else if (*configs) {
        d->reading = manifests_read(c, configs, substitute, read_in, d);
    } else if (d->remove && !d->plugin) {
        find(s);
    } else {
        step_fail_text(c, "%s needs configs: the files to apply", c->step->name);
    }
}

static enum call_status start(struct step_call *c, struct value *out, bool plugin, bool remove)
{
    struct deployment *d = xcalloc(1, sizeof(*d));
    const char *prune = step_str(c, "prune", "");
    d->plugin = plugin;
    d->remove = remove;
    d->dry_run = c->run->dry_run || step_bool(c, "dryRun", false);
    d->wait = step_bool(c, "wait", true);
    d->rollback = step_bool(c, "rollback", false) && !remove;
    d->prune = *prune ? prune : NULL;
    d->timeout_s = (int)step_int(c, "timeout", 0);
    return cluster_start(c, &d->step, begin, deployment_release, out);
}

enum call_status step_kubernetes_deploy(struct step_call *c, struct value *out)
{
    return start(c, out, true, step_bool(c, "deleteResource", false));
}

enum call_status step_k8s_delete(struct step_call *c, struct value *out)
{
    return start(c, out, false, true);
}

enum call_status step_k8s_apply(struct step_call *c, struct value *out)
{
    return start(c, out, false, false);
}
