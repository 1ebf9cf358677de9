/* flock() on a file of its own. Open file descriptions carry the lock, so it survives fork() and dies with
 * the last descriptor; it does not work by process id and needs no clean-up after a kill. Over NFS it is
 * as good as the server's. */
#include "runner/state/lock.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_same_file(int fd, const char *path)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

/* The holder may have removed the file between our open and our lock: then the lock is on a file that
 * nobody else will find, and we start again. */
int lock_take(const char *path, bool wait, struct error *err)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return error_errno(err, "%s", path);
        int rc;

        while ((rc = flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB)) < 0 && errno == EINTR)
            ;
        if (rc == 0 && is_same_file(fd, path))
            return fd;
        int code = errno;
        close(fd);
        errno = code;
        if (rc < 0)
            return code == EWOULDBLOCK ? LOCK_TAKEN : error_errno(err, "%s", path);
    }
}

void lock_sign(int fd, const char *note)
{
    /* Signed again when more is known: the old text goes first. */
    if (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0)
        dprintf(fd, "%ld\n%s%s", (long)getpid(), note ? note : "", note ? "\n" : "");
}

/* A shared lock that succeeds is dropped with the descriptor right away; it can make a lock_take() without
 * `wait` fail for that moment. */
bool lock_held(const char *path, pid_t *pid)
{
    char text[32] = "";
    if (pid)
        *pid = 0;
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return false;
    ssize_t n = read(fd, text, sizeof(text) - 1);
    if (pid && n > 0)
        *pid = (pid_t)strtol(text, NULL, 10);
    return true;
}
