/* See pod_node.h. The way to a lease: the pod runs, its helper has made the workspace, and the environment of
 * the container where steps run is known. */
#include "agents/far.h"
#include "agents/kube/pod_merge.h"
#include "agents/kube/pod_name.h"
#include "agents/kube/pod_parts.h"
#include "agents/kube/pod_print.h"
#include "runner/engine/causes.h"
#include "runner/engine/pod_config.h"
#include "runner/engine/pod_node_parts.h"
#include <string.h>

enum { END_MS = 30000, INSTALL_TRIES = 100, INSTALL_MS = 150, CONNECT_S = 1000, IDLE_MAX = 1 << 30 };

struct run_pods *run_pods_of(struct run *run)
{
    struct run_pods *all = run->extra[EXTRA_PODS];
    if (all)
        return all;
    all = run->extra[EXTRA_PODS] = xcalloc(1, sizeof(*all));
    all->idle = (struct idle_pods){.loop = run->loop, .expired = pod_reuse_expired};
    return all;
}

/* ---- the end */

static void forget(struct pod_node *n)
{
    struct pod_node **at = &run_pods_of(n->run)->first;
    while (*at && *at != n)
        at = &(*at)->next;
    if (*at)
        *at = n->next;
}

static void node_free(struct pod_node *n)
{
    for (struct place *p = n->places, *next; p; p = next) {
        next = p->next;
        pod_launcher_release(&p->launcher);
        buf_release(&p->env_text);
        free(p->env);
        free(p->container);
        free(p);
    }
    if (n->helper.launcher.ops)
        pod_launcher_release(&n->helper);
    loop_timer_stop(n->run->loop, &n->again);
    buf_release(&n->complaint);
    pod_spec_release(&n->spec);
    error_release(&n->failure);
    free((char *)(uintptr_t)n->kind.label);
    json_decref((json_t *)(uintptr_t)n->kind.template);
    free(n->name);
    free(n->template_name);
    free(n->workspace);
    free(n);
}

/* Whoever still holds it frees it. */
static void node_over(struct pod_node *n)
{
    forget(n);
    n->over = true;
    n->pod = NULL;
    if (!n->refs)
        node_free(n);
}

static void pod_ended(void *data, const struct error *err)
{
    struct pod_node *n = data;
    if (err)
        run_notice(n->run, "pod %s could not be deleted: %s", n->name, err->message);
    run_pods_of(n->run)->failed |= err != NULL;
    node_over(n);
}

static void session_ended(void *data)
{
    struct pod_node *n = data;
    bool keep = n->keep || (n->keep_failed && (pod_lost_reason(n->pod) || !n->begun));
    if (n->agent)
        n->agent->ops->free(n->agent);
    n->agent = NULL;
    pod_end(n->pod, keep, pod_ended, n);
}

void pod_node_end(struct pod_node *n)
{
    if (n->ending)
        return;
    n->ending = true;
    n->cb = (struct pod_node_callbacks){0};
    pod_reuse_stop(n);
    loop_timer_stop(n->run->loop, &n->again);
    if (!n->pod)
        node_over(n);
    else if (n->agent)
        far_agent_end(n->agent, session_ended, n);
    else
        session_ended(n);
}

struct pod_node *pod_node_ref(struct pod_node *n)
{
    n->refs++;
    return n;
}

void pod_node_unref(struct pod_node *n)
{
    if (!n || --n->refs)
        return;
    if (n->over)
        node_free(n);
    else if (!pod_node_rests(n))
        pod_node_end(n);
}

void pod_node_cancel(struct pod_node *n)
{
    n->cb = (struct pod_node_callbacks){0};
    pod_node_unref(n);
}

void pod_node_fail(struct pod_node *n, enum error_kind kind, const char *message)
{
    struct pod_node_callbacks cb = n->cb;
    void *of_callee = n->data;
    struct error err = {0};
    n->cb = (struct pod_node_callbacks){0};
    error_set(&err, kind, "%s", message);
    pod_node_unref(n);
    if (cb.ready)
        cb.ready(of_callee, NULL, &err);
    error_release(&err);
}

