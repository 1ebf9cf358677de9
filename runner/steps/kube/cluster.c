#include "runner/steps/kube/cluster.h"
#include "base/buf.h"
#include "runner/engine/kube.h"
#include "runner/lib/json.h"
#include "runner/steps/kube/ssh_config.h"
#include "runner/steps/report/described.h"
#include "runner/steps/workspace.h"
#include <stdarg.h>
#include <string.h>

/* ---- which cluster */

static const char *text_of(struct step_call *c, struct map *m, const char *key)
{
    const char *text = described_str(c, m, key, "");
    return *text ? text : NULL;
}

/* textCredentials [kubernetes-cd: TextCredentials]: the parts of a kubeconfig, as a kubeconfig. */
static struct kube *by_text(struct step_call *c, struct map *m, struct error *err)
{
    json_t *cluster = json_pack("{s:s?,s:s?}", "server", text_of(c, m, "serverUrl"),
                                "certificate-authority-data", text_of(c, m, "certificateAuthorityData"));
    json_t *user = json_pack("{s:s?,s:s?}", "client-certificate-data", text_of(c, m, "clientCertificateData"),
                             "client-key-data", text_of(c, m, "clientKeyData"));
    json_t *config = json_pack("{s:s,s:s,s:[{s:s,s:o}],s:[{s:s,s:o}],s:[{s:s,s:{s:s,s:s}}],s:s}",
                               "apiVersion", "v1", "kind", "Config", "clusters", "name", "c", "cluster",
                               cluster, "users", "name", "c", "user", user, "contexts", "name", "c",
                               "context", "cluster", "c", "user", "c", "current-context", "c");
    char *text = json_dumps(config, 0);
    json_decref(config);
    struct kube_wanted w = {.text = text};
    struct kube *k = run_kube(c->run, c->branch->scope, &w, err);
    explicit_bzero(text, strlen(text));
    free(text);
    return k;
}

/* The file that is given, or of a far node the one that its environment names: a copy of that. Owned, NULL:
 * none. */
static char *config_file(struct step_call *c, const char *path, bool ask, struct error *err)
{
    _cleanup_free_ char *set =
        ask && !path && ws_far(c) ? run_getenv(c->run, c->branch->scope, "KUBECONFIG") : NULL;
    if (!path && (!set || !*set || strchr(set, ':')))
        return NULL;
    _cleanup_free_ char *there = path ? step_path(c, path) : xstrdup(set);
    return ws_local_file(c, there, err);
}

struct kube *cluster_find(struct step_call *c, struct error *err)
{
    struct map *old = described_at(step_arg(c, "kubeConfig"), 0);
    struct map *parts = described_at(step_arg(c, "textCredentials"), 0);
    const char *path = old ? text_of(c, old, "path") : NULL;
    const char *id = step_str(c, "kubeconfigId", ""), *type = step_str(c, "credentialsType", "");
    const char *server = parts ? text_of(c, parts, "serverUrl") : NULL;
    bool by_file = *id || path;
    /* The plugin's snippets name all ways, the unused ones with what their fields begin with. */
    if (server && !str_eq(server, "https://") && (!by_file || str_eq(type, "Text")))
        return by_text(c, parts, err);
    _cleanup_free_ char *file = config_file(c, path, !*id, err);
    if (err->message)
        return NULL;
    struct kube_wanted w = {.credential = id, .file = file, .context = step_str(c, "context", NULL)};
    return run_kube(c->run, c->branch->scope, &w, err);
}

/* ---- by ssh */

static void fetched(void *data, const char *text, const struct error *err)
{
    _cleanup_(error_release) struct error why = {0};
    struct cluster_step *s = data;
    struct step_call *c = s->call;
    struct kube_wanted w = {.text = text, .context = step_str(c, "context", NULL)};
    s->fetch = NULL;
    s->kube = text ? run_kube(c->run, c->branch->scope, &w, &why) : NULL;
    if (s->kube)
        s->begin(s);
    else
        cluster_fail(s, text ? &why : err);
}

/* Whose kubeconfig is to be fetched; NULL: nobody's. Only kubernetesDeploy has the argument. */
static const char *ssh_server(struct step_call *c, struct map *far)
{
    struct map *old = described_at(step_arg(c, "kubeConfig"), 0),
               *parts = described_at(step_arg(c, "textCredentials"), 0);
    const char *host = far ? text_of(c, far, "sshServer") : NULL,
               *server = parts ? text_of(c, parts, "serverUrl") : NULL,
               *type = step_str(c, "credentialsType", "");
    bool by_file = *step_str(c, "kubeconfigId", "") || (old && text_of(c, old, "path")),
         by_text = server && !str_eq(server, "https://");
    return host && ((!by_file && !by_text) || str_eq(type, "SSH")) ? host : NULL;
}

/* ---- life of a step */

static void step_release(void *data)
{
    struct cluster_step *s = data;
    loop_defer_cancel(s->call->run->loop, &s->task);
    if (s->fetch)
        ssh_config_cancel(s->fetch);
    if (s->act)
        kube_act_cancel(s->act);
    if (s->release)
        s->release(s);
    json_decref(s->workload);
    free(s->failure);
    free(s->kind);
    free(s);
}

