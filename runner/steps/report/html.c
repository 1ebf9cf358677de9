/* publishHTML [htmlpublisher plugin: HtmlPublisher, HtmlPublisherTarget]: a copy of a folder beside the
 * build (keepAll), or one for the job. A missing folder makes the build FAILURE and goes on, as there. What
 * the copy may take in is the helper's business: no link out of the folder is followed. */
#include "base/fs.h"
#include "base/glob.h"
#include "runner/engine/node.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <string.h>

/* Every byte that is not plain becomes "_" and the hexadecimal form of its character's bytes.
 * [HtmlPublisherTarget.sanitizeReportName]: the same folder's name as Jenkins', which appears in links. */
static char *sanitized(const char *name, bool escape_underscores)
{
    struct buf text = {0};
    while (*name) {
        unsigned char c = (unsigned char)*name;
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        if (isalnum(c) || c == '-' || (c == '_' && !escape_underscores)) {
            buf_addch(&text, *name++);
            continue;
        }
        buf_addch(&text, '_');
        for (; n-- && *name; name++)
            buf_printf(&text, "%02x", (unsigned char)*name);
    }
    return buf_steal(&text);
}

static char *target_dir(struct step_call *c)
{
    struct run *run = c->run;
    bool keep_all = step_bool(c, "keepAll", false);
    _cleanup_free_ char *name = run_expand(run, c->branch->scope, step_str(c, "reportName", "HTML Report"));
    _cleanup_free_ char *safe = sanitized(name, step_bool(c, "escapeUnderscores", true));
    _cleanup_free_ char *job = keep_all ? NULL : build_dir(&run->home, run->record.job, 0);
    return xasprintf("%s/htmlreports/%s", keep_all ? run->record.dir : job, *safe ? safe : "_");
}

/* For `gmrun show` and the web page. */
static void note(struct step_call *c, const char *to)
{
    json_t *html = json_pack("{s:s, s:s, s:s}", "name", step_str(c, "reportName", "HTML Report"), "dir", to,
                             "files", step_str(c, "reportFiles", "index.html"));
    json_put_text(html, "titles", step_str(c, "reportTitles", NULL));
    kept_add(c->run, "html", html);
}

static enum call_status publish(struct step_call *c, size_t at);

/* step([$class: 'HtmlPublisher', reportTargets: [...]]) has any number of targets; each is a request. */
static void go_on(struct step_call *c)
{
    size_t next = (size_t)step_int(c, " next", 1);
    c->state_release(c->state);
    c->state = NULL;
    c->state_release = NULL;
    enum call_status status = publish(c, next);
    if (status == CALL_OK)
        step_done(c, NULL_VALUE);
    else if (status == CALL_THROW)
        step_fail(c, fiber_take_exception(c->fiber));
}

static bool copied(struct step_call *c, const struct worker_end *end)
{
    _cleanup_free_ char *to = target_dir(c);
    if (!end->result && end->fail != WORKER_EMPTY)
        return false;
    if (end->result && json_integer_value(json_object_get(end->result, "count"))) {
        note(c, to);
    } else {
        step_log(c, "ERROR: Directory '%s' exists but failed copying to '%s'.", step_str(c, "reportDir", ""),
                 to);
        if (c->run->result == RESULT_NONE || c->run->result <= RESULT_UNSTABLE)
            step_log(c, "ERROR: This is especially strange since your build otherwise succeeded.");
    }
    go_on(c);
    return true;
}

/* build_mark() and CALL_OK: the following steps run, as after setResult() in Jenkins. */
static enum call_status missing(struct step_call *c, const char *from)
{
    step_log(c, "ERROR: Specified HTML directory '%s' does not exist.", from);
    if (!step_bool(c, "allowMissing", false))
        build_mark(c->run, c->branch->scope, RESULT_FAILURE);
    return CALL_OK;
}

/* The arguments of a target become the call's own; those of the one before must not show through. */
static void take_target(struct step_call *c, struct map *target)
{
    struct value args = map_new(c->run->vm), targets = step_arg(c, "reportTargets"),
                 views = step_arg(c, " views");
    struct map_slot *slot;
    map_set_str(AS_MAP(args), "reportTargets", targets);
    map_set_str(AS_MAP(args), " views", views);
    for (size_t i = 0; map_next(target, &i, &slot);)
        map_set(AS_MAP(args), slot->key, slot->value);
    value_release(c->args);
    c->args = args;
}

