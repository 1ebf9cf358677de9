/* fingerprint [core: Fingerprinter], buildName and buildDescription [build-name-setter plugin]. */
#include "base/buf.h"
#include "base/fs.h"
#include "base/glob.h"
#include "base/hash.h"
#include "runner/engine/run_wrapper.h"
#include "runner/steps/notify/build_tokens.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* ---- fingerprint */

struct marking {
    struct step_call *call;
    json_t *files;
    struct ant_scan scan;
};

static int mark_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct marking *m = data;
    char hex[HASH_HEX_MAX];
    _cleanup_free_ char *whole = path_join(m->scan.root, path);
    if (!S_ISREG(st->st_mode))
        return 0;
    if (hash_file(HASH_MD5, whole, hex, err) < 0)
        return -1;
    json_array_append_new(m->files, json_pack("{s:s, s:s}", "path", path, "md5", hex));
    return 0;
}

/* The patterns are separated by blanks or commas, as Ant's FileSet takes them. */
enum call_status step_fingerprint(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *targets = run_expand(c->run, c->branch->scope, step_str(c, "targets", "")),
                        *excludes = run_expand(c->run, c->branch->scope, step_str(c, "excludes", ""));
    struct marking m = {.call = c,
                        .files = json_array(),
                        .scan = {.root = step_cwd(c),
                                 .includes = targets,
                                 .excludes = excludes,
                                 .split = GLOB_BLANKS,
                                 .no_default_excludes = !step_bool(c, "defaultExcludes", true),
                                 .ignore_case = !step_bool(c, "caseSensitive", true)}};
    step_log(c, "Recording fingerprints");
    if (*targets && ws_scan(c, &m.scan, mark_file, &m, &err) == 0)
        kept_fingerprints(c->run, m.files);
    json_decref(m.files);
    return err.message ? step_abort(c, "%s", err.message) : CALL_OK;
}

/* ---- buildName, buildDescription */

static enum call_status set_label(struct step_call *c, const char *key, const char *what,
                                  const char *template)
{
    _cleanup_free_ char *text = build_tokens_expand(c, template);
    step_log(c, "New run %s is '%s'", what, text);
    run_wrapper_label(c->run, key, text);
    return CALL_OK;
}

enum call_status step_build_name(struct step_call *c, struct value *out)
{
    return set_label(c, "displayName", "name", step_str(c, "nameTemplate", ""));
}

enum call_status step_build_description(struct step_call *c, struct value *out)
{
    return set_label(c, "description", "description", step_str(c, "descriptionTemplate", ""));
}
