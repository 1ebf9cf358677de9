/* cleanWs [ws-cleanup]: empties the workspace, or deletes what patterns choose. */
#include "base/buf.h"
#include "base/glob.h"
#include "runner/engine/node.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* patterns: [[pattern: '…', type: 'INCLUDE' | 'EXCLUDE']], each kind joined by commas. */
static void read_patterns(struct step_call *c, struct buf *includes, struct buf *excludes)
{
    struct value list = step_arg(c, "patterns");
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value item = AS_LIST(list)->items[i], pattern, type, p = NULL_VALUE, t = NULL_VALUE;
        if (!value_is(item, OBJ_MAP) || !map_get_str(AS_MAP(item), "pattern", &pattern))
            continue;
        bool exclude = map_get_str(AS_MAP(item), "type", &type) &&
                       strcmp(value_text(c->fiber, type, &t), "EXCLUDE") == 0;
        struct buf *to = exclude ? excludes : includes;
        buf_printf(to, "%s%s", to->len ? "," : "", value_text(c->fiber, pattern, &p));
        value_release(p);
        value_release(t);
    }
}

/* The scan takes no default excludes [Cleanup: DirectoryScanner without addDefaultExcludes]: .git and
 * .gitignore can be named. Links are removed, never followed. */
static int clean(struct step_call *c, struct error *err)
{
    _cleanup_(buf_release) struct buf includes = {0}, excludes = {0};
    read_patterns(c, &includes, &excludes);
    if (!includes.data && !excludes.data)
        return ws_empty_dir(c, step_cwd(c), err);
    struct ant_scan scan = {.root = step_cwd(c),
                            .includes = includes.data ? includes.data : "**/*",
                            .excludes = excludes.data,
                            .split = GLOB_COMMA};
    return ws_prune(c, &scan, step_bool(c, "deleteDirs", false), err);
}

/* cleanWhenFailure: false and the like.
 * All flags are true by default; cleanWhenAborted: false spares an aborted build, and so on. */
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

/* notFailBuild: a file that cannot be deleted is told only. */
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
        if (!step_bool(c, "notFailBuild", false) || ws_waits(c))
            return step_abort(c, "%s", err.message);
        step_log(c, "[WS-CLEANUP] %s", err.message);
    }
    step_log(c, "[WS-CLEANUP] done");
    return CALL_OK;
}
