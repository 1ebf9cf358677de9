/* copyArtifacts [copyartifact plugin: CopyArtifact]: files of another job's build into this workspace.
 * There is one user here, so the permissions that the plugin asks for are not. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/build_selector.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <string.h>

/* COPYARTIFACT_BUILD_NUMBER_TEAM_APP: letters only, runs of anything else are one underscore. */
static void tell_number(struct step_call *c, const char *job, int number)
{
    char text[16];
    struct buf name = {0};
    const char *p = step_str(c, "resultVariableSuffix", NULL);
    buf_addstr(&name, "COPYARTIFACT_BUILD_NUMBER_");
    if (p && *p) {
        buf_addstr(&name, p);
    } else {
        for (p = job; *p; p++)
            if (isalpha((unsigned char)*p))
                buf_addch(&name, (char)toupper((unsigned char)*p));
            else if (name.data[name.len - 1] != '_' || p == job)
                buf_addch(&name, '_');
    }
    snprintf(text, sizeof(text), "%d", number);
    env_set(&c->run->global_env, name.data, text);
    buf_release(&name);
}

/* The selected build stands in the arguments until the helper is done.
 * Told before a missing file fails the step, as CopyArtifact.perform does. */
static bool copied(struct step_call *c, const struct worker_end *end)
{
    if (!end->result)
        return false;
    int count = (int)json_integer_value(json_object_get(end->result, "count"));
    const char *job = step_str(c, " job", "");
    _cleanup_free_ char *shown = job_display(job);
    step_log(c, "Copied %d artifact%s from \"%s\" build number %s", count, count == 1 ? "" : "s", shown,
             step_str(c, " number", ""));
    if (step_bool(c, "fingerprintArtifacts", true))
        kept_fingerprints(c->run, json_object_get(end->result, "files"));
    if (!count && !step_bool(c, "optional", false))
        step_fail_text(c, "Failed to copy artifacts from %s with filter: %s", job,
                       step_str(c, " filter", ""));
    else if (count && ws_far(c)) /* they lie in the build's folder so far */
        helper_put(c, step_str(c, " here", ""), step_str(c, " to", ""), NULL);
    else
        step_done(c, NULL_VALUE);
    return true;
}

/* Names with a blank in front are no arguments: what is kept there lives as the call. */
static void keep_text(struct step_call *c, const char *name, const char *text)
{
    struct value v = string_from(text);
    map_set_str(AS_MAP(c->args), name, v);
    value_release(v);
}

static char *source_dir(struct step_call *c, const char *job, int number, bool workspace)
{
    struct home *home = &c->run->home;
    if (workspace)
        return xasprintf("%s/workspace/%s", home->dir, job);
    _cleanup_free_ char *build = build_dir(home, job, number);
    return path_join(build, "archive");
}

/* flatten and the number's folder as in the plugin; a far node gets the files from this side afterwards
 * (copied()). */
static enum call_status start(struct step_call *c, const char *job, int number, const char *from)
{
    struct scope *scope = c->branch->scope;
    char text[16];
    snprintf(text, sizeof(text), "%d", number);
    _cleanup_free_ char *filter = run_expand(c->run, scope, step_str(c, "filter", "")),
                        *excludes = run_expand(c->run, scope, step_str(c, "excludes", "")),
                        *target = run_expand(c->run, scope, step_str(c, "target", ""));
    _cleanup_free_ char *dir = step_path(c, *target ? target : "."), *numbered = path_join(dir, text);
    const char *dest = step_bool(c, "includeBuildNumberInTargetPath", false) ? numbered : dir;
    _cleanup_free_ char *to = path_normalise(dest);
    const char *pattern = *filter ? filter : "**";
    keep_text(c, " job", job);
    keep_text(c, " number", text);
    keep_text(c, " filter", pattern);
    if (ws_far(c)) {
        keep_text(c, " to", to);
        free(to);
        to = xasprintf("%s/far-copy-%d", c->run->record.dir, c->id);
        keep_text(c, " here", to);
    } else if (!path_inside(scope_lease(scope)->workspace, to))
        return step_abort(c, "cannot copy artifacts to '%s': it lies outside of the workspace", target);
    json_t *r =
        json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:b,s:b}", "op", "archive-artifacts", "dir", from, "dest", to,
                  "includes", pattern, "defaultExcludes", 0, "allowEmpty", 1, "flatten",
                  step_bool(c, "flatten", false), "fingerprint", step_bool(c, "fingerprintArtifacts", true));
    json_put_text(r, "excludes", excludes);
    return helper_start(c, r, copied);
}

/* A build without artifacts has no folder for them. */
static enum call_status copy_from(struct step_call *c, const char *job, int number, bool workspace)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *from = source_dir(c, job, number, workspace);
    tell_number(c, job, number);
    if (!fs_is_dir(from) && fs_mkdir_p(from, 0755, &err) < 0)
        return step_abort(c, "%s", err.message);
    return start(c, job, number, from);
}

enum call_status step_copy_artifacts(struct step_call *c, struct value *out)
{
    struct scope *scope = c->branch->scope;
    _cleanup_free_ char *name = run_expand(c->run, scope, step_str(c, "projectName", ""));
    _cleanup_free_ char *filter = run_expand(c->run, scope, step_str(c, "parameters", ""));
    _cleanup_free_ char *job = selector_job(c->run, name);
    bool workspace;
    if (!job)
        return step_abort(c,
                          "Unable to find project for artifact copy: %s\n"
                          "This may be due to incorrect project name or permission settings; see help for "
                          "project name in job configuration.",
                          name);
    int number = selector_build(c, job, step_arg(c, "selector"), filter, &workspace);
    if (number)
        return copy_from(c, job, number, workspace);
    if (!step_bool(c, "optional", false))
        return step_abort(c, "Unable to find a build for artifact copy from: %s", name);
    step_log(c, "Unable to find a build for artifact copy from: %s", name);
    return CALL_OK;
}