/* ---- commands of our own, before steps have any */

static void heard(void *data, int stream, const char *bytes, size_t n)
{
    buf_add(&((struct pod_node *)data)->complaint, bytes, n);
}

static void entered_main(void *data, struct agent *agent, const char *const *env, const struct error *err);

static void made_workspace(void *data, const struct launch_end *end);

/* With the helper's mask, so that every container's user may work in it. */
static void make_workspace(struct pod_node *n)
{
    static const struct launch_callbacks callbacks = {.output = heard, .done = made_workspace};
    _cleanup_free_ char *tmp = xasprintf("%s@tmp", n->workspace);
    const char *argv[] = {"mkdir", "-p", n->workspace, tmp, NULL};
    struct launch what = {.argv = argv, .split = true};
    _cleanup_(error_release) struct error err = {0};
    buf_clear(&n->complaint);
    n->making = n->helper.launcher.ops->start(&n->helper.launcher, &what, &callbacks, n, &err);
}

static void make_again(struct loop_timer *t)
{
    make_workspace(t->data);
}

/* The program may not yet be where the container's first process puts it. */
static void made_workspace(void *data, const struct launch_end *end)
{
    struct pod_node *n = data;
    n->making = NULL;
    if (n->ending)
        return;
    const char *lost = pod_lost_reason(n->pod);
    if (!end->err && end->status == 0) {
        pod_node_enter(n, NULL, entered_main, n);
    } else if (++n->tries < INSTALL_TRIES && !lost) {
        loop_timer_start(n->run->loop, &n->again, INSTALL_MS);
    } else {
        _cleanup_free_ char *text =
            xasprintf("Pod [%s/%s]: its helper does not work: %s", pod_space(n->pod), pod_name(n->pod),
                      lost               ? lost
                      : end->err         ? end->err->message
                      : n->complaint.len ? n->complaint.data
                                         : "no answer");
        pod_node_fail(n, lost ? ERROR_LOST : ERROR_REMOTE, text);
    }
}

/* ---- containers */

struct pod_entry {
    struct pod_node *node; /* counted */
    struct place *place;
    pod_entered_fn *fn;
    void *data;
    struct launched *asking;
    struct buf text, complaint;
    struct loop_task soon;
    struct error failure;
};

static json_t *container_list(const struct pod_node *n)
{
    return json_object_get(json_object_get(n->spec.pod, "spec"), "containers");
}

bool pod_node_has(const struct pod_node *n, const char *container)
{
    return pod_named(container_list(n), "name", container) != NULL;
}

char *pod_node_containers(const struct pod_node *n)
{
    struct buf out = {0};
    size_t i;
    json_t *container;
    json_array_foreach(container_list(n), i, container)
        buf_printf(&out, "%s%s", i ? ", " : "", json_string_value(json_object_get(container, "name")));
    return buf_steal(&out);
}

static struct place *place_of(struct pod_node *n, const char *container)
{
    struct place *p = n->places;
    while (p && !str_eq(p->container, container))
        p = p->next;
    if (p)
        return p;
    p = xcalloc(1, sizeof(*p));
    *p = (struct place){.next = n->places, .container = xstrdup(container)};
    pod_launcher_init(&p->launcher, n->pod, p->container, false);
    pod_launcher_moves(&p->launcher, pod_spec_workdir(n->spec.pod, n->spec.main),
                       pod_spec_workdir(n->spec.pod, container));
    n->places = p;
    return p;
}

static void entry_free(struct pod_entry *e)
{
    loop_defer_cancel(e->node->run->loop, &e->soon);
    buf_release(&e->text);
    buf_release(&e->complaint);
    error_release(&e->failure);
    pod_node_unref(e->node);
    free(e);
}

