/* cache(path:, key:, restoreKeys:, includes:, excludes:) { } and hashFiles(pattern) [j3t's pipeline-cache:
 * CacheStep, HashFilesStep]. A key is saved once; what is restored is that of the key, else the newest one
 * whose key begins with one of restoreKeys, in their order. All jobs of a home share the keys, as they share
 * the plugin's bucket. */
#include "runner/steps/tools/keyed_cache.h"
#include "base/fs.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/cache_file.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct keyed {
    struct helper_queue queue;
    struct cache_file folder;
    const char *key; /* of the call */
    char *store;     /* folder of all archives */
    char *archive;   /* of the key, */
    char *made;      /* and the file that becomes it */
    char *found;     /* the archive to restore; NULL: none */
    char *restored;  /* its key as told */
    bool asked;
    struct value result; /* of the body */
};

static void keyed_free(void *data)
{
    struct keyed *k = data;
    cache_file_release(&k->folder);
    value_release(k->result);
    free(k->store);
    free(k->archive);
    free(k->made);
    free(k->found);
    free(k->restored);
    free(k);
}

static const char ending[] = ".tar.zst";

struct newest {
    const char *prefix;
    char *name;
    struct timespec time;
};

static int note_newest(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct newest *n = data;
    if (!S_ISREG(st->st_mode) || !str_has_prefix(path, n->prefix) || !str_has_suffix(path, ending))
        return FS_SKIP;
    if (n->name && (st->st_mtim.tv_sec < n->time.tv_sec ||
                    (st->st_mtim.tv_sec == n->time.tv_sec && st->st_mtim.tv_nsec <= n->time.tv_nsec)))
        return FS_SKIP;
    free(n->name);
    n->name = xstrdup(path);
    n->time = st->st_mtim;
    return FS_SKIP;
}

static bool find_by_prefix(struct keyed *k, const char *prefix)
{
    _cleanup_free_ char *name = cache_name(prefix);
    struct newest n = {.prefix = name};
    if (fs_is_dir(k->store))
        fs_walk(k->store, note_newest, &n, NULL);
    if (!n.name)
        return false;
    k->found = path_join(k->store, n.name);
    k->restored = cache_name_text(n.name, strlen(n.name) - strlen(ending));
    free(n.name);
    return true;
}

static void find_archive(struct keyed *k)
{
    struct step_call *c = k->queue.call;
    struct value keys = step_arg(c, "restoreKeys");
    if (fs_exists(k->archive)) {
        k->found = xstrdup(k->archive);
        k->restored = xstrdup(k->key);
        return;
    }
    for (uint32_t i = 0; value_is(keys, OBJ_LIST) && i < AS_LIST(keys)->len; i++) {
        struct value hold = NULL_VALUE;
        bool found = find_by_prefix(k, value_text(c->fiber, AS_LIST(keys)->items[i], &hold));
        value_release(hold);
        if (found)
            return;
    }
}

/* ---- saving */

static json_t *next_save(struct helper_queue *q)
{
    struct keyed *k = (struct keyed *)q;
    _cleanup_(error_release) struct error err = {0};
    if (k->asked)
        return NULL;
    k->asked = true;
    json_t *request = cache_pack_request(q, &k->folder, k->archive, &k->made, &err);
    if (!request)
        step_log(q->call, "Cache not saved (%s)", err.message);
    return request;
}

static void save_done(struct helper_queue *q, const struct worker_end *end)
{
    struct keyed *k = (struct keyed *)q;
    _cleanup_(error_release) struct error err = {0};
    if (!end->result)
        step_log(q->call, "Cache not saved (%s)", end->message);
    else if (cache_keep(k->made, k->archive, &err) < 0)
        step_log(q->call, "Cache not saved (%s)", err.message);
    else
        step_log(q->call, "Cache saved successfully (%s)", k->key);
}

static enum call_status give_result(struct step_call *c, struct outcome o, struct value *out)
{
    struct keyed *k = c->state;
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    *out = value_retain(k->result);
    return CALL_OK;
}

static enum call_status after_body(struct step_call *c, struct outcome o, struct value *out)
{
    struct keyed *k = c->state;
    bool bad = c->run->result != RESULT_NONE && c->run->result >= RESULT_FAILURE;
    if (o.thrown || bad) {
        step_log(c, "Cache not saved (inner-step failed)");
        return step_after_plain(c, o, out);
    }
    if (fs_exists(k->archive)) {
        step_log(c, "Cache not saved (%s already exists)", k->key);
        return step_after_plain(c, o, out);
    }
    bool there = ws_is_dir(c, k->folder.dir);
    if (!there) {
        step_log(c, "Cache not saved (path not exists)");
        return step_after_plain(c, o, out);
    }
    if (ws_waits(c))
        return CALL_WAIT;
    k->result = value_retain(o.v);
    k->asked = false;
    k->queue.next = next_save;
    k->queue.done = save_done;
    return helper_queue_run(c, give_result);
}

/* ---- restoring */

static json_t *next_restore(struct helper_queue *q)
{
    struct keyed *k = (struct keyed *)q;
    if (k->asked || !k->found)
        return NULL;
    k->asked = true;
    return cache_unpack_request(q, &k->folder, k->found);
}

static void restore_done(struct helper_queue *q, const struct worker_end *end)
{
    struct keyed *k = (struct keyed *)q;
    if (end->result)
        step_log(q->call, "Cache restored successfully (%s)", k->restored);
    else
        step_log(q->call, "Cache not restored (%s)", end->message);
}

static enum call_status restored(struct step_call *c, struct outcome o, struct value *out)
{
    struct keyed *k = c->state;
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    if (!k->found)
        step_log(c, "Cache not restored (no such key found)");
    return step_body(c, NULL, NULL, 0, NULL, after_body);
}

enum call_status keyed_cache_enter(struct step_call *c)
{
    const char *path = step_str(c, "path", NULL), *key = step_str(c, "key", NULL);
    if (!path || !*path || !key || !*key)
        return vm_throw(c->fiber, "IllegalArgumentException", "cache needs path and key, or caches");
    struct keyed *k = xcalloc(1, sizeof(*k));
    c->state = k;
    c->state_release = keyed_free;
    k->queue = (struct helper_queue){.call = c, .next = next_restore, .done = restore_done};
    k->key = key;
    _cleanup_free_ char *joined = step_path(c, path), *name = cache_name(key);
    k->folder = (struct cache_file){.dir = path_normalise(joined),
                                    .includes = xstrdup(step_str(c, "includes", NULL)),
                                    .excludes = xstrdup(step_str(c, "excludes", NULL))};
    k->store = path_join(c->run->home.dir, "caches");
    k->archive = xasprintf("%s/%s%s", k->store, name, ending);
    find_archive(k);
    return helper_queue_run(c, restored);
}

enum call_status step_hash_files(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    char hex[HASH_HEX_MAX];
    if (cache_hash(c, step_str(c, "pattern", ""), hex, &err) < 0)
        return step_abort(c, "%s", err.message);
    *out = string_from(hex);
    return CALL_OK;
}
