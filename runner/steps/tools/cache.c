/* cache(maxCacheSize: …, caches: [arbitraryFileCache(path: …)]) { } [jobcacher: CacheStep, CacheManager,
 * ArbitraryFileCache].
 *
 * The caches of a job stand below its folder by branch; a branch without one starts with that of
 * defaultBranch. The digest of cacheValidityDecidingFile is a part of the archive's name: an archive is valid
 * for a build that has the same digest, and no second file can disagree with it. All are packed alike,
 * whatever compressionMethod asks for. */
#include "base/fs.h"
#include "base/hash.h"
#include "runner/steps/report/described.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/cache_file.h"
#include "runner/steps/tools/keyed_cache.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct one_cache {
    struct cache_file folder;
    char *path;     /* as told in messages */
    char *id;       /* digest of the path, or cacheName */
    char *file;     /* the same as a part of a file's name */
    char *deciding; /* pattern, or NULL */
    char *state;    /* their digest now; NULL: they cannot be read */
    bool there;     /* the folder is, at the end of the block */
    char *found;    /* archive to restore, or NULL */
    char *archive;  /* that is saved, */
    char *made;     /* and the file that becomes it */
};

struct caches {
    struct helper_queue queue;
    VEC(struct one_cache) items;
    size_t next;
    char *root, *fallback; /* folders of the archives; fallback NULL: no default branch */
    int64_t started_ms;
    struct value result; /* of the body */
};

static void caches_free(void *data)
{
    struct caches *all = data;
    for (size_t i = 0; i < all->items.len; i++) {
        struct one_cache *one = &all->items.items[i];
        cache_file_release(&one->folder);
        free(one->path);
        free(one->id);
        free(one->file);
        free(one->deciding);
        free(one->state);
        free(one->found);
        free(one->archive);
        free(one->made);
    }
    vec_release(&all->items);
    value_release(all->result);
    free(all->root);
    free(all->fallback);
    free(all);
}

static void tell(struct caches *all, const struct one_cache *one, const char *message)
{
    step_log(all->queue.call, "[Cache for %s with id %s] %s", one->path, one->id, message);
}

static void tell_time(struct caches *all, const struct one_cache *one, const char *what)
{
    _cleanup_free_ char *text =
        xasprintf("%s in %lldms", what, (long long)(loop_now(all->queue.call->run->loop) - all->started_ms));
    tell(all, one, text);
}

static void find_state(struct caches *all, struct one_cache *one)
{
    _cleanup_(error_release) struct error err = {0};
    char hex[HASH_HEX_MAX] = "any";
    free(one->state);
    one->state = NULL;
    if (one->deciding && cache_hash(all->queue.call, one->deciding, hex, &err) < 0)
        tell(all, one, err.message);
    else
        one->state = xstrdup(hex);
}

/* The archive that is valid now, below `root`. Owned; NULL: that is not known. */
static char *archive_path(const struct one_cache *one, const char *root)
{
    return one->state ? xasprintf("%s/%s.%s.tar.zst", root, one->file, one->state) : NULL;
}

/* ---- restoring */

static void search(struct caches *all, struct one_cache *one)
{
    const struct {
        const char *root, *name;
    } places[] = {{all->root, "job specific"}, {all->fallback, "default"}};
    for (size_t i = 0; i < ARRAY_LEN(places) && places[i].root && !one->found; i++) {
        _cleanup_free_ char *text = xasprintf("Searching cache in %s caches...", places[i].name);
        _cleanup_free_ char *hit = xasprintf("Found cache in %s caches", places[i].name);
        char *archive = archive_path(one, places[i].root);
        tell(all, one, text);
        if (archive && fs_exists(archive)) {
            one->found = archive;
            tell(all, one, hit);
            continue;
        }
        free(archive);
    }
}