static void entry_end(struct loop_task *t)
{
    struct pod_entry *e = t->data;
    struct pod_node *n = e->node;
    if (e->failure.message) {
        e->fn(e->data, NULL, NULL, &e->failure);
    } else {
        if (!n->agent) {
            struct far_options o = {.kind = "kubernetes",
                                    .name = n->name,
                                    .commands = &e->place->launcher.launcher,
                                    .helper = {&n->helper.launcher, "gmrun-worker"}};
            n->agent = far_agent_new(&o);
        }
        e->fn(e->data, far_agent_beside(n->agent, &e->place->launcher.launcher), e->place->env, NULL);
    }
    entry_free(e);
}

static void env_text(void *data, int stream, const char *bytes, size_t n)
{
    struct pod_entry *e = data;
    buf_add(stream == 1 ? &e->text : &e->complaint, bytes, n);
}

static void env_known(void *data, const struct launch_end *end)
{
    struct pod_entry *e = data;
    struct place *p = e->place;
    VEC(const char *) env = {0};
    e->asking = NULL;
    if (!e->fn) { /* cancelled */
        entry_free(e);
        return;
    }
    if (end->err || end->status) {
        bool lost = pod_lost_reason(e->node->pod);
        error_set(&e->failure, lost ? ERROR_LOST : ERROR_REMOTE, "container %s: %s", p->container,
                  end->err           ? end->err->message
                  : e->complaint.len ? e->complaint.data
                                     : "gmrun-pod does not run there");
    } else if (!p->env) {
        buf_release(&p->env_text);
        p->env_text = e->text;
        e->text = (struct buf){0};
        for (char *at = p->env_text.data, *stop = at + p->env_text.len; at < stop; at += strlen(at) + 1)
            if (strchr(at, '=') && *at != '=')
                vec_push(&env, at);
        vec_push(&env, NULL);
        p->env = env.items;
    }
    entry_end(&e->soon);
}

static void ask_env(struct pod_entry *e)
{
    static const struct launch_callbacks callbacks = {.output = env_text, .done = env_known};
    static const char *const argv[] = {POD_PROGRAM, "env", NULL};
    struct launch what = {.argv = argv, .split = true};
    struct launcher *l = &e->place->launcher.launcher;
    e->asking = l->ops->start(l, &what, &callbacks, e, &e->failure);
}

struct pod_entry *pod_node_enter(struct pod_node *n, const char *container, pod_entered_fn *fn, void *data)
{
    struct pod_entry *e = xcalloc(1, sizeof(*e));
    const char *name = container ? container : n->spec.main;
    *e = (struct pod_entry){.node = pod_node_ref(n), .fn = fn, .data = data};
    e->soon = (struct loop_task){.fn = entry_end, .data = e};
    e->place = pod_node_has(n, name) ? place_of(n, name) : NULL;
    if (!e->place) {
        _cleanup_free_ char *known = pod_node_containers(n);
        error_set(&e->failure, ERROR_INVALID, "container [%s] does not exist in pod [%s]; it has: %s", name,
                  n->name, known);
    } else if (!e->place->env && !pod_lost_reason(n->pod)) {
        ask_env(e);
        return e;
    } else if (pod_lost_reason(n->pod)) {
        error_set(&e->failure, ERROR_LOST, "%s", pod_lost_reason(n->pod));
    }
    loop_defer(n->run->loop, &e->soon);
    return e;
}

void pod_entry_cancel(struct pod_entry *e)
{
    e->fn = NULL;
    if (e->asking)
        e->place->launcher.launcher.ops->kill(&e->place->launcher.launcher, e->asking, 0);
    else
        entry_free(e);
}

/* ---- the beginning */

static void show_pod(struct pod_node *n)
{
    _cleanup_(buf_release) struct buf text = {0};
    buf_printf(&text, "Agent %s is provisioned from template %s\n", n->name, n->template_name);
    if (n->shown)
        pod_print(n->spec.pod, &text);
    char *rest = text.data;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && rest;)
        if (n->cb.log)
            n->cb.log(n->data, line);
}

