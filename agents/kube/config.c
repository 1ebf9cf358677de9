/* See config.h. A table says which key of a cluster or user goes where; config_files.c finds the maps. */
#include "agents/kube/config.h"
#include "agents/kube/config_files.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define ACCOUNT_DIR "/var/run/secrets/kubernetes.io/serviceaccount"
enum { PEM_MAX = 4 << 20 };

enum field_kind {
    TEXT,
    PATH, /* made absolute */
    DATA, /* base64 of PEM */
    PEM,  /* file of PEM, unless the row before, the data, was there [clientcmd: data wins] */
    TRUTH,
    LIST, /* of texts */
};

struct field {
    const char *key;
    enum field_kind kind;
    size_t at;
};
#define FIELD(key, kind, member)                                                                             \
    {                                                                                                        \
        key, kind, offsetof(struct kube_config, member)                                                      \
    }

static const struct field cluster_fields[] = {
    FIELD("server", TEXT, server),           FIELD("tls-server-name", TEXT, tls_server_name),
    FIELD("proxy-url", TEXT, proxy),         FIELD("certificate-authority-data", DATA, ca),
    FIELD("certificate-authority", PEM, ca), FIELD("insecure-skip-tls-verify", TRUTH, insecure),
};

static const struct field user_fields[] = {
    FIELD("client-certificate-data", DATA, cert),
    FIELD("client-certificate", PEM, cert),
    FIELD("client-key-data", DATA, key),
    FIELD("client-key", PEM, key),
    FIELD("token", TEXT, token),
    FIELD("tokenFile", PATH, token_file),
    FIELD("username", TEXT, user),
    FIELD("password", TEXT, password),
    FIELD("as", TEXT, as),
    FIELD("as-uid", TEXT, as_uid),
    FIELD("as-groups", LIST, as_groups),
};

/* ---- values */

static int get_text(const struct kube_source *s, const struct yaml_node *n, const char *key, const char **out,
                    struct error *err)
{
    *out = n->kind == YAML_TEXT && n->len ? n->text : NULL;
    if (n->kind == YAML_TEXT || n->kind == YAML_NULL)
        return 0;
    return yaml_error(err, &s->doc, n, "%s must be a text, this is %s", key, yaml_kind_name(n));
}

static int check_pem(const struct kube_source *s, const struct yaml_node *n, const char *key, const char *pem,
                     struct error *err)
{
    return pem && strstr(pem, "-----BEGIN ") ? 0 : yaml_error(err, &s->doc, n, "%s holds no PEM text", key);
}

static int set_data(char **out, const struct kube_source *s, const struct yaml_node *n, const char *key,
                    struct error *err)
{
    struct error why = {0};
    struct buf pem = {0};
    if (base64_decode(&pem, n->text, n->len, &why) < 0) {
        yaml_error(err, &s->doc, n, "%s is no base64: %s", key, why.message);
        error_release(&why);
        buf_release(&pem);
        return -1;
    }
    *out = buf_steal(&pem);
    return check_pem(s, n, key, *out, err);
}

static int set_pem(char **out, const struct kube_source *s, const struct yaml_node *n, const char *key,
                   struct error *err)
{
    struct error why = {0};
    struct buf pem = {0};
    if (*out)
        return 0;
    _cleanup_free_ char *path = path_join(s->dir, n->text);
    if (fs_read_file(path, PEM_MAX, &pem, &why) < 0) {
        yaml_error(err, &s->doc, n, "%s: %s", key, why.message);
        error_release(&why);
        buf_release(&pem);
        return -1;
    }
    *out = buf_steal(&pem);
    return check_pem(s, n, key, *out, err);
}

static int set_list(json_t **out, const struct kube_source *s, const struct yaml_node *n, const char *key,
                    struct error *err)
{
    if (n->kind != YAML_LIST)
        return n->kind == YAML_NULL
                   ? 0
                   : yaml_error(err, &s->doc, n, "%s must be a list, this is %s", key, yaml_kind_name(n));
    *out = json_array();
    for (size_t i = 0; i < n->len; i++) {
        const char *text;
        if (get_text(s, n->items[i], key, &text, err) < 0)
            return -1;
        json_array_append_new(*out, json_string(text ? text : ""));
    }
    return 0;
}

static int set_field(struct kube_config *c, const struct field *f, const struct kube_source *s,
                     const struct yaml_node *n, struct error *err)
{
    void *at = (char *)c + f->at;
    const char *text = NULL;
    if (f->kind == LIST)
        return set_list(at, s, n, f->key, err);
    if (get_text(s, n, f->key, &text, err) < 0)
        return -1;
    if (!text)
        return 0;
    if (f->kind == DATA)
        return set_data(at, s, n, f->key, err);
    if (f->kind == PEM)
        return set_pem(at, s, n, f->key, err);
    if (f->kind == TRUTH)
        return yaml_bool(n, at) ? 0 : yaml_error(err, &s->doc, n, "%s must be true or false", f->key);
    *(char **)at = f->kind == PATH ? path_join(s->dir, text) : xstrdup(text);
    return 0;
}

