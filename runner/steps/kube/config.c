/* withKubeConfig, kubeconfig and withKubeCredentials [kubernetes-cli: KubeConfigWriter]: a kubeconfig in the
 * workspace's @tmp twin, which KUBECONFIG names for `sh 'kubectl …'` and for gmrun's own steps.
 *
 * The plugin turns the check of the server's certificate off where no caCertificate is given; here the
 * system's authorities are asked. */
#include "base/fs.h"
#include "base/hash.h"
#include "base/yaml_json.h"
#include "executors/kube/field.h"
#include "runner/engine/kube.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/undo.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct wanted { /* "" where not given */
    const char *ca, *cluster, *context, *credentials, *space, *server;
};

static const char *or_k8s(const char *name)
{
    return *name ? name : "k8s";
}

/* ---- parts of a kubeconfig */

static json_t *entry(const char *name, const char *what, json_t *value) /* takes value */
{
    return json_pack("[{s:s,s:o}]", "name", name, what, value);
}

/* The certificate may come with or without its first and last line. */
static void set_ca(json_t *cluster, const char *ca)
{
    _cleanup_(buf_release) struct buf data = {0};
    _cleanup_free_ char *pem =
        strstr(ca, "-----BEGIN")
            ? xstrdup(ca)
            : xasprintf("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", ca);
    if (!*ca)
        return;
    base64_encode(&data, pem, strlen(pem), 0);
    json_object_set_new(cluster, "certificate-authority-data", json_string(data.data));
}

static json_t *new_user(const struct credential *c, struct undo *undo)
{
    if (c->type == CRED_STRING) {
        undo_secret(undo, c->secret);
        return json_pack("{s:s?}", "token", c->secret);
    }
    undo_secret(undo, c->password);
    return json_pack("{s:s?,s:s?}", "username", c->username, "password", c->password);
}

static json_t *new_config(const struct wanted *w, const struct credential *c, struct undo *undo)
{
    const char *cluster = or_k8s(w->cluster), *context = or_k8s(w->context), *user = c ? c->id : "k8s";
    json_t *server = json_pack("{s:s}", "server", w->server);
    json_t *uses = json_pack("{s:s,s:s}", "cluster", cluster, "user", user);
    set_ca(server, w->ca);
    if (*w->space)
        json_object_set_new(uses, "namespace", json_string(w->space));
    return json_pack("{s:s,s:s,s:o,s:o,s:o,s:s}", "apiVersion", "v1", "kind", "Config", "clusters",
                     entry(cluster, "cluster", server), "users",
                     entry(user, "user", c ? new_user(c, undo) : json_object()), "contexts",
                     entry(context, "context", uses), "current-context", context);
}

/* ---- changes of a given one */

static json_t *named(json_t *config, const char *list, const char *what, const char *name)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(config, list), i, item)
    {
        if (field_is(item, "name", name))
            return json_object_get(item, what);
    }
    return NULL;
}

static int choose_context(json_t *config, const struct wanted *w, struct error *err)
{
    if (*w->context)
        json_object_set_new(config, "current-context", json_string(w->context));
    const char *name = field_text(config, "current-context");
    json_t *context = named(config, "contexts", "context", name);
    if (!context)
        return *w->context || *w->space || *w->server
                   ? error_set(err, ERROR_INVALID, "the kubeconfig of '%s' has no context '%s'",
                               w->credentials, name)
                   : 0;
    if (*w->cluster)
        json_object_set_new(context, "cluster", json_string(w->cluster));
    if (*w->space)
        json_object_set_new(context, "namespace", json_string(w->space));
    json_t *cluster = named(config, "clusters", "cluster", field_text(context, "cluster"));
    if (!cluster && (*w->server || *w->cluster))
        return error_set(err, ERROR_INVALID, "the kubeconfig of '%s' has no cluster '%s'", w->credentials,
                         field_text(context, "cluster"));
    if (*w->server)
        json_object_set_new(cluster, "server", json_string(w->server));
    if (cluster)
        set_ca(cluster, w->ca);
    return 0;
}

static void hide_users(const json_t *config, struct undo *undo)
{
    size_t i;
    json_t *user;
    json_array_foreach(json_object_get(config, "users"), i, user)
    {
        undo_secret(undo, field_text(user, "user.token"));
        undo_secret(undo, field_text(user, "user.password"));
        undo_secret(undo, field_text(user, "user.client-key-data"));
    }
}