void pod_node_give(struct pod_node *n)
{
    struct pod_node_callbacks cb = n->cb;
    n->cb = (struct pod_node_callbacks){0};
    n->used = cb.ready != NULL;
    if (cb.ready)
        cb.ready(n->data, n, NULL);
}

static void entered_main(void *data, struct agent *agent, const char *const *env, const struct error *err)
{
    struct pod_node *n = data;
    if (err) {
        pod_node_fail(n, err->kind, err->message);
        return;
    }
    agent->ops->free(agent); /* whoever takes the node enters it again; now that is quick */
    n->begun = true;
    show_pod(n);
    pod_node_give(n);
}

static void pod_ready(void *data, const struct error *err)
{
    struct pod_node *n = data;
    if (err) {
        pod_node_fail(n, err->kind, err->message);
        return;
    }
    n->crowded = false;
    pod_launcher_init(&n->helper, n->pod, n->spec.helper, true);
    make_workspace(n);
}

static void pod_lost(void *data, const struct error *err)
{
    struct pod_node *n = data;
    run_notice(n->run, "%s", err->message);
    pod_launcher_lost(&n->helper);
    for (struct place *p = n->places; p; p = p->next)
        pod_launcher_lost(&p->launcher);
    if (n->idle.set)
        pod_node_end(n);
}

static void pod_log(void *data, const char *line)
{
    struct pod_node *n = data;
    if (n->cb.log)
        n->cb.log(n->data, line);
}

/* Others of this build end some time; those that are idle, at once. */
static enum pod_room find_room(void *data)
{
    struct pod_node *n = data;
    n->crowded = true;
    if (pod_node_displaces(n))
        return POD_ROOM_MADE;
    for (struct pod_node *other = run_pods_of(n->run)->first; other; other = other->next)
        if (other != n && other->begun && other->kind.cluster == n->kind.cluster)
            return POD_ROOM_LATER;
    return POD_ROOM_NONE;
}

static void refuse(struct loop_timer *t)
{
    struct pod_node *n = t->data;
    pod_node_fail(n, n->failure.kind, n->failure.message);
}

static void refuse_soon(struct pod_node *n)
{
    n->again.fn = refuse;
    loop_timer_start(n->run->loop, &n->again, 0);
}

void pod_node_fail_soon(struct pod_node *n, enum error_kind kind, const char *message)
{
    error_set(&n->failure, kind, "%s", message);
    refuse_soon(n);
}

static void retention(struct pod_node *n, const json_t *template)
{
    const json_t *given = json_object_get(template, "podRetention");
    const char *class = json_string_value(given) ? json_string_value(given)
                                                 : json_string_value(json_object_get(given, "$class")),
               *dot = class ? strrchr(class, '.') : NULL;
    class = dot ? dot + 1 : class;
    n->keep = str_eq(class, "always") || str_eq(class, "Always");
    n->keep_failed = str_eq(class, "onFailure") || str_eq(class, "OnFailure");
}

/* Which requests it may serve, and how long it waits for them. */
static void settle_kind(struct pod_node *n, const struct pod_wish *wish, const struct kube *kube)
{
    json_int_t minutes = pod_int(wish->template, "idleMinutes");
    n->kind = (struct pod_kind){xstrdup(wish->label), json_incref((json_t *)(uintptr_t)wish->template), kube};
    if (minutes > 0)
        n->idle_ms = (minutes < IDLE_MAX ? minutes : IDLE_MAX) * 60000;
}

static int build_spec(struct pod_node *n, const struct pod_wish *wish)
{
    struct run *run = n->run;
    _cleanup_free_ char *space = pod_text(wish->template, "namespace"),
                        *build = xasprintf("%s/%d", run->record.job, run->record.number),
                        *job = job_url(run->record.job), *url = xasprintf("%s%d/", job, run->record.number);
    n->name = pod_name_of(wish->name);
    struct pod_identity id = {.name = n->name,
                              .namespace = space,
                              .label = wish->label,
                              .home = run->home.dir,
                              .build = build,
                              .job = url,
                              .kept = n->keep,
                              .agent_image = run_agent_image(run)};
    return pod_spec_build(wish->template, &id, &n->spec, &n->failure);
}

