/* k8sRollout, k8sScale, k8sSetImage: a change of a workload, then the wait for what it brings. What kubectl
 * does in two commands is one step here, unless wait: false. */
#include "executors/kube/await.h"
#include "executors/kube/field.h"
#include "executors/kube/revert.h"
#include "runner/steps/kube/cluster.h"
#include "runner/steps/rows.h"
#include <string.h>
#include <time.h>

struct rollout {
    struct cluster_step step;
    struct cluster_object object;
    const char *done; /* "restarted": said when the change is made; NULL: nothing was changed */
    bool wait, rollback;
    int timeout_s;
    const struct kube_resource *resource;
    json_t *workload;
    struct await *await;
    struct revert *revert;
    char *failure;
};

static void rollout_release(struct cluster_step *s)
{
    struct rollout *t = (struct rollout *)s;
    await_free(t->await);
    revert_free(t->revert);
    json_decref(t->workload);
    free(t->failure);
}

static void line(void *data, const char *text)
{
    step_log(((struct rollout *)data)->step.call, "%s", text);
}

/* ---- the wait */

static void rolled_back(void *data, const struct error *err)
{
    struct rollout *t = data;
    if (err)
        step_log(t->step.call, "The rollback failed: %s", err->message);
    step_fail_text(t->step.call, "%s", t->failure);
}

static void awaited(void *data, const struct error *err)
{
    static const struct revert_callbacks callbacks = {line, rolled_back};
    struct rollout *t = data;
    if (!err) {
        step_done(t->step.call, NULL_VALUE);
        return;
    }
    t->failure = xasprintf("The rollout failed. %s", err->message);
    if (t->rollback)
        t->revert = revert_workload(t->step.kube, t->workload, 0, &callbacks, t);
    else
        step_fail_text(t->step.call, "%s", t->failure);
}

static void wait_for(struct rollout *t)
{
    static const struct await_callbacks callbacks = {line, awaited};
    struct await_options o = {.what = AWAIT_ROLLOUT, .timeout_s = t->timeout_s};
    struct await_target target = {.resource = t->resource,
                                  .space = object_namespace(t->workload),
                                  .name = object_name(t->workload),
                                  .object = t->workload,
                                  .generation = field_int(t->workload, "metadata.generation", 0)};
    t->await = await_start(t->step.kube, &target, 1, &o, &callbacks, t);
}

static void take(struct rollout *t, const struct kube_result *r)
{
    json_decref(t->workload);
    t->workload = json_incref(r->end.json);
    t->resource = r->resource;
}

/* The workload as it is after the change. */
static void changed(struct cluster_step *s, const struct kube_result *r)
{
    struct rollout *t = (struct rollout *)s;
    _cleanup_free_ char *label = kube_object_label(r->resource, r->name);
    take(t, r);
    if (t->done)
        step_log(s->call, "%s %s", label, t->done);
    if (t->wait)
        wait_for(t);
    else
        step_done(s->call, NULL_VALUE);
}

/* ---- requests */

static void act(struct rollout *t, enum kube_verb verb, json_t *body, const char *sub,
                cluster_fn *fn) /* takes */
{
    struct kube_action a = {.verb = verb,
                            .object = body,
                            .kind = t->object.kind,
                            .name = t->object.name,
                            .space = t->object.space,
                            .sub = sub};
    cluster_act(&t->step, &a, fn);
    json_decref(body);
}

static void read_again(struct cluster_step *s, const struct kube_result *r)
{
    act((struct rollout *)s, KUBE_GET, NULL, NULL, changed);
}

static void undone(void *data, const struct error *err)
{
    struct rollout *t = data;
    if (err)
        cluster_fail(&t->step, err);
    else
        read_again(&t->step, NULL);
}

static void undo(struct cluster_step *s, const struct kube_result *r)
{
    static const struct revert_callbacks callbacks = {line, undone};
    struct rollout *t = (struct rollout *)s;
    take(t, r);
    t->revert = revert_workload(s->kube, t->workload, step_int(s->call, "revision", 0), &callbacks, t);
}

static json_t *restart_patch(void)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm tm;
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    return json_pack("{s:{s:{s:{s:{s:s}}}}}", "spec", "template", "metadata", "annotations",
                     "kubectl.kubernetes.io/restartedAt", stamp);
}

static json_t *pause_patch(bool pause)
{
    return json_pack("{s:{s:b}}", "spec", "paused", pause);
}

static enum call_status start(struct step_call *c, void (*begin)(struct cluster_step *s), struct value *out)
{
    struct rollout *t = xcalloc(1, sizeof(*t));
    t->wait = step_bool(c, "wait", true);
    t->rollback = step_bool(c, "rollback", false);
    t->timeout_s = (int)step_int(c, "timeout", 0);
    return cluster_start(c, &t->step, begin, rollout_release, out);
}

/* ---- k8sRollout */

