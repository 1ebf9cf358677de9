/* dockerLogin, dockerLogout: the login of a node, as `docker login` makes one of a user [docker/cli:
 * command/registry]. It is asked of the registry, stands in DOCKER_CONFIG from there on and ends with the
 * node. Within withDockerRegistry it joins the login of that block. See login.h. */
#include "runner/steps/docker/login.h"
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/steps/docker/login_far.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* ---- the file */

struct kept { /* of a scope that may have something of its own */
    struct run *run;
    struct lease *lease; /* whose folder it is; NULL: this machine's */
    char *folder;
    void *data;
    void (*release)(void *data);
};

static void let_go(void *data)
{
    struct kept *k = data;
    ws_discard(k->run, k->lease, k->folder);
    lease_unref(k->lease);
    if (k->release)
        k->release(k->data);
    free(k->folder);
    free(k);
}

static void keep(struct run *run, struct lease *lease, struct scope *scope,
                 char *folder) /* takes lease, folder */
{
    struct kept *k = xcalloc(1, sizeof(*k));
    *k = (struct kept){run, lease, folder, scope->data, scope->release};
    scope->data = k;
    scope->release = let_go;
}

/* A 0700 folder that goes with the scope. Borrowed, NULL: err. */
static char *scope_folder(struct scope *scope, struct error *err)
{
    _cleanup_free_ char *temp = xasprintf("%s@tmp", scope_lease(scope)->workspace);
    char *folder = fs_mkdir_p(temp, 0700, err) == 0 ? fs_tempdir(temp, "docker-", err) : NULL;
    if (!folder)
        return NULL;
    keep(NULL, NULL, scope, folder);
    return folder;
}

void login_keep(struct run *run, struct scope *scope, const char *folder)
{
    env_set(&scope->vars, "DOCKER_CONFIG", folder);
    keep(run, lease_ref(scope_lease(scope)), scope, xstrdup(folder));
}

int login_of_credentials(struct run *run, const char *id, struct registry_login *l, struct error *err)
{
    const struct credential *cred = credentials_find(run->credentials, id);
    if (!cred || cred->type != CRED_USERNAME_PASSWORD)
        return error_set(err, ERROR_INVALID,
                         cred ? "Credentials '%s' are no user name with a password"
                              : "Could not find credentials matching %s",
                         id);
    l->user = xstrdup(cred->username);
    l->password = xstrdup(cred->password);
    return 0;
}

static int write_config(const char *folder, char *text, struct error *err)
{
    _cleanup_free_ char *file = path_join(folder, "config.json");
    int status = fs_write_file(file, text, strlen(text), 0600, err);
    explicit_bzero(text, strlen(text));
    return status;
}

int login_place(struct scope *scope, char *text, struct error *err)
{
    char *folder = scope_folder(scope, err);
    if (!folder)
        return -1;
    env_set(&scope->vars, "DOCKER_CONFIG", folder);
    return write_config(folder, text, err);
}

/* ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH wants them. */
const struct credential *login_certificates(struct run *run, const char *id, struct error *err)
{
    const struct credential *cred = credentials_find(run->credentials, id);
    if (cred && cred->type == CRED_DOCKER_CERT)
        return cred;
    error_set(err, ERROR_INVALID,
              cred ? "Credentials '%s' are no certificates of a Docker server"
                   : "Could not find credentials matching %s",
              id);
    return NULL;
}

int login_use_certificates(struct run *run, struct scope *scope, const char *id, struct error *err)
{
    const struct credential *cred = login_certificates(run, id, err);
    if (!cred)
        return -1;
    const struct {
        const char *name, *text;
    } files[] = {{"ca.pem", cred->server_ca}, {"cert.pem", cred->client_cert}, {"key.pem", cred->client_key}};
    char *folder = scope_folder(scope, err);
    int rc = folder ? 0 : -1;
    for (size_t i = 0; i < ARRAY_LEN(files) && rc == 0; i++) {
        _cleanup_free_ char *path = path_join(folder, files[i].name);
        if (files[i].text)
            rc = fs_write_file(path, files[i].text, strlen(files[i].text), 0600, err);
    }
    if (rc == 0) {
        env_set(&scope->vars, "DOCKER_TLS_VERIFY", "1");
        env_set(&scope->vars, "DOCKER_CERT_PATH", folder);
    }
    return rc;
}