static json_t *next_restore(struct helper_queue *q)
{
    struct caches *all = (struct caches *)q;
    while (all->next < all->items.len) {
        struct one_cache *one = &all->items.items[all->next++];
        search(all, one);
        if (!one->found) {
            tell(all, one, "Skip restoring cache as no up-to-date cache exists");
        } else if (step_bool(q->call, "skipRestore", false)) {
            tell(all, one, "Skip restoring cache due to skipRestore parameter");
        } else {
            tell(all, one, "Restoring cache...");
            all->started_ms = loop_now(q->call->run->loop);
            return cache_unpack_request(q, &one->folder, one->found);
        }
    }
    return NULL;
}

static void restore_done(struct helper_queue *q, const struct worker_end *end)
{
    struct caches *all = (struct caches *)q;
    const struct one_cache *one = &all->items.items[all->next - 1];
    if (end->result)
        tell_time(all, one, "Cache restored");
    else
        tell(all, one, end->message);
}

/* ---- saving */

static struct one_cache *next_to_save(struct caches *all)
{
    while (all->next < all->items.len) {
        struct one_cache *one = &all->items.items[all->next++];
        free(one->archive);
        one->archive = archive_path(one, all->root);
        if (!one->archive)
            continue;
        if (one->deciding && fs_exists(one->archive))
            tell(all, one, "Skip cache creation as the cache is up-to-date");
        else if (!one->there)
            tell(all, one, "Cannot create cache as the path does not exist");
        else
            return one;
    }
    return NULL;
}

static json_t *next_save(struct helper_queue *q)
{
    struct caches *all = (struct caches *)q;
    struct one_cache *one;
    while ((one = next_to_save(all))) {
        _cleanup_(error_release) struct error err = {0};
        json_t *request = cache_pack_request(q, &one->folder, one->archive, &one->made, &err);
        tell(all, one, "Creating cache...");
        all->started_ms = loop_now(q->call->run->loop);
        if (request)
            return request;
        tell(all, one, err.message);
    }
    return NULL;
}

struct outdated {
    const char *root, *file, *keep;
};

/* Archives of the same folder for other states of its deciding files. */
static int remove_outdated(void *data, const char *path, const struct stat *st, struct error *err)
{
    const struct outdated *o = data;
    size_t n = strlen(o->file);
    if (strncmp(path, o->file, n) == 0 && path[n] == '.' && str_has_suffix(path, ".tar.zst") &&
        strcmp(path, o->keep) != 0) {
        _cleanup_free_ char *whole = path_join(o->root, path);
        fs_rm_rf(whole, NULL);
    }
    return FS_SKIP;
}

static void save_done(struct helper_queue *q, const struct worker_end *end)
{
    struct caches *all = (struct caches *)q;
    const struct one_cache *one = &all->items.items[all->next - 1];
    _cleanup_(error_release) struct error err = {0};
    if (!end->result || cache_keep(one->made, one->archive, &err) < 0) {
        tell(all, one, end->result ? err.message : end->message);
        return;
    }
    struct outdated o = {all->root, one->file, path_basename(one->archive)};
    fs_walk(all->root, remove_outdated, &o, NULL);
    tell_time(all, one, "Cache created");
}

/* Beyond its size in megabytes nothing is kept. */
static bool too_big(struct caches *all)
{
    int64_t most = step_int(all->queue.call, "maxCacheSize", 0), size = 0;
    for (size_t i = 0; most > 0 && i < all->items.len; i++)
        size += cache_size(all->queue.call, &all->items.items[i].folder);
    if (ws_waits(all->queue.call))
        return true;
    if (most <= 0 || size <= most << 20)
        return false;
    step_log(all->queue.call, "Removing job cache as it has grown beyond configured maximum size");
    fs_rm_rf(all->root, NULL);
    return true;
}

static enum call_status saved(struct step_call *c, struct outcome o, struct value *out)
{
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    *out = value_retain(((struct caches *)c->state)->result);
    return CALL_OK;
}

