/* See run.h, run_follow(). Woken by inotify; where that says nothing (some sandboxes), by a slow clock. */
#include "agents/pod/run.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MS = 200, PIECE = 64 << 10 };

static int open_at(const char *run, const char *name, long long offset)
{
    _cleanup_free_ char *path = xasprintf("%s/%s", run, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        refuse("%s", path);
    lseek(fd, offset, SEEK_SET);
    return fd;
}

static void write_all(int fd, const char *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t more = write(fd, bytes + done, n - done);
        if (more < 0 && errno != EINTR)
            exit(255); /* nobody listens any more */
        done += more > 0 ? (size_t)more : 0;
    }
}

static void copy(int from, int to)
{
    static char piece[PIECE];
    for (ssize_t n; (n = read(from, piece, sizeof(piece))) > 0;)
        write_all(to, piece, (size_t)n);
}

/* -1: it has not ended. */
static int status_of(const char *run)
{
    _cleanup_free_ char *path = xasprintf("%s/status", run);
    char text[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    return n > 0 ? (int)strtol(text, NULL, 10) : -1;
}

static bool is_kept(int lock)
{
    if (flock(lock, LOCK_EX | LOCK_NB) < 0)
        return true;
    flock(lock, LOCK_UN);
    return false;
}

static void wait_for_more(int watch)
{
    char events[4096];
    struct pollfd p = {.fd = watch, .events = POLLIN};
    if (poll(&p, 1, TICK_MS) > 0 && read(watch, events, sizeof(events)) < 0 && errno != EAGAIN)
        refuse("inotify");
}

int run_follow(const char *run, const struct order *o)
{
    int out = open_at(run, "out", o->out), err = open_at(run, "err", o->err), lock = open_at(run, "lock", 0),
        watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), status;
    if (watch >= 0)
        inotify_add_watch(watch, run, IN_MODIFY | IN_MOVED_TO);
    while ((status = status_of(run)) < 0) {
        copy(out, STDOUT_FILENO);
        copy(err, STDERR_FILENO);
        bool kept = is_kept(lock);
        if (!kept && status_of(run) < 0) {
            errno = ESRCH;
            refuse("the script was lost");
        }
        if (kept && status_of(run) < 0)
            wait_for_more(watch);
    }
    copy(out, STDOUT_FILENO); /* what was written before the end */
    copy(err, STDERR_FILENO);
    while (waitpid(-1, NULL, 0) < 0 && errno == EINTR) /* the keeper, if it is ours */
        ;
    write_all(STDERR_FILENO, "\2", 1);
    return status;
}
