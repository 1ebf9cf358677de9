/* See pod_check.h. */
#include "agents/kube/pod_check.h"
#include "agents/kube/pod_state.h"
#include "base/util.h"

enum { ANSWER_MS = 15000 };

struct pod_check {
    struct kube_call *call;
    char *what; /* "Pod ci/maven-x7d2k" */
    pod_checked_fn *done;
    void *data;
};

static void check_free(struct pod_check *c)
{
    free(c->what);
    free(c);
}

static void judge(const struct pod_check *c, const json_t *pod, struct error *err)
{
    _cleanup_(buf_release) struct buf why = {0};
    if (!pod)
        error_set(err, ERROR_LOST, "%s was deleted", c->what);
    else if (!pod_state_is_usable(pod, &why))
        error_set(err, ERROR_LOST, "%s %s", c->what, why.data);
}

static void answered(void *data, const struct kube_end *end)
{
    struct pod_check *c = data;
    _cleanup_(error_release) struct error err = {0};
    if (end->err)
        error_set(&err, end->err->kind, "%s: %s", c->what, end->err->message);
    else
        judge(c, json_array_get(json_object_get(end->json, "items"), 0), &err);
    c->done(c->data, err.message ? &err : NULL);
    check_free(c);
}

struct pod_check *pod_check_start(const struct pod *p, pod_checked_fn *done, void *data)
{
    struct pod_check *c = xcalloc(1, sizeof(*c));
    _cleanup_(buf_release) struct buf path = {0};
    *c = (struct pod_check){.done = done, .data = data};
    c->what = xasprintf("Pod %s/%s", pod_space(p), pod_name(p));
    buf_addstr(&path, "/api/v1/namespaces/");
    kube_escape(&path, pod_space(p));
    buf_printf(&path, "/pods?fieldSelector=metadata.name%%3D%s", pod_name(p));
    struct kube_request r = {.path = path.data, .timeout_ms = ANSWER_MS};
    c->call = kube_send(pod_kube(p), &r, answered, c);
    return c;
}

void pod_check_cancel(struct pod_check *c)
{
    kube_cancel(c->call);
    check_free(c);
}