static void begin_rollout(struct cluster_step *s)
{
    struct rollout *t = (struct rollout *)s;
    const char *action = step_str(s->call, "action", "status");
    if (!cluster_object(s, &t->object, true))
        return;
    if (strcmp(action, "status") == 0) {
        act(t, KUBE_GET, NULL, NULL, changed);
    } else if (strcmp(action, "undo") == 0) {
        act(t, KUBE_GET, NULL, NULL, undo);
    } else if (strcmp(action, "restart") == 0) {
        t->done = "restarted";
        act(t, KUBE_PATCH_MERGE, restart_patch(), NULL, changed);
    } else if (strcmp(action, "pause") == 0) {
        t->done = "paused";
        t->wait = false;
        act(t, KUBE_PATCH_MERGE, pause_patch(true), NULL, changed);
    } else if (strcmp(action, "resume") == 0) {
        t->done = "resumed";
        act(t, KUBE_PATCH_MERGE, pause_patch(false), NULL, changed);
    } else {
        step_fail_text(s->call,
                       "k8sRollout knows the actions status, undo, restart, pause and resume, not '%s'",
                       action);
    }
}

enum call_status step_k8s_rollout(struct step_call *c, struct value *out)
{
    return start(c, begin_rollout, out);
}

/* ---- k8sScale */

static void begin_scale(struct cluster_step *s)
{
    struct rollout *t = (struct rollout *)s;
    int64_t replicas = step_int(s->call, "replicas", -1);
    if (!cluster_object(s, &t->object, true))
        return;
    if (replicas < 0) {
        step_fail_text(s->call, "k8sScale needs replicas: a number of pods");
        return;
    }
    t->done = "scaled";
    act(t, KUBE_PATCH_MERGE, json_pack("{s:{s:I}}", "spec", "replicas", (json_int_t)replicas), "scale",
        read_again);
}

enum call_status step_k8s_scale(struct step_call *c, struct value *out)
{
    return start(c, begin_scale, out);
}

/* ---- k8sSetImage */

/* Where the kind keeps its containers. */
static const char *template_of(const char *kind)
{
    return str_eq(kind, "Pod")       ? "spec"
           : str_eq(kind, "CronJob") ? "spec.jobTemplate.spec.template.spec"
                                     : "spec.template.spec";
}

static bool has_container(const json_t *spec, const char *list, const char *name)
{
    size_t i;
    json_t *container;
    json_array_foreach(json_object_get(spec, list), i, container)
    {
        if (field_is(container, "name", name))
            return true;
    }
    return false;
}

static void add_image(json_t *change, const char *list, const char *name, const char *image)
{
    json_t *containers = json_object_get(change, list);
    if (!containers)
        json_object_set_new(change, list, containers = json_array());
    json_array_append_new(containers, json_pack("{s:s,s:s}", "name", name, "image", image));
}

/* A strategic patch adds a container that is not there, which is never meant. */
static int set_image(const json_t *spec, json_t *change, const char *name, const char *image,
                     struct error *err)
{
    static const char *const lists[] = {"containers", "initContainers"};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (has_container(spec, lists[i], name)) {
            add_image(change, lists[i], name, image);
            return 0;
        }
    return error_set(err, ERROR_INVALID, "there is no container '%s'", name);
}

static int set_one(struct step_call *c, const json_t *spec, json_t *change, struct error *err)
{
    const char *name = step_str(c, "container", ""), *image = step_str(c, "image", "");
    const json_t *containers = json_object_get(spec, "containers");
    if (!*image)
        return error_set(err, ERROR_INVALID, "k8sSetImage needs image, or images: [container: 'image']");
    if (!*name && json_array_size(containers) != 1)
        return error_set(err, ERROR_INVALID, "there are %zu containers: name one by container",
                         json_array_size(containers));
    return set_image(spec, change, *name ? name : field_text(json_array_get(containers, 0), "name"), image,
                     err);
}

static int set_all(struct step_call *c, const json_t *spec, json_t *change, struct error *err)
{
    struct value images = step_arg(c, "images");
    struct map_slot *slot;
    int rc = 0;
    if (!value_is(images, OBJ_MAP))
        return set_one(c, spec, change, err);
    for (size_t i = 0; rc == 0 && map_next(AS_MAP(images), &i, &slot);) {
        struct value key = NULL_VALUE, value = NULL_VALUE;
        rc = set_image(spec, change, value_text(c->fiber, slot->key, &key),
                       value_text(c->fiber, slot->value, &value), err);
        value_release(key);
        value_release(value);
    }
    return rc;
}

/* {"spec": {"template": {"spec": change}}}; takes change. */
static json_t *wrap(const char *path, json_t *change)
{
    const char *dot = strchr(path, '.');
    _cleanup_free_ char *key = dot ? xstrndup(path, (size_t)(dot - path)) : xstrdup(path);
    return json_pack("{s:o}", key, dot ? wrap(dot + 1, change) : change);
}

static void set_images(struct cluster_step *s, const struct kube_result *r)
{
    struct rollout *t = (struct rollout *)s;
    _cleanup_(error_release) struct error err = {0};
    const char *path = template_of(r->resource->kind);
    json_t *change = json_object();
    if (set_all(s->call, field_at(r->end.json, path), change, &err) < 0) {
        json_decref(change);
        error_wrap(&err, "%s %s", r->resource->kind, r->name);
        cluster_fail(s, &err);
        return;
    }
    t->done = "image updated";
    act(t, KUBE_PATCH_STRATEGIC, wrap(path, change), NULL, changed);
}

static void begin_set_image(struct cluster_step *s)
{
    struct rollout *t = (struct rollout *)s;
    if (cluster_object(s, &t->object, true))
        act(t, KUBE_GET, NULL, NULL, set_images);
}

enum call_status step_k8s_set_image(struct step_call *c, struct value *out)
{
    return start(c, begin_set_image, out);
}