/* The folder of a target. Owned. */
static char *source_dir(struct step_call *c)
{
    _cleanup_free_ char *dir = run_expand(c->run, c->branch->scope, step_str(c, "reportDir", "")),
                        *joined = step_path(c, dir);
    return path_normalise(joined);
}

/* Of a far node only the text can be compared; its links are followed there by nobody, as the copy comes
 * from the helper. */
static bool is_inside(struct step_call *c, const char *path)
{
    const char *root = scope_lease(c->branch->scope)->workspace;
    size_t n = strlen(root);
    return ws_far(c) ? strncmp(path, root, n) == 0 && (!path[n] || path[n] == '/') : path_inside(root, path);
}

/* Folders of a far node are fetched before any is published: later is no time for questions. */
static int fetch_targets(struct step_call *c, struct error *err)
{
    struct value targets = step_arg(c, "reportTargets");
    struct value args = value_retain(c->args), views = map_new(c->run->vm);
    int rc = 0;
    for (size_t at = 0; rc == 0 && (at == 0 || at < described_count(targets)); at++) {
        struct map *target = described_at(targets, at);
        if (target)
            take_target(c, target);
        _cleanup_free_ char *from = source_dir(c);
        struct ant_scan scan = {
            .root = from, .includes = step_str(c, "includes", "**/*"), .split = GLOB_COMMA};
        if (!is_inside(c, from) || !ws_is_dir(c, from))
            continue;
        const char *view = ws_view(c, &scan, err);
        struct value v = view ? string_from(view) : NULL_VALUE;
        map_set_str(AS_MAP(views), from, v);
        value_release(v);
        rc = view ? 0 : -1;
    }
    value_release(c->args);
    c->args = args;
    map_set_str(AS_MAP(c->args), " views", views);
    value_release(views);
    return ws_waits(c) ? -1 : rc;
}

/* What stands for a folder on this machine; NULL: there is none. Borrowed. */
static const char *local_dir(struct step_call *c, const char *from)
{
    struct value views = step_arg(c, " views"), v, hold = NULL_VALUE;
    if (!value_is(views, OBJ_MAP))
        return fs_is_dir(from) ? from : NULL;
    return map_get_str(AS_MAP(views), from, &v) ? value_text(c->fiber, v, &hold) : NULL;
}

/* Of one target. */
static enum call_status publish_one(struct step_call *c)
{
    _cleanup_(error_release) struct error err = {0};
    bool keep_all = step_bool(c, "keepAll", false);
    _cleanup_free_ char *from = source_dir(c), *to = target_dir(c);
    const char *here = local_dir(c, from);
    step_log(c, "[htmlpublisher] Archiving at %s level %s to %s", keep_all ? "BUILD" : "PROJECT", from, to);
    if (!is_inside(c, from))
        return step_abort(c, "cannot publish '%s': it lies outside of the workspace",
                          step_str(c, "reportDir", ""));
    if (!here)
        return missing(c, from);
    if (fs_rm_rf(to, &err) < 0)
        return step_abort(c, "%s", err.message);
    json_t *r = json_pack("{s:s,s:s,s:s,s:s,s:b,s:b}", "op", "archive-artifacts", "dir", here, "dest", to,
                          "includes", step_str(c, "includes", "**/*"), "defaultExcludes", 1, "allowEmpty", 1);
    return helper_start(c, r, copied);
}

/* Targets from the `at`th on: CALL_WAIT while one is copied. A missing one that is not allowed is the last.
 */
static enum call_status publish(struct step_call *c, size_t at)
{
    for (;; at++) {
        struct map *target = described_at(step_arg(c, "reportTargets"), at);
        bool alone = at == 0 && !described_count(step_arg(c, "reportTargets"));
        if (!target && !alone)
            return CALL_OK;
        if (target)
            take_target(c, target);
        map_set_str(AS_MAP(c->args), " next", value_int((int)at + 1));
        enum call_status status = publish_one(c);
        if (status != CALL_OK || !step_bool(c, "allowMissing", false))
            return status;
    }
}

enum call_status step_publish_html(struct step_call *c, struct value *out)
{
    described_unwrap(c, "target");
    _cleanup_(error_release) struct error err = {0};
    step_log(c, "[htmlpublisher] Archiving HTML reports...");
    if (ws_far(c) && fetch_targets(c, &err) < 0)
        return step_abort(c, "%s", err.message);
    return publish(c, 0);
}
