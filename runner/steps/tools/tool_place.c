/* Homes are asked for where commands run: of a pod that is the container, whose files the helper program does
 * not see. */
#include "runner/steps/tools/tool_place.h"
#include "runner/engine/node.h"
#include "runner/steps/workspace.h"

/* 1: it is there; 0: it is not; -1/err: not known (yet). */
static int has_home(struct step_call *c, const struct tool_config *t, struct error *err)
{
    static const char script[] = "#!/bin/sh\n[ -e \"$GMRUN_LOOK\" ]\n";
    _cleanup_(buf_release) struct buf said = {0};
    struct env vars = {0};
    env_set(&vars, "GMRUN_LOOK", t->home);
    int status = ws_script(c, script, &vars, &said, err);
    env_release(&vars);
    return status < 0 ? -1 : status == 0;
}

static const char missing[] = "the home of %s tool '%s' does not exist on %s: %s";

const struct tool_config *step_tool_need(struct step_call *c, const char *type, const char *name,
                                         struct error *err)
{
    if (!ws_far(c) || c->run->dry_run)
        return tool_need(c->run, type, name, err);
    const struct tool_config *t = tool_configured(c->run, type, name, err);
    int there = t ? has_home(c, t, err) : -1;
    if (there > 0)
        return t;
    if (there == 0) {
        error_set(err, ERROR_INVALID, missing, t->type, t->name, lease_display(scope_lease(c->branch->scope)),
                  t->home);
        error_wrap(err, "%s:%d", c->run->config->file, t->line);
    }
    return NULL;
}

const struct tool_config *step_tool_find(struct step_call *c, const char *type, const char *name,
                                         struct error *err)
{
    if (!ws_far(c) || c->run->dry_run)
        return tool_find(c->run, type, name, err);
    const struct tool_config *t = tool_configured(c->run, type, name, err);
    int there = t ? has_home(c, t, err) : -1;
    if (there == 0)
        run_warning(c->run, c->run->config->file, t->line, 0, missing, t->type, t->name,
                    lease_display(scope_lease(c->branch->scope)), t->home);
    return there < 0 ? NULL : t;
}
