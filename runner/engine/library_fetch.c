/* Where libraries come from: a folder, a repository, or the copy of the build that is restarted. Repositories
 * are kept below HOME/libraries, one work tree a version; a lock is held from the fetch until the copy is
 * made. */
#include "base/fs.h"
#include "base/hash.h"
#include "agents/worker.h"
#include "runner/cli/run_options.h"
#include "runner/engine/library_list.h"
#include "runner/engine/scm_source.h"
#include "runner/state/lock.h"
#include <string.h>

/* ---- copying */

struct copying {
    const char *from, *to;
};

static bool is_part(const char *path)
{
    static const char *const parts[] = {"vars", "src", "resources"};
    size_t n = strcspn(path, "/");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (strlen(parts[i]) == n && strncmp(parts[i], path, n) == 0)
            return true;
    return false;
}

/* A link is copied as what it names, if that lies in the library. */
static int copy_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    const struct copying *c = data;
    /* Tests, build files and the .git of a checkout stay behind. */
    if (!is_part(path))
        return FS_SKIP;
    _cleanup_free_ char *from = path_join(c->from, path), *to = path_join(c->to, path);
    if (S_ISDIR(st->st_mode))
        return fs_mkdir_p(to, 0755, err);
    if (S_ISLNK(st->st_mode)) {
        _cleanup_free_ char *real = path_inside(c->from, path) ? realpath(from, NULL) : NULL;
        /* A link to a folder, or out of the library, is left out. */
        return real && !fs_is_dir(real) ? fs_copy_file(real, to, 0, err) : 0;
    }
    return S_ISREG(st->st_mode) ? fs_copy_file(from, to, 0, err) : 0;
}

static int copy_parts(const struct library_wanted *w, const char *root, const char *to, struct error *err)
{
    _cleanup_free_ char *from = path_join(root, w->subdir && *w->subdir ? w->subdir : "."),
                        *vars = path_join(from, "vars"), *src = path_join(from, "src");
    struct copying c = {from, to};
    if (!path_inside(root, from) || (!fs_exists(vars) && !fs_exists(src)))
        return error_set(err, ERROR_INVALID,
                         "Library %s expected to contain at least one of src or vars directories", w->name);
    return fs_mkdir_p(to, 0755, err) < 0 ? -1 : fs_walk(from, copy_one, &c, err);
}

/* ---- repositories */

struct fetch {
    bool done;
    char *message;
    enum worker_fail fail;
};

static void fetched(void *data, const struct worker_end *end)
{
    struct fetch *f = data;
    f->done = true;
    f->fail = end->fail;
    f->message = end->result ? NULL : xstrdup(end->message);
}

static json_t *fetch_request(struct run *run, const struct library_wanted *w, const char *version,
                             const char *dir)
{
    /* Keys of hosts that builds of this home met first. */
    _cleanup_free_ char *hosts = path_join(run->home.dir, "known_hosts");
    json_t *r = json_pack("{s:s,s:s,s:s,s:s,s:b}", "op", "checkout", "dir", dir, "url", w->remote,
                          "knownHosts", hosts, "changelog", 0);
    if (w->branches)
        json_object_set(r, "branches", (json_t *)w->branches);
    else if (version)
        json_object_set_new(r, "branches", json_pack("[s]", version));
    const struct credential *cred =
        w->credentials_id ? credentials_find(run->credentials, w->credentials_id) : NULL;
    if (cred)
        json_object_set_new(r, "credentials", scm_credentials(cred));
    return r;
}

/* Blocks the build: nothing of it can run before its libraries are there. Whoever aborts it need not wait. */
static int fetch(struct run *run, const struct library_wanted *w, const char *version, const char *dir,
                 struct error *err)
{
    static const struct worker_callbacks callbacks = {.done = fetched};
    struct fetch f = {0};
    json_t *r = fetch_request(run, w, version, dir);
    struct worker *worker =
        fs_mkdir_p(dir, 0755, err) < 0 ? NULL : worker_start(&run->procs, NULL, r, &callbacks, &f, err);
    json_decref(r);
    if (!worker)
        return -1;
    bool cancelled = false;
    while (!f.done && loop_run_once(run->loop, -1, err) >= 0)
        /* The signal only notes it: this loop stands in for the build's. */
        if (run->aborting && !cancelled && !f.done) {
            cancelled = true;
            worker_cancel(worker);
        }
    /* Jenkins' words. */
    if (f.message && f.fail == WORKER_REVISION)
        error_set(err, ERROR_REMOTE, "No version %s found for library %s", version ? version : "", w->name);
    else if (f.message)
        error_set(err, ERROR_REMOTE, "library %s: %s", w->name, f.message);
    bool failed = !f.done || f.message;
    free(f.message);
    return failed ? -1 : 0;
}

/* HOME/libraries/NAME@VERSION-DIGEST: the digest keeps apart what is equal once slashes are replaced, and
 * other addresses. */
static char *cache_dir(const struct run *run, const struct library_wanted *w, const char *version)
{
    char hex[HASH_HEX_MAX];
    _cleanup_free_ char *branches = w->branches ? json_dumps(w->branches, 0) : NULL;
    _cleanup_free_ char *key =
        xasprintf("%s\n%s\n%s\n%s", w->name, version ? version : "", w->remote, branches ? branches : "");
    /* Only to tell names apart: no security hangs on it. */
    hash_hex(HASH_MD5, key, strlen(key), hex);
    _cleanup_free_ char *shown = xasprintf("%s@%s", w->name, version ? version : "default");
    for (char *p = shown; *p; p++)
        *p = *p == '/' ? '_' : *p;
    return xasprintf("%s/libraries/%.100s-%.8s", run->home.dir, shown, hex);
}

static int copy_remote(struct run *run, const struct library_wanted *w, const char *version, const char *to,
                       struct error *err)
{
    _cleanup_free_ char *dir = cache_dir(run, w, version), *lock = xasprintf("%s.lock", dir),
                        *parent = path_dirname(dir);
    if (fs_mkdir_p(parent, 0755, err) < 0)
        return -1;
    _cleanup_(close_fd) int fd = lock_take(lock, true, err);
    /* The lock keeps other builds from moving the work tree while it is copied. */
    if (fd < 0 || fetch(run, w, version, dir, err) < 0)
        return -1;
    return copy_parts(w, dir, to, err);
}

/* The copy of the build that is restarted or replayed; NULL. */
static char *kept_copy(struct run *run, const char *to)
{
    const json_t *old = run->options->replayed;
    const char *job = json_string_value(json_object_get(old, "job"));
    if (!job)
        return NULL;
    _cleanup_free_ char *build =
        build_dir(&run->home, job, (int)json_integer_value(json_object_get(old, "number")));
    char *dir = xasprintf("%s/libs/%s", build, path_basename(to));
    if (fs_is_dir(dir))
        return dir;
    free(dir);
    return NULL;
}

int library_copy(struct run *run, const struct library_wanted *w, const char *version, const char *to,
                 struct error *err)
{
    /* First of all: a restart must not see a library that has moved on. */
    _cleanup_free_ char *kept = kept_copy(run, to);
    if (kept) {
        const struct library_wanted whole = {.name = w->name};
        return copy_parts(&whole, kept, to, err);
    }
    if (w->remote)
        return copy_remote(run, w, version, to, err);
    if (!w->path || !fs_is_dir(w->path))
        return error_set(err, ERROR_INVALID, "library %s: no folder %s", w->name, w->path ? w->path : "");
    return copy_parts(w, w->path, to, err);
}
