/* Steps that bring in more Groovy: load, evaluate, build of a sibling pipeline [workflow-cps: LoadStep]. */
#include "base/fs.h"
#include "runner/engine/library.h"
#include "runner/engine/source.h"
#include "runner/steps/rows.h"
#include <string.h>

enum { SOURCE_LIMIT = 64 << 20 };

/* Compiles a text and enters its run(); the value of the step is what that returns. */
static enum call_status enter_source(struct step_call *c, const char *class, const char *text, size_t len)
{
    _cleanup_(error_release) struct error err = {0};
    struct value script;
    struct ast *ast = source_parse(c->run, class, text, len, &err);
    if (!ast)
        return source_refused(c->fiber, class, &err);
    if (source_script(c->fiber, ast, class, true, &script) != CALL_OK)
        return CALL_THROW;
    value_release(c->body);
    c->body = method_of(c->run->vm, script, "run");
    value_release(script);
    return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
}

enum call_status step_load(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const char *name = step_str(c, "path", "");
    _cleanup_free_ char *path = step_path(c, name);
    if (!fs_exists(path))
        return vm_throw(c->fiber, "NoSuchFileException", "%s", path);
    if (fs_read_file(path, SOURCE_LIMIT, &text, &err) < 0)
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

/* ---- shared libraries */

static struct value member(struct value map, const char *name)
{
    struct value v;
    return value_is(map, OBJ_MAP) && map_get_str(AS_MAP(map), name, &v) ? v : NULL_VALUE;
}

/* retriever: modernSCM([$class: 'GitSCMSource', remote: …]) or legacySCM([… userRemoteConfigs: [[url: …]]])
 */
static enum call_status load_from(struct step_call *c, const char *spec, struct value retriever)
{
    _cleanup_(error_release) struct error err = {0};
    struct value scm = member(retriever, "scm"), remotes = member(scm, "userRemoteConfigs");
    struct value source =
        value_is(remotes, OBJ_LIST) && AS_LIST(remotes)->len ? AS_LIST(remotes)->items[0] : scm;
    struct value url = member(source, "remote"), id = member(source, "credentialsId"), url_hold = NULL_VALUE,
                 id_hold = NULL_VALUE;
    enum call_status status = CALL_OK;
    if (value_is_null(url))
        url = member(source, "url");
    if (value_is_null(url))
        return step_abort(c, "library %s: its retriever names no repository", spec);
    if (library_load_from(c->run, spec, value_text(c->fiber, url, &url_hold),
                          value_is_null(id) ? NULL : value_text(c->fiber, id, &id_hold), &err) < 0)
        status = step_abort(c, "%s", err.message);
    value_release(url_hold);
    value_release(id_hold);
    return status;
}

enum call_status step_library(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *spec = step_str(c, "identifier", "");
    step_log(c, "Loading library %s", spec);
    if (step_has(c, "retriever"))
        return load_from(c, spec, step_arg(c, "retriever"));
    if (library_load(c->run, spec, &err) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}

enum call_status step_library_resource(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf raw = {0};
    const char *name = step_str(c, "resource", "");
    _cleanup_free_ char *path = library_resource(c->run, name);
    if (!path)
        return step_abort(c, "No such library resource %s could be found.", name);
    if (fs_read_file(path, SOURCE_LIMIT, &raw, &err) < 0)
        return step_abort(c, "%s", err.message);
    return step_decoded(c, &raw, out);
}
