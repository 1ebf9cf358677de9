/* The global objects of a pipeline script: env, params, currentBuild, and what `scm` stands for.
 *
 * These objects are natives: a class with functions for reading, writing and calling, whose data is the
 * run. They are made once a VM and kept by run->objects. */
#include "runner/engine/objects.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include "runner/engine/change_log.h"
#include "runner/engine/embedded.h"
#include "runner/engine/internals.h"
#include "runner/engine/library.h"
#include "runner/engine/run_wrapper.h"
#include "runner/engine/scm_object.h"
#include "runner/engine/unknown.h"
#include "runner/lib/json.h"
#include <string.h>

/* ---- env [workflow-cps: EnvActionImpl] */

static enum call_status env_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct branch *b = branch_of(f);
    char *value = run_getenv(b->run, b->scope, name);
    *out = value ? string_from(value) : NULL_VALUE;
    free(value);
    return CALL_OK;
}

static enum call_status env_write(struct fiber *f, struct value self, const char *name, struct value v)
{
    struct run *run = run_of(f);
    struct value hold = NULL_VALUE;
    if (value_is_null(v))
        /* env.X = null takes away what a script assigned; what the build has of that name shows again. */
        env_unset(&run->global_env, name);
    else
        env_set(&run->global_env, name, value_text(f, v, &hold));
    value_release(hold);
    return CALL_OK;
}

static enum call_status env_get_environment(struct fiber *f, struct value self, int argc, struct value *argv,
                                            struct value *out)
{
    struct branch *b = branch_of(f);
    struct env all = {0};
    run_environment(b->run, b->scope, &all);
    *out = map_new(fiber_vm(f));
    for (size_t i = 0; i < all.len; i++) {
        struct value v = string_from(all.items[i].value);
        map_set_str(AS_MAP(*out), all.items[i].name, v);
        value_release(v);
    }
    env_release(&all);
    return CALL_OK;
}

/* What scripts assigned to env, without the blocks around. */
static enum call_status env_get_overridden(struct fiber *f, struct value self, int argc, struct value *argv,
                                           struct value *out)
{
    const struct env *own = &run_of(f)->global_env;
    *out = map_new(fiber_vm(f));
    for (size_t i = 0; i < own->len; i++) {
        struct value v = string_from(own->items[i].value);
        map_set_str(AS_MAP(*out), own->items[i].name, v);
        value_release(v);
    }
    return CALL_OK;
}

static enum call_status env_get_property(struct fiber *f, struct value self, int argc, struct value *argv,
                                         struct value *out)
{
    struct value hold = NULL_VALUE;
    enum call_status status = env_read(f, self, value_text(f, argv[0], &hold), out);
    value_release(hold);
    return status;
}

static enum call_status env_set_property(struct fiber *f, struct value self, int argc, struct value *argv,
                                         struct value *out)
{
    struct value hold = NULL_VALUE;
    enum call_status status = env_write(f, self, value_text(f, argv[0], &hold), argv[1]);
    value_release(hold);
    return status;
}

struct value json_value(struct run *run, const json_t *json)
{
    struct value v = NULL_VALUE;
    char *text = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
    if (text)
        json_to_value(run->vm, text, strlen(text), &v, NULL);
    free(text);
    return v;
}

/* steps.sh('x'): the steps as methods of an object, for shared libraries [workflow-cps: DSL]. */
static enum call_status steps_invoke(struct fiber *f, struct value self, const char *name, int argc,
                                     struct value *argv, struct value *out)
{
    /* No library variables: `steps.foo` in a library must not find the library's own foo. */
    return internals_step(f, name, argc, argv, out);
}

/* Jenkins.instance and its like [script-security: what the sandbox says]. */
static enum call_status jenkins_refused(struct fiber *f, struct value self, int argc, struct value *argv,
                                        struct value *out)
{
    return vm_throw(
        f, "RejectedAccessException",
        "Scripts not permitted to use staticMethod jenkins.model.Jenkins getInstance: there is no Jenkins "
        "behind this build; use env, params, currentBuild and steps");
}