static void cancel(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

static void begin(struct loop_task *task)
{
    struct cluster_step *s = task->data;
    s->begin(s);
}

static void init(struct step_call *c, struct cluster_step *state, void (*begin_fn)(struct cluster_step *s),
                 void (*release)(struct cluster_step *s))
{
    *state = (struct cluster_step){.call = c, .begin = begin_fn, .release = release};
    state->task = (struct loop_task){.fn = begin, .data = state};
    c->state = state;
    c->state_release = step_release;
}

enum call_status cluster_start(struct step_call *c, struct cluster_step *state,
                               void (*begin_fn)(struct cluster_step *s),
                               void (*release)(struct cluster_step *s), struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct map *far = described_at(step_arg(c, "ssh"), 0);
    const char *server = ssh_server(c, far);
    init(c, state, begin_fn, release);
    if (server)
        state->fetch = ssh_config_fetch(c, server, text_of(c, far, "sshCredentialsId"), fetched, state, &err);
    else
        state->kube = cluster_find(c, &err);
    if (state->fetch) {
        step_on_cancel(c, cancel);
        return CALL_WAIT;
    }
    if (!state->kube && c->run->dry_run) {
        step_log(c, "(dry run) no cluster to ask: %s", err.message);
        return CALL_OK;
    }
    if (!state->kube)
        return err.file ? step_abort(c, "%s:%d: %s", err.file, err.line, err.message)
                        : step_abort(c, "%s", err.message);
    loop_defer(c->run->loop, &state->task);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

void cluster_fail_text(struct cluster_step *s, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    s->failure = buf_steal(&text);
    if (s->before_body)
        step_wake(s->call);
    else
        step_fail_text(s->call, "%s", s->failure);
}

void cluster_fail(struct cluster_step *s, const struct error *err)
{
    if (s->call->run->dry_run) {
        step_log(s->call, "(dry run) %s", err->message);
        step_done(s->call, NULL_VALUE);
    } else if (err->file) {
        cluster_fail_text(s, "%s:%d: %s", err->file, err->line, err->message);
    } else {
        cluster_fail_text(s, "%s", err->message);
    }
}

/* ---- steps with a block */

static enum call_status open_begin(struct step_call *c)
{
    struct cluster_step *s = c->state;
    loop_defer(c->run->loop, &s->task);
    step_on_cancel(c, step_wake);
    return CALL_WAIT;
}

static enum call_status open_end(struct step_call *c, struct outcome o, struct value *out)
{
    struct cluster_step *s = c->state;
    s->before_body = false;
    if (o.thrown)
        return step_after_plain(c, o, out);
    return s->failure ? step_abort(c, "%s", s->failure) : s->enter(s);
}

void cluster_opened(struct cluster_step *s)
{
    step_wake(s->call);
}

enum call_status cluster_open(struct step_call *c, struct cluster_step *state,
                              void (*begin_fn)(struct cluster_step *s),
                              void (*release)(struct cluster_step *s),
                              enum call_status (*enter)(struct cluster_step *s))
{
    _cleanup_(error_release) struct error err = {0};
    init(c, state, begin_fn, release);
    state->before_body = true;
    state->enter = enter;
    state->kube = cluster_find(c, &err);
    return state->kube ? step_await(c, open_begin, open_end) : step_abort(c, "%s", err.message);
}

/* ---- requests */

static void acted(void *data, const struct kube_result *r)
{
    struct cluster_step *s = data;
    s->act = NULL;
    if (r->end.err && s->absent && r->end.status == 404 && r->resource)
        s->absent(s, r);
    else if (r->end.err)
        cluster_fail(s, r->end.err);
    else
        s->fn(s, r);
}

void cluster_act(struct cluster_step *s, const struct kube_action *a, cluster_fn *fn)
{
    s->fn = fn;
    s->act = kube_act(s->kube, a, acted, s);
}

/* ---- arguments and values */

static const char *given(struct step_call *c, const char *name)
{
    const char *text = step_str(c, name, "");
    return *text ? text : NULL;
}

bool cluster_object(struct cluster_step *s, struct cluster_object *o, bool needs_name)
{
    struct step_call *c = s->call;
    const char *resource = given(c, "resource"), *slash = resource ? strchr(resource, '/') : NULL;
    *o = (struct cluster_object){given(c, "kind"), given(c, "name"), given(c, "namespace")};
    if (slash) {
        free(s->kind);
        o->kind = s->kind = xstrndup(resource, (size_t)(slash - resource));
        o->name = slash + 1;
    } else if (resource) {
        o->kind = resource;
    }
    if (o->kind && (o->name || !needs_name))
        return true;
    cluster_fail_text(s, "%s needs an object: resource: 'deployment/web', or kind and name", c->step->name);
    return false;
}

/* "labelSelector=…&fieldSelector=…"; owned, NULL: none. */
static char *selectors(struct step_call *c)
{
    static const char *const rows[][2] = {{"selector", "labelSelector"}, {"fieldSelector", "fieldSelector"}};
    struct buf query = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *text = given(c, rows[i][0]);
        if (!text)
            continue;
        buf_printf(&query, "%s%s=", query.len ? "&" : "", rows[i][1]);
        kube_escape(&query, text);
    }
    return query.len ? buf_steal(&query) : NULL;
}

void cluster_read(struct cluster_step *s, const struct cluster_object *o, cluster_fn *fn)
{
    _cleanup_free_ char *query = o->name ? NULL : selectors(s->call);
    struct kube_action a = {.verb = o->name ? KUBE_GET : KUBE_LIST,
                            .kind = o->kind,
                            .name = o->name,
                            .space = o->space,
                            .query = query};
    cluster_act(s, &a, fn);
}

struct value cluster_value(struct step_call *c, const json_t *json)
{
    struct value v = NULL_VALUE;
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    if (text)
        json_to_value(c->run->vm, text, strlen(text), &v, NULL);
    free(text);
    return v;
}
