#include "runner/engine/library.h"
#include "base/fs.h"
#include "executors/worker.h"
#include "runner/engine/scm_source.h"
#include "runner/engine/source.h"
#include <string.h>

struct variable { /* a script of vars/ that was used */
    char *name;
    struct value script;
};

struct library {
    char *name, *version, *root;
};

struct libraries {
    VEC(struct library) list;
    VEC(struct variable) variables;
};

static struct libraries *libraries_of(struct run *run)
{
    if (!run->extra[EXTRA_LIBRARIES])
        run->extra[EXTRA_LIBRARIES] = xcalloc(1, sizeof(struct libraries));
    return run->extra[EXTRA_LIBRARIES];
}

void libraries_release(struct run *run)
{
    struct libraries *l = run->extra[EXTRA_LIBRARIES];
    if (!l)
        return;
    for (size_t i = 0; i < l->list.len; i++) {
        free(l->list.items[i].name);
        free(l->list.items[i].version);
        free(l->list.items[i].root);
    }
    for (size_t i = 0; i < l->variables.len; i++) {
        free(l->variables.items[i].name);
        value_release(l->variables.items[i].script);
    }
    vec_release(&l->list);
    vec_release(&l->variables);
    free(l);
    run->extra[EXTRA_LIBRARIES] = NULL;
}

/* ---- loading */

struct fetch {
    bool done;
    char *message;
};

static void fetched(void *data, const struct worker_end *end)
{
    struct fetch *f = data;
    f->done = true;
    f->message = end->result ? NULL : xstrdup(end->message);
}

/* A checkout of the remote below the home, one a version. Blocks the build: nothing can run before it. */
static char *fetch_remote(struct run *run, const struct library_config *c, const char *version,
                          struct error *err)
{
    static const struct worker_callbacks callbacks = {.done = fetched};
    struct fetch f = {0};
    char *dir = xasprintf("%s/libraries/%s@%s", run->home.dir, c->name, version ? version : "default");
    json_t *r =
        json_pack("{s:s,s:s,s:s,s:b}", "op", "checkout", "dir", dir, "url", c->remote, "changelog", 0);
    if (version)
        json_object_set_new(r, "branches", json_pack("[s]", version));
    const struct credential *cred =
        c->credentials_id ? credentials_find(run->credentials, c->credentials_id) : NULL;
    if (cred)
        json_object_set_new(r, "credentials", scm_credentials(cred));
    bool started = fs_mkdir_p(dir, 0755, err) == 0 && worker_start(&run->procs, NULL, r, &callbacks, &f, err);
    json_decref(r);
    while (started && !f.done)
        if (loop_run_once(run->loop, -1, err) < 0)
            break;
    if (f.done && !f.message)
        return dir;
    if (f.message)
        error_set(err, ERROR_REMOTE, "library %s: %s", c->name, f.message);
    free(f.message);
    free(dir);
    return NULL;
}

static char *library_root(struct run *run, const struct library_config *c, const char *version,
                          struct error *err)
{
    if (c->remote)
        return fetch_remote(run, c, version ? version : c->version, err);
    if (fs_is_dir(c->path))
        return realpath(c->path, NULL);
    error_set(err, ERROR_INVALID, "library %s: no folder %s", c->name, c->path ? c->path : "");
    return NULL;
}

static bool is_loaded(const struct libraries *l, const char *name, size_t n)
{
    for (size_t i = 0; i < l->list.len; i++)
        if (strlen(l->list.items[i].name) == n && strncmp(l->list.items[i].name, name, n) == 0)
            return true;
    return false;
}

int library_load_from(struct run *run, const char *spec, const char *url, const char *credentials_id,
                      struct error *err)
{
    struct libraries *l = libraries_of(run);
    size_t n = strcspn(spec, "@");
    const char *version = spec[n] ? spec + n + 1 : NULL;
    if (is_loaded(l, spec, n))
        return 0;
    if (!n || memchr(spec, '/', n) || *spec == '.')
        return error_set(err, ERROR_INVALID, "'%.*s' is no name of a library", (int)n, spec);
    _cleanup_free_ char *name = xstrndup(spec, n), *remote = xstrdup(url), *id = xstrdup(credentials_id);
    const struct library_config c = {.name = name, .remote = remote, .credentials_id = id};
    char *root = fetch_remote(run, &c, version, err);
    if (!root)
        return -1;
    struct library loaded = {xstrdup(name), xstrdup(version), root};
    vec_push(&l->list, loaded);
    return 0;
}

