/* withBuildUser, wrap([$class: 'BuildUser']): who started the build [build-user-vars: UserIdCauseDeterminant
 * and its siblings for the other causes].
 * The mail address is $EMAIL, as the system knows none. */
#include "runner/cli/run_options.h"
#include "runner/steps/rows.h"
#include <pwd.h>
#include <string.h>

/* The full name that the system knows a user by; the id where it has none. Owned. */
static char *full_name(const char *id)
{
    const struct passwd *entry = getpwnam(id);
    size_t n = entry && entry->pw_gecos ? strcspn(entry->pw_gecos, ",") : 0;
    return n ? xstrndup(entry->pw_gecos, n) : xstrdup(id);
}

enum call_status step_with_build_user(struct step_call *c, struct value *out)
{
    static const struct {
        const char *id, *name;
    } others[] = {[CAUSE_TIMER] = {"timer", "Timer Trigger"},
                  [CAUSE_SCM] = {"scmChange", "SCM Change"},
                  [CAUSE_UPSTREAM] = {"upstream", "Upstream Project"}};
    const struct run_options *o = c->run->options;
    bool person = o->cause == CAUSE_USER;
    struct scope *scope = scope_new(c->branch->scope);
    _cleanup_free_ char *name = person ? full_name(o->user) : xstrdup(others[o->cause].name);
    _cleanup_free_ char *email = run_getenv(c->run, c->branch->scope, "EMAIL");
    const char *blank = strchr(name, ' ');
    _cleanup_free_ char *first = blank ? xstrndup(name, (size_t)(blank - name)) : xstrdup(name);
    env_set(&scope->vars, "BUILD_USER", name);
    env_set(&scope->vars, "BUILD_USER_ID", person ? o->user : others[o->cause].id);
    env_set(&scope->vars, "BUILD_USER_FIRST_NAME", first);
    env_set(&scope->vars, "BUILD_USER_LAST_NAME", blank ? strrchr(name, ' ') + 1 : "");
    env_set(&scope->vars, "BUILD_USER_EMAIL", email ? email : "");
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