static int set_fields(struct kube_config *c, const struct field *fields, size_t n,
                      const struct kube_source *s, const struct yaml_node *map, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct yaml_node *value = yaml_get(map, fields[i].key);
        if (value && set_field(c, &fields[i], s, value, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- exec */

static int set_exec_env(struct kube_exec *e, const struct kube_source *s, const struct yaml_node *list,
                        struct error *err)
{
    e->env = json_object();
    for (size_t i = 0; list && list->kind == YAML_LIST && i < list->len; i++) {
        const struct yaml_node *name = yaml_get(list->items[i], "name"),
                               *value = yaml_get(list->items[i], "value");
        if (!name || name->kind != YAML_TEXT || strchr(name->text, '='))
            return yaml_error(err, &s->doc, list->items[i], "an entry of env needs a name");
        json_object_set_new(e->env, name->text,
                            json_string(value && value->kind == YAML_TEXT ? value->text : ""));
    }
    return 0;
}

static int set_exec(struct kube_config *c, const struct kube_source *s, const struct yaml_node *n,
                    struct error *err)
{
    struct kube_exec *e = &c->exec;
    const struct yaml_node *command = yaml_get(n, "command"), *version = yaml_get(n, "apiVersion"),
                           *args = yaml_get(n, "args"), *mode = yaml_get(n, "interactiveMode"),
                           *hint = yaml_get(n, "installHint"), *info = yaml_get(n, "provideClusterInfo");
    if (!command || command->kind != YAML_TEXT || !command->len)
        return yaml_error(err, &s->doc, n, "exec names no command");
    if (!version || version->kind != YAML_TEXT ||
        !str_in_words("client.authentication.k8s.io/v1 client.authentication.k8s.io/v1beta1", version->text))
        return yaml_error(err, &s->doc, version ? version : n,
                          "exec needs the apiVersion client.authentication.k8s.io/v1 or v1beta1");
    if (mode && mode->kind == YAML_TEXT && strcmp(mode->text, "Always") == 0)
        return yaml_error(err, &s->doc, mode, "the program '%s' wants a terminal, which a build has not",
                          command->text);
    /* [kubectl: a command with a slash is relative to the file, one without is looked up] */
    e->command = strchr(command->text, '/') ? path_join(s->dir, command->text) : xstrdup(command->text);
    e->api_version = xstrdup(version->text);
    e->install_hint = hint && hint->kind == YAML_TEXT ? xstrdup(hint->text) : NULL;
    if (info)
        yaml_bool(info, &e->cluster_info);
    if (args && set_list(&e->args, s, args, "args", err) < 0)
        return -1;
    return set_exec_env(e, s, yaml_get(n, "env"), err);
}

/* ---- the context */

static int check_server(struct kube_config *c, const struct kube_source *s, const struct yaml_node *n,
                        struct error *err)
{
    if (!c->server)
        return yaml_error(err, &s->doc, n, "the cluster '%s' has no server", c->cluster);
    size_t len = strlen(c->server);
    while (len && c->server[len - 1] == '/')
        c->server[--len] = 0;
    if (!strstr(c->server, "://")) { /* [client-go: plain HTTP] */
        char *whole = xasprintf("http://%s", c->server);
        free(c->server);
        c->server = whole;
    }
    if (!str_has_prefix(c->server, "https://") && !str_has_prefix(c->server, "http://"))
        return yaml_error(err, &s->doc, yaml_get(n, "server"), "'%s' is no http or https address", c->server);
    if (c->insecure && c->ca)
        return yaml_error(err, &s->doc, n,
                          "the cluster '%s' has a certificate authority and insecure-skip-tls-verify too",
                          c->cluster);
    return 0;
}

static int read_cluster(struct kube_config *c, const kube_sources *all, struct error *err)
{
    const struct kube_source *s;
    const struct yaml_node *n = kube_sources_find(all, KUBE_CLUSTER, c->cluster, &s);
    if (!n)
        return error_set(err, ERROR_USAGE, "%s: the context '%s' names the cluster '%s', which is not there",
                         c->source, c->context, c->cluster);
    if (set_fields(c, cluster_fields, ARRAY_LEN(cluster_fields), s, n, err) < 0)
        return -1;
    return check_server(c, s, n, err);
}

static int read_user(struct kube_config *c, const kube_sources *all, struct error *err)
{
    const struct kube_source *s;
    if (!c->user_name)
        return 0;
    const struct yaml_node *n = kube_sources_find(all, KUBE_USER, c->user_name, &s);
    if (!n)
        return error_set(err, ERROR_USAGE, "%s: the context '%s' names the user '%s', who is not there",
                         c->source, c->context, c->user_name);
    const struct yaml_node *provider = yaml_get(n, "auth-provider"), *exec = yaml_get(n, "exec");
    if (set_fields(c, user_fields, ARRAY_LEN(user_fields), s, n, err) < 0)
        return -1;
    if (provider && provider->kind == YAML_MAP)
        return yaml_error(err, &s->doc, provider,
                          "auth-provider left Kubernetes with v1.26: use an exec plugin or a token");
    if (exec && exec->kind == YAML_MAP && set_exec(c, s, exec, err) < 0)
        return -1;
    if (!c->cert != !c->key && !c->exec.command)
        return yaml_error(err, &s->doc, n, "the user '%s' has a client %s without its %s", c->user_name,
                          c->cert ? "certificate" : "key", c->cert ? "key" : "certificate");
    return 0;
}

static char *text_of(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n && n->kind == YAML_TEXT && n->len ? xstrdup(n->text) : NULL;
}

static int no_context(const struct kube_config *c, const kube_sources *all, struct error *err)
{
    _cleanup_free_ char *names = kube_sources_contexts(all);
    if (!*names)
        return error_set(err, ERROR_USAGE, "%s: it has no contexts", c->source);
    if (!c->context)
        return error_set(err, ERROR_USAGE, "%s: no current-context is set; it has: %s", c->source, names);
    return error_set(err, ERROR_USAGE, "%s: there is no context '%s'; it has: %s", c->source, c->context,
                     names);
}

static int read_context(struct kube_config *c, const kube_sources *all, const char *wanted, struct error *err)
{
    const struct kube_source *s;
    c->source = kube_sources_names(all);
    c->context = xstrdup(wanted && *wanted ? wanted : kube_sources_current(all));
    const struct yaml_node *n = c->context ? kube_sources_find(all, KUBE_CONTEXT, c->context, &s) : NULL;
    if (!n)
        return no_context(c, all, err);
    c->cluster = text_of(n, "cluster");
    c->user_name = text_of(n, "user");
    c->space = text_of(n, "namespace");
    if (!c->cluster)
        return yaml_error(err, &s->doc, n, "the context '%s' names no cluster", c->context);
    return read_cluster(c, all, err) < 0 ? -1 : read_user(c, all, err);
}

/* ---- the pod's account [client-go: rest.InClusterConfig] */

static int read_account(struct kube_config *c, const char *dir, struct error *err)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");
    struct buf ca = {0}, space = {0};
    _cleanup_free_ char *ca_path = path_join(dir, "ca.crt"), *space_path = path_join(dir, "namespace");
    c->source = xstrdup("service account");
    c->context = xstrdup("in-cluster");
    c->cluster = xstrdup("in-cluster");
    c->in_cluster = true;
    c->token_file = path_join(dir, "token");
    c->server = xasprintf(strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port ? port : "443");
    if (fs_read_file(ca_path, PEM_MAX, &ca, err) < 0)
        return error_wrap(err, "service account");
    c->ca = buf_steal(&ca);
    if (fs_read_file(space_path, PEM_MAX, &space, NULL) == 0 && space.len)
        c->space = xstrndup(space.data, strcspn(space.data, "\r\n "));
    buf_release(&space);
    return 0;
}

static bool has_account(const struct kube_config_from *from)
{
    _cleanup_free_ char *token = path_join(from->account_dir ? from->account_dir : ACCOUNT_DIR, "token");
    const char *host = getenv("KUBERNETES_SERVICE_HOST");
    return host && *host && access(token, R_OK) == 0;
}

int kube_config_load(struct kube_config *c, const struct kube_config_from *from, struct error *err)
{
    _cleanup_(kube_sources_release) kube_sources all = {0};
    bool given = from->files && *from->files;
    if (from->text ? kube_sources_add_text(&all, from->text, from->text_name, from->dir, err) < 0
                   : kube_sources_add_files(&all, from->files, err) < 0)
        return -1;
    if (all.len)
        return read_context(c, &all, from->context, err);
    if (!given && has_account(from))
        return read_account(c, from->account_dir ? from->account_dir : ACCOUNT_DIR, err);
    _cleanup_free_ char *places = kube_sources_places(from->files);
    return error_set(err, ERROR_USAGE, "there is no kubeconfig at %s", places);
}

static void wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

void kube_config_release(struct kube_config *c)
{
    char *plain[] = {c->source,
                     c->context,
                     c->cluster,
                     c->user_name,
                     c->space,
                     c->server,
                     c->proxy,
                     c->ca,
                     c->tls_server_name,
                     c->cert,
                     c->user,
                     c->token_file,
                     c->as,
                     c->as_uid,
                     c->exec.command,
                     c->exec.api_version,
                     c->exec.install_hint};
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        free(plain[i]);
    wipe(c->key);
    wipe(c->token);
    wipe(c->password);
    json_decref(c->as_groups);
    json_decref(c->exec.args);
    json_decref(c->exec.env);
    memset(c, 0, sizeof(*c));
}

const char *kube_config_space(const struct kube_config *c)
{
    return c->space ? c->space : "default";
}
