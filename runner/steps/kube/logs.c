/* k8sLogs: the log of a pod's container, or of all in turn, into the build's log or as a text. */
#include "executors/kube/field.h"
#include "runner/steps/kube/cluster.h"
#include "runner/steps/rows.h"
#include <string.h>

struct logs {
    struct cluster_step step;
    struct kube_call *request;
    struct buf text; /* all of it, or the line that has no end yet */
    char *pod;       /* the path of its log */
    char **names;    /* of containers, NULL-terminated */
    size_t next;
    bool keep;
};

static void logs_release(struct cluster_step *s)
{
    struct logs *l = (struct logs *)s;
    if (l->request)
        kube_cancel(l->request);
    buf_release(&l->text);
    free(l->pod);
    if (l->names)
        env_block_free(l->names);
}

static void piece(void *data, const char *bytes, size_t n)
{
    struct logs *l = data;
    buf_add(&l->text, bytes, n);
    size_t done = 0;
    for (char *end; !l->keep && (end = memchr(l->text.data + done, '\n', l->text.len - done));) {
        step_log(l->step.call, "%.*s", (int)(end - l->text.data - (long)done), l->text.data + done);
        done = (size_t)(end - l->text.data) + 1;
    }
    memmove(l->text.data, l->text.data + done, l->text.len - done + 1);
    l->text.len -= done;
}

static void read_next(struct logs *l);

static void ended(void *data, const struct kube_end *end)
{
    struct logs *l = data;
    l->request = NULL;
    if (end->err) {
        cluster_fail(&l->step, end->err);
        return;
    }
    if (!l->keep && l->text.len) {
        step_log(l->step.call, "%s", l->text.data);
        buf_clear(&l->text);
    }
    if (l->names[l->next])
        read_next(l);
    else
        step_done(l->step.call, l->keep ? string_from(l->text.data ? l->text.data : "") : NULL_VALUE);
}

static void read_next(struct logs *l)
{
    static const char *const numbers[] = {"tailLines", "sinceSeconds"}, *const flags[] = {"previous",
                                                                                          "timestamps"};
    struct step_call *c = l->step.call;
    _cleanup_(buf_release) struct buf path = {0};
    buf_printf(&path, "%s?container=", l->pod);
    kube_escape(&path, l->names[l->next++]);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (step_has(c, numbers[i]))
            buf_printf(&path, "&%s=%lld", numbers[i], (long long)step_int(c, numbers[i], 0));
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (step_bool(c, flags[i], false))
            buf_printf(&path, "&%s=true", flags[i]);
    struct kube_request r = {.path = path.data, .accept = "*/*", .piece = piece};
    l->request = kube_send(l->step.kube, &r, ended, l);
}

/* In the order that they start in. */
static char **all_containers(const json_t *pod)
{
    static const char *const lists[] = {"spec.initContainers", "spec.containers"};
    VEC(char *) names = {0};
    size_t i;
    json_t *container;
    for (size_t k = 0; k < ARRAY_LEN(lists); k++)
        json_array_foreach(field_at(pod, lists[k]), i, container)
            vec_push(&names, xstrdup(field_text(container, "name")));
    vec_push(&names, NULL);
    return names.items;
}

static void read_log(struct cluster_step *s, const json_t *pod)
{
    struct logs *l = (struct logs *)s;
    _cleanup_(buf_release) struct buf path = {0};
    buf_addstr(&path, "/api/v1/namespaces/");
    kube_escape(&path, object_namespace(pod));
    buf_addstr(&path, "/pods/");
    kube_escape(&path, object_name(pod));
    buf_addstr(&path, "/log");
    l->pod = buf_steal(&path);
    if (step_bool(s->call, "allContainers", false)) {
        l->names = all_containers(pod);
    } else {
        l->names = xcalloc(2, sizeof(*l->names));
        l->names[0] = xstrdup(cluster_container(s, pod));
    }
    read_next(l);
}

static void begin(struct cluster_step *s)
{
    struct cluster_object o;
    if (cluster_object(s, &o, true))
        cluster_pod(s, &o, read_log);
}

enum call_status step_k8s_logs(struct step_call *c, struct value *out)
{
    struct logs *l = xcalloc(1, sizeof(*l));
    l->keep = step_bool(c, "returnText", false);
    return cluster_start(c, &l->step, begin, logs_release, out);
}
