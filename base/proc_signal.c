/* Owns finding processes by what they carry: a cookie in their environment, or the number of their group.
 *
 * A descendant may leave its parent, its group and its session, but it keeps its environment; that is why
 * Jenkins kills by cookie and why this reads /proc.
 *
 * The kernel shows an environment only of one's own processes: those of other users are passed over, as they
 * could not be signalled either. */
#include "base/proc.h"
#include "base/buf.h"
#include "base/util.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Environments of builds have some kilobytes. */
enum { CHUNK = 32 * 1024, SWEEP_POLL_MS = 20, SWEEP_KILL_MS = 2000 };

/* Files of /proc have no size: read to the end. A process that goes away meanwhile ends the content early. */
static int read_proc(int proc, const char *pid, const char *name, struct buf *out)
{
    char path[64];
    snprintf(path, sizeof(path), "%s/%s", pid, name);
    _cleanup_(close_fd) int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    buf_clear(out);
    for (;;) {
        buf_reserve(out, CHUNK);
        ssize_t n = read(fd, out->data + out->len, CHUNK);
        if (n <= 0)
            break;
        out->len += (size_t)n;
        out->data[out->len] = 0;
    }
    return 0;
}

static bool has_entry(const struct buf *environ_block, const char *entry)
{
    size_t n = strlen(entry);
    const char *p = environ_block->data, *end = p + environ_block->len;
    for (const char *hit; p < end && (hit = memmem(p, (size_t)(end - p), entry, n)); p = hit + 1) {
        if ((hit == environ_block->data || hit[-1] == 0) && (hit + n == end || hit[n] == 0))
            return true;
    }
    return false;
}

enum match { MATCH_NONE, MATCH_GROUP, MATCH_OTHER };

/* stat: pid (name) state ppid pgrp session …; the name may hold brackets and blanks. */
static enum match match_process(int proc, const char *pid, const char *cookie, pid_t leader,
                                struct buf *scratch)
{
    if (read_proc(proc, pid, "stat", scratch) < 0)
        return MATCH_NONE;
    const char *after = memrchr(scratch->data, ')', scratch->len);
    char state;
    int parent, group, session;
    if (!after || sscanf(after + 1, " %c %d %d %d", &state, &parent, &group, &session) != 4)
        return MATCH_NONE;
    /* A zombie holds nothing and cannot be killed. */
    if (state == 'Z' || state == 'X')
        return MATCH_NONE;
    /* A group was signalled as a whole already; a member of the session that changed its group was not. */
    if (leader && group == leader)
        return MATCH_GROUP;
    if (leader && session == leader)
        return MATCH_OTHER;
    bool hit = cookie && read_proc(proc, pid, "environ", scratch) == 0 && has_entry(scratch, cookie);
    return hit ? MATCH_OTHER : MATCH_NONE;
}

/* The pidfd is opened before the second look, so that what is signalled is what was looked at. */
static void signal_checked(int proc, const char *pid, const char *cookie, pid_t leader, int signo,
                           struct buf *scratch)
{
    _cleanup_(close_fd) int fd = (int)syscall(SYS_pidfd_open, (pid_t)strtol(pid, NULL, 10), 0);
    if (fd >= 0 && match_process(proc, pid, cookie, leader, scratch))
        syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
}

/* The runner itself carries the cookie of a build that started it (gmrun in a pipeline) and is left out. */
int proc_signal_all(const char *cookie, pid_t leader, int signo)
{
    if (!cookie && !leader)
        return 0;
    /* The group in one call, as only that cannot miss a process that is being forked. */
    bool group = leader && signo && kill(-leader, signo) == 0;
    DIR *dir = opendir("/proc");
    if (!dir)
        return group;
    _cleanup_(buf_release) struct buf scratch = {0};
    int found = 0;
    pid_t self = getpid();
    for (struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || strtol(e->d_name, NULL, 10) == self)
            continue;
        enum match m = match_process(dirfd(dir), e->d_name, cookie, leader, &scratch);
        found += m != MATCH_NONE;
        if (signo && m == MATCH_OTHER)
            signal_checked(dirfd(dir), e->d_name, cookie, leader, signo, &scratch);
    }
    closedir(dir);
    return found;
}

/* TERM is sent once, since programs may count signals; KILL again and again, for what is forked meanwhile. */
static int wait_gone(const char *cookie, int ms, int signo)
{
    int left = proc_signal_all(cookie, 0, signo);
    for (int waited = 0; left && waited < ms; waited += SWEEP_POLL_MS) {
        nanosleep(&(struct timespec){.tv_nsec = SWEEP_POLL_MS * 1000000L}, NULL);
        left = proc_signal_all(cookie, 0, signo == SIGKILL ? SIGKILL : 0);
    }
    return left;
}

int proc_sweep(const char *cookie, int grace_ms)
{
    int left = wait_gone(cookie, grace_ms, SIGTERM);
    return left ? wait_gone(cookie, SWEEP_KILL_MS, SIGKILL) : 0;
}
