/* One request for the list, then one for each pod, in turn: there are few. */
#include "agents/kube/pod_sweep.h"
#include "agents/kube/pod_name.h"
#include "agents/kube/pod_spec.h"
#include "base/util.h"

struct pod_sweep {
    struct kube *kube;
    struct pod_sweep_callbacks cb;
    void *data;
    char *path; /* of the namespace's pods */
    bool dry_run;
    json_t *pods; /* the last ones first */
    struct error failure;
};

void pod_sweep_free(struct pod_sweep *s)
{
    json_decref(s->pods);
    error_release(&s->failure);
    free(s->path);
    free(s);
}

static void sweep_end(struct pod_sweep *s)
{
    s->cb.done(s->data, s->failure.message ? &s->failure : NULL);
    pod_sweep_free(s);
}

static void next_pod(struct pod_sweep *s);

static void deleted(void *data, const struct kube_end *end)
{
    struct pod_sweep *s = data;
    if (end->err && end->status != 404 && !s->failure.message)
        error_set(&s->failure, end->err->kind, "%s", end->err->message);
    next_pod(s);
}

static void delete_pod(struct pod_sweep *s, const char *name)
{
    _cleanup_free_ char *path = xasprintf("%s/%s?gracePeriodSeconds=0", s->path, name);
    struct kube_request r = {.method = "DELETE", .path = path};
    kube_send(s->kube, &r, deleted, s);
}

static void next_pod(struct pod_sweep *s)
{
    for (size_t n; (n = json_array_size(s->pods)) > 0;) {
        json_t *pod = json_incref(json_array_get(s->pods, n - 1));
        _cleanup_free_ char *name =
            xstrdup(json_string_value(json_object_get(json_object_get(pod, "metadata"), "name")));
        json_array_remove(s->pods, n - 1);
        json_decref(pod);
        if (!name)
            continue;
        s->cb.found(s->data, name);
        if (s->dry_run)
            continue;
        delete_pod(s, name);
        return;
    }
    sweep_end(s);
}

static void listed(void *data, const struct kube_end *end)
{
    struct pod_sweep *s = data;
    json_t *items = json_object_get(end->json, "items");
    if (end->err && end->status != 404) /* a namespace that is gone took its pods along */
        error_set(&s->failure, end->err->kind, "%s", end->err->message);
    s->pods = json_is_array(items) && !end->err ? json_copy(items) : json_array();
    next_pod(s);
}

struct pod_sweep *pod_sweep_start(struct kube *k, const struct pod_sweep_options *o,
                                  const struct pod_sweep_callbacks *cb, void *data)
{
    struct pod_sweep *s = xcalloc(1, sizeof(*s));
    _cleanup_free_ char *home = pod_label_digest(o->home), *build = pod_label_digest(o->build);
    _cleanup_(buf_release) struct buf path = {0};
    *s = (struct pod_sweep){.kube = k, .cb = *cb, .data = data, .dry_run = o->dry_run};
    buf_addstr(&path, "/api/v1/namespaces/");
    kube_escape(&path, o->space);
    buf_addstr(&path, "/pods");
    s->path = xstrdup(path.data);
    buf_printf(&path, "?labelSelector=" POD_LABEL_HOME "%%3D%s,", home);
    buf_printf(&path, POD_LABEL_BUILD "%%3D%s", build);
    struct kube_request r = {.path = path.data};
    kube_send(k, &r, listed, s);
    return s;
}