static json_t *given_config(struct step_call *c, const struct wanted *w, struct undo *undo, struct error *err)
{
    yaml_objects documents = {0};
    char *text = kube_credential_text(c->run, w->credentials, err);
    if (!text)
        return NULL;
    int rc = yaml_json_parse(&documents, w->credentials, text, strlen(text), err);
    explicit_bzero(text, strlen(text));
    free(text);
    json_t *config = rc == 0 && documents.len ? json_incref(documents.items[0].json) : NULL;
    yaml_objects_release(&documents);
    if (!config || !json_is_object(config)) {
        error_set(err, ERROR_INVALID, "credentials '%s' are no kubeconfig", w->credentials);
        json_decref(config);
        return NULL;
    }
    hide_users(config, undo);
    if (choose_context(config, w, err) == 0)
        return config;
    json_decref(config);
    return NULL;
}

/* ---- the file */

static json_t *make_config(struct step_call *c, const struct wanted *w, struct undo *undo, struct error *err)
{
    const struct credential *cred = credentials_find(c->run->credentials, w->credentials);
    bool login = cred && (cred->type == CRED_STRING || cred->type == CRED_USERNAME_PASSWORD);
    if (cred && !login)
        return given_config(c, w, undo, err);
    if (*w->credentials && !cred)
        error_set(err, ERROR_INVALID, "Unable to find credentials with id '%s'", w->credentials);
    else if (!*w->server)
        error_set(err, ERROR_INVALID, "%s needs serverUrl, or credentialsId of a kubeconfig", c->step->name);
    else
        return new_config(w, cred, undo);
    return NULL;
}

/* Owned path; NULL: err. */
static char *write_config(struct step_call *c, const struct wanted *w, struct undo *undo, struct error *err)
{
    _cleanup_free_ char *temp = step_temp(c, err);
    json_t *config = temp ? make_config(c, w, undo, err) : NULL;
    char *dir = config ? ws_tempdir(c, temp, "kube-", err) : NULL;
    char *path = dir ? path_join(dir, "config") : NULL,
         *text = path ? json_dumps(config, JSON_INDENT(2)) : NULL;
    json_decref(config);
    if (dir)
        undo_path(undo, dir);
    free(dir);
    int rc = text ? ws_write_file(c, path, text, strlen(text), 0600, err) : -1;
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
    if (rc == 0)
        return path;
    free(path);
    return NULL;
}

static const char *text_of(struct step_call *c, struct map *m, const char *key)
{
    return m ? described_str(c, m, key, "") : step_str(c, key, "");
}

/* m NULL: the step's own arguments. */
static int add_config(struct step_call *c, struct map *m, struct undo *undo, struct buf *list,
                      struct error *err)
{
    struct wanted w = {text_of(c, m, "caCertificate"), text_of(c, m, "clusterName"),
                       text_of(c, m, "contextName"),   text_of(c, m, "credentialsId"),
                       text_of(c, m, "namespace"),     text_of(c, m, "serverUrl")};
    _cleanup_free_ char *path = write_config(c, &w, undo, err);
    if (!path)
        return -1;
    buf_printf(list, "%s%s", list->len ? ":" : "", path);
    return 0;
}

static enum call_status enter(struct step_call *c, bool several)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf list = {0};
    struct value credentials = several ? step_arg(c, "kubectlCredentials") : NULL_VALUE;
    struct scope *scope = scope_new(c->branch->scope);
    struct undo *undo = undo_new(c->run);
    undo_on(undo, c);
    int rc = several ? 0 : c->run->dry_run ? 0 : add_config(c, NULL, undo, &list, &err);
    for (size_t i = 0; rc == 0 && !c->run->dry_run && i < described_count(credentials); i++)
        rc = add_config(c, described_at(credentials, i), undo, &list, &err);
    scope->data = undo;
    scope->release = undo_release;
    if (rc < 0) {
        scope_unref(scope);
        return step_abort(c, "%s", err.message);
    }
    if (list.len)
        env_set(&scope->vars, "KUBECONFIG", list.data);
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

enum call_status step_with_kube_config(struct step_call *c, struct value *out)
{
    return enter(c, false);
}

enum call_status step_with_kube_credentials(struct step_call *c, struct value *out)
{
    return enter(c, true);
}