int library_load(struct run *run, const char *spec, struct error *err)
{
    struct libraries *l = libraries_of(run);
    size_t n = strcspn(spec, "@");
    const char *version = spec[n] ? spec + n + 1 : NULL;
    const struct config *c = run->config;
    if (is_loaded(l, spec, n))
        return 0;
    for (size_t i = 0; i < c->n_libraries; i++) {
        const struct library_config *lib = &c->libraries[i];
        if (strlen(lib->name) != n || strncmp(lib->name, spec, n))
            continue;
        char *root = library_root(run, lib, version, err);
        if (!root)
            return -1;
        struct library loaded = {xstrdup(lib->name), xstrdup(version), root};
        vec_push(&l->list, loaded);
        return 0;
    }
    return error_set(
        err, ERROR_INVALID,
        "No version specified or no definition of library %.*s: name it under `libraries:` of gmrun.yaml",
        (int)n, spec);
}

/* @Library('a@1') or @Library(['a', 'b']), on `_`, an import or any declaration. */
static int load_value(struct run *run, const struct node *v, struct error *err)
{
    if (v->kind == NODE_STRING)
        return library_load(run, v->u.str.bytes, err);
    for (const struct node *i = v->kind == NODE_LIST ? v->u.list.items : NULL; i; i = i->next)
        if (load_value(run, i, err) < 0)
            return -1;
    return 0;
}

static int load_annotated(struct run *run, const struct annotation *a, struct error *err)
{
    for (; a; a = a->next)
        for (const struct node *arg = strcmp(a->name, "Library") ? NULL : a->args; arg; arg = arg->next)
            if (load_value(run, arg->kind == NODE_ENTRY ? arg->u.entry.value : arg, err) < 0)
                return -1;
    return 0;
}

static const struct annotation *annotations_of(const struct node *n)
{
    switch (n->kind) {
    case NODE_IMPORT:
        return n->u.import.annotations;
    case NODE_VAR:
        return n->u.var.annotations;
    case NODE_METHOD:
        return n->u.fn->annotations;
    case NODE_CLASS:
        return n->u.class_.annotations;
    default:
        return NULL;
    }
}

int libraries_begin(struct run *run, struct error *err)
{
    const struct config *c = run->config;
    for (size_t i = 0; i < c->n_libraries; i++)
        if (c->libraries[i].implicit && library_load(run, c->libraries[i].name, err) < 0)
            return -1;
    for (const struct node *s = run->ast->body; s; s = s->next) {
        if (load_annotated(run, annotations_of(s), err) < 0)
            return -1;
        for (const struct node *v = s->kind == NODE_VARS ? s->u.list.items : NULL; v; v = v->next)
            if (load_annotated(run, annotations_of(v), err) < 0)
                return -1;
    }
    return 0;
}

/* ---- looking up */

static char *find_file(struct run *run, const char *folder, const char *name, const char *suffix)
{
    struct libraries *l = libraries_of(run);
    for (size_t i = 0; i < l->list.len; i++) {
        _cleanup_free_ char *base = xasprintf("%s/%s", l->list.items[i].root, folder);
        char *path = xasprintf("%s/%s%s", base, name, suffix);
        if (fs_exists(path) && path_inside(base, path))
            return path;
        free(path);
    }
    return NULL;
}

char *library_resource(struct run *run, const char *name)
{
    return find_file(run, "resources", name, "");
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
    _cleanup_free_ char *path = l->list.len ? find_file(run, "vars", name, ".groovy") : NULL;
    if (!path)
        return CALL_NONE;
    _cleanup_free_ char *file = xasprintf("%s.groovy", name);
    struct ast *ast = source_parse_file(run, path, file, &err);
    struct variable v = {0};
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
    if (value_is_null(call))
        return CALL_NONE;
    status = fiber_call(f, call, argc, argv, NULL, NULL, NULL);
    value_release(call);
    return status;
}

struct ast *library_find_class(void *data, const char *full_name)
{
    struct run *run = data;
    _cleanup_free_ char *relative = xstrdup(full_name);
    for (char *p = relative; *p; p++)
        *p = *p == '.' ? '/' : *p;
    _cleanup_free_ char *path =
        run->extra[EXTRA_LIBRARIES] ? find_file(run, "src", relative, ".groovy") : NULL;
    return path ? source_parse_file(run, path, path_basename(path), NULL) : NULL;
}
