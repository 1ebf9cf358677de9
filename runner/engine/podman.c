/* Podman has no daemon: `podman system service` answers the Docker API for as long as it runs. It carries
 * the build's cookie, so that it ends with the build, and a mark of its own, by which leftovers.c finds
 * it when the runner was killed. */
#include "runner/engine/podman.h"
#include "base/fs.h"
#include "base/util.h"
#include <unistd.h>

static void service_ended(void *data, const struct proc_exit *ended)
{
}

/* A path of a socket has to be short. */
char *podman_start(struct procs *ps, const struct env *given, const char *cookie, char **folder)
{
    static const struct proc_callbacks callbacks = {.done = service_ended};
    struct env env = {0};
    *folder = fs_tempdir("/tmp", "gmrun-podman-", NULL);
    if (!*folder)
        return NULL;
    char *host = xasprintf("unix://%s/sock", *folder);
    const char *argv[] = {"podman", "system", "service", "--time=0", host, NULL};
    env_copy(&env, given);
    env_set(&env, "JENKINS_NODE_COOKIE", cookie);
    env_set(&env, PODMAN_MARK, *folder);
    char **block = env_block(&env);
    struct proc_options o = {.argv = argv, .env = (const char *const *)block};
    struct proc *p = proc_start(ps, &o, &callbacks, NULL, NULL);
    env_block_free(block);
    env_release(&env);
    if (p)
        return host;
    rmdir(*folder);
    free(*folder);
    *folder = NULL;
    free(host);
    return NULL;
}
