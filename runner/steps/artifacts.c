/* stash, unstash, archiveArtifacts, archive, junit [workflow-basic-steps, core ArtifactArchiver, junit].
 *
 * Stashes lie in the build's folder and go with it; artifacts in its `archive`, where copyArtifacts and
 * unarchive of other builds look for them. The helper program does both, beside the node's files. */
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* ---- stash, unstash */

/* Names become file names; Jenkins allows what is safe as one (jenkins.model.Jenkins.checkGoodName). */
static bool good_name(const char *name)
{
    return *name && !strpbrk(name, "/\\?*%!@#$^&|<>[]:;") && strcmp(name, ".") && strcmp(name, "..");
}

static char *stash_path(struct step_call *c, const char *name)
{
    return xasprintf("%s/stashes/%s.tar.zst", c->run->record.dir, name);
}

/* The empty stash is told in StashManager's words, whatever the helper's. */
static bool stashed(struct step_call *c, const struct worker_end *end)
{
    if (end->fail == WORKER_EMPTY && !end->result) {
        step_fail_text(c, "No files included in stash ‘%s’", step_str(c, "name", ""));
        return true;
    }
    if (!end->result)
        return false;
    int count = (int)json_integer_value(json_object_get(end->result, "count"));
    step_log(c, "Stashed %d file(s)", count);
    return false;
}

/* 0700: a stash may hold what the workspace protects. */
enum call_status step_stash(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *name = step_str(c, "name", "");
    if (!good_name(name))
        return vm_throw(c->fiber, "IllegalArgumentException", "‘%s’ is an unsafe name for a stash", name);
    _cleanup_free_ char *file = stash_path(c, name), *dir = path_dirname(file);
    if (fs_mkdir_p(dir, 0700, &err) < 0)
        return step_abort(c, "%s", err.message);
    if (fs_exists(file))
        step_log(c, "Warning: overwriting stash ‘%s’", name);
    json_t *r = json_pack("{s:s,s:s,s:s,s:b,s:b}", "op", "stash", "dir", step_cwd(c), "name", name,
                          "allowEmpty", step_bool(c, "allowEmpty", false), "defaultExcludes",
                          step_bool(c, "useDefaultExcludes", true));
    json_put_text(r, "includes", step_str(c, "includes", NULL));
    json_put_text(r, "excludes", step_str(c, "excludes", NULL));
    return helper_start_there(c, r, file, NULL, stashed, NULL, NULL);
}

enum call_status step_unstash(struct step_call *c, struct value *out)
{
    const char *name = step_str(c, "name", "");
    _cleanup_free_ char *file = good_name(name) ? stash_path(c, name) : NULL;
    if (!file || !fs_exists(file))
        return step_abort(c, "No such saved stash ‘%s’", name);
    return helper_start_there(c, json_pack("{s:s,s:s}", "op", "unstash", "dir", step_cwd(c)), NULL, file,
                              NULL, NULL, NULL);
}

/* ---- archiveArtifacts */

/* A failing build is not failed again by an archive that is empty for that reason
 * [ArtifactArchiver.perform]. */
static bool archived(struct step_call *c, const struct worker_end *end)
{
    bool empty = !end->result && end->fail == WORKER_EMPTY;
    if (end->result && step_bool(c, "fingerprint", false)) {
        step_log(c, "Recording fingerprints");
        kept_fingerprints(c->run, json_object_get(end->result, "files"));
    }
    if (!empty)
        return false;
    const char *pattern = step_str(c, "artifacts", step_str(c, "includes", ""));
    bool failing = c->run->result != RESULT_NONE && c->run->result >= RESULT_FAILURE;
    if (step_bool(c, "allowEmptyArchive", false) || failing) {
        step_log(c, "No artifacts found that match the file pattern \"%s\". Configuration error?", pattern);
        step_done(c, NULL_VALUE);
    } else {
        step_fail_text(c, "No artifacts found that match the file pattern \"%s\". Configuration error?",
                       pattern);
    }
    return true;
}