static void start_pod(struct pod_node *n, const struct pod_wish *wish, struct kube *kube)
{
    static const struct pod_callbacks callbacks = {pod_log, pod_ready, pod_lost, find_room};
    json_int_t patience = pod_int(wish->template, "slaveConnectTimeout");
    struct pod_options o = {.kube = kube,
                            .spec = &n->spec,
                            .cloud = wish->cloud,
                            .connect_timeout_s = patience > 0 ? (int)patience : CONNECT_S};
    size_t i;
    json_t *text;
    json_array_foreach(n->spec.notices, i, text) pod_log(n, json_string_value(text));
    n->pod = pod_start(&o, &callbacks, n);
    n->workspace =
        xasprintf("%s/workspace/%s", pod_spec_workdir(n->spec.pod, n->spec.main), n->run->record.job);
    pod_note_add(n->run, &run_pods_of(n->run)->note, run_kube_note(n->run, kube, pod_space(n->pod)));
}

struct pod_node *pod_node_begin(struct run *run, const struct pod_wish *wish,
                                const struct pod_node_callbacks *cb, void *data)
{
    struct pod_node *n = xcalloc(1, sizeof(*n));
    *n = (struct pod_node){.refs = 1, .run = run, .cb = *cb, .data = data, .next = run_pods_of(run)->first};
    run_pods_of(run)->first = n;
    n->template_name = xstrdup(wish->name);
    n->shown = !json_object_get(wish->template, "showRawYaml") || pod_flag(wish->template, "showRawYaml");
    n->again = (struct loop_timer){.fn = make_again, .data = n};
    retention(n, wish->template);
    struct kube *kube = build_spec(n, wish) == 0 ? run_kube(run, NULL, &wish->cluster, &n->failure) : NULL;
    settle_kind(n, wish, kube);
    if (kube) {
        start_pod(n, wish, kube);
        return n;
    }
    refuse_soon(n);
    return n;
}

/* ---- what is asked of one */

const char *pod_node_name(const struct pod_node *n)
{
    return n->name;
}

const char *pod_node_workspace(const struct pod_node *n)
{
    return n->workspace;
}

char *pod_node_path(const struct pod_node *n, const char *dir)
{
    const char *root = pod_spec_workdir(n->spec.pod, n->spec.main);
    return *dir == '/' ? xstrdup(dir) : xasprintf("%s/%s", root, dir);
}

struct kube *pod_node_locate(const struct pod_node *n, struct buf *path)
{
    buf_addstr(path, "/api/v1/namespaces/");
    kube_escape(path, pod_space(n->pod));
    buf_printf(path, "/pods/%s", n->name);
    return pod_kube(n->pod);
}

const char *pod_node_lost(const struct pod_node *n)
{
    return n->pod ? pod_lost_reason(n->pod) : NULL;
}

const char *pod_node_lost_cause(const struct pod_node *n)
{
    return n->pod ? pod_lost_cause(n->pod) : NULL;
}

/* ---- the end of the build */

static void no_patience(struct loop_timer *t)
{
    *(bool *)t->data = true;
}

void run_pods_end(struct run *run)
{
    struct run_pods *all = run->extra[EXTRA_PODS];
    bool over = false;
    struct loop_timer patience = {.fn = no_patience, .data = &over};
    if (!all || !all->first)
        return;
    for (struct pod_node *n = all->first, *next; n; n = next) {
        next = n->next;
        pod_node_end(n);
    }
    loop_timer_start(run->loop, &patience, END_MS);
    while (all->first && !over && loop_run_once(run->loop, -1, NULL) >= 0)
        ;
    loop_timer_stop(run->loop, &patience);
}

void run_pods_free(struct run *run)
{
    struct run_pods *all = run->extra[EXTRA_PODS];
    if (!all)
        return;
    pod_note_release(&all->note, all->first || all->failed);
    free(all);
    run->extra[EXTRA_PODS] = NULL;
}
