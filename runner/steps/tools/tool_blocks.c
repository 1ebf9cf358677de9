/* Steps that put an installed tool into the environment: tool, nodejs, nvm, withAnt, withGradle, withNPM,
 * withTool [workflow-basic-steps: ToolStep; nodejs: NodeJSBuildWrapper; nvm-wrapper; ant: AntWrapper;
 * gradle: WithGradle; pipeline-npm]. */
#include "base/fs.h"
#include "base/hash.h"
#include "runner/engine/node.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/managed_content.h"
#include "runner/steps/tools/tool_place.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <string.h>

enum call_status step_tool(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct tool_config *t = step_tool_find(c, step_str(c, "type", NULL), step_str(c, "name", ""), &err);
    if (!t)
        return step_abort(c, "%s", err.message);
    *out = string_from(t->home);
    return CALL_OK;
}

/* A block in which one tool is set up, and a second one, which may be absent. */
static enum call_status tool_block(struct step_call *c, const char *type, const char *name, const char *jdk)
{
    _cleanup_(error_release) struct error err = {0};
    struct scope *scope = scope_new(c->branch->scope);
    const struct {
        const char *type, *name;
    } wanted[] = {{"jdk", jdk}, {type, name}};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (!wanted[i].name || !*wanted[i].name)
            continue;
        const struct tool_config *t = step_tool_need(c, wanted[i].type, wanted[i].name, &err);
        if (!t) {
            scope_unref(scope);
            return step_abort(c, "%s", err.message);
        }
        tool_set_variables(t, &scope->vars);
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

enum call_status step_with_ant(struct step_call *c, struct value *out)
{
    return tool_block(c, "ant", step_str(c, "installation", NULL), step_str(c, "jdk", NULL));
}

enum call_status step_with_tool(struct step_call *c, struct value *out)
{
    return tool_block(c, NULL, step_str(c, "tool", ""), NULL);
}

/* ---- nodejs, withNPM: a node, and npm's own configuration */

/* npm reads a managed file as its user configuration. -1/err. */
static int use_npmrc(struct step_call *c, struct scope *scope, const char *id, struct error *err)
{
    const struct managed_file *f = managed_file_find(c->run->config, id);
    if (!f)
        return error_set(
            err, ERROR_INVALID,
            "The npmrc configuration file with id '%s' does not exist (configFiles: of gmrun.yaml)", id);
    _cleanup_free_ char *temp = step_temp(c, err);
    if (!temp)
        return -1;
    struct undo *undo = undo_new(c->run);
    undo_on(undo, c);
    scope->data = undo;
    scope->release = undo_release;
    _cleanup_free_ char *path = xasprintf("%s/npmrc%08x", temp, c->id); /* the same in every run */
    undo_path(undo, path);
    env_set(&scope->vars, "npm_config_userconfig", path);
    return c->run->dry_run ? 0 : managed_file_write(c, f, path, undo, err);
}

/* Where npm keeps what it fetched: its default, or a folder of the executor or the workspace. */
static void set_npm_cache(struct step_call *c, struct scope *scope)
{
    struct map *given = described_at(step_arg(c, "cacheLocationStrategy"), 0);
    const char *strategy = given ? described_class(c, given) : "";
    const struct lease *lease = scope_lease(c->branch->scope);
    if (strcasestr(strategy, "workspace")) {
        _cleanup_free_ char *dir = path_join(lease->workspace, ".npm");
        env_set(&scope->vars, "npm_config_cache", dir);
    } else if (strcasestr(strategy, "executor")) {
        _cleanup_free_ char *dir = ws_far(c)
                                       ? xasprintf("%s@tmp/npm-cache", lease->workspace)
                                       : xasprintf("%s/npm-cache/%d", c->run->home.dir, lease->executor);
        env_set(&scope->vars, "npm_config_cache", dir);
    }
}

static int enter_node(struct step_call *c, struct scope *scope, const char *name, struct error *err)
{
    const struct tool_config *t = step_tool_need(c, "nodejs", name, err);
    if (t) {
        tool_set_variables(t, &scope->vars);
        return 0;
    }
    if (!str_has_prefix(err->message, "No nodejs"))
        return -1;
    error_release(err);
    *err = (struct error){0};
    return error_set(
        err, ERROR_INVALID,
        "No installation %s found. Please define one in manager Jenkins. (a tool of type nodejs in "
        "gmrun.yaml)",
        name);
}

static enum call_status node_block(struct step_call *c, const char *node, const char *npmrc)
{
    _cleanup_(error_release) struct error err = {0};
    struct scope *scope = scope_new(c->branch->scope);
    set_npm_cache(c, scope);
    if ((node && *node && enter_node(c, scope, node, &err) < 0) ||
        (npmrc && *npmrc && use_npmrc(c, scope, npmrc, &err) < 0)) {
        scope_unref(scope);
        return step_abort(c, "%s", err.message);
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

enum call_status step_nodejs(struct step_call *c, struct value *out)
{
    return node_block(c, step_str(c, "nodeJSInstallationName", NULL), step_str(c, "configId", NULL));
}

enum call_status step_with_npm(struct step_call *c, struct value *out)
{
    return node_block(c, NULL, step_str(c, "npmrcConfig", NULL));
}

/* ---- nvm: a node that nvm has installed, or a tool of that version */

struct nvm_search {
    const char *wanted; /* without the v */
    char *best;         /* folder name, "v18.12.1" */
};

/* Compares the numbers of two versions. */
static int version_order(const char *a, const char *b)
{
    for (;;) {
        long x = strtol(a, (char **)&a, 10), y = strtol(b, (char **)&b, 10);
        if (x != y)
            return x < y ? -1 : 1;
        if (*a != '.' || *b != '.')
            return 0;
        a++;
        b++;
    }
}

/* 18 means 18.x.y, not 180.x.y; a name (node, an lts line) the newest one. */
static bool version_fits(const char *version, const char *wanted)
{
    size_t n = strlen(wanted);
    if (!isdigit((unsigned char)*wanted))
        return true;
    return strncmp(version, wanted, n) == 0 && (version[n] == '\0' || version[n] == '.' || version[n] == '-');
}

static void note_name(struct nvm_search *s, const char *name)
{
    if (*name != 'v' || !version_fits(name + 1, s->wanted))
        return;
    if (!s->best || version_order(s->best + 1, name + 1) < 0) {
        free(s->best);
        s->best = xstrdup(name);
    }
}

static int note_version(void *data, const char *path, const struct stat *st, struct error *err)
{
    if (S_ISDIR(st->st_mode))
        note_name(data, path);
    return FS_SKIP;
}

static const struct tool_config *node_tool(struct step_call *c, const char *wanted)
{
    const struct config *config = c->run->config;
    for (size_t i = 0; i < config->n_tools; i++) {
        const char *at = config->tools[i].name;
        if (strcmp(config->tools[i].type, "nodejs") != 0)
            continue;
        at += strcspn(at, "0123456789");
        if (*at && version_fits(at, wanted))
            return step_tool_need(c, "nodejs", config->tools[i].name, NULL);
    }
    return NULL;
}

/* Lists what nvm has installed, as far as it is a version; -1/err. */
static int list_versions(struct step_call *c, const char *versions, struct nvm_search *s, struct error *err)
{
    static const char script[] = "#!/bin/sh\ncd \"$GMRUN_LOOK\" 2>/dev/null && ls\nexit 0\n";
    _cleanup_(buf_release) struct buf names = {0};
    struct env vars = {0};
    if (!ws_far(c))
        return fs_is_dir(versions) ? fs_walk(versions, note_version, s, NULL) : 0;
    env_set(&vars, "GMRUN_LOOK", versions);
    int status = ws_script(c, script, &vars, &names, err);
    env_release(&vars);
    for (char *p = names.data; p && *p;) {
        size_t n = strcspn(p, "\n");
        _cleanup_free_ char *name = xstrndup(p, n);
        note_name(s, name);
        p += n + (p[n] == '\n');
    }
    return status < 0 ? -1 : 0;
}

static void use_version(struct step_call *c, struct scope *scope, const char *nvm, const char *name)
{
    _cleanup_free_ char *bin = xasprintf("%s/versions/node/%s/bin", nvm, name);
    env_set(&scope->vars, "NVM_DIR", nvm);
    env_set(&scope->vars, "NVM_BIN", bin);
    env_set(&scope->vars, "PATH+NVM", bin);
    step_log(c, "Now using node %s", name);
}

enum call_status step_nvm(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *version = step_str(c, "version", ""), *wanted = version + (*version == 'v');
    _cleanup_free_ char *named = run_getenv(c->run, c->branch->scope, "NVM_DIR");
    _cleanup_free_ char *home = run_getenv(c->run, c->branch->scope, "HOME");
    _cleanup_free_ char *dir = named && *named ? xstrdup(named) : path_join(home ? home : "/", ".nvm");
    _cleanup_free_ char *versions = path_join(dir, "versions/node");
    struct nvm_search s = {.wanted = wanted};
    if (list_versions(c, versions, &s, &err) < 0 && err.message)
        return step_abort(c, "nvm: %s", err.message);
    struct scope *scope = scope_new(c->branch->scope);
    const struct tool_config *t = s.best ? NULL : node_tool(c, wanted);
    if (s.best) {
        use_version(c, scope, dir, s.best);
        free(s.best);
    } else if (t) {
        tool_set_variables(t, &scope->vars);
        step_log(c, "Now using node %s (%s)", t->name, t->home);
    } else {
        scope_unref(scope);
        return step_abort(
            c,
            "nvm: no node %s below %s, and no tool of type nodejs in gmrun.yaml that is named so. Run "
            "`nvm install %s` on %s",
            version, versions, version,
            ws_far(c) ? lease_display(scope_lease(c->branch->scope)) : "this machine");
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
