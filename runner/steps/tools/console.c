/* Blocks about how a build's output looks: ansiColor, timestamps [ansicolor: AnsiColorStep; timestamper:
 * TimestamperStep]. Escape sequences pass through anyway; TERM tells programs which ones to use. */
#include "runner/steps/rows.h"

enum call_status step_ansi_color(struct step_call *c, struct value *out)
{
    struct scope *scope = scope_new(c->branch->scope);
    const char *map = step_str(c, "colorMapName", NULL);
    env_set(&scope->vars, "TERM", map && *map ? map : "xterm");
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

enum call_status step_timestamps(struct step_call *c, struct value *out)
{
    struct scope *scope = scope_new(c->branch->scope);
    scope->stamped = true;
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
