/* containerLog [kubernetes-plugin: ContainerLogStepExecution]. */
#include "agents/kube/client.h"
#include "base/buf.h"
#include "runner/engine/node.h"
#include "runner/engine/pod_node.h"
#include "runner/steps/rows.h"

struct reading {
    struct step_call *call;
    struct kube *kube;
    struct kube_call *request;
    struct lease *lease;
    struct buf text;
};

static void reading_free(void *data)
{
    struct reading *r = data;
    if (r->request)
        kube_cancel(r->request);
    buf_release(&r->text);
    lease_unref(r->lease);
    free(r);
}

static void piece(void *data, const char *bytes, size_t n)
{
    buf_add(&((struct reading *)data)->text, bytes, n);
}

static void show(struct step_call *c, const struct buf *text)
{
    const char *pod = pod_node_name(((struct reading *)c->state)->lease->pod),
               *name = step_str(c, "name", "");
    step_log(c, "> start log of container '%s' in pod '%s'", name, pod);
    if (text->len)
        step_log(c, "%.*s", (int)(text->len - (text->data[text->len - 1] == '\n')), text->data);
    step_log(c, "> end log of container '%s' in pod '%s'", name, pod);
}

static void done(void *data, const struct kube_end *end)
{
    struct reading *r = data;
    struct step_call *c = r->call;
    r->request = NULL;
    if (end->err) {
        step_fail_text(c, "%s", end->err->message);
        return;
    }
    if (step_bool(c, "returnLog", false)) {
        step_done(c, string_new(r->text.data ? r->text.data : "", r->text.len));
        return;
    }
    show(c, &r->text);
    step_done(c, NULL_VALUE);
}

static void cancel(struct step_call *c)
{
    struct reading *r = c->state;
    kube_cancel(r->request);
    r->request = NULL;
    step_done(c, NULL_VALUE);
}

static void query(struct step_call *c, struct buf *path)
{
    static const char *const numbers[][2] = {
        {"tailingLines", "tailLines"}, {"sinceSeconds", "sinceSeconds"}, {"limitBytes", "limitBytes"}};
    buf_addstr(path, "/log?container=");
    kube_escape(path, step_str(c, "name", ""));
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (step_int(c, numbers[i][0], 0) > 0)
            buf_printf(path, "&%s=%lld", numbers[i][1], (long long)step_int(c, numbers[i][0], 0));
}

enum call_status step_container_log(struct step_call *c, struct value *out)
{
    struct lease *lease = scope_lease(c->branch->scope);
    _cleanup_(buf_release) struct buf path = {0};
    if (!lease->pod)
        return step_abort(
            c, "containerLog needs the pod of a Kubernetes agent; the agent here has no containers");
    struct reading *r = xcalloc(1, sizeof(*r));
    *r = (struct reading){.call = c, .lease = lease_ref(lease)};
    c->state = r;
    c->state_release = reading_free;
    r->kube = pod_node_locate(lease->pod, &path);
    query(c, &path);
    struct kube_request ask = {.path = path.data, .piece = piece};
    r->request = kube_send(r->kube, &ask, done, r);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}
