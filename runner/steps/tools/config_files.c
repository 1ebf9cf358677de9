/* configFileProvider([configFile(fileId: 'x', variable: 'Y')]) { } [config-file-provider:
 * ConfigFileBuildWrapper, ManagedFileUtil].
 *
 * As in Jenkins, a file without targetLocation lies beside the workspace and goes with the block, one with it
 * stays in the workspace. Other than there, nobody but the user can read it. */
#include "base/fs.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/managed_content.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* While the block is entered; scope and undo outlive it. */
struct provision { /* of one block */
    struct step_call *call;
    struct scope *scope;
    struct undo *undo;
    size_t temporary; /* files that go with the block */
    struct error *err;
};

/* Where the file goes: a folder there, or a slash at the end, means the file's name below it. Owned.
 * The name beside the workspace is made of the call's and the file's number: two of a block do not meet. */
static char *target_of(struct provision *p, const struct managed_file *f, const char *location)
{
    if (!location || !*location) {
        _cleanup_free_ char *temp = step_temp(p->call, p->err);
        return temp ? xasprintf("%s/config%08x%08zxtmp", temp, p->call->id, p->temporary) : NULL;
    }
    _cleanup_free_ char *expanded = run_expand(p->call->run, p->call->branch->scope, location);
    _cleanup_free_ char *path = step_path(p->call, expanded);
    bool below = str_has_suffix(path, "/") || ws_is_dir(p->call, path);
    _cleanup_free_ char *whole = below ? path_join(path, f->name) : xstrdup(path);
    return path_normalise(whole);
}

/* replaceTokens: token-macro's ${NAME} for all names of the environment, and ${ENV, var="NAME"}, which is
 * empty for an unknown name. */
static void replace_tokens(struct provision *p, struct buf *text)
{
    static const char macro[] = "${ENV,";
    struct run *run = p->call->run;
    struct scope *scope = p->call->branch->scope;
    struct buf out = {0};
    buf_add(text, "", 0);
    for (const char *at = text->data; *at;) {
        const char *hit = strstr(at, macro), *quote = hit ? strchr(hit, '"') : NULL;
        const char *end = quote ? strstr(quote + 1, "\"}") : NULL;
        _cleanup_free_ char *piece = xstrndup(at, end ? (size_t)(hit - at) : strlen(at));
        _cleanup_free_ char *name = end ? xstrndup(quote + 1, (size_t)(end - quote - 1)) : NULL;
        _cleanup_free_ char *plain = run_expand(run, scope, piece);
        _cleanup_free_ char *value = name ? run_getenv(run, scope, name) : NULL;
        buf_addstr(&out, plain);
        buf_addstr(&out, value ? value : "");
        at = end ? end + 2 : at + strlen(at);
    }
    explicit_bzero(text->data, text->cap);
    buf_release(text);
    *text = out;
}

static int write_content(struct provision *p, const struct managed_file *f, const char *path, bool replace)
{
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *dir = path_dirname(path);
    int rc = managed_content(p->call, f, dir, p->undo, &text, p->err);
    if (rc == 0 && replace)
        replace_tokens(p, &text);
    if (rc == 0)
        rc = managed_place(p->call, path, &text, p->err);
    if (text.data)
        explicit_bzero(text.data, text.cap);
    return rc;
}

/* The path is noted for removal before the file is written: a write that fails half-way leaves nothing. */
static int provide(struct provision *p, const struct managed_file *f, struct map *m)
{
    struct step_call *c = p->call;
    const char *location = described_str(c, m, "targetLocation", NULL);
    const char *variable = described_str(c, m, "variable", NULL);
    bool temporary = !location || !*location;
    _cleanup_free_ char *path = target_of(p, f, location);
    if (!path)
        return -1;
    if (temporary && !c->run->dry_run)
        undo_path(p->undo, path);
    p->temporary += temporary;
    if (variable && *variable)
        env_set(&p->scope->vars, variable, path);
    step_log(c, "copy managed file [%s] to file:%s", f->name, path);
    if (c->run->dry_run)
        return 0;
    return write_content(p, f, path, described_bool(c, m, "replaceTokens", false));
}

static int provide_one(struct provision *p, struct value item)
{
    struct step_call *c = p->call;
    if (!value_is(item, OBJ_MAP))
        return error_set(p->err, ERROR_INVALID, "configFileProvider takes a list of configFile(fileId: …)");
    struct map *m = AS_MAP(item);
    const char *id = described_str(c, m, "fileId", NULL);
    const struct managed_file *f = managed_file_find(c->run->config, id);
    if (f)
        return provide(p, f, m);
    error_set(p->err, ERROR_INVALID,
              "not able to provide the file [ManagedFile: id=%s, targetLocation=%s, variable=%s], can't be "
              "resolved by any provider - maybe it got deleted by an administrator? (configFiles: of "
              "gmrun.yaml)",
              id ? id : "null", described_str(c, m, "targetLocation", ""),
              described_str(c, m, "variable", ""));
    step_log(c, "%s", p->err->message);
    return -1;
}

/* c->state is only the number, for this line; the scope's end removes the files. */
static enum call_status provided(struct step_call *c, struct outcome o, struct value *out)
{
    if (c->state)
        step_log(c, "Deleting %zu temporary files", (size_t)(uintptr_t)c->state);
    return step_after_plain(c, o, out);
}

enum call_status step_config_file_provider(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value list = step_arg(c, "managedFiles");
    struct provision p = {
        .call = c, .scope = scope_new(c->branch->scope), .undo = undo_new(c->run), .err = &err};
    undo_on(p.undo, c);
    p.scope->data = p.undo;
    p.scope->release = undo_release;
    step_log(c, "provisioning config files...");
    int status = 0;
    for (uint32_t i = 0; status == 0 && value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++)
        status = provide_one(&p, AS_LIST(list)->items[i]);
    if (value_is(list, OBJ_MAP))
        status = provide_one(&p, list);
    if (status < 0) {
        scope_unref(p.scope);
        return step_abort(c, "%s", err.message);
    }
    c->state = (void *)(uintptr_t)p.temporary;
    return step_body(c, p.scope, NULL, 0, NULL, provided);
}
