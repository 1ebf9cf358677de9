/* step([$class: …]) and wrap([$class: …]) { }: other names of steps that are here, and small build wrappers.
 */
#include "runner/steps/rows.h"
#include "runner/cli/run_options.h"
#include <string.h>

static const struct {
    const char *class, *step;
} aliases[] = {
    {"AnsiColorBuildWrapper", "ansiColor"},    {"ArtifactArchiver", "archiveArtifacts"},
    {"JUnitResultArchiver", "junit"},          {"SSHAgentBuildWrapper", "sshagent"},
    {"SecretBuildWrapper", "withCredentials"}, {"SonarBuildWrapper", "withSonarQubeEnv"},
    {"TimestamperBuildWrapper", "timestamps"}, {"WsCleanup", "cleanWs"},
};

/* BuildUser [build-user-vars]: who started the build. */
static enum call_status build_user(struct step_call *c, struct map *described)
{
    struct scope *scope = scope_new(c->branch->scope);
    const char *user = c->run->options->user;
    static const char *const names[] = {"BUILD_USER", "BUILD_USER_ID", "BUILD_USER_FIRST_NAME"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        env_set(&scope->vars, names[i], user);
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

struct hidden {
    struct run *run;
    VEC(char *) secrets;
};

static void hidden_release(void *data)
{
    struct hidden *h = data;
    for (size_t i = 0; i < h->secrets.len; i++) {
        mask_set_remove(h->run->masks, h->secrets.items[i], strlen(h->secrets.items[i]));
        free(h->secrets.items[i]);
    }
    vec_release(&h->secrets);
    free(h);
}

/* MaskPasswordsBuildWrapper [mask-passwords]: varPasswordPairs: [[var: 'NAME', password: '…']]; hides and
 * sets nothing. */
static enum call_status mask_passwords(struct step_call *c, struct map *described)
{
    struct value pairs = NULL_VALUE, password;
    struct hidden *h = xcalloc(1, sizeof(*h));
    struct scope *scope = scope_new(c->branch->scope);
    h->run = c->run;
    scope->data = h;
    scope->release = hidden_release;
    map_get_str(described, "varPasswordPairs", &pairs);
    for (uint32_t i = 0; value_is(pairs, OBJ_LIST) && i < AS_LIST(pairs)->len; i++) {
        struct value item = AS_LIST(pairs)->items[i], hold = NULL_VALUE;
        if (!value_is(item, OBJ_MAP) || !map_get_str(AS_MAP(item), "password", &password))
            continue;
        const char *text = value_text(c->fiber, password, &hold);
        mask_set_add(c->run->masks, text, strlen(text));
        vec_push(&h->secrets, xstrdup(text));
        value_release(hold);
    }
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

static const struct {
    const char *class;
    enum call_status (*enter)(struct step_call *c, struct map *described);
} wrappers[] = {{"BuildUser", build_user}, {"MaskPasswordsBuildWrapper", mask_passwords}};

static enum call_status by_name(struct step_call *c, const char *name, struct map *described,
                                struct value *out)
{
    bool wraps = (c->step->flags & STEP_HAS_BODY) != 0;
    for (size_t i = 0; wraps && i < ARRAY_LEN(wrappers); i++)
        if (strcmp(wrappers[i].class, name) == 0)
            return wrappers[i].enter(c, described);
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        const struct step_impl *impl = strcmp(aliases[i].class, name) ? NULL : step_find(aliases[i].step);
        if (!impl || wraps != ((impl->flags & STEP_HAS_BODY) != 0))
            continue;
        if ((impl->flags & STEP_NEEDS_NODE) && !scope_lease(c->branch->scope))
            return step_abort(c, "%s: class %s needs a workspace: surround it with node", c->step->name,
                              name);
        struct map_slot *slot;
        for (size_t k = 0; map_next(described, &k, &slot);)
            map_set(AS_MAP(c->args), slot->key, slot->value);
        return impl->start(c, out);
    }
    return step_abort(c, "%s: class %s is not known here", c->step->name, name);
}

enum call_status step_by_class(struct step_call *c, struct value *out)
{
    struct value described = value_retain(step_arg(c, "delegate")), class, hold = NULL_VALUE;
    enum call_status status;
    if (value_is(described, OBJ_MAP) && map_get_str(AS_MAP(described), "$class", &class)) {
        const char *name = value_text(c->fiber, class, &hold), *dot = strrchr(name, '.');
        status = by_name(c, dot ? dot + 1 : name, AS_MAP(described), out);
    } else {
        status = step_abort(c, "%s takes a map with $class", c->step->name);
    }
    value_release(hold);
    value_release(described);
    return status;
}