static const struct native_class classes[] = {
    {.name = "jenkins.model.Jenkins"},
    {.name = "hudson.model.Hudson", .super = "Jenkins"},
    {.name = "org.jenkinsci.plugins.workflow.cps.DSL", .invoke = steps_invoke},
    {.name = "org.jenkinsci.plugins.workflow.cps.EnvActionImpl", .get = env_read, .set = env_write},
    {.name = "org.jenkinsci.plugins.workflow.steps.MissingContextVariableException", .super = "Exception"},
    {.name = "org.jenkinsci.plugins.scriptsecurity.sandbox.RejectedAccessException",
     .super = "SecurityException"},
};

static const struct native_method methods[] = {
    {"Jenkins", "getInstance", 0, 0, METHOD_STATIC, jenkins_refused},
    {"Jenkins", "get", 0, 0, METHOD_STATIC, jenkins_refused},
    {"Jenkins", "getInstanceOrNull", 0, 0, METHOD_STATIC, jenkins_refused},
    {"Jenkins", "getActiveInstance", 0, 0, METHOD_STATIC, jenkins_refused},
    {"Hudson", "getInstance", 0, 0, METHOD_STATIC, jenkins_refused},
    {"EnvActionImpl", "getEnvironment", 0, 0, 0, env_get_environment},
    {"EnvActionImpl", "getOverriddenEnvironment", 0, 0, 0, env_get_overridden},
    {"EnvActionImpl", "getProperty", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "getAt", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "get", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "putAt", 2, 2, 0, env_set_property},
    {"EnvActionImpl", "setProperty", 2, 2, 0, env_set_property},
};

void objects_register(struct run *run)
{
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
    run_wrapper_register(run);
    change_log_register(run);
    scm_object_register(run);
    unknown_register(run);
    run->objects[OBJECT_ENV] = native_new(run->vm, vm_class(run->vm, "EnvActionImpl"), run);
    run->objects[OBJECT_CURRENT_BUILD] = run_wrapper_new(run, NULL);
    run->objects[OBJECT_SCM] = scm_object_new(run);
    run->objects[OBJECT_STEPS] = native_new(run->vm, vm_class(run->vm, "DSL"), run);
}

static const struct {
    const char *name;
    enum run_object object;
} globals[] = {{"env", OBJECT_ENV},
               {"currentBuild", OBJECT_CURRENT_BUILD},
               {"scm", OBJECT_SCM},
               {"steps", OBJECT_STEPS}};

/* In upper case, as environment variables are, or at least their first word: TF_VAR_name. */
static bool is_constant_name(const char *name)
{
    name += strspn(name, "_");
    size_t upper = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return upper && (!name[upper] || name[upper] == '_') && name[0] >= 'A';
}

static enum call_status docker_object(struct fiber *f, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    *out = value_retain(embedded_object(run_of(f), EMBEDDED_DOCKER, &err));
    return err.message ? vm_throw(f, "IllegalStateException", "%s", err.message) : CALL_OK;
}

/* The order: globals, parameters by `params`, docker, the environment, a parameter by its bare name, a
 * library's variable. A script's own variables came before all of these. */
enum call_status objects_get(struct fiber *f, const char *name, struct value *out)
{
    struct run *run = run_of(f);
    for (size_t i = 0; i < ARRAY_LEN(globals); i++)
        if (strcmp(name, globals[i].name) == 0) {
            *out = value_retain(run->objects[globals[i].object]);
            return CALL_OK;
        }
    if (strcmp(name, "params") == 0) {
        *out = value_retain(run->params);
        return CALL_OK;
    }
    if (strcmp(name, "docker") == 0)
        return docker_object(f, out);
    char *value = run_getenv(run, branch_of(f)->scope, name);
    if (value) {
        *out = string_from(value);
        free(value);
        return CALL_OK;
    }
    struct value param;
    if (map_get_str(AS_MAP(run->params), name, &param)) {
        *out = value_retain(param);
        return CALL_OK;
    }
    enum call_status status = library_get(f, name, out);
    for (const struct scope *s = status == CALL_NONE ? branch_of(f)->scope : NULL; s; s = s->parent)
        if (s->lenient)
            return CALL_OK; /* null */
    if (status == CALL_NONE && run->dry_run && is_constant_name(name)) {
        run_notice(run, "%s is not known before the run", name);
        *out = string_printf("$%s", name);
        return CALL_OK;
    }
    return status;
}
