/* The helper container's first process: puts this program where the pod's other containers find it, then
 * waits for the end of the pod, as the parent of all orphans. */
#include "agents/pod/modes.h"
#include "agents/pod/order.h"
#include "base/util.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* There whole or not at all. */
static void install(const char *dir)
{
    _cleanup_free_ char *half = xasprintf("%s/gmrun-pod.half", dir), *whole = xasprintf("%s/gmrun-pod", dir);
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
        to = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (from < 0 || to < 0)
        refuse("%s", half);
    for (ssize_t n; (n = sendfile(to, from, NULL, 1 << 20)) != 0;)
        if (n < 0)
            refuse("%s", half);
    fchmod(to, 0755);
    if (close(to) < 0 || rename(half, whole) < 0)
        refuse("%s", whole);
}

int mode_hold(char **args)
{
    _cleanup_free_ char *runs = xasprintf("%s/run", args[0]);
    sigset_t set;
    int signo = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    umask(0);
    mkdir(runs, 01777); /* containers may run as any user */
    chmod(runs, 01777);
    install(args[0]);
    while (sigwait(&set, &signo) == 0 && signo == SIGCHLD)
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    return 0;
}