static enum call_status after_body(struct step_call *c, struct outcome o, struct value *out)
{
    struct caches *all = c->state;
    bool bad = c->run->result != RESULT_NONE && c->run->result >= RESULT_FAILURE;
    if (o.thrown || bad || step_bool(c, "skipSave", false))
        return step_after_plain(c, o, out);
    for (size_t i = 0; i < all->items.len; i++) {
        find_state(all, &all->items.items[i]);
        all->items.items[i].there = ws_is_dir(c, all->items.items[i].folder.dir);
    }
    if (too_big(all))
        return step_after_plain(c, o, out);
    all->result = value_retain(o.v);
    all->next = 0;
    all->queue.next = next_save;
    all->queue.done = save_done;
    return helper_queue_run(c, saved);
}

static enum call_status restored(struct step_call *c, struct outcome o, struct value *out)
{
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    return step_body(c, NULL, NULL, 0, NULL, after_body);
}

/* ---- arguments */

static int add_cache(struct caches *all, struct value item, struct error *err)
{
    struct step_call *c = all->queue.call;
    const char *kind = value_is(item, OBJ_MAP) ? described_class(c, AS_MAP(item)) : "";
    if (strcasecmp(kind, "arbitraryFileCache") != 0)
        return error_set(err, ERROR_INVALID, "cache takes a list of arbitraryFileCache(path: …), not '%s'",
                         kind);
    struct map *m = AS_MAP(item);
    const char *path = described_str(c, m, "path", ""), *name = described_str(c, m, "cacheName", NULL),
               *deciding = described_str(c, m, "cacheValidityDecidingFile", NULL);
    if (!*path)
        return error_set(err, ERROR_INVALID, "arbitraryFileCache needs a path");
    char hex[HASH_HEX_MAX];
    _cleanup_free_ char *expanded = run_expand(c->run, c->branch->scope, path);
    _cleanup_free_ char *joined = step_path(c, expanded);
    hash_hex(HASH_MD5, path, strlen(path), hex);
    struct one_cache one = {
        .path = xstrdup(path),
        .id = xstrdup(name && *name ? name : hex),
        .file = cache_name(name && *name ? name : hex),
        .deciding = deciding && *deciding ? xstrdup(deciding) : NULL,
        .folder = {.dir = path_normalise(joined),
                   .includes = xstrdup(described_str(c, m, "includes", NULL)),
                   .excludes = xstrdup(described_str(c, m, "excludes", NULL)),
                   .no_default_excludes = !described_bool(c, m, "useDefaultExcludes", true)},
    };
    find_state(all, &one);
    vec_push(&all->items, one);
    return 0;
}

static char *branch_root(struct run *run, const char *branch)
{
    _cleanup_free_ char *job = build_dir(&run->home, run->record.job, 0);
    _cleanup_free_ char *name = cache_name(branch && *branch ? branch : "_");
    return xasprintf("%s/caches/%s", job, name);
}

enum call_status step_cache(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value list = step_arg(c, "caches");
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    if (!value_is(list, OBJ_LIST))
        return keyed_cache_enter(c);
    struct caches *all = xcalloc(1, sizeof(*all));
    const char *dflt = step_str(c, "defaultBranch", NULL);
    _cleanup_free_ char *branch = run_getenv(c->run, c->branch->scope, "BRANCH_NAME");
    c->state = all;
    c->state_release = caches_free;
    all->queue = (struct helper_queue){.call = c, .next = next_restore, .done = restore_done};
    all->root = branch_root(c->run, branch);
    all->fallback = dflt && *dflt && branch && strcmp(dflt, branch) ? branch_root(c->run, dflt) : NULL;
    for (uint32_t i = 0; i < AS_LIST(list)->len; i++)
        if (add_cache(all, AS_LIST(list)->items[i], &err) < 0)
            return step_abort(c, "%s", err.message);
    return helper_queue_run(c, restored);
}
