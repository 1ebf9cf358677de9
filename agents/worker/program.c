/* posix_spawn with our signal set-up undone. Children stay in our process group, by which the supervisor
 * ends them. */
#include "agents/worker/program.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

void program_arg(struct program *p, const char *arg)
{
    vec_push(&p->argv, arg);
}

void program_env(struct program *p, const char *fmt, ...)
{
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    vec_push(&p->env, buf_steal(&b));
}

void program_release(struct program *p)
{
    for (size_t i = 0; i < p->env.len; i++)
        free(p->env.items[i]);
    vec_release(&p->env);
    vec_release(&p->argv);
}

/* "NAME=" of a new entry against an old one. */
static bool overridden(const struct program *p, const char *entry)
{
    for (size_t i = 0; i < p->env.len; i++) {
        size_t n = strcspn(p->env.items[i], "=") + 1;
        if (strncmp(p->env.items[i], entry, n) == 0)
            return true;
    }
    return false;
}

/* Only the array is allocated; the texts stay with their owners, which outlive the spawn. */
static char **environment(const struct program *p)
{
    size_t n = 0, k = 0;
    while (environ[n])
        n++;
    char **env = xcalloc(n + p->env.len + 1, sizeof(*env));
    for (size_t i = 0; i < n; i++)
        if (!overridden(p, environ[i]))
            env[k++] = environ[i];
    for (size_t i = 0; i < p->env.len; i++)
        env[k++] = p->env.items[i];
    return env;
}

static void default_signals(posix_spawnattr_t *attr)
{
    sigset_t all, none;
    sigemptyset(&none);
    sigemptyset(&all);
    sigaddset(&all, SIGPIPE);
    posix_spawnattr_setsigdefault(attr, &all);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

/* The terminating NULL is pushed and taken off again, so that more arguments may follow a start that failed.
 */
pid_t program_start(struct program *p, const int fds[3], struct error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    default_signals(&attr);
    for (int i = 0; i < 3; i++) {
        if (fds[i] >= 0)
            posix_spawn_file_actions_adddup2(&actions, fds[i], i);
        else
            posix_spawn_file_actions_addopen(&actions, i, "/dev/null", i ? O_WRONLY : O_RDONLY, 0);
    }
    if (p->cwd)
        posix_spawn_file_actions_addchdir_np(&actions, p->cwd);
    vec_push(&p->argv, NULL);
    p->argv.len--;
    _cleanup_free_ char **env = environment(p);
    pid_t pid = -1;
    int rc = posix_spawnp(&pid, p->argv.items[0], &actions, &attr, (char *const *)p->argv.items, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    if (!rc)
        return pid;
    errno = rc;
    error_errno(err, "cannot run '%s'", p->argv.items[0]);
    return -1;
}

int program_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Both streams by one pipe keep the order in which the program said things; it is read to its end even if
 * grandchildren hold it open. */
int program_run(struct program *p, struct buf *out, struct error *err)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return error_errno(err, "cannot make a pipe");
    pid_t pid = program_start(p, (int[]){-1, pipe_fds[1], pipe_fds[1]}, err);
    close(pipe_fds[1]);
    char chunk[4096];
    ssize_t n;
    while (pid > 0 && (n = read(pipe_fds[0], chunk, sizeof(chunk))) != 0)
        if (n > 0)
            buf_add(out, chunk, (size_t)n);
        else if (errno != EINTR)
            break;
    close(pipe_fds[0]);
    return pid > 0 ? program_wait(pid) : -1;
}
