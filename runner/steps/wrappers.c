/* step([$class: …]) and wrap([$class: …]) { }: other names of steps that are here, and small build wrappers.
 */
#include "runner/steps/report/described.h"
#include "runner/steps/undo.h"
#include "runner/steps/rows.h"
#include "runner/steps/wrappers.h"
#include <string.h>

/* Sorted by class; one row makes a step callable by its class. */
static const struct {
    const char *class, *step;
} aliases[] = {
#define CLASS_ROW(class, step) {class, step},
#include "runner/steps/classes.inc"
#undef CLASS_ROW
};

/* MaskPasswordsBuildWrapper [mask-passwords]: hides the passwords of varPasswordPairs: [[var: 'NAME',
 * password: '…']] and of the password parameters; as in Jenkins it sets no variable in a pipeline. */
static enum call_status mask_passwords(struct step_call *c, struct map *described)
{
    static const char *const lists[] = {"varPasswordPairs", "varMaskRegexes"};
    struct value pairs = NULL_VALUE;
    struct scope *scope = scope_new(c->branch->scope);
    struct undo *undo = undo_new(c->run);
    scope->data = undo;
    scope->release = undo_release;
    map_get_str(described, lists[0], &pairs);
    for (uint32_t i = 0; value_is(pairs, OBJ_LIST) && i < AS_LIST(pairs)->len; i++) {
        struct value item = AS_LIST(pairs)->items[i];
        if (value_is(item, OBJ_MAP))
            undo_secret(undo, described_str(c, AS_MAP(item), "password", NULL));
    }
    if (map_get_str(described, lists[1], &pairs) && value_is(pairs, OBJ_LIST) && AS_LIST(pairs)->len)
        step_log(c, "varMaskRegexes: patterns are not masked by this program, only texts are");
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

static const struct {
    const char *class;
    enum call_status (*enter)(struct step_call *c, struct map *described);
} wrappers[] = {{"MaskPasswordsBuildWrapper", mask_passwords}};

static const struct {
    const char *class;
    step_fn perform;
} publishers[] = {{"Mailer", step_result_mail}};

/* $class goes along: steps with several classes (openTasks …) look at it. */
static void take_members(struct step_call *c, struct map *described)
{
    struct map_slot *slot;
    for (size_t k = 0; map_next(described, &k, &slot);)
        map_set(AS_MAP(c->args), slot->key, slot->value);
}

/* In structs' words [DescribableModel.resolveClass]. */
static enum call_status unknown_class(struct step_call *c, const char *name)
{
    static const char *const words[][3] = {{"CoreStep", "interface", "SimpleBuildStep"},
                                           {"CoreWrapperStep", "class", "SimpleBuildWrapper"}};
    const char *const *w = words[(c->step->flags & STEP_HAS_BODY) != 0];
    return vm_throw(
        c->fiber, "IllegalArgumentException",
        "Could not instantiate {delegate={$class=%s}} for %s(delegate: %s): "
        "java.lang.UnsupportedOperationException: no known implementation of %s jenkins.tasks.%s is "
        "named %s",
        name, w[0], w[2], w[1], w[2], name);
}

/* wrap and step share their classes' table: a class with a block is one for wrap only. */
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
        if (c->run->dry_run && !(impl->flags & STEP_DRY))
            return step_pretend(c, out);
        if ((impl->flags & STEP_NEEDS_NODE) && !scope_lease(c->branch->scope))
            return step_abort(c, "%s: class %s needs a workspace: surround it with node", c->step->name,
                              name);
        take_members(c, described);
        return impl->start(c, out);
    }
    for (size_t i = 0; !wraps && i < ARRAY_LEN(publishers); i++)
        if (strcmp(publishers[i].class, name) == 0) {
            if (c->run->dry_run)
                return step_pretend(c, out);
            take_members(c, described);
            return publishers[i].perform(c, out);
        }
    return c->run->dry_run ? step_pretend(c, out) : unknown_class(c, name);
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
