/* gmrun gc: removes what killed builds left. A lock tells the living from the dead: what is locked is in use
 * and not touched, and the lock is held while its belongings are removed.
 *
 * Order: engines and clusters first (they need certificates that lie in temporary folders), then
 * workspaces' locks, then builds. Nothing that a person could want is removed: records, logs, artifacts
 * and workspaces stay. */
#include "agents/docker_sweep.h"
#include "base/fs.h"
#include "base/proc.h"
#include "runner/cli/cli.h"
#include "runner/engine/build_env.h"
#include "runner/engine/leftovers.h"
#include "runner/state/engine_note.h"
#include "runner/state/lock.h"
#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum { GRACE_MS = 3000 };

struct gc {
    struct run_options *o;
    int removed, failed;
    json_t *seen;          /* ids of an engine's objects */
    bool swept, collected; /* the engine was asked; those of the notes */
};

/* Goes on after an error, which is told and makes the exit status 1. */
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
    /* LOCK_TAKEN is -2: close_fd() must not close it. */
    if (fd < 0) {
        fd = -1;
        return;
    }
    _cleanup_free_ char *folder = lock_note(path);
    /* Scripts and secret files of the killed build; its workspace stays. */
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

/* ---- what lies in a Docker engine */

static bool is_dead(void *data, const char *build)
{
    struct gc *g = data;
    return engine_note_is_dead(&g->o->home, build);
}

static void found(void *data, const char *kind, const char *id, const char *build)
{
    struct gc *g = data;
    if (json_object_get(g->seen, id)) /* by its note and by its label: nothing was removed yet */
        return;
    json_object_set_new(g->seen, id, json_true());
    g->removed++;
    printf("%s %s %.12s of %s\n", g->o->dry_run ? "would remove" : "removed", kind, id, build);
}

static void swept(void *data, const struct error *err)
{
    struct gc *g = data;
    g->swept = true;
    if (!err || str_has_prefix(err->message, "Cannot connect"))
        return; /* without an engine there is nothing in it */
    g->failed++;
    fprintf(stderr, "gmrun: %s\n", err->message);
}

static void collected(void *data)
{
    ((struct gc *)data)->collected = true;
}

/* Of engines that builds noted, which may be others than the machine's own. */
static void collect_noted(struct gc *g, struct loop *loop)
{
    struct procs procs;
    struct env env = {0};
    struct credentials credentials = {0};
    /* Marks a Podman service that had to be started to look into its store. */
    _cleanup_free_ char *cookie = xasprintf("gmrun-gc-%d", (int)getpid());
    if (procs_init(&procs, loop, false, NULL) < 0)
        return;
    build_env_of_process(&env);
    credentials_load(&credentials, g->o->credentials_file, true, NULL);
    struct leftovers_options o = {.home = &g->o->home,
                                  .env = &env,
                                  .cookie = cookie,
                                  .credentials = &credentials,
                                  .dry_run = g->o->dry_run,
                                  .found = found,
                                  .done = collected};
    struct leftovers *l = leftovers_start(loop, &procs, &o, g);
    while (l && !g->collected && loop_run_once(loop, -1, NULL) >= 0)
        ;
    leftovers_free(l);
    procs_release(&procs);
    env_release(&env);
    credentials_release(&credentials);
}

/* What a build made in an engine carries its build and home as labels: what belongs to other homes is left
 * alone. */
static void collect_engine(struct gc *g)
{
    static const struct docker_sweep_callbacks callbacks = {found, swept};
    struct docker_sweep_options o = {.home = g->o->home.dir, .dead = is_dead, .dry_run = g->o->dry_run};
    struct loop loop;
    if (loop_init(&loop, NULL) < 0)
        return;
    collect_noted(g, &loop);
    struct engine *engine = engine_new(&loop, NULL, NULL);
    docker_sweep_start(engine, &o, &callbacks, g);
    while (!g->swept && loop_run_once(&loop, -1, NULL) >= 0)
        ;
    engine_free(engine);
    loop_release(&loop);
}

int cmd_gc(struct run_options *o)
{
    struct gc g = {.o = o, .seen = json_object()};
    collect_engine(&g); /* first: folders beside workspaces may hold its certificates */
    collect_locks(&g);
    collect_builds(&g);
    json_decref(g.seen);
    if (!g.removed && !g.failed)
        printf("nothing to remove\n");
    return g.failed ? EXIT_FAILED : EXIT_OK;
}
