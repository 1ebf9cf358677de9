/* gmrun gc: removes what killed builds left. A lock tells the living from the dead: what is locked is in use
 * and not touched, and the lock is held while its belongings are removed. */
#include "base/fs.h"
#include "base/proc.h"
#include "runner/cli/cli.h"
#include "runner/state/lock.h"
#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum { GRACE_MS = 3000 };

struct gc {
    struct run_options *o;
    int removed, failed;
};

static void remove_path(struct gc *g, const char *path)
{
    struct error err = {0};
    if (!fs_exists(path))
        return;
    if (!g->o->dry_run && fs_rm_rf(path, &err)) {
        g->failed++;
        cli_refuse(&err);
        return;
    }
    g->removed++;
    printf("%s %s\n", g->o->dry_run ? "would remove" : "removed", path);
}

/* The second line of a lock: a workspace's folder, a build's cookie. Owned; NULL: none. */
static char *lock_note(const char *lock)
{
    _cleanup_(buf_release) struct buf text = {0};
    char *line = fs_read_file(lock, 65536, &text, NULL) == 0 && text.len ? strchr(text.data, '\n') : NULL;
    return line && line[1] ? xstrndup(line + 1, strcspn(line + 1, "\n")) : NULL;
}

static void collect_lock(struct gc *g, const char *path)
{
    _cleanup_(close_fd) int fd = lock_take(path, false, NULL);
    if (fd < 0) {
        fd = -1;
        return;
    }
    _cleanup_free_ char *folder = lock_note(path);
    _cleanup_free_ char *tmp = folder && *folder == '/' ? xasprintf("%s@tmp", folder) : NULL;
    if (tmp)
        remove_path(g, tmp);
    remove_path(g, path);
}

static void collect_locks(struct gc *g)
{
    _cleanup_free_ char *dir = path_join(g->o->home.dir, "locks");
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        _cleanup_free_ char *path = path_join(dir, e->d_name);
        if (e->d_name[0] != '.')
            collect_lock(g, path);
    }
    if (d)
        closedir(d);
}

/* Its processes carry the cookie in their environment, wherever they have gone. */
static void end_processes(struct gc *g, const char *cookie)
{
    _cleanup_free_ char *entry = xasprintf("JENKINS_NODE_COOKIE=%s", cookie);
    int found = proc_signal_all(entry, 0, 0);
    if (!found)
        return;
    g->removed += found;
    printf("%s %d process%s of %s\n", g->o->dry_run ? "would end" : "ended", found, found == 1 ? "" : "es",
           cookie);
    if (!g->o->dry_run && proc_sweep(entry, GRACE_MS))
        g->failed++;
}

/* A folder of a killed build is kept, for `resume` and for reading; only the signs that it runs go. */
static void collect_build(struct gc *g, const char *job, int number)
{
    static const char *const signs[] = {"lock", "stop"};
    _cleanup_free_ char *dir = build_dir(&g->o->home, job, number);
    if (build_running(&g->o->home, job, number, NULL))
        return;
    _cleanup_free_ char *lock = path_join(dir, "lock"), *cookie = lock_note(lock);
    if (cookie)
        end_processes(g, cookie);
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        _cleanup_free_ char *path = path_join(dir, signs[i]);
        remove_path(g, path);
    }
}

static void collect_builds(struct gc *g)
{
    char **names;
    size_t n = job_names(&g->o->home, &names);
    for (size_t i = 0; i < n; i++) {
        int *numbers;
        size_t builds = build_numbers(&g->o->home, names[i], &numbers);
        for (size_t k = 0; k < builds; k++)
            collect_build(g, names[i], numbers[k]);
        free(numbers);
        free(names[i]);
    }
    free(names);
}

int cmd_gc(struct run_options *o)
{
    struct gc g = {.o = o};
    collect_locks(&g);
    collect_builds(&g);
    if (!g.removed && !g.failed)
        printf("nothing to remove\n");
    fprintf(stderr, "gmrun: gc does not look for containers, pods and networks yet\n");
    return g.failed ? EXIT_FAILED : EXIT_OK;
}
