/* Steps that bring in more Groovy: load, evaluate [workflow-cps: LoadStep]. */
#include "base/fs.h"
#include "runner/engine/source.h"
#include "runner/engine/unknown.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { SOURCE_LIMIT = 64 << 20 };

/* Compiles a text and enters its run(); the value of the step is what that returns.
 * The body of the call becomes the script's run(): load and evaluate then end as any block does. */
static enum call_status enter_source(struct step_call *c, const char *class, const char *text, size_t len)
{
    _cleanup_(error_release) struct error err = {0};
    struct value script;
    _cleanup_free_ char *file = xasprintf("%s.groovy", class);
    struct ast *ast = source_parse(c->run, file, text, len, &err);
    if (!ast)
        return source_refused(c->fiber, file, &err);
    if (source_script(c->fiber, ast, class, true, &script) != CALL_OK)
        return CALL_THROW;
    value_release(c->body);
    c->body = method_of(c->run->vm, script, "run");
    value_release(script);
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}

/* A file below the folder that the pipeline's file was taken from. Owned. */
static char *beside_pipeline(const struct run *run, const char *name)
{
    _cleanup_free_ char *dir = path_dirname(run->file_path);
    return path_join(run->scm.root ? run->scm.root : dir, name);
}

/* *here: it is a file of this machine, not of the node. In a dry run nothing is checked out: the file is
 * looked for where the checkout would take it from. WORKSPACE@script is where older versions of Jenkins keep
 * the repository of the pipeline's file. Owned.
 * In a real run a missing file is an error of the workspace; only WORKSPACE@script is looked for elsewhere.
 */
static char *load_path(struct step_call *c, const char *name, bool *here)
{
    static const char old_place[] = "@script/";
    const char *at = strstr(name, old_place);
    char *path = step_path(c, name);
    *here = false;
    if (ws_exists(c, path) || (!at && !c->run->dry_run))
        return path;
    free(path);
    *here = true;
    return beside_pipeline(c->run, at ? at + strlen(old_place) : name);
}

/* Numbered like CPS' own scripts: the class shows up in stack traces. */
enum call_status step_load(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const char *name = step_str(c, "path", "");
    bool here;
    _cleanup_free_ char *path = load_path(c, name, &here);
    bool found = here ? fs_exists(path) : ws_exists(c, path);
    if (!found && c->run->dry_run) {
        run_notice(c->run, "load '%s': the file is not known before the run", name);
        *out = unknown_new(c->run, path_basename(name));
        return CALL_OK;
    }
    if (!found)
        return vm_throw(c->fiber, "NoSuchFileException", "%s", path);
    if ((here ? fs_read_file(path, SOURCE_LIMIT, &text, &err)
              : ws_read_file(c, path, SOURCE_LIMIT, &text, &err)) < 0)
        return step_abort(c, "%s", err.message);
    _cleanup_free_ char *class = xasprintf("Script%d", ++c->run->loaded);
    return enter_source(c, class, text.data ? text.data : "", text.len);
}

enum call_status step_evaluate(struct step_call *c, struct value *out)
{
    const char *text = step_str(c, "script", "");
    _cleanup_free_ char *class = xasprintf("Script%d", ++c->run->loaded);
    return enter_source(c, class, text, strlen(text));
}
