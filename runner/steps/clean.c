/* cleanWs [ws-cleanup]: empties the workspace, or deletes what patterns choose. */
#include "base/fs.h"
#include "base/glob.h"
#include "runner/engine/node.h"
#include "runner/steps/rows.h"
#include <string.h>

struct cleaning {
    struct glob_list includes, excludes;
    bool any_include, dirs;
    VEC(char *) chosen; /* relative paths, parents first */
};

/* patterns: [[pattern: '…', type: 'INCLUDE' | 'EXCLUDE']] */
static void read_patterns(struct step_call *c, struct cleaning *w)
{
    struct value list = step_arg(c, "patterns");
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value item = AS_LIST(list)->items[i], pattern, type, p = NULL_VALUE, t = NULL_VALUE;
        if (!value_is(item, OBJ_MAP) || !map_get_str(AS_MAP(item), "pattern", &pattern))
            continue;
        bool exclude = map_get_str(AS_MAP(item), "type", &type) &&
                       strcmp(value_text(c->fiber, type, &t), "EXCLUDE") == 0;
        glob_add(exclude ? &w->excludes : &w->includes, value_text(c->fiber, pattern, &p), GLOB_COMMA);
        w->any_include = w->any_include || !exclude;
        value_release(p);
        value_release(t);
    }
}

static int choose(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct cleaning *w = data;
    bool dir = S_ISDIR(st->st_mode);
    if (dir && !w->dirs)
        return 0;
    if (!glob_match(&w->includes, path, true) || glob_match(&w->excludes, path, true))
        return 0;
    vec_push(&w->chosen, xstrdup(path));
    return dir ? FS_SKIP : 0;
}

static int delete_chosen(struct step_call *c, struct cleaning *w, struct error *err)
{
    if (!w->any_include)
        glob_add(&w->includes, "**/*", GLOB_COMMA);
    int rc = fs_walk(step_cwd(c), choose, w, err);
    for (size_t i = 0; i < w->chosen.len; i++) {
        _cleanup_free_ char *path = step_path(c, w->chosen.items[i]);
        if (rc == 0)
            rc = fs_rm_rf(path, err);
        free(w->chosen.items[i]);
    }
    vec_release(&w->chosen);
    return rc;
}

static int clean(struct step_call *c, struct error *err)
{
    struct cleaning w = {.dirs = step_bool(c, "deleteDirs", false)};
    read_patterns(c, &w);
    int rc = w.includes.len || w.excludes.len ? delete_chosen(c, &w, err) : fs_empty_dir(step_cwd(c), err);
    glob_release(&w.includes);
    glob_release(&w.excludes);
    return rc;
}

/* cleanWhenFailure: false and the like. */
static bool wanted(struct step_call *c)
{
    static const char *const names[] = {[RESULT_SUCCESS] = "cleanWhenSuccess",
                                        [RESULT_UNSTABLE] = "cleanWhenUnstable",
                                        [RESULT_FAILURE] = "cleanWhenFailure",
                                        [RESULT_NOT_BUILT] = "cleanWhenNotBuilt",
                                        [RESULT_ABORTED] = "cleanWhenAborted"};
    enum result r = c->run->result == RESULT_NONE ? RESULT_SUCCESS : c->run->result;
    if (step_bool(c, "skipWhenFailed", false) && r >= RESULT_FAILURE)
        return false;
    return step_bool(c, names[r], true);
}

enum call_status step_clean_ws(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct lease *lease = scope_lease(c->branch->scope);
    step_log(c, "[WS-CLEANUP] Deleting project workspace...");
    if (lease->keep)
        return step_abort(c, "refusing to delete %s: it is your own folder (--in-place)", lease->workspace);
    if (!wanted(c)) {
        step_log(c, "[WS-CLEANUP] Skipped based on build state %s",
                 result_name(c->run->result == RESULT_NONE ? RESULT_SUCCESS : c->run->result));
        return CALL_OK;
    }
    if (clean(c, &err) < 0) {
        if (!step_bool(c, "notFailBuild", false))
            return step_abort(c, "%s", err.message);
        step_log(c, "[WS-CLEANUP] %s", err.message);
    }
    step_log(c, "[WS-CLEANUP] done");
    return CALL_OK;
}
