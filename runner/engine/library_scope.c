/* What scripts see of the libraries: variables, classes, resources. The first library that has a file counts.

 *
 * A variable's script is made once a build, so its fields are shared by all who use it
 * [workflow-cps-global-lib: UserDefinedGlobalVariable]. Paths are checked by path_inside(): a link in a
 * library must not give away files of the runner. */
#include "base/buf.h"
#include "base/fs.h"
#include "runner/engine/library_list.h"
#include "runner/engine/source.h"
#include <string.h>

/* Without `err` a path that leads out of its folder is no match, like one that is not there. */
static char *find_file(struct run *run, const char *folder, const char *name, const char *suffix,
                       struct error *err)
{
    struct libraries *l = libraries_of(run);
    for (size_t i = 0; i < l->list.len; i++) {
        _cleanup_free_ char *base = path_join(l->list.items[i].root, folder);
        char *path = xasprintf("%s/%s%s", base, name, suffix);
        if (fs_exists(path) && path_inside(base, path))
            return path;
        if (err && (strstr(name, "../") || fs_exists(path))) {
            error_set(err, ERROR_INVALID, "%s references a file that is not contained within the library: %s",
                      name, l->list.items[i].name);
            free(path);
            return NULL;
        }
        free(path);
    }
    return NULL;
}

/* The names of the libraries that have it. */
static size_t holders(struct run *run, const char *name, struct buf *names)
{
    const struct libraries *l = libraries_of(run);
    size_t n = 0;
    for (size_t i = 0; i < l->list.len; i++) {
        _cleanup_free_ char *path = xasprintf("%s/resources/%s", l->list.items[i].root, name);
        if (fs_exists(path))
            buf_printf(names, "%s%s", n++ ? ", " : "", l->list.items[i].name);
    }
    return n;
}

char *library_resource(struct run *run, const char *name, struct error *err)
{
    _cleanup_(buf_release) struct buf names = {0};
    if (holders(run, name, &names) > 1) {
        error_set(err, ERROR_INVALID, "Library resource %s ambiguous among libraries [%s]", name, names.data);
        return NULL;
    }
    return find_file(run, "resources", name, "", err);
}

/* The script object of a variable, made when first used. CALL_NONE: no such file. Borrowed. */
static enum call_status variable(struct fiber *f, const char *name, struct value *script)
{
    _cleanup_(error_release) struct error err = {0};
    struct run *run = run_of(f);
    struct libraries *l = libraries_of(run);
    for (size_t i = 0; i < l->variables.len; i++)
        if (strcmp(l->variables.items[i].name, name) == 0) {
            *script = l->variables.items[i].script;
            return CALL_OK;
        }
    _cleanup_free_ char *path = l->list.len ? find_file(run, "vars", name, ".groovy", NULL) : NULL;
    if (!path)
        return CALL_NONE;
    _cleanup_free_ char *file = xasprintf("%s.groovy", name);
    struct ast *ast = source_parse_file(run, path, file, &err);
    struct library_variable v = {0};
    if (!ast)
        return source_refused(f, file, &err);
    if (source_script(f, ast, name, false, &v.script) != CALL_OK)
        return CALL_THROW;
    v.name = xstrdup(name);
    vec_push(&l->variables, v);
    *script = v.script;
    return CALL_OK;
}

enum call_status library_get(struct fiber *f, const char *name, struct value *out)
{
    struct value script;
    enum call_status status = variable(f, name, &script);
    if (status == CALL_OK)
        *out = value_retain(script);
    return status;
}

enum call_status library_call(struct fiber *f, const char *name, int argc, struct value *argv,
                              struct value *out)
{
    struct value script;
    enum call_status status = variable(f, name, &script);
    if (status != CALL_OK)
        return status;
    struct value call = method_of(fiber_vm(f), script, "call");
    /* A variable without call() may still be a step's name. */
    if (value_is_null(call))
        return CALL_NONE;
    status = fiber_call(f, call, argc, argv, NULL, NULL, NULL);
    value_release(call);
    return status;
}

struct ast *library_find_class(void *data, const char *full_name)
{
    struct run *run = data;
    if (!run->extra[EXTRA_LIBRARIES])
        return NULL;
    _cleanup_free_ char *relative = xstrdup(full_name);
    for (char *p = relative; *p; p++)
        *p = *p == '.' ? '/' : *p;
    _cleanup_free_ char *path = find_file(run, "src", relative, ".groovy", NULL);
    _cleanup_free_ char *file = xasprintf("%s.groovy", relative);
    _cleanup_(error_release) struct error err = {0};
    struct ast *ast = path ? source_parse_file(run, path, file, &err) : NULL;
    if (path && !ast) {
        struct libraries *l = libraries_of(run);
        error_release(&l->class_error);
        error_at(&l->class_error, ERROR_SYNTAX, file, err.line, err.col, "%s", err.message);
    }
    return ast;
}

bool library_class_error(struct run *run, struct error *err)
{
    struct libraries *l = run->extra[EXTRA_LIBRARIES];
    if (!l || !l->class_error.message)
        return false;
    error_release(err);
    *err = l->class_error;
    l->class_error = (struct error){0};
    return true;
}