enum call_status step_archive_artifacts(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *dest = path_join(c->run->record.dir, "archive");
    const char *pattern = step_str(c, "artifacts", step_str(c, "includes", ""));
    step_log(c, "Archiving artifacts");
    if (!*pattern) /* [ArtifactArchiver.NoIncludes]; to the helper an empty pattern would mean everything */
        return step_abort(c, "No artifacts are configured for archiving.\n"
                             "You probably forgot to set the file pattern, so please go back to the "
                             "configuration and specify it.\n"
                             "If you really did mean to archive all the files in the workspace, please "
                             "specify \"**\"");
    if (step_bool(c, "onlyIfSuccessful", false) && c->run->result != RESULT_NONE &&
        c->run->result > RESULT_UNSTABLE) {
        step_log(c, "Skipped archiving because build is not successful");
        return CALL_OK;
    }
    _cleanup_free_ char *includes = run_expand(c->run, c->branch->scope, pattern);
    struct ant_scan scan = {.root = step_cwd(c),
                            .includes = includes,
                            .excludes = step_str(c, "excludes", NULL),
                            .split = GLOB_COMMA,
                            .no_default_excludes = !step_bool(c, "defaultExcludes", true),
                            .ignore_case = !step_bool(c, "caseSensitive", true),
                            .no_follow_symlinks = !step_bool(c, "followSymlinks", true)};
    const char *dir = ws_view(c, &scan, &err);
    if (!dir)
        return step_abort(c, "%s", err.message);
    json_t *r =
        json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:b,s:b}", "op", "archive-artifacts", "dir", dir, "dest", dest,
                  "includes", includes, "defaultExcludes", step_bool(c, "defaultExcludes", true),
                  "caseSensitive", step_bool(c, "caseSensitive", true), "followSymlinks",
                  step_bool(c, "followSymlinks", true), "fingerprint", step_bool(c, "fingerprint", false));
    json_put_text(r, "excludes", step_str(c, "excludes", NULL));
    return helper_start(c, r, archived);
}

/* ---- unarchive(mapping: [pattern: target]): back from the build's archive [workflow-basic-steps:
 * UnarchiveStep] */

struct unarchive {
    struct step_call *call;
    struct list *files;
    const char *pattern, *archive, *target;
};

/* To a far node, whole in memory: artifacts that come back are reports, not images. */
static int send_file(struct step_call *c, const char *from, const char *to, struct error *err)
{
    _cleanup_(buf_release) struct buf data = {0};
    if (fs_read_file(from, 0, &data, err) < 0)
        return -1;
    return ws_write_file(c, to, data.data ? data.data : "", data.len, 0, err);
}

/* A pattern that names one file is copied to the target itself, others keep their path below it. */
static int unarchive_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct unarchive *u = data;
    bool one = strcmp(path, u->pattern) == 0;
    _cleanup_free_ char *from = path_join(u->archive, path);
    _cleanup_free_ char *inside = path_join(u->target, one ? path_basename(path) : path);
    const char *to = one && !ws_is_dir(u->call, u->target) ? u->target : inside;
    _cleanup_free_ char *dir = path_dirname(to);
    if (ws_far(u->call) ? send_file(u->call, from, to, err) < 0
                        : fs_mkdir_p(dir, 0755, err) < 0 || fs_copy_file(from, to, 0, err) < 0)
        return -1;
    struct value v = string_from(to);
    list_push(u->files, v);
    value_release(v);
    return 0;
}

static enum call_status unarchive_one(struct unarchive *u)
{
    _cleanup_(error_release) struct error err = {0};
    struct ant_scan scan = {.root = u->archive, .includes = u->pattern};
    uint32_t before = u->files->len;
    if (fs_is_dir(u->archive) && ant_scan(&scan, unarchive_file, u, &err) < 0)
        return step_abort(u->call, "%s", err.message);
    return u->files->len > before ? CALL_OK
                                  : step_abort(u->call, "no artifacts to unarchive in %s", u->pattern);
}

/* In the order of the map; the first pattern without a file ends it. */
enum call_status step_unarchive(struct step_call *c, struct value *out)
{
    _cleanup_free_ char *archive = path_join(c->run->record.dir, "archive");
    struct value mapping = step_arg(c, "mapping");
    enum call_status status = CALL_OK;
    struct map_slot *slot;
    *out = list_new(c->run->vm, 0);
    for (size_t i = 0;
         status == CALL_OK && value_is(mapping, OBJ_MAP) && map_next(AS_MAP(mapping), &i, &slot);) {
        struct value key = NULL_VALUE, value = NULL_VALUE;
        const char *pattern = value_text(c->fiber, slot->key, &key);
        _cleanup_free_ char *joined = step_path(c, value_text(c->fiber, slot->value, &value));
        _cleanup_free_ char *target = path_normalise(joined);
        struct unarchive u = {c, AS_LIST(*out), pattern, archive, target};
        status = unarchive_one(&u);
        value_release(key);
        value_release(value);
    }
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}
