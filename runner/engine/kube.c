#include "runner/engine/kube.h"
#include "base/fs.h"
#include "base/hash.h"
#include "runner/engine/node.h"
#include <string.h>

struct build_kube {
    struct build_kube *next;
    char *key;
    char *credential, *files, *context; /* what it was opened by; NULL: found by itself */
    struct kube *kube;
};

void run_kubes_free(struct run *run)
{
    for (struct build_kube *k = run->extra[EXTRA_KUBES], *next; k; k = next) {
        next = k->next;
        kube_free(k->kube);
        free(k->key);
        free(k->credential);
        free(k->files);
        free(k->context);
        free(k);
    }
    run->extra[EXTRA_KUBES] = NULL;
}

static char *credential_text(const struct credentials *all, const char *id, struct error *err)
{
    const struct credential *c = credentials_find(all, id);
    char *text = NULL;
    size_t len;
    if (!c) {
        error_set(err, ERROR_INVALID, "Could not find credentials entry with ID '%s'", id);
        return NULL;
    }
    if (c->type == CRED_STRING)
        return xstrdup(c->secret ? c->secret : "");
    if (c->type != CRED_KUBECONFIG && c->type != CRED_FILE) {
        error_set(err, ERROR_INVALID, "Credentials '%s' is of type '%s' where 'kubeconfig' was expected", id,
                  credential_type_name(c->type));
        return NULL;
    }
    return credential_read(c, &text, &len, err) < 0 ? NULL : text;
}

char *kube_credential_text(struct run *run, const char *id, struct error *err)
{
    return credential_text(run->credentials, id, err);
}

/* ---- where the configuration is */

/* KUBECONFIG as kubectl would read it in the step's folder: relative names are below that. */
static char *absolute_files(const char *list, const char *cwd)
{
    struct buf out = {0};
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ":");
        _cleanup_free_ char *part = xstrndup(p, n), *path = path_join(cwd ? cwd : "", part);
        if (n)
            buf_printf(&out, "%s%s", out.len ? ":" : "", path);
        p += n + (p[n] == ':');
    }
    return buf_steal(&out);
}

/* The node's own row, else the first of the kind: a laptop that rolls out has one cluster. */
static const struct agent_config *kubernetes_row(struct run *run, const struct scope *scope)
{
    const struct lease *lease = scope_lease(scope);
    const struct agent_config *row = lease ? lease_config(lease) : NULL;
    if (row && str_eq(row->kind, "kubernetes"))
        return row;
    for (size_t i = 0; run->config && i < run->config->n_agents; i++) {
        row = &run->config->agents[i];
        if (str_eq(row->kind, "kubernetes") &&
            (agent_extra(row, "kubeconfig") || agent_extra(row, "credentialsId")))
            return row;
    }
    return NULL;
}

static bool is_given(const char *text)
{
    return text && *text;
}

struct kube_source { /* owned; both NULL: what kube_config_load() finds by itself */
    char *credential, *files;
    const char *text, *context; /* borrowed */
};

static void source_release(struct kube_source *s)
{
    free(s->credential);
    free(s->files);
}

static void find_source(struct run *run, const struct scope *scope, const struct kube_wanted *w,
                        struct kube_source *s)
{
    s->context = is_given(w->context) ? w->context : NULL;
    s->text = w->text;
    if (s->text)
        return;
    if (is_given(w->credential) || is_given(w->file)) {
        s->credential = is_given(w->credential) ? xstrdup(w->credential) : NULL;
        s->files = s->credential ? NULL : xstrdup(w->file);
        return;
    }
    _cleanup_free_ char *files = run_getenv(run, scope, "KUBECONFIG");
    const char *list = is_given(files) ? files : env_get(&run->host_env, "KUBECONFIG");
    const struct agent_config *row = is_given(list) ? NULL : kubernetes_row(run, scope);
    if (is_given(list)) {
        s->files = absolute_files(list, scope_cwd(scope));
    } else if (row) {
        s->credential = xstrdup(agent_extra(row, "credentialsId"));
        s->files = s->credential ? NULL : xstrdup(agent_extra(row, "kubeconfig"));
        if (!s->context)
            s->context = agent_extra(row, "context");
    }
}

