/* The registry is asked from there; the password goes by the environment of a shell, as all there (see
 * agents/launch_far.h), to the program's standard input. */
#include "runner/steps/docker/login_far.h"
#include "runner/steps/docker/login.h"
#include "runner/steps/workspace.h"
#include <string.h>

static const char login_script[] =
    "#!/bin/sh\n"
    "command -v docker >/dev/null || { echo 'there is no docker program on the node'; exit 1; }\n"
    "printf %s \"$GMRUN_PASSWORD\" | docker login -u \"$GMRUN_USER\" --password-stdin \"$GMRUN_HOST\" 2>&1\n";
static const char logout_script[] = "#!/bin/sh\n"
                                    "docker logout ${GMRUN_HOST:+\"$GMRUN_HOST\"} 2>&1\n";

/* The folder of the login that holds here if that is gmrun's own, else a new one. Owned; NULL/err. */
static char *config_folder(struct step_call *c, bool *own, struct error *err)
{
    char *now = run_getenv(c->run, c->branch->scope, "DOCKER_CONFIG");
    *own = now && strstr(now, "@tmp/docker-");
    if (*own)
        return now;
    free(now);
    _cleanup_free_ char *temp = step_temp(c, err);
    return temp ? ws_tempdir(c, temp, "docker-", err) : NULL;
}

enum call_status login_far(struct step_call *c, struct scope *node, const char *host,
                           const struct registry_login *l)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    bool own = false;
    struct env vars = {0};
    _cleanup_free_ char *folder = config_folder(c, &own, &err);
    if (!folder)
        return step_abort(c, "%s", err.message);
    env_set(&vars, "DOCKER_CONFIG", folder);
    env_set(&vars, "GMRUN_HOST", host);
    env_set(&vars, "GMRUN_USER", l->user ? l->user : "");
    env_set(&vars, "GMRUN_PASSWORD", l->password ? l->password : "");
    int status = ws_script(c, login_script, &vars, &said, &err);
    env_release(&vars);
    if (status) {
        if (!own)
            ws_rm_rf(c, folder, &err);
        return step_abort(c, "login to %s failed: %s", host, status < 0 ? err.message : said.data);
    }
    if (!own)
        login_keep(c->run, node, folder);
    step_log(c, "Login Succeeded");
    return CALL_OK;
}

enum call_status logout_far(struct step_call *c, const char *host)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    struct env vars = {0};
    if (host)
        env_set(&vars, "GMRUN_HOST", host);
    int status = ws_script(c, logout_script, &vars, &said, &err);
    env_release(&vars);
    if (status)
        return step_abort(c, "docker logout: %s", status < 0 ? err.message : said.data);
    step_log(c, "%s", said.data);
    return CALL_OK;
}
