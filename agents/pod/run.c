/* See run.h. A run is made under another name and moved to its own: it is there whole or not at all, however
 * often the order is given. */
#include "agents/pod/run.h"
#include "base/util.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- folders */

static void make_parents(const char *path)
{
    _cleanup_free_ char *copy = xstrdup(path);
    for (char *p = copy + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        mkdir(copy, 0777);
        *p = '/';
    }
    mkdir(copy, 0777);
}

/* Made when missing; who cannot write there may still work in it. */
static void enter(const char *cwd)
{
    if (!cwd || chdir(cwd) == 0)
        return;
    make_parents(cwd);
    if (chdir(cwd) < 0)
        refuse("%s", cwd);
}

static void remove_folder(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
    rmdir(path);
}

void run_remove(const char *runs, const char *id)
{
    _cleanup_free_ char *path = xasprintf("%s/%s", runs, id), *script = xasprintf("%s/script", path);
    char target[4096];
    ssize_t n = readlink(script, target, sizeof(target) - 1);
    if (n > 0) { /* the folder of the script, in the workspace's twin */
        target[n] = 0;
        remove_folder(target);
    }
    remove_folder(path);
}

static int open_in(const char *dir, const char *name, int flags)
{
    _cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        refuse("%s", path);
    return fd;
}

/* ---- the script's file, beside the workspace: other containers of the pod may see it, as in Jenkins */

static char *place_script(const struct order *o, const char *run)
{
    make_parents(o->tmp);
    _cleanup_free_ char *dir = xasprintf("%s/durable-XXXXXX", o->tmp), *note = xasprintf("%s/script", run);
    if (!mkdtemp(dir))
        refuse("%s", dir);
    if (symlink(dir, note) < 0)
        refuse("%s", note);
    char *path = xasprintf("%s/script.sh", dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    size_t n = strlen(o->script);
    if (fd < 0 || write(fd, o->script, n) != (ssize_t)n || close(fd) < 0)
        refuse("%s", path);
    return path;
}

static char **with_script(const struct order *o, char *script)
{
    size_t n = 0;
    while (o->argv && o->argv[n])
        n++;
    char **argv = xcalloc(n + 2, sizeof(*argv));
    if (n)
        memcpy(argv, o->argv, n * sizeof(*argv));
    argv[n] = script;
    return argv;
}

/* Whether execvp() would find it. */
static bool is_there(const struct order *o, const char *program)
{
    const char *path = "/usr/local/bin:/usr/bin:/bin";
    for (char **e = o->env; e && *e; e++)
        if (strncmp(*e, "PATH=", 5) == 0)
            path = *e + 5;
    if (strchr(program, '/'))
        return access(program, F_OK) == 0;
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, ":");
        _cleanup_free_ char *file = xasprintf("%.*s/%s", (int)n, p, program);
        if (access(file, F_OK) == 0)
            return true;
        p += n + (p[n] == ':');
    }
    return false;
}

/* An image of one program alone cannot run any script: that is said as such, not as the status of one. */
static void need_shell(const struct order *o)
{
    if (o->argv && !is_there(o, o->argv[0]) && access("/bin/sh", F_OK) < 0)
        refuse("its image has no shell for scripts, %s", o->argv[0]);
}

/* ---- the program */

extern char **environ;

static void exec_program(const struct order *o, char **argv)
{
    if (o->env)
        environ = o->env;
    execvp(argv[0], argv);
    /* As a shell reports it. */
    int status = errno == ENOENT ? 127 : 126;
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], errno == ENOENT ? "not found" : strerror(errno));
    _exit(status);
}

void run_here(const struct order *o)
{
    enter(o->cwd);
    exec_program(o, o->argv);
    _exit(126);
}

static void write_status(const char *run, int status)
{
    _cleanup_free_ char *half = xasprintf("%s/status.half", run), *whole = xasprintf("%s/status", run);
    int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
        fd = open_in(run, "status.half", O_WRONLY | O_CREAT);
    dprintf(fd, "%d\n", code);
    close(fd);
    rename(half, whole);
}

/* Holds the lock until it has written how the program ended. */
static void keep(const char *run, const struct order *o, char **argv)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), out = open_in(run, "out", O_WRONLY | O_APPEND),
        err = o->split ? open_in(run, "err", O_WRONLY | O_APPEND) : out;
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        dup2(out, 1);
        dup2(err, 2);
        exec_program(o, argv);
    }
    int status = 126 << 8;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    write_status(run, status);
    _exit(0);
}

/* In a session of its own: the end of the exec that started it does not reach it. */
static void detach(const char *run, const struct order *o, char **argv, int lock)
{
    pid_t pid = fork();
    if (pid < 0)
        refuse("fork");
    if (pid == 0) {
        setsid();
        keep(run, o, argv);
    }
    close(lock);
}

char *run_start(const char *runs, const struct order *o)
{
    char *run = xasprintf("%s/%s", runs, o->id);
    if (access(run, F_OK) == 0)
        return run;
    _cleanup_free_ char *half = xasprintf("%s/.%s-%d", runs, o->id, (int)getpid());
    enter(o->cwd);
    if (o->script)
        need_shell(o);
    if (mkdir(half, 0700) < 0)
        refuse("%s", half);
    int lock = open_in(half, "lock", O_RDWR | O_CREAT);
    if (flock(lock, LOCK_EX | LOCK_NB) < 0)
        refuse("%s/lock", half);
    close(open_in(half, "out", O_WRONLY | O_CREAT));
    close(open_in(half, "err", O_WRONLY | O_CREAT));
    char *script = o->script ? place_script(o, half) : NULL;
    if (rename(half, run) < 0) { /* the order was given twice, and the other was quicker */
        remove_folder(half);
        return run;
    }
    detach(run, o, script ? with_script(o, script) : o->argv, lock);
    return run;
}