/* The block of the node around, not that of a container in it. */
static struct scope *node_scope(struct scope *scope)
{
    struct scope *found = NULL;
    for (struct scope *s = scope; s; s = s->parent)
        if (s->lease && (!found || found->lease->image))
            found = s;
    return found;
}

/* Into the folder of the login that holds here if that is gmrun's own, else into a new one. */
static int save(struct step_call *c, char *text, struct error *err)
{
    _cleanup_free_ char *now = run_getenv(c->run, c->branch->scope, "DOCKER_CONFIG");
    if (now && strstr(now, "@tmp/docker-") && fs_is_dir(now))
        return write_config(now, text, err);
    return login_place(node_scope(c->branch->scope), text, err);
}

/* ---- dockerLogin */

struct login {
    struct step_call *call;
    char *host;
    struct registry_login login;
    struct registry_call *asked;
};

static void login_free(void *data)
{
    struct login *s = data;
    if (s->asked)
        registry_cancel(s->asked);
    registry_login_release(&s->login);
    free(s->host);
    free(s);
}

/* Of registries: of gmrun.yaml, by the host; with no host the only one there. */
static int login_configured(struct run *run, struct login *s, struct error *err)
{
    const struct config *config = run->config;
    for (size_t i = 0; i < config->n_registries; i++) {
        const struct registry_config *r = &config->registries[i];
        _cleanup_free_ char *known = registry_host(r->url);
        if (!r->credentials_id || (s->host && !str_eq(known, s->host)) ||
            (!s->host && config->n_registries > 1))
            continue;
        if (!s->host)
            s->host = xstrdup(known);
        return login_of_credentials(run, r->credentials_id, &s->login, err);
    }
    return error_set(
        err, ERROR_INVALID,
        s->host ? "dockerLogin needs credentialsId: registries: of gmrun.yaml has no credentials of %s"
                : "dockerLogin needs registry and credentialsId where registries: of gmrun.yaml has "
                  "not just one entry with credentials",
        s->host);
}

static void accepted(void *data, const struct registry_answer *a)
{
    _cleanup_(error_release) struct error err = {0};
    struct login *s = data;
    struct step_call *c = s->call;
    s->asked = NULL;
    if (a->err) {
        step_fail_text(c,
                       a->err->code == 401 || a->err->code == 403
                           ? "login to %s failed: the registry does not accept user and password (%s)"
                           : "login to %s failed: %s",
                       s->host, a->err->message);
        return;
    }
    _cleanup_free_ char *text =
        registry_config_with(c->run, c->branch->scope, s->host, &s->login, false, &err);
    if (!text || save(c, text, &err) < 0) {
        step_fail_text(c, "%s", err.message);
        return;
    }
    step_log(c, "Login Succeeded");
    step_done(c, NULL_VALUE);
}

static void cancel(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

static const char *given_registry(struct step_call *c)
{
    return step_str(c, "registry", step_str(c, "url", NULL));
}

enum call_status step_docker_login(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *registry = given_registry(c), *id = step_str(c, "credentialsId", NULL);
    struct login *s = xcalloc(1, sizeof(*s));
    s->call = c;
    c->state = s;
    c->state_release = login_free;
    s->host = registry || id ? registry_host(registry ? registry : "") : NULL;
    int status = id ? login_of_credentials(c->run, id, &s->login, &err) : login_configured(c->run, s, &err);
    if (status < 0)
        return step_abort(c, "%s", err.message);
    if (ws_far(c))
        return login_far(c, node_scope(c->branch->scope), s->host, &s->login);
    struct registry_request q = {.repository = "", .path = "/v2/"};
    s->asked = registry_send(registry_open_as(c->run, s->host, &s->login), &q, accepted, s);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

/* ---- dockerLogout */

enum call_status step_docker_logout(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *registry = given_registry(c);
    _cleanup_free_ char *host = registry ? registry_host(registry) : NULL;
    bool known = false;
    if (ws_far(c))
        return logout_far(c, host);
    _cleanup_free_ char *text = registry_config_without(c->run, c->branch->scope, host, &known, &err);
    if (!text || (known && save(c, text, &err) < 0))
        return step_abort(c, "%s", err.message);
    if (known)
        step_log(c, "Removing login credentials%s%s", host ? " for " : "", host ? host : "");
    else
        step_log(c, "Not logged in%s%s", host ? " to " : "", host ? host : "");
    return CALL_OK;
}