/* What the client was made of: a file that was written anew means another cluster, or other keys. */
static char *source_key(const struct kube_source *s)
{
    struct buf key = {0};
    char hash[HASH_HEX_MAX] = "";
    if (s->text)
        hash_hex(HASH_SHA256, s->text, strlen(s->text), hash);
    buf_printf(&key, "%s\n%s\n%s\n%s", s->context ? s->context : "", s->credential ? s->credential : "",
               s->files ? s->files : "", hash);
    for (const char *p = s->files ? s->files : ""; *p;) {
        struct stat st;
        size_t n = strcspn(p, ":");
        _cleanup_free_ char *path = xstrndup(p, n);
        if (stat(path, &st) == 0)
            buf_printf(&key, "\n%lld %lld.%09ld %lld", (long long)st.st_ino, (long long)st.st_mtim.tv_sec,
                       st.st_mtim.tv_nsec, (long long)st.st_size);
        p += n + (p[n] == ':');
    }
    return buf_steal(&key);
}

/* ---- the client */

static int load(const struct credentials *all, const struct kube_source *s, struct kube_config *c,
                struct error *err)
{
    struct kube_config_from from = {.text = s->text, .files = s->files, .context = s->context};
    if (!s->credential)
        return kube_config_load(c, &from, err);
    char *text = credential_text(all, s->credential, err);
    if (!text)
        return -1;
    _cleanup_free_ char *name = xasprintf("kubeconfig '%s'", s->credential);
    from.text = text;
    from.text_name = name;
    int rc = kube_config_load(c, &from, err);
    explicit_bzero(text, strlen(text));
    free(text);
    return rc;
}

json_t *run_kube_note(struct run *run, const struct kube *kube, const char *space)
{
    const struct build_kube *k = run->extra[EXTRA_KUBES];
    while (k->kube != kube)
        k = k->next;
    return json_pack("{s:s*, s:s*, s:s*, s:s}", "credential", k->credential, "files", k->files, "context",
                     k->context, "namespace", space);
}

int kube_config_noted(const struct credentials *all, const json_t *note, struct kube_config *c,
                      struct error *err)
{
    _cleanup_(source_release) struct kube_source s = {
        .credential = xstrdup(json_string_value(json_object_get(note, "credential"))),
        .files = xstrdup(json_string_value(json_object_get(note, "files"))),
        .context = json_string_value(json_object_get(note, "context"))};
    return load(all, &s, c, err);
}

static void hide(struct run *run, const struct kube_config *c)
{
    const char *const secrets[] = {c->token, c->password, c->key};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        if (is_given(secrets[i]))
            mask_set_add(run->masks, secrets[i], strlen(secrets[i]));
}

struct kube *run_kube(struct run *run, const struct scope *scope, const struct kube_wanted *w,
                      struct error *err)
{
    _cleanup_(source_release) struct kube_source s = {0};
    _cleanup_(kube_config_release) struct kube_config config = {0};
    find_source(run, scope, w, &s);
    _cleanup_free_ char *key = source_key(&s);
    struct build_kube *k = run->extra[EXTRA_KUBES];
    while (k && !str_eq(k->key, key))
        k = k->next;
    if (k)
        return k->kube;
    if (load(run->credentials, &s, &config, err) < 0)
        return NULL;
    hide(run, &config);
    k = xcalloc(1, sizeof(*k));
    *k = (struct build_kube){.next = run->extra[EXTRA_KUBES],
                             .key = xstrdup(key),
                             .credential = xstrdup(s.credential),
                             .files = xstrdup(s.files),
                             .context = xstrdup(s.context),
                             .kube = kube_new(run->loop, &run->procs, &config)};
    run->extra[EXTRA_KUBES] = k;
    return k->kube;
}
