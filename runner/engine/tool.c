/* Variables by type as the plugins' ToolInstallation.buildEnvVars sets them; the types themselves, with their
 * classes, are a table of the configuration (runner/state/tool_type.c). */
#include "runner/engine/tool.h"
#include "base/fs.h"
#include "runner/engine/tool_discovery.h"
#include "runner/state/tool_type.h"
#include <string.h>

static const char *symbol_of(const char *type)
{
    const struct tool_type *known = tool_type_find(type);
    return known ? known->symbol : type;
}

/* One that no configuration has; lives as the build. */
static const struct tool_config *tool_new(struct run *run, const char *type, const char *name,
                                          const char *home)
{
    struct arena *a = &run->ast->arena;
    struct tool_config *t = arena_new(a, struct tool_config);
    t->type = arena_strdup(a, type);
    t->name = arena_strdup(a, name);
    t->home = arena_strdup(a, home);
    return t;
}

/* Where no tool is configured at all, a dry run shows the steps as if the tool were there. */
static const struct tool_config *assumed(struct run *run, const char *type, const char *name)
{
    _cleanup_free_ char *home = xasprintf("%s/tools/%s", run->home.dir, name);
    const struct tool_config *t = tool_new(run, type ? symbol_of(type) : "tool", name, home);
    if (!run->tools_told)
        run_notice(run, "no tools are configured: %s '%s' is taken for installed", t->type, name);
    run->tools_told = true;
    return t;
}

/* Once tools are configured, they alone count, as with agents. */
static const struct tool_config *discovered(struct run *run, const char *type, const char *name,
                                            struct buf *seen)
{
    _cleanup_free_ char *home = tool_discover(symbol_of(type), name, seen);
    if (!home)
        return NULL;
    run_notice(run, "no tools are configured: %s '%s' is taken to mean %s", symbol_of(type), name, home);
    return tool_new(run, symbol_of(type), name, home);
}

/* Jenkins' words, and what there is instead. */
static void not_found(const struct config *c, const char *type, const char *name, const struct buf *seen,
                      struct error *err)
{
    _cleanup_(buf_release) struct buf known = {0};
    for (size_t i = 0; i < c->n_tools; i++)
        if (!type || tool_type_matches(c->tools[i].type, type))
            buf_printf(&known, "%s%s", known.len ? ", " : "", c->tools[i].name);
    const char *what = type ? type : "tool";
    if (known.len)
        error_set(err, ERROR_INVALID, "No %s named %s found; configured: %s", what, name, known.data);
    else if (seen->len)
        error_set(err, ERROR_INVALID,
                  "No %s named %s found; none is configured (tools: of gmrun.yaml), on this machine: %s",
                  what, name, seen->data);
    else
        error_set(err, ERROR_INVALID, "No %s named %s found; none is configured (tools: of gmrun.yaml)", what,
                  name);
}

/* `here`: the programs of this machine count where none is configured. */
static const struct tool_config *look_up(struct run *run, const char *type, const char *name, bool here,
                                         struct error *err)
{
    const struct config *c = run->config;
    _cleanup_(buf_release) struct buf seen = {0};
    for (size_t i = 0; i < c->n_tools; i++) {
        const struct tool_config *t = &c->tools[i];
        /* Names are compared with case, as in Jenkins; types by symbol or class. */
        if (strcmp(t->name, name) == 0 && (!type || tool_type_matches(t->type, type)))
            return t;
    }
    const struct tool_config *found = here && type && !c->n_tools ? discovered(run, type, name, &seen) : NULL;
    if (found)
        return found;
    if (run->dry_run && !c->n_tools)
        return assumed(run, type, name);
    not_found(c, type, name, &seen, err);
    return NULL;
}

const struct tool_config *tool_configured(struct run *run, const char *type, const char *name,
                                          struct error *err)
{
    return look_up(run, type, name, false, err);
}

static const char missing[] = "the home of %s tool '%s' does not exist: %s";

const struct tool_config *tool_find(struct run *run, const char *type, const char *name, struct error *err)
{
    const struct tool_config *t = look_up(run, type, name, true, err);
    /* line 0: not of the configuration. */
    if (t && t->line && !fs_exists(t->home))
        run_warning(run, run->config->file, t->line, 0, missing, t->type, t->name, t->home);
    return t;
}

const struct tool_config *tool_need(struct run *run, const char *type, const char *name, struct error *err)
{
    const struct tool_config *t = look_up(run, type, name, true, err);
    if (!t || fs_exists(t->home) || run->dry_run)
        return t;
    error_set(err, ERROR_INVALID, missing, t->type, t->name, t->home);
    error_wrap(err, "%s:%d", run->config->file, t->line);
    return NULL;
}

void tool_set_variables(const struct tool_config *t, struct env *vars)
{
    const struct tool_type *type = tool_type_find(t->type);
    for (size_t k = 0; type && k < ARRAY_LEN(type->homes); k++)
        if (type->homes[k])
            env_set(vars, type->homes[k], t->home);
    if (!type || !type->path)
        return;
    _cleanup_free_ char *bin = path_join(t->home, type->bin);
    env_set(vars, type->path, bin);
}

enum call_status tool_variables(struct fiber *f, struct value type, struct value name, bool here,
                                struct value *out)
{
    struct run *run = run_of(f);
    _cleanup_(error_release) struct error err = {0};
    struct value hold_type = NULL_VALUE, hold_name = NULL_VALUE;
    struct env vars = {0};
    const struct tool_config *t =
        look_up(run, value_text(f, type, &hold_type), value_text(f, name, &hold_name), here, &err);
    *out = list_new(run->vm, 3);
    if (t)
        tool_set_variables(t, &vars);
    for (size_t i = 0; i < vars.len; i++) {
        struct value v = string_printf("%s=%s", vars.items[i].name, vars.items[i].value);
        list_push(AS_LIST(*out), v);
        value_release(v);
    }
    env_release(&vars);
    value_release(hold_type);
    value_release(hold_name);
    if (t)
        return CALL_OK;
    value_release(*out);
    *out = NULL_VALUE;
    return vm_throw(f, "AbortException", "%s", err.message);
}
