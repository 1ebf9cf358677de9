/* withDockerRegistry, withDockerServer [docker-commons: DockerRegistryEndpoint, docker-workflow:
 * RegistryEndpointStep]. The login (see login.h) is made without asking the registry; a wrong password shows
 * at the first pull or push. */
#include "runner/steps/docker/login.h"
#include "base/fs.h"
#include "runner/steps/rows.h"
#include "runner/steps/undo.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* Members stand as arguments, or in a map: registry: [url:, credentialsId:], server: [uri:, credentialsId:].
 */
static const char *endpoint(struct step_call *c, const char *map, const char *name)
{
    struct value members = step_arg(c, map), v;
    if (!value_is(members, OBJ_MAP))
        return step_str(c, name, NULL);
    if (!map_get_str(AS_MAP(members), name, &v) || value_is_null(v))
        return NULL;
    struct value hold = NULL_VALUE;
    const char *text = value_text(c->fiber, v, &hold);
    if (!value_is_null(hold)) {
        map_set_str(AS_MAP(members), name, hold);
        value_release(hold);
    }
    return text;
}

/* A folder of the far node, which goes with the scope. Owned. */
static char *far_folder(struct step_call *c, struct scope *scope, struct error *err)
{
    struct undo *undo = undo_new(c->run);
    _cleanup_free_ char *temp = step_temp(c, err);
    char *folder = temp ? ws_tempdir(c, temp, "docker-", err) : NULL;
    undo_on(undo, c);
    scope->data = undo;
    scope->release = undo_release;
    if (folder)
        undo_path(undo, folder);
    return folder;
}

static int place_text(struct step_call *c, const char *folder, const char *name, const char *text,
                      struct error *err)
{
    _cleanup_free_ char *file = path_join(folder, name);
    return text ? ws_write_file(c, file, text, strlen(text), 0600, err) : 0;
}

/* As login_place(), where the docker program of a far node reads it. */
static int place_far(struct step_call *c, struct scope *scope, char *text, struct error *err)
{
    _cleanup_free_ char *folder = far_folder(c, scope, err);
    int rc = folder ? place_text(c, folder, "config.json", text, err) : -1;
    if (folder)
        env_set(&scope->vars, "DOCKER_CONFIG", folder);
    explicit_bzero(text, strlen(text));
    return rc;
}

/* As login_use_certificates(). */
static int certificates_far(struct step_call *c, struct scope *scope, const char *id, struct error *err)
{
    const struct credential *cred = login_certificates(c->run, id, err);
    _cleanup_free_ char *folder = cred ? far_folder(c, scope, err) : NULL;
    if (!folder || place_text(c, folder, "ca.pem", cred->server_ca, err) < 0 ||
        place_text(c, folder, "cert.pem", cred->client_cert, err) < 0 ||
        place_text(c, folder, "key.pem", cred->client_key, err) < 0)
        return -1;
    env_set(&scope->vars, "DOCKER_TLS_VERIFY", "1");
    env_set(&scope->vars, "DOCKER_CERT_PATH", folder);
    return 0;
}

enum call_status step_with_docker_registry(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *url = endpoint(c, "registry", "url"), *id = endpoint(c, "registry", "credentialsId");
    struct scope *scope = scope_new(c->branch->scope);
    if (url && *url)
        env_set(&scope->vars, "DOCKER_REGISTRY_URL", url);
    if (id && *id && !c->run->dry_run) {
        _cleanup_free_ char *host = registry_host(url ? url : ""), *text = NULL;
        _cleanup_(registry_login_release) struct registry_login l = {0};
        if (login_of_credentials(c->run, id, &l, &err) == 0)
            text = registry_config_with(c->run, c->branch->scope, host, &l, true, &err);
        if (!text || (ws_far(c) ? place_far(c, scope, text, &err) : login_place(scope, text, &err)) < 0) {
            scope_unref(scope);
            return step_abort(c, "%s", err.message);
        }
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

/* ---- withDockerServer [docker-commons: DockerServerEndpoint, docker-workflow: ServerEndpointStep] */

enum call_status step_with_docker_server(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *uri = endpoint(c, "server", "uri"), *id = endpoint(c, "server", "credentialsId");
    struct scope *scope = scope_new(c->branch->scope);
    if (uri && *uri)
        env_set(&scope->vars, "DOCKER_HOST", uri);
    if (id && *id && !c->run->dry_run &&
        (ws_far(c) ? certificates_far(c, scope, id, &err) : login_use_certificates(c->run, scope, id, &err)) <
            0) {
        scope_unref(scope);
        return step_abort(c, "%s", err.message);
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
