/* The program reads logins only from a config.json of its DOCKER_CONFIG: a script that may need one gets its
 * own, beside its own file (0700, gone with it on every way), with what stood in the node's. The text travels
 * as all variables do (agents/launch_far.h), and leaves the environment before a program starts. */
#include "runner/steps/docker/far_registry.h"
#include "agents/docker_pull.h"
#include "runner/engine/registry.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* Other things of that folder (contexts, plugins) stay in use. */
const char far_registry_script[] =
    "d=${0%/*}\n"
    "if [ -n \"$GMRUN_LOGINS\" ]; then\n"
    "    for f in \"${DOCKER_CONFIG:-$HOME/.docker}\"/*; do\n"
    "        [ ! -e \"$f\" ] || [ \"${f##*/}\" = config.json ] || ln -s \"$f\" \"$d/\"\n"
    "    done\n"
    "    (umask 077; printf %s \"$GMRUN_LOGINS\" >\"$d/config.json\")\n"
    "    export DOCKER_CONFIG=\"$d\"\n"
    "fi\n"
    "unset GMRUN_LOGINS\n"
    "pull() {\n"
    "    for m in $GMRUN_MIRRORS; do\n"
    "        if docker pull \"$m\" && docker tag \"$m\" \"$1\"; then return; fi\n"
    "        echo \"the mirror does not give $m\"\n"
    "    done\n"
    "    docker pull \"$1\"\n"
    "}\n"
    "have() { docker image inspect -f . \"$1\" >/dev/null 2>&1 || pull \"$1\"; }\n";
static const char config_script[] = "#!/bin/sh\n"
                                    "cat \"${DOCKER_CONFIG:-$HOME/.docker}/config.json\" 2>/dev/null || :\n";

static int add_logins(struct step_call *c, const char *host, struct env *vars, struct error *err)
{
    _cleanup_(buf_release) struct buf known = {0};
    _cleanup_free_ char *given = run_getenv(c->run, c->branch->scope, "DOCKER_CONFIG");
    if (!registry_is_configured(c->run, host))
        return 0;
    if (ws_script(c, config_script, NULL, &known, err) < 0)
        return -1;
    char *text = registry_config_configured(c->run, known.len ? known.data : "", host, given != NULL, err);
    if (known.data)
        explicit_bzero(known.data, known.cap);
    if (!text)
        return -1;
    env_set(vars, "GMRUN_LOGINS", text);
    explicit_bzero(text, strlen(text));
    free(text);
    return 0;
}

int far_registry_vars(struct step_call *c, const char *image, struct env *vars, struct error *err)
{
    const struct config *config = c->run->config;
    _cleanup_(buf_release) struct buf mirrors = {0};
    _cleanup_free_ char *host = image ? registry_of_image(image) : NULL;
    for (size_t i = 0; image && i < config->n_registry_mirrors; i++) {
        _cleanup_free_ char *name = docker_mirror_name(config->registry_mirrors[i], image);
        buf_printf(&mirrors, "%s%s", name ? name : "", name ? " " : "");
    }
    env_set(vars, "GMRUN_MIRRORS", mirrors.len ? mirrors.data : "");
    return add_logins(c, host, vars, err);
}

void far_registry_release(struct env *vars)
{
    for (size_t i = 0; i < vars->len; i++)
        explicit_bzero(vars->items[i].value, strlen(vars->items[i].value));
    env_release(vars);
}
