/* Sends a signal to the container's processes that carry an entry in their environment, as Jenkins finds
 * those of a script [core: ProcessTreeKiller]. Tries for a while: what it is to end may be about to begin. */
#include "agents/pod/modes.h"
#include "base/util.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 50, PAUSE_US = 100000, ENVIRON_MAX = 4 << 20 };

static bool has_entry(const char *bytes, size_t n, const char *entry)
{
    size_t len = strlen(entry) + 1; /* with its NUL */
    for (const char *p = bytes; (size_t)(bytes + n - p) >= len;) {
        if (memcmp(p, entry, len) == 0)
            return true;
        const char *end = memchr(p, 0, (size_t)(bytes + n - p));
        if (!end)
            break;
        p = end + 1;
    }
    return false;
}

static bool carries(const char *pid, const char *entry)
{
    static char bytes[ENVIRON_MAX];
    _cleanup_free_ char *path = xasprintf("/proc/%s/environ", pid);
    size_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    for (ssize_t more; n < sizeof(bytes) && (more = read(fd, bytes + n, sizeof(bytes) - n)) > 0;)
        n += (size_t)more;
    close(fd);
    return has_entry(bytes, n, entry);
}

static int signal_all(int signo, const char *entry)
{
    int found = 0;
    DIR *d = opendir("/proc");
    for (struct dirent *e; d && (e = readdir(d));)
        if (isdigit((unsigned char)e->d_name[0]) && carries(e->d_name, entry))
            found += kill((pid_t)strtol(e->d_name, NULL, 10), signo) == 0;
    if (d)
        closedir(d);
    return found;
}

int mode_kill(char **args)
{
    int signo = str_eq(args[0], "KILL") ? SIGKILL : SIGTERM;
    for (int i = 0; i < TRIES && !signal_all(signo, args[1]); i++)
        usleep(PAUSE_US);
    return 0;
}
