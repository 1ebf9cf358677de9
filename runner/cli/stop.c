/* gmrun stop: leaves the file `stop` in the build's folder, by which its runner tells a stop from a signal,
 * and sends the runner SIGTERM. */
#include "base/fs.h"
#include "runner/cli/cli.h"
#include <signal.h>
#include <string.h>

/* The marker is there before the signal, so that the runner finds it. The pid is what the holder of the
 * lock wrote: it cannot be that of another process while the lock is held. */
static int stop_build(struct run_options *o, const char *job, int number, struct error *err)
{
    pid_t pid;
    if (!build_running(&o->home, job, number, &pid))
        return error_set(err, ERROR_INVALID, "%s/%d is not running", job, number);
    /* The lock is held, but not signed yet: a build that began this moment. */
    if (pid <= 1)
        return error_set(err, ERROR_INVALID, "%s/%d runs, but its process is not known yet", job, number);
    _cleanup_free_ char *dir = build_dir(&o->home, job, number), *marker = path_join(dir, "stop");
    _cleanup_free_ char *text = xasprintf("%s\n", o->user);
    if (fs_write_file_atomic(marker, text, strlen(text), 0644, err))
        return -1;
    /* Nothing is waited for: post sections may take their time, `gmrun log -f` shows them. */
    return kill(pid, SIGTERM) == 0 ? 0 : error_errno(err, "cannot signal process %ld", (long)pid);
}

int cmd_stop(struct run_options *o)
{
    char *job;
    int number;
    struct error err = {0};
    if (build_operand(o, o->args.items[0], &job, &number, &err))
        return cli_refuse(&err);
    if (stop_build(o, job, number, &err)) {
        cli_refuse(&err);
        return EXIT_FAILED;
    }
    printf("%s/%d is being stopped\n", job, number);
    return EXIT_OK;
}
