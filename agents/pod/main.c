/* gmrun-pod: the program that stands in every container of a pod and starts what the runner asks for. It is
 * linked statically, since the containers' images are the users': a shell is not needed to start a program
 * with its environment and folder, nor to find processes.
 *
 * The API server's exec passes a list of arguments, and breaks with the connection. So a script is a run
 * (run.h): detached, its output in files, which `run` follows. Where the connection broke, the same order is
 * given again, with the count of bytes that came. */
#include "agents/pod/modes.h"
#include "agents/pod/run.h"
#include "base/util.h"
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* The runs lie beside this program. */
static char *runs_folder(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (n < 0)
        refuse("/proc/self/exe");
    path[n] = 0;
    return xasprintf("%s/run", dirname(path));
}

static int mode_run(char **args)
{
    struct order o = {0};
    order_read(&o);
    if (!o.id)
        run_here(&o);
    char *runs = runs_folder();
    for (size_t i = 0; o.over && o.over[i]; i++)
        run_remove(runs, o.over[i]);
    return run_follow(run_start(runs, &o), &o);
}

/* What the container itself sets. Each entry ended by a NUL. */
static int mode_env(char **args)
{
    for (char **e = environ; *e; e++)
        fwrite(*e, strlen(*e) + 1, 1, stdout);
    return fflush(stdout) ? 1 : 0;
}

/* For the helper: what it makes has to be open for the users of all containers. */
static int mode_work(char **args)
{
    umask(0);
    execvp(args[0], args);
    refuse("%s", args[0]);
}

static const struct {
    const char *name;
    int args;
    int (*run)(char **args);
} modes[] = {
    {"run", 0, mode_run},   {"env", 0, mode_env},   {"work", 1, mode_work},
    {"kill", 2, mode_kill}, {"hold", 1, mode_hold},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < ARRAY_LEN(modes); i++)
        if (strcmp(argv[1], modes[i].name) == 0 && argc - 2 >= modes[i].args)
            return modes[i].run(argv + 2);
    fprintf(stderr,
            "usage: gmrun-pod run | env | work PROGRAM [ARG...] | kill SIGNAL NAME=VALUE | hold DIR\n");
    return 2;
}
